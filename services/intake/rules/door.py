"""The door in an emergency: whoever booked arrives, is checked, and comes in with a ticket; and what becomes of whoever
does not come in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal

from services.intake.rules.bookings import Booked, Stage, check_todays
from services.intake.rules.emergencies import Declared
from services.intake.rules.visits import Visited, trip_after
from shared.errors import Refused
from shared.events.emergency import (
    BookedVisitorArrived,
    BookedVisitorLapsed,
    BookedVisitorServed,
    Lapsed,
    NotPassed,
    VisitorScreened,
)
from shared.events.visit import VisitOpened
from shared.worktime import VN, Calendar

DoorStep = Literal["arrive", "screen", "receive", "serve"]
"""What a clerk may do with whoever booked and has no ticket, as the API names it: `receive` is receiving the
dossier."""
CHECKED: Mapping[Stage, tuple[DoorStep, ...]] = {
    "booked": ("arrive", "screen"),
    "arrived": ("screen",),
    "served_outside": ("receive", "serve"),
    "by_relative": ("receive",),
    "by_phone": ("receive",),
}
"""What comes next for a visit of today, by its stage, while visitors are checked at the door."""
FREE: Mapping[Stage, tuple[DoorStep, ...]] = {**CHECKED, "booked": ("arrive",), "arrived": ("arrive",)}
"""And once they are not: whoever waits at the door comes in by arriving."""


def next_steps(booked: Booked, checked: bool, now: datetime) -> tuple[DoorStep, ...]:
    """What comes next, the likeliest first; nothing on another day, with a ticket, or once it has ended."""
    if booked.day != now.astimezone(VN).date():
        return ()
    return (CHECKED if checked else FREE).get(booked.stage, ())


def check_by_phone(booked: Booked, now: datetime) -> None:
    """Whether the phone that was left may be read, to ring whoever is served by it. Raises Refused
    `booking_not_by_phone`, and what `check_todays` raises."""
    check_todays(booked, now)
    if booked.stage != "by_phone":
        raise Refused("booking_not_by_phone", "This visitor is not served by phone: nobody is to be rung.")


def arrive(booked: Booked, checked: bool, official: str, now: datetime) -> BookedVisitorArrived | None:
    """Whoever booked is at the door. None when that is known and they wait there though nobody is `checked` any more:
    what they lack is their ticket. Raises Refused `booking_arrived`, `booking_lapsed`, and what `check_todays`
    raises."""
    check_todays(booked, now)
    check_not_lapsed(booked)
    if booked.stage == "arrived" and not checked:
        return None
    if booked.stage != "booked":
        raise Refused("booking_arrived", "This visitor has arrived already.")
    return BookedVisitorArrived(booking_id=booked.booking_id, arrived_at=now.astimezone(VN), noted_by=official)


def let_in(
    booked: Booked,
    checked: bool,
    *,
    visit_id: str,
    ticket: str,
    day: date,
    code_sha256: str,
    previous: Visited | None,
    now: datetime,
) -> VisitOpened:
    """The ticket of whoever booked and may come in: they have arrived, and passed where visitors are `checked`. A
    number of another day, as the counter has closed, has no slot: it would come before all who booked that day. Raises
    what `check_let_in` raises."""
    check_let_in(booked, checked, now)
    return VisitOpened(
        visit_id=visit_id,
        ticket=ticket,
        day=day,
        procedure=booked.procedure,
        purpose="file",
        channel="booking",
        code_sha256=code_sha256,
        previous_visit=previous.visit_id if previous else None,
        trip=trip_after(previous),
        opened_at=now.astimezone(VN),
        booking_id=booked.booking_id,
        slot_at=booked.slot_at.astimezone(VN) if day == booked.day else None,
    )


def check_let_in(booked: Booked, checked: bool, now: datetime) -> None:
    """Raises Refused `booking_let_in`: they have their ticket; `booking_not_let_in`, `booking_lapsed`, and what
    `check_todays` raises."""
    check_todays(booked, now)
    check_not_lapsed(booked)
    if booked.ticket is not None:
        raise Refused("booking_let_in", "This visitor has come in, and has a ticket.")
    if not (booked.passed or (booked.stage == "arrived" and not checked)):
        detail = "Check this visitor at the door first; whoever is served by a relative or by phone is not here."
        raise Refused("booking_not_let_in", detail)


def screen(
    declared: Declared | None,
    booked: Booked | None,
    *,
    screening_id: str,
    passed: bool,
    outcome: NotPassed | None,
    procedure: str | None,
    inside_now: int,
    although_full: bool,
    official: str,
    now: datetime,
) -> VisitorScreened:
    """The check at the door: passed, or not and what becomes of the visitor. Nobody passes while as many are
    `inside_now` as may be, unless that is said on purpose, `although_full`: no act forbids it, it says how many.

    Raises Refused `no_emergency`, `outcome_missing`, `outcome_not_needed` (422), `already_screened`, `booking_let_in`,
    `booking_lapsed`, `door_full`, and what `check_todays` raises.
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
        check_not_lapsed(booked)
        if booked.passed is not None or booked.served:
            raise Refused("already_screened", "This visitor was checked already.")
        if booked.ticket is not None:
            raise Refused("booking_let_in", "This visitor came in before anybody was checked, and has a ticket.")
    full = passed and is_full(declared.inside, inside_now)
    if full and not although_full:
        detail = "As many are inside as may be: let this visitor wait at the door, or say `although_full`."
        raise Refused("door_full", detail, inside=declared.inside, inside_now=inside_now)
    return VisitorScreened(
        screening_id=screening_id,
        emergency_id=declared.emergency_id,
        booking_id=booked.booking_id if booked else None,
        passed=passed,
        outcome=outcome,
        procedure=booked.procedure if booked else procedure,
        screened_by=official,
        screened_at=now.astimezone(VN),
        although_full=full,
    )


def is_full(inside: int, inside_now: int) -> bool:
    """Whether as many are inside now as may be at once."""
    return inside_now >= inside


def check_not_lapsed(booked: Booked) -> None:
    """Raises Refused `booking_lapsed`: the counter closed before anybody checked them."""
    if booked.stage == "waited":
        detail = "The counter closed before anybody checked this visitor: offer another slot, or a ticket."
        raise Refused("booking_lapsed", detail)


def lapses_at(booked: Booked, calendar: Calendar) -> datetime | None:
    """When the end of the day ends the visit of whoever is at the door and did not come in: of whom nobody checked as
    the counter closes, so that they wait no longer than whoever has a ticket; of whoever came later, or is to be served
    outside, at midnight, so that a clerk can still write it down; none with an outcome or a ticket, or before they
    come."""
    if booked.arrived is None or booked.stage not in ("arrived", "served_outside"):
        return None
    if booked.stage == "arrived" and calendar.is_working_day(booked.day):
        closing = calendar.closing(booked.day)
        if booked.arrived < closing:
            return closing
    return datetime.combine(booked.day + timedelta(days=1), datetime.min.time(), VN)


def lapse(booked: Booked, calendar: Calendar, now: datetime) -> BookedVisitorLapsed | None:
    """The end of the day ends their visit; none while the day goes on, and where there is nothing to end."""
    until = lapses_at(booked, calendar)
    if until is None or now < until:
        return None
    outcome: Lapsed = "waited" if booked.stage == "arrived" else "unrecorded"
    return BookedVisitorLapsed(booking_id=booked.booking_id, outcome=outcome, lapsed_at=now.astimezone(VN))


def serve(booked: Booked, official: str, now: datetime) -> BookedVisitorServed:
    """Whoever booked and was not let in has been served outside.

    Raises Refused `booking_served`, `booking_not_outside`, and what `check_todays` raises.
    """
    check_todays(booked, now)
    if booked.served:
        raise Refused("booking_served", "This visitor has been served already.")
    if booked.stage != "served_outside":
        detail = "Only of whoever is served outside this is said here: of whoever came in, closing their visit says it."
        raise Refused("booking_not_outside", detail)
    return BookedVisitorServed(booking_id=booked.booking_id, served_at=now.astimezone(VN), served_by=official)
