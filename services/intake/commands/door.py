"""The door: whoever booked arrives, is checked, and comes in with a ticket; whoever does not come in has an outcome."""

from __future__ import annotations

from datetime import datetime
from typing import get_args

from sqlmodel import Session

from services.intake import rules
from services.intake.commands.bookings import decided, is_checked, moved, steps_of, today_of
from services.intake.commands.tickets import draw_ticket, previous_by_id
from services.intake.models import BookingMoved, BookingStep, DoorFigures, NewScreening, Screened
from services.intake.rules import door
from services.intake.rules.bookings import Booked
from services.intake.settings import Policy
from services.intake.tables import Emergency, Visit, visit_of_booking, working_calendar
from services.intake.tables.bookings import inside_now, screened_in
from services.intake.tables.emergencies import emergency_on
from shared.errors import found
from shared.events.emergency import NotPassed, VisitorScreened
from shared.record import Receipt, record
from shared.texts import code_sha256, new_id


def arrive(session: Session, booking_id: str, official: str, policy: Policy, now: datetime) -> BookingMoved:
    """Whoever booked is at the door; where nobody is checked they come in, with a ticket. Raises Refused."""
    booked = decided(session, booking_id)
    checked = is_checked(session, today_of(now))
    event = door.arrive(booked, checked, official, now)
    receipt = record(session, event, at=now) if event is not None else None
    if not checked:
        receipt = _let_in(session, decided(session, booking_id), checked, policy, now)
    assert receipt is not None, "who was here before has a ticket now"
    return moved(session, booking_id, receipt)


def screen(session: Session, body: NewScreening, official: str, policy: Policy, now: datetime) -> Screened:
    """The check at the door; of whoever booked it also says that they have arrived, and whoever of them passed has a
    ticket. Two who let in the last one at once count each other's: the emergency is locked first. Raises Refused."""
    row = emergency_on(session, today_of(now), lock=body.passed)
    booked = decided(session, body.booking_id) if body.booking_id is not None else None
    if body.procedure is not None:
        rules.check_open(rules.procedure_for(policy.catalogue, body.procedure, today_of(now)))
    event = door.screen(
        row.declared() if row else None,
        booked,
        screening_id=new_id(),
        passed=body.passed,
        outcome=body.outcome,
        procedure=body.procedure,
        inside_now=inside_now(session, row, now) if row and body.passed else 0,
        although_full=body.although_full,
        official=official,
        now=now,
    )
    if booked is not None and booked.arrived is None and (arrived := door.arrive(booked, True, official, now)):
        record(session, arrived, at=now)
    receipt = record(session, event, at=now)
    visit = None
    if booked is not None and event.passed:
        _let_in(session, decided(session, booked.booking_id), True, policy, now)
        visit = visit_of_booking(session, booked.booking_id)
    return Screened(
        screening_id=event.screening_id,
        booking_id=event.booking_id,
        passed=event.passed,
        outcome=event.outcome,
        visit_id=visit and visit.visit_id,
        ticket=visit and visit.ticket,
        steps=_next(session, event, visit, now),
        event_id=receipt.event_id,
        event_sha256=receipt.event_sha256,
    )


def _next(session: Session, event: VisitorScreened, visit: Visit | None, now: datetime) -> list[BookingStep]:
    """What comes next after the check: whoever did not come in is received all the same."""
    if event.booking_id is not None:
        return steps_of(decided(session, event.booking_id), visit, True, now)
    return [] if event.passed else ["receive"]


def serve(session: Session, booking_id: str, official: str, policy: Policy, now: datetime) -> BookingMoved:
    """Whoever booked and was not let in has been served outside. Raises Refused."""
    del policy
    event = door.serve(decided(session, booking_id), official, now)
    return moved(session, booking_id, record(session, event, at=now))


def lapse_booking(session: Session, booking_id: str, now: datetime) -> bool:
    """The end of the day ends the visit of whoever was left at the door; false when it has an outcome by now, or its
    day goes on."""
    event = door.lapse(decided(session, booking_id), working_calendar(session), now)
    if event is None:
        return False
    record(session, event, at=now)
    return True


def door_figures(session: Session, emergency_id: str, now: datetime) -> DoorFigures:
    """How many were checked, what became of each who did not pass, and how many are inside. Raises Refused
    `emergency_not_found` (404)."""
    row = found(session.get(Emergency, emergency_id), "emergency")
    counts = screened_in(session, emergency_id)
    passed, others = counts.pop(None, 0), sum(counts.values())
    return DoorFigures(
        screened=passed + others,
        passed=passed,
        not_passed=others,
        outcomes={outcome: counts.get(outcome, 0) for outcome in get_args(NotPassed)},
        inside=row.inside,
        inside_now=inside_now(session, row, now) if row.declared().in_force(today_of(now)) else None,
    )


def _let_in(session: Session, booked: Booked, checked: bool, policy: Policy, now: datetime) -> Receipt:
    """They have a ticket of the day."""
    door.check_let_in(booked, checked, now)
    drawn = draw_ticket(session, policy, now)
    event = door.let_in(
        booked,
        checked,
        visit_id=drawn.visit_id,
        ticket=drawn.ticket,
        day=drawn.day,
        code_sha256=code_sha256(drawn.code),
        previous=previous_by_id(session, booked.previous_visit),
        now=now,
    )
    return record(session, event, at=now)
