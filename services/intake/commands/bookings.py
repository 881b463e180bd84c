"""Visits by booking, until whoever booked is at the door."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import Session

from services.intake import rules
from services.intake.commands.reading import read_private
from services.intake.commands.tickets import previous_by_code
from services.intake.models import (
    BookingMoved,
    BookingPhone,
    BookingReceipt,
    BookingStep,
    BookingView,
    Cancellation,
    NewBooking,
    Slot,
    Slots,
)
from services.intake.rules import bookings, door
from services.intake.rules.bookings import Booked
from services.intake.settings import Policy
from services.intake.tables import Booking, Emergency, Screening, Visit, visit_of_booking, working_calendar
from services.intake.tables.bookings import (
    booking_by_code,
    booking_for_decision,
    bookings_of,
    screening_of,
    taken_of,
    taken_on,
)
from services.intake.tables.emergencies import emergency_on, last_emergency
from shared import private
from shared.errors import Refused, found
from shared.record import Receipt, record
from shared.texts import code_sha256, new_code, new_id, new_ref
from shared.worktime import VN

PURPOSE, BY_PHONE = "visit", "by_phone"


def slots_of(session: Session, code: str, day: date | None, policy: Policy, now: datetime) -> Slots:
    """The slots of a day for a procedure, full ones too: of the first day that has room, when none is asked for. Raises
    Refused."""
    row, today = last_emergency(session), today_of(now)
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
    row, today = last_emergency(session, lock=True), today_of(now)
    procedure = rules.procedure_for(policy.catalogue, body.procedure, today)
    declared, measure = _declared(row), policy.measures.on(today)
    rules.day_of(body.slot_at)
    taken = taken_of(session, body.slot_at, body.slot_at.astimezone(VN).date())
    at = bookings.check_slot(declared, procedure, body.slot_at, taken, measure, now, working_calendar(session))
    previous, why_not = previous_by_code(session, body.code)
    code, ref = new_code(), new_ref("vis") if body.phone else None
    event = bookings.book(
        declared,
        procedure,
        at,
        booking_id=new_id(),
        code_sha256=code_sha256(code),
        phone_ref=ref,
        previous=previous,
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
        not_linked=why_not,
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )


def booked_with(session: Session, code: str, now: datetime) -> BookingView:
    """The booking of whoever holds its code. Raises Refused `booking_not_found` (404)."""
    row = _with_code(session, code)
    seen = screening_of(session, row.booking_id), visit_of_booking(session, row.booking_id)
    return view_of(row, *seen, is_checked(session, row.day), now)


def cancel(session: Session, body: Cancellation, policy: Policy, now: datetime) -> BookingMoved:
    """Whoever holds the code will not come. Raises Refused."""
    del policy
    booking_id = _with_code(session, body.code).booking_id
    event = bookings.cancel(decided(session, booking_id), now)
    return moved(session, booking_id, record(session, event, at=now))


def phone_of(session: Session, booking_id: str, reader: str, now: datetime) -> BookingPhone:
    """The phone of whoever is served by it today; the reading is recorded. Raises Refused."""
    door.check_by_phone(decided(session, booking_id), now)
    ref = session.get_one(Booking, booking_id).phone_ref
    read = read_private(session, ref, ("phone",), BY_PHONE, reader, now) if ref else {}
    return BookingPhone(phone=read.get("phone"))


def day_list(session: Session, day: date, now: datetime) -> list[BookingView]:
    """The visits of a day by their slots, those that were cancelled too."""
    checked = is_checked(session, day)
    return [view_of(*each, checked, now) for each in bookings_of(session, day)]


def is_checked(session: Session, day: date) -> bool:
    """Whether visitors are checked at the door on a day."""
    return emergency_on(session, day) is not None


def view_of(
    row: Booking, screening: Screening | None, visit: Visit | None, checked: bool, now: datetime
) -> BookingView:
    """A booking as officials see it."""
    booked = row.booked(screening, visit)
    return BookingView(
        booking_id=row.booking_id,
        procedure=row.procedure,
        slot_at=row.slot_at.astimezone(VN),
        stage=booked.stage,
        arrived_at=row.arrived_at and row.arrived_at.astimezone(VN),
        served_at=row.served_at and row.served_at.astimezone(VN),
        visit_id=visit and visit.visit_id,
        ticket=visit and visit.ticket,
        outcome=visit.visited().outcome if visit else booked.lapsed,
        steps=steps_of(booked, visit, checked, now),
        phone_left=row.phone_ref is not None,
    )


def steps_of(booked: Booked, visit: Visit | None, checked: bool, now: datetime) -> list[BookingStep]:
    """What comes next: of their visit, once they have one."""
    return list(rules.next_steps(visit.visited(), now) if visit else door.next_steps(booked, checked, now))


def decided(session: Session, booking_id: str) -> Booked:
    """What the rules see of a booking, locked until the transaction ends. Raises Refused `booking_not_found` (404)."""
    row = found(booking_for_decision(session, booking_id), "booking")
    return row.booked(screening_of(session, booking_id), visit_of_booking(session, booking_id))


def moved(session: Session, booking_id: str, receipt: Receipt) -> BookingMoved:
    """What a step did to a booking."""
    row, visit = session.get_one(Booking, booking_id), visit_of_booking(session, booking_id)
    return BookingMoved(
        booking_id=booking_id,
        stage=row.booked(screening_of(session, booking_id), visit).stage,
        visit_id=visit and visit.visit_id,
        ticket=visit and visit.ticket,
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )


def today_of(now: datetime) -> date:
    """The day in the office."""
    return now.astimezone(VN).date()


def _declared(row: Emergency | None) -> rules.Declared:
    if row is None:
        raise Refused("emergency_not_open", "Nobody need book: everybody is received as ever.")
    return row.declared()


def _with_code(session: Session, code: str) -> Booking:
    return found(booking_by_code(session, code_sha256(code)), "booking")
