"""The counter: receive a dossier, see its date before it is saved, and what is open today."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.models import Receipt
from services.intake.pages import bookings, earlier, fees, filed, procedures, typed, view, visited
from services.intake.pages.doors import COUNTER, Clerk, Desk, Rules, desk_page
from services.intake.pages.papers import new_slip
from services.intake.rulebook import Procedure
from services.intake.rules import OPEN, Status
from services.intake.settings import Policy
from services.intake.tables import (
    Dossier,
    Filing,
    dossier_by_number,
    open_dossiers,
    open_filings,
    ready_dossiers,
    working_calendar,
)
from services.intake.tables.emergencies import emergency_on
from shared.doors import Door
from shared.errors import Refused
from shared.service import Service
from shared.tokens import Official
from shared.web.door import Web, once
from shared.web.forms import Form, blank, read_form
from shared.web.language import Words
from shared.web.pages import Pages, see_other
from shared.web.words import plain_day
from shared.worktime import VN, Calendar

router = APIRouter(prefix="/counter")

AWAITED = (Status.SUPPLEMENT_AWAITED, Status.FEE_AWAITED)
"""While the citizen has to do something before the work goes on."""
AT_ONCE_KEYS = ("F6", "F7")
"""Keys of a desk that no browser needs there."""
COMMANDS = {"save": commands.receive_dossier, "return": commands.receive_and_return}
"""What the buttons of the form do; any other one works out the date."""


@router.get("")
async def counter(
    request: Request,
    web: Web,
    service: Door,
    policy: Rules,
    who: Desk,
    number: str = "",
    procedure: str = "",
    visit: str = "",
    visit_desk: str = "",
    booking: str = "",
) -> Response:
    """The form, for a visit or for none, and what is open. Whoever does not receive dossiers gets the list alone."""
    if number:
        return await _find(request, web, service, policy, number)
    if not who.may("clerk"):
        return see_other(f"{COUNTER}/open")
    came = {"visit": typed.id_of(visit), "visit_desk": typed.desk_of(visit_desk) or None}
    form = blank(procedure=procedure[:100], booking_id=typed.id_of(booking) or None, **came)
    return await _page(request, web, service, policy, who, form)


@router.get("/open")
async def open_list(request: Request, web: Web, service: Door, policy: Rules, _who: Desk) -> Response:
    """What is open, the nearest date first, for whoever works on it."""
    rows = await _rows(web.words(request), service, policy)
    return desk_page(web, request, "open.html", rows=rows, not_found="")


async def _find(request: Request, web: Pages, service: Service, policy: Policy, number: str) -> Response:
    found = await service.db.read(_called, re.sub(r"[^\w.-]", "", number).upper()[:40])
    if found is not None:
        return see_other(found)
    rows = await _rows(web.words(request), service, policy)
    return desk_page(web, request, "open.html", status=404, rows=rows, not_found=number[:40])


def _called(session: Session, number: str) -> str | None:
    """The page of what has this number: a dossier's own, or the portal's of a filing."""
    if (dossier := dossier_by_number(session, number)) is not None:
        return f"{COUNTER}/{dossier.dossier_id}"
    return filed.address_of(session, number)


@router.get("/part/{part}")
async def part(
    part: str,
    request: Request,
    web: Web,
    service: Door,
    policy: Rules,
    _who: Clerk,
    procedure: str = "",
    variant: str = "",
    received_day: str = "",
    received_clock: str = "",
) -> Response:
    """The papers or the promise of a procedure, for a form that is being filled."""
    when = {"received_day": received_day[:20], "received_clock": received_clock[:20]}
    form = blank(procedure=procedure[:100], variant=variant[:64], **when)
    values = await _for(web.words(request), service, policy, form)
    name = "papers" if part == "papers" else "sheet"
    return web.render(request, f"part_{name}.html", form=form, **values)


@router.post("")
async def receive(request: Request, web: Web, service: Door, policy: Rules, who: Clerk) -> Response:
    """Receive a dossier, and only once the page has shown what may be the same case; or only work out its date, when
    that was the button."""
    form, _ = await read_form(request), web.words(request)
    if form["at_once"]:  # with all that was typed already
        form = replace(form, values={**form.values, "procedure": (form["at_once"],), "papers": (), "variant": ()})
    procedure = procedures.chosen(procedures.in_force(policy.catalogue, service.clock.now()), form["procedure"])
    if form["do"] not in COMMANDS:
        errors = {} if procedure and not procedure.restricted else typed.unclear(form, _, procedure)
        return await _page(request, web, service, policy, who, form.refused(errors), 422 if errors else 200)
    body, errors = typed.dossier_of(form, procedure, _)
    if body is None:
        return await _page(request, web, service, policy, who, form.refused(errors), 422)
    try:
        command, seen = COMMANDS[form["do"]], form.all("seen")
        call = (commands.receive_seen, command, seen, body, who.id, policy, service.clock.now())
        receipt = await once(service, request, form, who.id, Receipt, *call)
    except Refused as no:
        said = {typed.FAULTS.get(no.code, "papers"): typed.said_of(no, procedure, _)}
        return await _page(request, web, service, policy, who, form.refused(said), no.status)
    if receipt.slip_code is not None:
        return await new_slip(receipt.dossier_id, request, web, service, who)
    return see_other(f"{COUNTER}/{receipt.dossier_id}/receipt")


async def _page(
    request: Request, web: Pages, service: Service, policy: Policy, who: Official, form: Form, status: int = 200
) -> Response:
    _ = web.words(request)
    values = await _for(_, service, policy, form)
    known = procedures.in_force(policy.catalogue, service.clock.now())
    choices = [procedures.label_of(each, _.language) for each in known if not each.restricted]
    rows, now = await _rows(_, service, policy), service.clock.now()
    visit = typed.id_of(form["visit"])
    values["visits"] = await service.db.read(visited.option_of, visit, _) if visit else []
    booking = typed.id_of(form["booking_id"])
    values["bookings"] = await service.db.read(bookings.option_of, booking, policy, now, _) if booking else []
    values["such"] = {"day": plain_day(now), "clock": f"{now.astimezone(VN):%H:%M}"}
    values |= {"restricted": await service.db.read(emergency_on, now.astimezone(VN).date()) is not None}
    values["at_once"] = _at_once(known, _)
    before = await earlier.known_of(service, policy, who, form, _)
    form = earlier.warned(form, before, status, _)
    values |= before | {"facts": earlier.with_remarks(values["facts"], before["remarks"])}
    return desk_page(web, request, "counter.html", status=status, form=form, choices=choices, rows=rows, **values)


def _at_once(known: Iterable[Procedure], _: Words) -> list[tuple[str, str, str]]:
    """What is done while the citizen waits, chosen with one key each, as far as there are keys: code, name, key."""
    while_you_wait = [each for each in known if each.at_one_sitting]
    keys = [*AT_ONCE_KEYS, *("" for _each in while_you_wait)]
    pairs = zip(while_you_wait, keys, strict=False)
    return [(each.code, procedures.name_of(each, _.language), key) for each, key in pairs]


async def _for(_: Words, service: Service, policy: Policy, form: Form) -> dict[str, Any]:
    """The papers and the promise of the procedure and kind of case that were chosen, if it is clear which."""
    now = service.clock.now()
    late = typed.counted_from(form, now, policy, _)
    procedure = procedures.chosen(procedures.in_force(policy.catalogue, late or now), form["procedure"])
    if procedure is None or procedure.restricted:  # which saving says, before anybody has typed who they are
        return {"facts": None, "due": None, "because": [], "days": []}
    (offer,) = await service.db.read(procedures.offers, [procedure], late or now)
    kinds, variant = {each.code: due for each, due in offer.variants}, typed.variant_of(form, procedure)
    promise = kinds[variant] if variant else offer.promise
    limit = {"limit": procedures.time_of(procedure, variant, _)}
    return {
        "facts": procedures.facts_of(procedure, _)
        | limit
        | {"code": procedure.code, "version": procedure.valid_from}
        | fees.at_counter(procedure, policy.catalogue, _),
        "due": promise.due_at,
        "late": late,
        "because": view.because(promise, _),
        "days": view.strip(promise, now, _),
    }


def _waiting(session: Session) -> tuple[list[Dossier], list[Dossier], list[Filing], Calendar]:
    ours = [each for each in OPEN if each not in AWAITED]  # asked for apart, or what is awaited would push them out
    opened = [*open_dossiers(session, ours), *open_dossiers(session, AWAITED)]
    return opened, ready_dossiers(session), open_filings(session), working_calendar(session)


def _apart(opened: Iterable[Dossier]) -> tuple[list[Dossier], list[Dossier]]:
    """What the office has to do, and what it waits for from citizens, each by its nearest date."""
    apart: tuple[list[Dossier], list[Dossier]] = ([], [])
    for each in opened:
        apart[Status(each.status) in AWAITED].append(each)
    return apart[0], sorted(apart[1], key=lambda each: each.leads_to)


async def _rows(_: Words, service: Service, policy: Policy) -> dict[str, list[dict[str, Any]]]:
    """What is open, what is awaited of citizens and what waits for them, for `ui.due_table`."""
    opened, ready, waiting, calendar = await service.db.read(_waiting)
    now = service.clock.now()
    ours, awaited = _apart(opened)
    rows = {"open": ours, "awaited": awaited, "ready": ready}
    shown = {name: [_row(each, now, calendar, policy, _) for each in several] for name, several in rows.items()}
    return shown | {"filings": [filed.row_of(each, now, policy, _) for each in waiting]}


def _row(each: Dossier, now: datetime, calendar: Calendar, policy: Policy, _: Words) -> dict[str, Any]:
    shows = view.waiting_of if Status(each.status) is Status.COMPLETED else view.state_of
    state, due = shows(each, now, calendar, _), _due(each)
    today = due.astimezone(VN).date() == now.astimezone(VN).date()
    return {
        "what": each.number,
        "href": f"{COUNTER}/{each.dossier_id}",
        "who": procedures.title_of(policy.catalogue, each.procedure, each.received_at, _.language),
        "due": due,
        "state": "near" if not state.colour and today else state.colour,
        "status": _("đến hạn hôm nay") if not state.colour and today else state.status,
    }


def _due(each: Dossier) -> datetime:
    """The date of its list: of what is awaited, since when a result waits, or the promised one, kept or not."""
    return each.leads_to if Status(each.status) in (*AWAITED, Status.COMPLETED) else each.due_at
