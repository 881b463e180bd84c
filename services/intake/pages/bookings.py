"""The visits of a day at the desk, by their slots, until they have a ticket or an outcome; nobody's name is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.models import BookingMoved, BookingView
from services.intake.pages import procedures, visited
from services.intake.pages.doors import COUNTER, Desk, Rules, desk_page
from services.intake.pages.emergency_words import STAGES
from services.intake.pages.refusals import sentence
from services.intake.rules import EMERGENCY_ROLES
from services.intake.rules.bookings import Stage
from services.intake.settings import Policy
from services.intake.tables.emergencies import emergency_on
from shared.doors import Door
from shared.errors import Refused
from shared.service import Service
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import SignedInAs, Web, once
from shared.web.forms import Form, blank, read_form
from shared.web.language import Words
from shared.web.pages import Pages, see_other
from shared.worktime import VN

router = APIRouter(prefix="/counter/bookings")
BOOKINGS = f"{COUNTER}/bookings"
Arriver = Annotated[Official, SignedInAs(*EMERGENCY_ROLES["arrive"])]
Server = Annotated[Official, SignedInAs(*EMERGENCY_ROLES["serve"])]
CHECKED: Mapping[Stage, tuple[str, ...]] = {
    "booked": ("arrive", "screen"),
    "arrived": ("screen",),
    "served_outside": ("receive", "serve"),
}
"""What can be done with a visit of today, by its stage, while visitors are checked at the door."""
FREE: Mapping[Stage, tuple[str, ...]] = {**CHECKED, "booked": ("arrive",), "arrived": ("let_in",)}
"""And once they are not."""


@router.get("")
async def bookings(request: Request, web: Web, service: Door, policy: Rules, who: Desk, day: str = "") -> Response:
    """Who comes when, and where each visit is."""
    return await _page(request, web, service, policy, who, day)


@router.post("/{booking_id}/arrive")
async def arrive(booking_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Arriver) -> Response:
    """Whoever booked is at the door; where nobody is checked they come in."""
    return await _step(commands.arrive, booking_id, request, web, service, policy, who)


@router.post("/{booking_id}/serve")
async def serve(booking_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Server) -> Response:
    """Whoever booked and was not let in has been served outside."""
    return await _step(commands.serve, booking_id, request, web, service, policy, who)


async def _step(
    command: Callable[..., BookingMoved],
    booking_id: str,
    request: Request,
    web: Pages,
    service: Service,
    policy: Policy,
    who: Official,
) -> Response:
    form = await read_form(request)
    try:
        call = (command, booking_id, who.id, policy, service.clock.now())
        await once(service, request, form, who.id, BookingMoved, *call)
    except Refused as no:
        if no.code == "booking_not_found":
            raise
        said = sentence(no, web.words(request))
        return await _page(request, web, service, policy, who, form["day"], form=form, note=said, status=no.status)
    return see_other(f"{BOOKINGS}?day={_day(form['day'], service).isoformat()}")


async def _page(
    request: Request,
    web: Pages,
    service: Service,
    policy: Policy,
    who: Official,
    typed: str,
    *,
    form: Form | None = None,
    note: str = "",
    status: int = 200,
) -> Response:
    day, now, _ = _day(typed, service), service.clock.now(), web.words(request)
    listed, checked = await service.db.read(_seen, day)
    today, clerk = now.astimezone(VN).date(), who.may(*EMERGENCY_ROLES["serve"])
    steps = (CHECKED if checked else FREE) if clerk and day == today else {}
    rows = [row_of(each, policy, now, _) | {"steps": steps.get(each.stage, ())} for each in listed]
    values = {
        "rows": rows,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
    }
    return desk_page(web, request, "bookings.html", status=status, form=form or blank(), note=note, **values)


def standing_of(each: BookingView) -> tuple[str, str]:
    """What a pill says of it, and its colour: once its visit is over, with which outcome."""
    status, state = STAGES[each.stage]
    return (visited.OUTCOMES[each.outcome] if each.outcome is not None else status), state


def row_of(each: BookingView, policy: Policy, now: datetime, _: Words) -> dict[str, Any]:
    """A visit as a page lists it."""
    status, state = standing_of(each)
    return {
        "booking_id": each.booking_id,
        "procedure": each.procedure,
        "name": procedures.title_of(policy.catalogue, each.procedure, now, _.language),
        "slot_at": each.slot_at,
        "status": _(status),
        "state": state,
        "visit_id": each.visit_id,
        "ticket": each.ticket,
    }


def _seen(session: Session, day: date) -> tuple[list[BookingView], bool]:
    return commands.day_list(session, day), emergency_on(session, day) is not None


def _day(typed: str, service: Service) -> date:
    """The day of an address, or today."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.min
    return day if date(2000, 1, 1) <= day < date(2100, 1, 1) else service.clock.now().astimezone(VN).date()
