"""Visits by booking, and the check at the door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlmodel import Session

from services.intake import rules
from services.intake.models import (
    BookingMoved,
    BookingReceipt,
    BookingView,
    Cancellation,
    DoorFigures,
    NewBooking,
    NewScreening,
    Screened,
    Slot,
    Slots,
)
from services.intake.rules import bookings
from services.intake.rules.bookings import Booked
from services.intake.settings import Policy
from services.intake.tables import Booking, Emergency, Screening, working_calendar
from services.intake.tables.emergencies import (
    booking_by_code,
    booking_for_decision,
    bookings_of,
    emergency_on,
    last_emergency,
    screened_in,
    screening_of,
    taken_of,
    taken_on,
)
from shared import private
from shared.errors import Refused, found
from shared.events import Event
from shared.record import record
from shared.texts import code_sha256, new_code, new_id, new_ref
from shared.worktime import VN

PURPOSE = "visit"


def slots_of(session: Session, code: str, day: date | None, policy: Policy, now: datetime) -> Slots:
    """The slots of a day for a procedure, full ones too: of the first day that has room, when none is asked for. Raises
    Refused."""
    row, today = last_emergency(session), now.astimezone(VN).date()
    procedure = rules.procedure_for(policy.catalogue, code, today)
    declared, measure = _declared(row), policy.measures.on(today)
    first, last = bookings.bookable(declared, procedure, measure, now)
    calendar = working_calendar(session)

    def on(each: date) -> list[Slot]:
        taken = taken_on(session, each)
        slots = [at for at in bookings.slots_of(each, declared.slot_minutes, calendar) if at > now]
        return [Slot(slot_at=at, left=max(0, declared.per_slot - taken.get(at, 0))) for at in slots]

    if day is not None:
        slots = on(day) if first <= day <= last else []
        return Slots(first_day=first, last_day=last, day=day, slots=slots)
    for each in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        slots = on(each)
        if any(slot.left for slot in slots):
            return Slots(first_day=first, last_day=last, day=each, slots=slots)
    return Slots(first_day=first, last_day=last, day=first, slots=on(first))


def book(session: Session, body: NewBooking, policy: Policy, now: datetime) -> BookingReceipt:
    """Book a visit. The emergency is locked first: of two who take the last place one is told that it is gone. Raises
    Refused."""
    row, today = last_emergency(session, lock=True), now.astimezone(VN).date()
    procedure = rules.procedure_for(policy.catalogue, body.procedure, today)
    declared, measure = _declared(row), policy.measures.on(today)
    rules.day_of(body.slot_at)
    taken = taken_of(session, body.slot_at, body.slot_at.astimezone(VN).date())
    at = bookings.check_slot(declared, procedure, body.slot_at, taken, measure, now, working_calendar(session))
    code, ref = new_code(), new_ref("vis") if body.phone else None
    event = bookings.book(
        declared,
        procedure,
        at,
        booking_id=new_id(),
        code_sha256=code_sha256(code),
        phone_ref=ref,
        now=now,
    )
    if ref is not None:
        until = at + timedelta(days=measure.kept_days)
        private.keep(session, ref, {"phone": body.phone}, purpose=PURPOSE, until=until)
    receipt = record(session, event, at=now)
    return BookingReceipt(
        booking_id=event.booking_id,
        code=code,
        procedure=event.procedure,
        slot_at=at,
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )


def booked_with(session: Session, code: str) -> BookingView:
    """The booking of whoever holds its code. Raises Refused `booking_not_found` (404)."""
    row = _with_code(session, code)
    return view_of(row, screening_of(session, row.booking_id))


def cancel(session: Session, body: Cancellation, policy: Policy, now: datetime) -> BookingMoved:
    """Whoever holds the code will not come. Raises Refused."""
    del policy
    booking_id = _with_code(session, body.code).booking_id
    return _step(session, booking_id, lambda booked: bookings.cancel(booked, now), now)


def arrive(session: Session, booking_id: str, official: str, policy: Policy, now: datetime) -> BookingMoved:
    """Whoever booked is at the door. Raises Refused."""
    del policy
    return _step(session, booking_id, lambda booked: bookings.arrive(booked, official, now), now)


def serve(session: Session, booking_id: str, official: str, policy: Policy, now: datetime) -> BookingMoved:
    """Whoever booked has been served. Raises Refused."""
    del policy
    checked = emergency_on(session, now.astimezone(VN).date()) is not None
    return _step(session, booking_id, lambda booked: bookings.serve(booked, checked, official, now), now)


def screen(session: Session, body: NewScreening, official: str, policy: Policy, now: datetime) -> Screened:
    """The check at the door; of whoever booked it also says that they have arrived. Raises Refused."""
    today = now.astimezone(VN).date()
    booked = _booked(session, body.booking_id) if body.booking_id is not None else None
    if body.procedure is not None:
        rules.procedure_for(policy.catalogue, body.procedure, today)
    row = emergency_on(session, today)
    event = bookings.screen(
        row.declared() if row else None,
        booked,
        screening_id=new_id(),
        passed=body.passed,
        outcome=body.outcome,
        procedure=body.procedure,
        official=official,
        now=now,
    )
    if booked is not None and not booked.arrived:
        record(session, bookings.arrive(booked, official, now), at=now)
    receipt = record(session, event, at=now)
    return Screened(
        screening_id=event.screening_id,
        booking_id=event.booking_id,
        passed=event.passed,
        outcome=event.outcome,
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )


def day_list(session: Session, day: date) -> list[BookingView]:
    """The visits of a day in the order in which visitors are called, those that were cancelled too."""
    return [view_of(booking, screening) for booking, screening in bookings_of(session, day)]


def door_figures(session: Session, emergency_id: str) -> DoorFigures:
    """How many were checked, and what became of each who did not pass. Raises Refused `emergency_not_found` (404)."""
    found(session.get(Emergency, emergency_id), "emergency")
    counts = screened_in(session, emergency_id)
    passed, others = counts.pop(None, 0), sum(counts.values())
    by_outcome = {name: counts.get(name, 0) for name in ("served_outside", "by_relative", "by_phone")}
    return DoorFigures(screened=passed + sum(counts.values()), passed=passed, not_passed=others, **by_outcome)


def view_of(row: Booking, screening: Screening | None) -> BookingView:
    """A booking as officials see it."""
    return BookingView(
        booking_id=row.booking_id,
        procedure=row.procedure,
        slot_at=row.slot_at.astimezone(VN),
        stage=row.booked(screening).stage,
        arrived_at=row.arrived_at and row.arrived_at.astimezone(VN),
        served_at=row.served_at and row.served_at.astimezone(VN),
    )


def _declared(row: Emergency | None) -> rules.Declared:
    if row is None:
        raise Refused("emergency_not_open", "Nobody need book: everybody is received as ever.")
    return row.declared()


def _with_code(session: Session, code: str) -> Booking:
    return found(booking_by_code(session, code_sha256(code)), "booking")


def _booked(session: Session, booking_id: str) -> Booked:
    row = found(booking_for_decision(session, booking_id), "booking")
    return row.booked(screening_of(session, booking_id))


def _step(session: Session, booking_id: str, decide: Callable[[Booked], Event], now: datetime) -> BookingMoved:
    receipt = record(session, decide(_booked(session, booking_id)), at=now)
    after = session.get_one(Booking, booking_id).booked(screening_of(session, booking_id))
    return BookingMoved(
        booking_id=booking_id, stage=after.stage, event_id=receipt.event_id, event_sha256=receipt.event_sha256
    )
