"""An emergency is declared and lifted, and the promises that fall into it are put off, one apology each."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import Session

from services.intake import rules
from services.intake.commands import new_dates
from services.intake.models import (
    MOST_DATES,
    Apologies,
    Apologised,
    EmergencyView,
    Lift,
    NewDossier,
    NewEmergency,
    Promises,
)
from services.intake.rulebook import Procedure
from services.intake.rules import bookings, emergencies
from services.intake.rules.emergencies import Terms
from services.intake.settings import Policy
from services.intake.tables import (
    Emergency,
    visit_of_booking,
    working_calendar,
)
from services.intake.tables.bookings import booking_for_decision, screening_of
from services.intake.tables.emergencies import (
    count_promises_between,
    emergency_on,
    last_emergency,
    not_put_off,
    promises_between,
)
from services.intake.tables.suspensions import counting_calendars, start_of
from shared.errors import Refused, found
from shared.events.intake import DossierRescheduled
from shared.record import record
from shared.worktime import VN, Language


def declare(session: Session, body: NewEmergency, official: str, policy: Policy, now: datetime) -> EmergencyView:
    """Declare an emergency. Raises Refused."""
    before, today = last_emergency(session, lock=True), now.astimezone(VN).date()
    known = [each.code for each in policy.catalogue.all_in_force(today)]
    terms = Terms(
        body.basis,
        body.first_day,
        body.last_day,
        tuple(body.urgent),
        body.roster,
        body.inside,
        body.per_slot,
        body.deadlines,
        body.deadlines_act,
        tuple(body.notices),
    )
    measure = policy.measures.on(today)
    event = emergencies.declare(before.declared() if before else None, terms, measure, known, official, now)
    record(session, event, at=now)
    return emergency_view(session.get_one(Emergency, event.emergency_id), now)


def lift(
    session: Session, emergency_id: str, body: Lift, official: str, policy: Policy, now: datetime
) -> EmergencyView:
    """It ends. Raises Refused."""
    del policy
    row = found(session.get(Emergency, emergency_id, with_for_update=True), "emergency")
    record(session, emergencies.lift(row.declared(), body.basis, official, now), at=now)
    return emergency_view(session.get_one(Emergency, emergency_id), now)


def at_door(
    session: Session, body: NewDossier, visit: rules.Visited | None, procedure: Procedure, when: datetime
) -> bool:
    """Whether a dossier that is brought in person is served at the door in an emergency; a visit that was booked for
    this procedure says so itself. Raises Refused `emergency_offer_other_way` with what is offered, `booking_not_found`
    (404), and what `check_came_with` raises."""
    if body.channel != "counter":
        if visit is not None or body.booking_id is not None or body.at_door:
            detail = "What came by post or online came with no visit, no booking, and not to the door."
            raise Refused("only_at_the_counter", detail, status=422)
        return False
    if body.booking_id is not None:
        booking = found(booking_for_decision(session, body.booking_id), "booking")
        seen = screening_of(session, body.booking_id), visit_of_booking(session, body.booking_id)
        bookings.check_came_with(booking.booked(*seen), procedure.code, when)
        if visit is not None:
            detail = "Whoever is served outside has no visit: receive it for the one or for the other."
            raise Refused("booking_not_outside", detail)
    day = when.astimezone(VN).date()
    row = emergency_on(session, day)
    came_in = visit is not None and visit.booking_id is not None and visit.procedure == procedure.code
    declared, booked = row.declared() if row else None, came_in or body.booking_id is not None
    return rules.at_door(declared, procedure, day, working_calendar(session), asked=body.at_door, booked=booked)


def promises_in(
    session: Session, emergency_id: str, until: date | None, policy: Policy, now: datetime, language: Language = "vi"
) -> Promises:
    """The first morning: open dossiers that are not urgent and whose dates fall inside the emergency, with the new date
    of each; nothing changes. Raises Refused."""
    declared = found(session.get(Emergency, emergency_id), "emergency").declared()
    emergencies.check_emergency_open(declared, now)
    emergencies.check_deadlines_go_on(declared)
    end = emergencies.end_of(declared, until, policy.measures.on(now.astimezone(VN).date()), now)
    calendars, within = counting_calendars(session), (start_of(declared.first_day), start_of(end + timedelta(days=1)))
    rows = promises_between(session, *within, declared.urgent, MOST_DATES)

    def moved(case: rules.Case) -> list[DossierRescheduled]:
        return [emergencies.apologise(policy.moves, declared, case, end, "", now, calendars(case.procedure))]

    return Promises(
        until=end,
        dossiers=[new_dates.shown(row, moved, language) for row in rows],
        in_all=count_promises_between(session, *within, declared.urgent),
    )


def apologise(
    session: Session, emergency_id: str, body: Apologies, official: str, policy: Policy, now: datetime
) -> Apologised:
    """Apologise for some of these dossiers and give their new dates. Asked again it goes on with the others:
    whoever was apologised to before is passed over, by whomever that was. Raises Refused."""
    declared = found(session.get(Emergency, emergency_id, with_for_update=True), "emergency").declared()
    emergencies.check_emergency_open(declared, now)
    emergencies.check_deadlines_go_on(declared)
    end = emergencies.end_of(declared, body.until, policy.measures.on(now.astimezone(VN).date()), now)
    calendars, waiting = counting_calendars(session), not_put_off(session, body.dossiers)
    given = new_dates.give(
        session,
        waiting,
        lambda case: [
            emergencies.apologise(policy.moves, declared, case, end, official, now, calendars(case.procedure))
        ],
        now,
    )
    return Apologised(apologised=given.done, left_alone=given.left_alone, remaining=given.remaining)


MOMENTS = ("declared_at", "lifted_at", "taken_back_at")


def emergency_view(row: Emergency, now: datetime) -> EmergencyView:
    """An emergency as everybody sees it."""
    shown = row.model_dump(include=set(EmergencyView.model_fields))
    moments = {name: shown[name] and shown[name].astimezone(VN) for name in MOMENTS}
    return EmergencyView(**shown | moments, in_force=row.declared().in_force(now.astimezone(VN).date()))
