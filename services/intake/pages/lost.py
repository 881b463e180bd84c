"""Whoever lost the receipt: what they brought is found by the number on their card, opened, and its receipt printed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake import commands
from services.intake.models import AllBrought, Brought, WithoutReceipt
from services.intake.pages import filed, procedures, standing, view
from services.intake.pages.blanks import card_number, faults_of
from services.intake.pages.doors import COUNTER, SHAPES, Clerk, Rules, desk_page
from services.intake.pages.look_ups import too_many
from services.intake.pages.typed import LABELS
from services.intake.rules import FilingStatus, Status, is_open
from services.intake.settings import Policy
from shared.doors import Door
from shared.errors import Refused
from shared.web.door import Web
from shared.web.forms import Form, blank, read_form
from shared.web.language import Words
from shared.web.pages import Pages

router = APIRouter(prefix="/counter")


@router.get("/lost")
async def lost(request: Request, web: Web, service: Door, policy: Rules, _who: Clerk) -> Response:
    """Whose number?"""
    return _page(request, web, policy, blank(), now=service.clock.now())


@router.post("/lost")
async def find(request: Request, web: Web, service: Door, policy: Rules, who: Clerk) -> Response:
    """What they brought, or where to look next. The number is posted, as it stands in no address. What is sent twice is
    asked twice: no answer is kept, and each is recorded, up to as many as an hour has."""
    form, _ = await read_form(request), web.words(request)
    number, now = card_number(form["citizen_id"]), service.clock.now()
    if wrong := _wrong(number, form, _):
        return _page(request, web, policy, form.refused(wrong), now=now, status=422)
    body = WithoutReceipt(citizen_id=number)
    try:
        found = await service.db.write(commands.brought_by, body, who.id, policy, now)
    except Refused as no:
        refused = form.refused({"citizen_id": too_many(no, _)})
        return _page(request, web, policy, refused, now=now, status=no.status, closed=True)
    return _page(request, web, policy, blank() if found.cases else form, found, now=now)


def _wrong(number: str, form: Form, _: Words) -> dict[str, str]:
    wrong = faults_of(WithoutReceipt, {"citizen_id": number} if number else {}, LABELS, _)
    return {name: _(SHAPES[name]) if form[name] else said for name, said in wrong.items()}


def _page(
    request: Request,
    web: Pages,
    policy: Policy,
    form: Form,
    found: AllBrought | None = None,
    *,
    now: datetime,
    status: int = 200,
    closed: bool = False,
) -> Response:
    _ = web.words(request)
    rows = [_row(each, policy, now, _) for each in found.cases] if found else []
    told: dict[str, Any] = {"rows": rows, "more": bool(found and found.more), "most": commands.MOST_TOLD}
    told |= {"asked": found is not None, "closed": closed}
    return desk_page(web, request, "lost.html", status=status, form=form, **told)


def _row(each: Brought, policy: Policy, now: datetime, _: Words) -> dict[str, Any]:
    title = procedures.title_of(policy.catalogue, each.procedure, each.received_at, _.language)
    row = {"number": each.number, "title": title, "received": each.received_at, "at": each.leads_to, "kind": each.kind}
    if each.kind == "filing":
        of = FilingStatus(each.status_code)
        shown = {"state": _(filed.STATES[of]), "said": filed.in_list(of, each.leads_to, now, _), "colour": "near"}
        return row | shown | {"href": f"{filed.FILINGS}/{each.id}", "receipt": ""}
    status, href = Status(each.status_code), f"{COUNTER}/{each.id}"
    colour = "" if is_open(status) else "done"
    return row | {
        "href": href,
        "state": _(view.STATUSES[status]),
        "said": standing.in_list(status, each.leads_to, now, _),
        "colour": colour,
        "receipt": f"{href}/m01.pdf?copy=1",
    }
