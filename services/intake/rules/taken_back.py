"""An act that was recorded wrong is taken back and counts as though it had never been. The dates that it moved are
given back one by one: what each would be without it, never earlier than there is time for, and never a later one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.intake.rulebook import Procedure
from services.intake.rulebook.emergencies import Measure
from services.intake.rules.dates import goes_on
from services.intake.rules.emergencies import Declared
from services.intake.rules.receiving import online
from services.intake.rules.states import RUNNING, Case
from shared.errors import Refused
from shared.events import Event
from shared.events.emergency import EmergencyTakenBack, Mistake
from shared.events.intake import (
    DossierDateGivenBack,
    DossierDeadlineSuspended,
    DossierReceived,
    DossierRescheduled,
    DossierSupplemented,
    DossierSupplementRequested,
)
from shared.worktime import VN, Calendar, Limit, Promise, Suspension, Wait, after_suspension, counted_again, promise

Given = DossierReceived | DossierRescheduled
"""The facts that count a date anew; what comes after one goes on from it."""


def take_back(declared: Declared, reason: Mistake, official: str, now: datetime) -> EmergencyTakenBack:
    """It was recorded wrong, whether it is open, over or still to begin. Raises Refused `emergency_taken_back`."""
    if declared.taken_back:
        raise Refused("emergency_taken_back", "This emergency was taken back already.")
    return EmergencyTakenBack(
        emergency_id=declared.emergency_id,
        reason_code=reason,
        taken_back_by=official,
        taken_back_at=now.astimezone(VN),
    )


def check_taken_back(declared: Declared, days: Suspension | None) -> Suspension:
    """The days that a mistaken act had suspended. Raises Refused `emergency_not_taken_back`, `deadlines_go_on`."""
    if not declared.taken_back:
        raise Refused("emergency_not_taken_back", "This emergency stands: take it back first.")
    if days is None:
        raise Refused("deadlines_go_on", "This emergency had moved no date: there is none to give back.")
    return days


def without(
    facts: Sequence[Event], mistaken: Mapping[str, Suspension], procedure: Procedure, calendar: Calendar
) -> Promise:
    """The promise of a dossier as though mistaken acts, by their emergencies, had never been: from the last date that
    was counted anew, by what acts that stand and waits for papers did to it since, and what acts in force do.
    `calendar` is the one its time limits are counted with, and so without the mistaken days."""
    start = max(at for at, fact in enumerate(facts) if isinstance(fact, Given))
    received = next(fact for fact in facts if isinstance(fact, DossierReceived))
    first = facts[start]
    assert isinstance(first, Given)
    promised = _first(first, mistaken.values(), calendar)
    asked_at: datetime | None = None
    for fact in facts[start + 1 :]:
        match fact:
            case DossierDeadlineSuspended() if fact.emergency_id not in mistaken:
                days = Suspension(fact.first_day, fact.last_day, fact.basis)
                knows = days in calendar.suspensions
                known = calendar if knows else calendar.suspending((*calendar.suspensions, days))
                promised = after_suspension(promised, days, known)
            case DossierSupplementRequested():
                asked_at = fact.requested_at
            case DossierSupplemented() if asked_at is not None:
                wait = Wait(asked_at, fact.supplemented_at)
                promised = goes_on(procedure, received.variant, promised, wait, calendar)
    for days in calendar.suspensions:
        promised = after_suspension(promised, days, calendar)
    return promised


def _first(fact: Given, mistaken: Iterable[Suspension], calendar: Calendar) -> Promise:
    """A date that was counted anew, counted without mistaken days where it had passed over one."""
    promised = Promise.from_data(fact.due_arithmetic)
    if not any(each.first <= day <= each.last for day in promised.suspended for each in mistaken):
        return promised
    if isinstance(fact, DossierReceived) and fact.channel == "online":
        calendar = online(calendar, fact.received_at, fact.received_at)
    return counted_again(promised, calendar)


def soonest_again(measure: Measure, now: datetime, calendar: Calendar) -> Promise:
    """The earliest date that may be given back now: as many working days as the rulebook leaves, from now."""
    return promise(Limit.working_days(measure.notice_days), now, calendar)


def give_back(
    case: Case,
    promised: Promise,
    soonest: Promise,
    emergency_id: str,
    days: Suspension,
    official: str,
    now: datetime,
) -> DossierDateGivenBack:
    """The date `without` the mistaken act, or the soonest one where that is earlier or has passed; reviewed by an
    official, while the present one has not passed.

    Raises Refused `clock_stands`, `date_passed`, `nothing_given_back`.
    """
    if case.status not in RUNNING:
        raise Refused("clock_stands", "This dossier is finished, or its clock stands still.")
    if now >= case.due_at:
        raise Refused("date_passed", "The promised date has passed: what was late stays late.")
    due = max(promised, soonest, key=lambda each: each.due_at)
    if due.due_at >= case.due_at:
        raise Refused("nothing_given_back", "Without the act its date is no earlier one: it stands.")
    return DossierDateGivenBack(
        dossier_id=case.dossier_id,
        emergency_id=emergency_id,
        basis=days.basis,
        old_due_at=case.due_at,
        due_at=due.due_at,
        due_arithmetic=due.as_data(),
        reviewed_by=official,
    )
