"""Whoever lost the receipt: what they brought is found by the number on their card, opened, and its receipt printed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake import commands
from services.intake.models import AllBrought, Brought, WithoutReceipt
from services.intake.pages import filed, procedures, view
from services.intake.pages.blanks import card_number, faults_of
from services.intake.pages.doors import COUNTER, SHAPES, Clerk, Rules, desk_page
from services.intake.pages.typed import LABELS
from services.intake.rules import FilingStatus, Status, is_open
from services.intake.settings import Policy
from shared.doors import Door
from shared.web.door import Web
from shared.web.forms import Form, blank, read_form
from shared.web.language import Words
from shared.web.pages import Pages

router = APIRouter(prefix="/counter")


@router.get("/lost")
async def lost(request: Request, web: Web, policy: Rules, _who: Clerk) -> Response:
    """Whose number?"""
    return _page(request, web, policy, blank())


@router.post("/lost")
async def find(request: Request, web: Web, service: Door, policy: Rules, who: Clerk) -> Response:
    """What they brought, or where to look next. The number is posted, as it stands in no address. What is sent twice is
    asked twice: no answer is kept, and each is recorded."""
    form, _ = await read_form(request), web.words(request)
    number = card_number(form["citizen_id"])
    if wrong := _wrong(number, form, _):
        return _page(request, web, policy, form.refused(wrong), status=422)
    body = WithoutReceipt(citizen_id=number)
    found = await service.db.write(commands.brought_by, body, who.id, service.clock.now())
    return _page(request, web, policy, blank() if found.cases else form, found)


def _wrong(number: str, form: Form, _: Words) -> dict[str, str]:
    wrong = faults_of(WithoutReceipt, {"citizen_id": number} if number else {}, LABELS, _)
    return {name: _(SHAPES[name]) if form[name] else said for name, said in wrong.items()}


def _page(
    request: Request, web: Pages, policy: Policy, form: Form, found: AllBrought | None = None, status: int = 200
) -> Response:
    _ = web.words(request)
    rows = [_row(each, policy, _) for each in found.cases] if found else []
    told: dict[str, Any] = {"rows": rows, "more": bool(found and found.more), "most": commands.MOST_TOLD}
    return desk_page(web, request, "lost.html", status=status, form=form, asked=found is not None, **told)


def _row(each: Brought, policy: Policy, _: Words) -> dict[str, Any]:
    title = procedures.title_of(policy.catalogue, each.procedure, each.received_at, _.language)
    row = {"number": each.number, "title": title, "received": each.received_at, "due": each.due_at, "kind": each.kind}
    if each.kind == "filing":
        state = filed.STATES[FilingStatus(each.status_code)]
        return row | {"href": f"{filed.FILINGS}/{each.id}", "state": _(state), "colour": "near", "receipt": ""}
    status, href = Status(each.status_code), f"{COUNTER}/{each.id}"
    colour = "" if is_open(status) else "done"
    return row | {
        "href": href,
        "state": _(view.STATUSES[status]),
        "colour": colour,
        "receipt": f"{href}/m01.pdf?copy=1",
    }
