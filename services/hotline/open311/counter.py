"""Who answers an app, and on the grounds of what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Query, Request

from services.hotline.open311.answers import Speaker
from services.hotline.rulebook.open311 import Bounds, GeoReport, ServiceRow
from services.hotline.settings import Settings
from shared.doors import Door
from shared.errors import Refused
from shared.web.door import Web
from shared.worktime import VN

Given = Annotated[str, Query()]


@dataclass(frozen=True)
class Counter:
    """This request, and who answers it."""

    request: Request
    georeport: GeoReport
    settings: Settings
    speaker: Speaker

    @property
    def bounds(self) -> Bounds:
        """Those in force. Raises Refused `no_rule_in_force`."""
        found = self.georeport.bound(self.speaker.now.astimezone(VN).date())
        if found is None:
            raise Refused("no_rule_in_force", "No row says what may be asked on this day.", status=400)
        return found

    @property
    def offered(self) -> list[ServiceRow]:
        """The services of today."""
        return self.georeport.offered(self.speaker.now.astimezone(VN).date())

    @property
    def listed(self) -> list[str]:
        """The codes of those that lists show."""
        return [row.code for row in self.offered if row.listed]

    def service(self, code: str) -> ServiceRow:
        """A service of today. Raises Refused `service_code_not_found` (404)."""
        found = next((row for row in self.offered if row.code == code), None)
        if found is None:
            raise Refused("service_code_not_found", "There is no such service_code: see services.json.", status=404)
        return found

    def check_jurisdiction(self, given: str) -> None:
        """An app that means another office is told so. Raises Refused `jurisdiction_not_found` (404)."""
        if given.strip() not in ("", self.settings.unit, urlsplit(self.settings.public_url).hostname):
            raise Refused("jurisdiction_not_found", "Another unit answers for this jurisdiction_id.", status=404)


async def counter_of(request: Request, service: Door, web: Web, jurisdiction_id: Given = "") -> Counter:
    """Who answers this request."""
    georeport: GeoReport = request.app.state.open311
    settings = service.settings
    assert isinstance(settings, Settings)
    speaker = Speaker(georeport, settings.unit_name, web.words(request), service.clock.now())
    counter = Counter(request, georeport, settings, speaker)
    counter.check_jurisdiction(jurisdiction_id)
    return counter


At = Annotated[Counter, Depends(counter_of)]
