"""Dates that were promised before an act suspended deadlines are carried forward: reviewed by an official, or by the
clock on the morning of their day."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlmodel import Session

from services.intake.commands import new_dates
from services.intake.models import CarriedForward, CarryForward, Promises
from services.intake.rules import RUNNING, Case, suspensions
from services.intake.rules.suspensions import Suspended
from services.intake.tables import Emergency, dossier_for_decision, facts_of
from services.intake.tables.suspensions import (
    acts_in,
    count_to_carry,
    counting_calendar,
    counting_calendars,
    due_unaware,
    of_these_to_carry,
    start_of,
    to_carry,
    tomorrow,
)
from shared.errors import found
from shared.events.filing import FilingSupplementRequested
from shared.events.intake import DossierDeadlineSuspended, DossierSupplementRequested
from shared.record import record
from shared.worktime import Language

Asked = DossierSupplementRequested | FilingSupplementRequested
"""The facts that ask a citizen for papers, and say until when."""


def suspended_promises(session: Session, emergency_id: str, now: datetime, language: Language = "vi") -> Promises:
    """The first morning, where an act suspends deadlines: dossiers whose clock runs and whose date has not passed, with
    the date that each is carried forward to; nothing changes. Raises Refused."""
    declared = found(session.get(Emergency, emergency_id), "emergency").declared()
    act, calendars = suspensions.check_suspends(declared, now), counting_calendars(session)
    acts = acts_in(session)

    def moved(case: Case) -> list[DossierDeadlineSuspended]:
        return suspensions.carry_forward(case, act, acts, "", now, calendars(case.procedure))

    some = partial(to_carry, session, act, now)
    theirs, others = new_dates.first_of(some, moved, language, none="nothing_suspended")
    return Promises(until=act.days.last, dossiers=theirs, in_all=count_to_carry(session, act, now) - others)


def carry_forward(
    session: Session, emergency_id: str, body: CarryForward, official: str, now: datetime
) -> CarriedForward:
    """Carry some of these dates forward. Asked again it goes on with the others: what was carried forward
    before is passed over, by whomever that was. Raises Refused."""
    declared = found(session.get(Emergency, emergency_id, with_for_update=True), "emergency").declared()
    act, calendars = suspensions.check_suspends(declared, now), counting_calendars(session)
    acts, waiting = acts_in(session), of_these_to_carry(session, act, body.dossiers)
    given = new_dates.give(
        session,
        waiting,
        lambda case: suspensions.carry_forward(case, act, acts, official, now, calendars(case.procedure)),
        now,
    )
    return CarriedForward(carried=given.done, left_alone=given.left_alone, remaining=given.remaining)


def next_to_carry(session: Session, now: datetime) -> str | None:
    """The dossier with the nearest date, today or before, that an act suspends and nobody carried forward; none where
    there is none."""
    calendars = counting_calendars(session)
    for act in _begun(session, now):
        for row in new_dates.one_by_one(partial(due_unaware, session, act, tomorrow(now))):
            if suspensions.carried(row.case(), act, None, calendars(row.procedure)):
                return row.dossier_id
    return None


def carry_on_its_day(session: Session, dossier_id: str, now: datetime) -> bool:
    """Carry a date forward that nobody reviewed, before it is missed by a day that does not count; false when no act
    suspends any of its time, when it knows of it, and when it was told to have been missed."""
    dossier = dossier_for_decision(session, dossier_id)
    if dossier is None or dossier.status not in RUNNING or dossier.overdue_told == dossier.due_at:
        return False
    case, calendar = dossier.case(), counting_calendar(session, dossier.procedure)
    for act in _begun(session, now):
        if (event := suspensions.carried(case, act, None, calendar)) is not None:
            record(session, event, at=now)
            return True
    return False


def check_papers_lapsed(session: Session, case_id: str, procedure: str, now: datetime) -> None:
    """Whether the time for papers that a dossier or filing waits for is over. Raises Refused `papers_time_suspended`
    where an act suspends days of it that were not known when they were asked for."""
    asked = [fact.event for fact in facts_of(session, case_id) if isinstance(fact.event, Asked)]
    if asked:
        told, calendar = asked[-1].supplement_by_arithmetic, counting_calendar(session, procedure)
        suspensions.check_papers_lapsed(told, acts_in(session), procedure, now, calendar)


def _begun(session: Session, now: datetime) -> list[Suspended]:
    return [act for act in acts_in(session) if start_of(act.days.first) <= now]
