"""Intake's API for visits by booking and the check at the door."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.intake import commands
from services.intake.models import (
    BookingMoved,
    BookingReceipt,
    BookingView,
    Cancellation,
    NewBooking,
    NewScreening,
    Screened,
    Slots,
)
from services.intake.routes.doors import Anyone, NotesArrival, Once, Rules, Screens, ServesBooked, own_office
from services.intake.settings import Policy
from shared.doors import PROBLEMS, Door, Limited
from shared.errors import found
from shared.texts import Code
from shared.tokens import Official
from shared.worktime import VN

router = APIRouter(responses=PROBLEMS)
FEW = "10/minute"
"""How often somebody may book or cancel: each takes or frees a place."""


@router.get("/bookings/slots", dependencies=[Limited("60/minute")])
async def slots(
    service: Door,
    policy: Rules,
    procedure: Annotated[Code, Query(description="What one would come for.")],
    day: Annotated[date | None, Query(description="The first day with room, when left out.")] = None,
) -> Slots:
    """The days for which this can be booked, and the slots of one of them, full ones too. Public."""
    return await service.db.read(commands.slots_of, procedure, day, policy, service.clock.now())


@router.post("/bookings", status_code=201, response_model=BookingReceipt, dependencies=[Limited(FEW)])
async def book(body: NewBooking, once: Once) -> Response:
    """Book a visit; the code is shown this once. Public."""
    return await once.guarded(commands.book, body, once.policy, once.now())


@router.post("/bookings/cancel", status_code=201, response_model=BookingMoved, dependencies=[Limited(FEW)])
async def cancel(body: Cancellation, once: Once) -> Response:
    """Whoever holds the code will not come: the place is free again. Public."""
    return await once(commands.cancel, body, once.policy, once.now())


@router.get("/bookings")
async def bookings(
    service: Door,
    policy: Rules,
    who: Anyone,
    day: Annotated[date | None, Query(description="Today, when left out.")] = None,
) -> list[BookingView]:
    """The visits of a day by their slots, the ticket of whoever came in, and what comes next for each."""
    own_office(who, policy)
    now = service.clock.now()
    return await service.db.read(commands.day_list, day or now.astimezone(VN).date(), now)


@router.post("/bookings/{booking_id}/arrive", status_code=201, response_model=BookingMoved)
async def arrive(booking_id: Code, who: NotesArrival, once: Once) -> Response:
    """Whoever booked is at the door; where nobody is checked they come in, and have a ticket."""
    return await once(commands.arrive, booking_id, who.id, own_booking(who, once.policy), once.now())


@router.post("/bookings/{booking_id}/serve", status_code=201, response_model=BookingMoved)
async def serve(booking_id: Code, who: ServesBooked, once: Once) -> Response:
    """Whoever booked and was not let in has been served outside."""
    return await once(commands.serve, booking_id, who.id, own_booking(who, once.policy), once.now())


@router.post("/screenings", status_code=201, response_model=Screened)
async def screen(body: NewScreening, who: Screens, once: Once) -> Response:
    """The check at the door: passed, or not and what becomes of the visitor. Nothing about a body is kept. Whoever
    booked and passed has a ticket. Once as many are inside as may be, one more is let in on purpose alone."""
    own_office(who, once.policy)
    return await once(commands.screen, body, who.id, once.policy, once.now())


def own_booking(who: Official, policy: Policy) -> Policy:
    """The policy, for an official of this unit. Raises Refused `booking_not_found` (404) for one of another."""
    return found(policy, "booking", same_unit=who.unit == policy.unit)
