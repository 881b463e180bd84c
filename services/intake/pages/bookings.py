"""The visits of a day at the desk, by their slots, until they have a ticket or an outcome; nobody's name is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.models import BookingMoved, BookingView
from services.intake.pages import procedures, visited
from services.intake.pages.doors import COUNTER, Desk, Rules, desk_page
from services.intake.pages.emergency_words import OUTCOMES, STAGES, closing_of, to_do
from services.intake.pages.refusals import sentence
from services.intake.rules import EMERGENCY_ROLES
from services.intake.settings import Policy
from services.intake.tables import Booking, visit_of_booking
from services.intake.tables.bookings import screening_of
from shared.doors import Door
from shared.errors import Refused
from shared.service import Service
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import SignedInAs, Web, once
from shared.web.forms import Form, blank, read_form
from shared.web.language import Words
from shared.web.pages import Pages, see_other
from shared.web.words import when
from shared.worktime import VN

router = APIRouter(prefix="/counter/bookings")
BOOKINGS = f"{COUNTER}/bookings"
Arriver = Annotated[Official, SignedInAs(*EMERGENCY_ROLES["arrive"])]
Server = Annotated[Official, SignedInAs(*EMERGENCY_ROLES["serve"])]


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


@router.post("/{booking_id}/phone")
async def phone(booking_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Server) -> Response:
    """The phone of whoever is served by it, beside their visit; each press is a reading, and recorded."""
    form = await read_form(request)
    try:
        left = await service.db.write(commands.phone_of, booking_id, who.id, service.clock.now())
    except Refused as no:
        if no.code == "booking_not_found":
            raise
        said = sentence(no, web.words(request))
        return await _page(request, web, service, policy, who, "", form=form, note=said, status=no.status)
    return await _page(request, web, service, policy, who, "", rung=(booking_id, left.phone))


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
    rung: tuple[str, str | None] | None = None,
    status: int = 200,
) -> Response:
    day, now, _ = _day(typed, service), service.clock.now(), web.words(request)
    listed = await service.db.read(_seen, day, now)
    clerk = who.may(*EMERGENCY_ROLES["serve"])
    views = listed.views if clerk else [each.model_copy(update={"steps": []}) for each in listed.views]
    rows = [row_of(each, policy, now, _) | leads_to(each, listed.closes, _) for each in views]
    values = {
        "rows": rows,
        "rung": rung,
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
    }
    return desk_page(web, request, "bookings.html", status=status, form=form or blank(), note=note, **values)


def standing_of(each: BookingView) -> tuple[str, str]:
    """What a pill says of it, and its colour: once its visit is over, with which outcome."""
    status, state = STAGES[each.stage]
    return (visited.OUTCOMES[each.outcome] if each.stage == "closed" and each.outcome else status), state


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


def leads_to(each: BookingView, closes: datetime | None, _: Words) -> dict[str, Any]:
    """What comes next for it: the steps, where its dossier is received, and what the clerk does now for whoever does
    not come in; `closes` is when the counter does today."""
    outcome = next((code for code in OUTCOMES if code == each.stage), None)
    came = f"visit={each.visit_id}" if each.visit_id else f"booking={each.booking_id}"
    return {
        "steps": each.steps,
        "waits_at_door": each.stage == "arrived",
        "receive": f"{COUNTER}?procedure={each.procedure}&{came}",
        "rings": each.stage == "by_phone" and each.phone_left and bool(each.steps),
        "to_do": to_do(outcome, each.phone_left, closes, _) if outcome and each.steps else "",
    }


def option_of(session: Session, booking_id: str, policy: Policy, now: datetime, _: Words) -> list[dict[str, str]]:
    """The booking that a dossier is received for, for `ui.checks`: its slot, number if it has one, procedure, and where
    it is; none when there is no such booking."""
    row = session.get(Booking, booking_id)
    if row is None:
        return []
    visit = visit_of_booking(session, booking_id)
    status, _state = STAGES[row.booked(screening_of(session, booking_id), visit).stage]
    number = _("Lượt số %(ticket)s", ticket=visit.ticket) if visit else ""
    name = procedures.title_of(policy.catalogue, row.procedure, now, _.language)
    why = " · ".join(each for each in (number, name, _(status)) if each)
    return [{"value": booking_id, "label": _("Lịch đặt lúc %(when)s", when=when(row.slot_at, _.language)), "why": why}]


@dataclass(frozen=True)
class Listed:
    """The visits of a day, and when the counter closes today, if that is still to come."""

    views: list[BookingView]
    closes: datetime | None


def _seen(session: Session, day: date, now: datetime) -> Listed:
    return Listed(commands.day_list(session, day, now), closing_of(session, now))


def _day(typed: str, service: Service) -> date:
    """The day of an address, or today."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.min
    return day if date(2000, 1, 1) <= day < date(2100, 1, 1) else service.clock.now().astimezone(VN).date()
