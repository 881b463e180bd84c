"""What is known of whoever stands at the counter, beside the form that is being filled. Nothing known shows nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from services.intake import commands
from services.intake.models import AtCounter, Duplicate, Earlier, PaperHint
from services.intake.pages import filed, procedures, standing, view
from services.intake.pages.blanks import card_number
from services.intake.pages.doors import COUNTER, Clerk, Rules
from services.intake.pages.look_ups import too_many
from services.intake.pages.refusals import sentence
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

NOTHING: Mapping[str, Any] = {"duplicates": [], "remarks": {}, "closed": ""}
SEEN = "accept-seen"
"""The field of a filing's page that says what was seen."""


@router.post("/earlier")
async def part(request: Request, web: Web, service: Door, policy: Rules, who: Clerk) -> Response:
    """The same for a form that is being filled: posted, as a citizen's number stands in no address."""
    form = await read_form(request)
    known = await known_of(service, policy, who, form, web.words(request))
    return web.render(request, "part_earlier.html", **known)


async def known_of(service: Service, policy: Policy, who: Official, form: Form, _: Words) -> dict[str, Any]:
    """What may be the same case, and what is said of which paper; nothing while number or procedure are not clear. Who
    has looked up as many numbers as an hour has is told so, and goes on without."""
    body = _asked(service, policy, form)
    return dict(NOTHING) if body is None else await _told(service, policy, who, commands.known_of, body, _)


async def known_of_filer(service: Service, policy: Policy, who: Official, filing_id: str, _: Words) -> dict[str, Any]:
    """The same of whoever filed this online."""
    return await _told(service, policy, who, commands.known_of_filer, filing_id, _)


async def _told(
    service: Service, policy: Policy, who: Official, ask: Callable[..., Earlier], about: AtCounter | str, _: Words
) -> dict[str, Any]:
    now = service.clock.now()
    try:
        found = await service.db.write(ask, about, who.id, policy, now)
    except Refused as no:
        return {**NOTHING, "closed": too_many(no, _)}
    return {
        **NOTHING,
        "duplicates": [_row(each, now, _) for each in found.duplicates],
        "remarks": {each.paper: _remark(each, _) for each in found.hints},
    }


def warned(form: Form, known: Mapping[str, Any], status: int, _: Words, name: str = "seen") -> Form:
    """The form of a page with this status: one that was refused says also that something may be the same case, if its
    page has not shown that before; else the next press would pass for an answer to what nobody was asked."""
    unseen = [each for each in known["duplicates"] if each["id"] not in form.all(name)]
    if status < 400 or not unseen or name in form.errors:
        return form
    asked = Refused("possible_duplicate", "What may be the same case was not seen before.")
    return form.refused({**form.errors, name: sentence(asked, _)})


def with_remarks(facts: Mapping[str, Any] | None, remarks: Mapping[str, str]) -> dict[str, Any] | None:
    """The facts of a procedure, with what is said of its papers in their list."""
    if facts is None:
        return None
    return {**facts, "papers": _remarked(facts["papers"], remarks)}


def on_filing(papers: Iterable[dict[str, Any]], known: Mapping[str, Any], looked: bool) -> dict[str, Any]:
    """The same for the page of a filing, with the papers of its procedure; `looked` when it was asked for."""
    told = {"looked": looked, "seen_as": SEEN, "held": _remarked(papers, known["remarks"])}
    return {**known, **told, "remarks": {}}


def _remarked(papers: Iterable[dict[str, Any]], remarks: Mapping[str, str]) -> list[dict[str, Any]]:
    return [each | {"remark": remarks.get(each["value"], "")} for each in papers]


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
