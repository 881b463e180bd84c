"""Visits by booking in an emergency, and the check at the door: how many come at once, in which order, and what becomes
of whoever is not let in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from services.intake.rulebook import Procedure
from services.intake.rulebook.emergencies import Measure
from services.intake.rules.emergencies import Declared
from services.intake.rules.receiving import check_channel, check_open
from shared.errors import Refused
from shared.events.emergency import (
    BookedVisitorArrived,
    BookedVisitorServed,
    BookingCancelled,
    NotPassed,
    VisitBooked,
    VisitorScreened,
)
from shared.worktime import VN, Calendar

Stage = Literal["booked", "cancelled", "arrived", "inside", "served_outside", "by_relative", "by_phone", "served"]
"""Where a booked visit is. `served_outside` waits outside and is still to be served; the two after it went home with
that outcome."""
TO_SERVE: tuple[Stage, ...] = ("inside", "served_outside")
"""Those who passed the door, and those who are served outside it."""
_NOT_LET_IN = "Check this visitor at the door first; whoever is served by a relative or by phone is not here."


@dataclass(frozen=True)
class Booked:
    """What the rules need to know of a booking."""

    booking_id: str
    procedure: str
    day: date
    slot_at: datetime
    cancelled: bool = False
    arrived: bool = False
    passed: bool | None = None
    """What the check at the door said; none before it."""
    outcome: NotPassed | None = None
    served: bool = False

    @property
    def stage(self) -> Stage:
        """Where it is."""
        if self.cancelled:
            return "cancelled"
        if self.served:
            return "served"
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
    """Whether a citizen who is here booked for this. Raises Refused `booking_other_procedure`, and what `check_todays`
    raises."""
    check_todays(booked, now)
    if booked.procedure != procedure:
        raise Refused("booking_other_procedure", "This visit was booked for another procedure.", procedure=procedure)


def arrive(booked: Booked, official: str, now: datetime) -> BookedVisitorArrived:
    """Whoever booked is at the door. Raises Refused `booking_arrived`, and what `check_todays` raises."""
    check_todays(booked, now)
    if booked.stage != "booked":
        raise Refused("booking_arrived", "This visitor has arrived already.")
    return BookedVisitorArrived(booking_id=booked.booking_id, arrived_at=now.astimezone(VN), noted_by=official)


def screen(
    declared: Declared | None,
    booked: Booked | None,
    *,
    screening_id: str,
    passed: bool,
    outcome: NotPassed | None,
    procedure: str | None,
    official: str,
    now: datetime,
) -> VisitorScreened:
    """The check at the door: passed, or not and what becomes of the visitor.

    Raises Refused `no_emergency`, `outcome_missing`, `outcome_not_needed` (422), `already_screened`, and what
    `check_todays` raises.
    """
    if declared is None or not declared.in_force(now.astimezone(VN).date()):
        raise Refused("no_emergency", "No emergency is in force: nobody is checked at the door.")
    if not passed and outcome is None:
        detail = "Say how whoever is not let in is served: outside, by a relative, or by phone."
        raise Refused("outcome_missing", detail, status=422)
    if passed and outcome is not None:
        raise Refused("outcome_not_needed", "Whoever passed comes in: no other outcome.", status=422)
    if booked is not None:
        check_todays(booked, now)
        if booked.passed is not None or booked.served:
            raise Refused("already_screened", "This visitor was checked already.")
    return VisitorScreened(
        screening_id=screening_id,
        emergency_id=declared.emergency_id,
        booking_id=booked.booking_id if booked else None,
        passed=passed,
        outcome=outcome,
        procedure=booked.procedure if booked else procedure,
        screened_by=official,
        screened_at=now.astimezone(VN),
    )


def serve(booked: Booked, checked: bool, official: str, now: datetime) -> BookedVisitorServed:
    """Whoever booked has been served; where visitors are `checked` at the door, after that.

    Raises Refused `booking_served`, `booking_not_let_in`, and what `check_todays` raises.
    """
    check_todays(booked, now)
    if booked.served:
        raise Refused("booking_served", "This visitor has been served already.")
    if booked.stage not in TO_SERVE and (checked or booked.passed is not None or not booked.arrived):
        raise Refused("booking_not_let_in", _NOT_LET_IN)
    return BookedVisitorServed(booking_id=booked.booking_id, served_at=now.astimezone(VN), served_by=official)


def next_to_call(visits: Sequence[Booked]) -> Booked | None:
    """Of the visits of a day in their order, the one to be called next: checked at the door, and not yet served."""
    return next((each for each in visits if each.stage in TO_SERVE), None)


@dataclass(frozen=True)
class FromBooking:
    """What a visit is opened with for somebody who booked it: in the order of `slot_at`, before whoever just came."""

    booking_id: str
    procedure: str
    slot_at: datetime


def visit_from(booked: Booked, now: datetime) -> FromBooking:
    """What the ticket of a booked visitor says, once there are tickets. Raises Refused `booking_not_let_in`, and what
    `check_todays` raises."""
    check_todays(booked, now)
    if booked.stage not in TO_SERVE:
        raise Refused("booking_not_let_in", _NOT_LET_IN)
    return FromBooking(booked.booking_id, booked.procedure, booked.slot_at)
