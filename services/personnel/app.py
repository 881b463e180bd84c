"""Personnel's table of contents: what comes in, what runs, what goes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI

from services.personnel import commands, jobs, pages, routes
from services.personnel.handlers import FOLLOWS
from services.personnel.projection import project
from services.personnel.settings import Policy, Settings
from shared.clock import Clock
from shared.service import Service
from shared.web.door import DESK_NAV, furnish


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Wire settings → database → doors."""
    service = Service("personnel", settings, projection=project, follows=FOLLOWS, clock=clock)
    policy = Policy.of(settings)

    @service.broker.subscriber("rpc.personnel.contact", queue="personnel")
    async def contact(body: dict[str, Any]) -> dict[str, str]:
        """Where notices to an official go: the office's own address, no citizen's datum."""
        return await service.db.read(commands.mail_address, str(body["official_id"]), policy)

    service.every(60.0, "open", lambda: service.db.write(jobs.open_the_office, policy, service.clock.now()))

    app = service.app("officials, sign-in, pledges, the calendar", routes.router, pages.router)
    app.state.policy = policy
    furnish(app, service, Path(pages.__file__).parent, nav=DESK_NAV, refusals=pages.REFUSALS)
    return app
