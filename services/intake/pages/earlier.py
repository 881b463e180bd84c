"""What is known of whoever stands at the counter, beside the form that is being filled. Nothing known shows nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.intake import commands
from services.intake.models import AtCounter, Duplicate, PaperHint
from services.intake.pages import filed, procedures, standing, view
from services.intake.pages.blanks import card_number
from services.intake.pages.doors import COUNTER, Clerk, Rules
from services.intake.pages.look_ups import too_many
from services.intake.rules import FilingStatus, Status
from services.intake.settings import Policy
from shared.doors import Door
from shared.errors import Refused
from shared.service import Service
from shared.tokens import Official
from shared.web.door import Web
from shared.web.forms import Form, read_form
from shared.web.language import Words
from shared.web.words import plain_day

router = APIRouter(prefix="/counter/part")


@router.post("/earlier")
async def part(request: Request, web: Web, service: Door, policy: Rules, who: Clerk) -> Response:
    """The same for a form that is being filled: posted, as a citizen's number stands in no address."""
    form = await read_form(request)
    known = await known_of(service, policy, who, form, web.words(request))
    return web.render(request, "part_earlier.html", **known)


async def known_of(service: Service, policy: Policy, who: Official, form: Form, _: Words) -> dict[str, Any]:
    """What may be the same case, and what is said of which paper; nothing while number or procedure are not clear. Who
    has looked up as many numbers as an hour has is told so, and goes on without."""
    nothing: dict[str, Any] = {"duplicates": [], "remarks": {}, "closed": ""}
    body = _asked(service, policy, form)
    if body is None:
        return nothing
    now = service.clock.now()
    try:
        found = await service.db.write(commands.known_of, body, who.id, policy, now)
    except Refused as no:
        return nothing | {"closed": too_many(no, _)}
    return nothing | {
        "duplicates": [_row(each, now, _) for each in found.duplicates],
        "remarks": {each.paper: _remark(each, _) for each in found.hints},
    }


def with_remarks(facts: Mapping[str, Any] | None, remarks: Mapping[str, str]) -> dict[str, Any] | None:
    """The facts of a procedure, with what is said of its papers in their list."""
    if facts is None:
        return None
    return {**facts, "papers": [each | {"remark": remarks.get(each["value"], "")} for each in facts["papers"]]}


def _asked(service: Service, policy: Policy, form: Form) -> AtCounter | None:
    known = procedures.in_force(policy.catalogue, service.clock.now())
    procedure = procedures.chosen(known, form["procedure"])
    if procedure is None:
        return None
    try:
        return AtCounter(citizen_id=card_number(form["citizen_id"]), procedure=procedure.code)
    except ValidationError:
        return None


def _row(each: Duplicate, now: datetime, _: Words) -> dict[str, Any]:
    row = {"id": each.id, "number": each.number, "at": each.leads_to}
    if each.kind == "filing":
        of = FilingStatus(each.status_code)
        said = filed.in_list(of, each.leads_to, now, _)
        return row | {"href": f"{filed.FILINGS}/{each.id}", "state": _(filed.STATES[of]), "said": said}
    status = Status(each.status_code)
    said = standing.in_list(status, each.leads_to, now, _)
    return row | {"href": f"{COUNTER}/{each.id}", "state": _(view.WAITING[status]), "said": said}


def _remark(each: PaperHint, _: Words) -> str:
    day = plain_day(each.day, _.language)
    return _("Đã nộp trong hồ sơ %(number)s, ngày %(day)s.", number=each.number, day=day)
