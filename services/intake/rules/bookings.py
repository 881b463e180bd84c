"""Visits by booking in an emergency: which slots there are, how many come at once, and where a booked visitor is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from services.intake.rulebook import Procedure
from services.intake.rulebook.emergencies import Measure
from services.intake.rules.emergencies import Declared
from services.intake.rules.receiving import check_channel, check_open
from services.intake.rules.visits import Visited, VisitStatus
from shared.errors import Refused
from shared.events.emergency import BookingCancelled, Lapsed, NotPassed, VisitBooked
from shared.worktime import VN, Calendar

Stage = Literal[
    "booked",
    "cancelled",
    "arrived",
    "inside",
    "called",
    "closed",
    "served_outside",
    "by_relative",
    "by_phone",
    "served",
    "waited",
    "unrecorded",
]
"""Where a booked visitor is. Whoever came in has a ticket: `inside` waits with it, `called` and `closed` say how far
its visit came. Whoever did not is `served_outside` and still to be `served`, or went home with one of the two other
outcomes. The end of the day makes `waited` of whom nobody checked, and `unrecorded` of whom nobody served outside, as
far as is written down."""
OF_TICKET: Mapping[VisitStatus, Stage] = {"waiting": "inside", "called": "called", "closed": "closed"}


@dataclass(frozen=True)
class Booked:
    """What the rules need to know of a booking."""

    booking_id: str
    procedure: str
    day: date
    slot_at: datetime
    cancelled: bool = False
    arrived: datetime | None = None
    """When they were at the door; none before."""
    passed: bool | None = None
    """What the check at the door said; none before it."""
    outcome: NotPassed | None = None
    served: bool = False
    ticket: VisitStatus | None = None
    """How far the visit of their ticket came; none before they may come in."""
    previous_visit: str | None = None
    """The visit at which they were guided before."""
    lapsed: Lapsed | None = None
    """The outcome that the end of the day wrote down."""

    @property
    def stage(self) -> Stage:
        """Where they are."""
        if self.cancelled:
            return "cancelled"
        if self.ticket is not None:
            return OF_TICKET[self.ticket]
        if self.served:
            return "served"
        if self.lapsed is not None:
            return self.lapsed
        if self.passed is not None:
            return "inside" if self.passed else self.outcome or "served_outside"
        return "arrived" if self.arrived else "booked"


def slots_of(day: date, minutes: int, calendar: Calendar) -> Iterator[datetime]:
    """When the slots of a day begin: those that end before the office closes, for lunch too; none on a day off."""
    slot = timedelta(minutes=minutes)
    for opens, closes in calendar.working_intervals(day):
        at = opens
        while at + slot <= closes:
            yield at
            at += slot


def bookable(declared: Declared, procedure: Procedure, measure: Measure, now: datetime) -> tuple[date, date]:
    """The first and the last day for which a visit can be booked: what is urgent while the emergency lasts, all else
    after it.

    Raises Refused `emergency_not_open`, `emergency_without_end`, and what the checks of a procedure raise.
    """
    check_open(procedure)
    check_channel(procedure, "counter")
    today = now.astimezone(VN).date()
    if not declared.is_open(today):
        raise Refused("emergency_not_open", "Nobody need book: everybody is received as ever.")
    if procedure.code in declared.urgent:
        first = max(today, declared.first_day)
        last = first + timedelta(days=measure.booking_days)
        return first, min(last, declared.last_day or last)
    if declared.last_day is None:
        detail = "No end of the emergency is known, so nothing can be booked after it: file online or by post."
        raise Refused("emergency_without_end", detail)
    first = declared.last_day + timedelta(days=1)
    return first, first + timedelta(days=measure.booking_days)


def check_slot(
    declared: Declared,
    procedure: Procedure,
    slot_at: datetime,
    taken: int,
    measure: Measure,
    now: datetime,
    calendar: Calendar,
) -> datetime:
    """The slot that this moment begins, if it can be booked and has room. Raises Refused `slot_not_offered` (422),
    `slot_full`, and what `bookable` raises."""
    first, last = bookable(declared, procedure, measure, now)
    try:
        at = slot_at.astimezone(VN)
    except OverflowError:  # the first and the last hours of the calendar have no local time here
        at = now.astimezone(VN)
    offered = first <= at.date() <= last and at > now and at in slots_of(at.date(), declared.slot_minutes, calendar)
    if not offered:
        detail = "This is not the beginning of a slot that can be booked: see /intake/bookings/slots."
        raise Refused("slot_not_offered", detail, status=422)
    if taken >= declared.per_slot:
        raise Refused("slot_full", "This slot is full: take another one.")
    return at


def book(
    declared: Declared,
    procedure: Procedure,
    slot_at: datetime,
    *,
    booking_id: str,
    code_sha256: str,
    phone_ref: str | None,
    previous: Visited | None,
    now: datetime,
) -> VisitBooked:
    """A visit at this slot, as `check_slot` gave it."""
    return VisitBooked(
        booking_id=booking_id,
        emergency_id=declared.emergency_id,
        procedure=procedure.code,
        day=slot_at.date(),
        slot_at=slot_at,
        code_sha256=code_sha256,
        phone_ref=phone_ref,
        booked_at=now.astimezone(VN),
        previous_visit=previous.visit_id if previous else None,
    )


def cancel(booked: Booked, now: datetime) -> BookingCancelled:
    """Whoever booked will not come. Raises Refused `booking_not_cancellable`."""
    if booked.stage != "booked" or booked.day < now.astimezone(VN).date():
        raise Refused("booking_not_cancellable", "This visit was cancelled already, or has begun, or its day is over.")
    return BookingCancelled(booking_id=booked.booking_id, cancelled_at=now.astimezone(VN))


def check_todays(booked: Booked, now: datetime) -> None:
    """Raises Refused `booking_other_day`, `booking_cancelled`."""
    if booked.day != now.astimezone(VN).date():
        raise Refused("booking_other_day", "This visit is for another day.", day=booked.day.isoformat())
    if booked.cancelled:
        raise Refused("booking_cancelled", "This visit was cancelled.")


def check_came_with(booked: Booked, procedure: str, now: datetime) -> None:
    """Whether a citizen who booked for this is received by their booking: who is not let in and served all the same; of
    whoever came in there is a visit. Raises Refused `booking_not_outside`, `booking_other_procedure`, and what
    `check_todays` raises."""
    check_todays(booked, now)
    if booked.outcome is None or booked.served:
        detail = "This visitor is not served outside: receive the dossier for the visit of whoever came in."
        raise Refused("booking_not_outside", detail)
    if booked.procedure != procedure:
        raise Refused("booking_other_procedure", "This visit was booked for another procedure.", procedure=procedure)
