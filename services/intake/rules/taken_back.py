"""An act that was recorded wrong is taken back and counts as though it had never been. The dates that it moved are
given back one by one: what each would be without it, never earlier than there is time for, and never a later one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.intake.rulebook import Procedure
from services.intake.rulebook.emergencies import Measure
from services.intake.rules.dates import DatingFact, goes_on
from services.intake.rules.emergencies import Declared
from services.intake.rules.receiving import online
from services.intake.rules.states import RUNNING, Case
from shared.errors import Refused
from shared.events import Event, Recorded
from shared.events.emergency import EmergencyTakenBack, Mistake
from shared.events.intake import (
    DossierDateGivenBack,
    DossierDeadlineSuspended,
    DossierReceived,
    DossierRescheduled,
    DossierSupplemented,
    DossierSupplementRequested,
)
from shared.worktime import VN, Calendar, Limit, Promise, Suspension, Wait, after_suspension, counted_again, from_review

CountedAnew = DossierReceived | DossierRescheduled
"""The facts that count a date anew; what comes after one goes on from it."""


@dataclass(frozen=True)
class ActDeclared:
    """An act that suspends, as it was declared: its days, whatever became of it since, and when it was taken back."""

    emergency_id: str
    days: Suspension
    event_id: str
    """The event that declared it: what was written down after it has an id that sorts after this one."""
    taken_back_at: datetime | None = None

    def taken_back_before(self, at: datetime) -> bool:
        """Whether it had been taken back before a moment."""
        return self.taken_back_at is not None and self.taken_back_at < at


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


def check_taken_back(declared: Declared, act: ActDeclared | None) -> ActDeclared:
    """The mistaken act of an emergency, that had suspended. Raises Refused `emergency_not_taken_back`,
    `deadlines_go_on`."""
    if not declared.taken_back:
        raise Refused("emergency_not_taken_back", "This emergency stands: take it back first.")
    if act is None:
        raise Refused("deadlines_go_on", "This emergency had moved no date: there is none to give back.")
    return act


def in_the_date(facts: Sequence[Recorded[Event]], acts: Sequence[ActDeclared]) -> frozenset[str]:
    """The emergencies whose acts are in the date that a dossier has now: which moved it since it was counted anew, or
    suspended a day that it passes over. A date that was given back is counted without the act it names, and without
    what had been taken back before. `acts` are all that suspended, in the order in which they were declared."""
    found: set[str] = set()
    for fact in facts[_start(facts) :]:
        if isinstance(fact.event, DatingFact):
            found |= _known_to(fact, fact.event, acts)
        if isinstance(fact.event, DossierDateGivenBack):
            found -= {each.emergency_id for each in acts if each.taken_back_before(fact.time)}
            found.discard(fact.event.emergency_id)
    return frozenset(found)


def _known_to(fact: Recorded[Event], date_of: DatingFact, acts: Sequence[ActDeclared]) -> set[str]:
    """The emergencies whose acts the date of a fact knows of; none, where it is the date before."""
    if not isinstance(date_of, DossierReceived) and date_of.due_at == date_of.old_due_at:
        return set()
    moved = {date_of.emergency_id} if isinstance(date_of, DossierDeadlineSuspended) else set()
    days = Promise.from_data(date_of.due_arithmetic).suspended
    return moved | {each for day in days if (each := _act_of(day, fact, acts)) is not None}


def _act_of(day: date, fact: Recorded[Event], acts: Sequence[ActDeclared]) -> str | None:
    """The emergency whose act suspended a day that the date of a fact passes over: one is open at a time, so of those
    that stood it is the one declared last; or else the last one, which was being taken back at that moment."""
    known = [each for each in acts if each.days.first <= day <= each.days.last and each.event_id < fact.id]
    stood = [each for each in known if not each.taken_back_before(fact.recorded)]
    return next((each.emergency_id for each in reversed(stood or known)), None)


def _start(facts: Sequence[Recorded[Event]]) -> int:
    """Where the date was counted anew last."""
    return max(at for at, fact in enumerate(facts) if isinstance(fact.event, CountedAnew))


def without(
    facts: Sequence[Recorded[Event]],
    acts: Sequence[ActDeclared],
    procedure: Procedure,
    calendar: Calendar,
    filed_at: datetime | None = None,
) -> Promise:
    """The promise of a dossier as though those of these acts that were taken back had never been: from the last date
    that was counted anew, by what acts that stand and waits for papers did to it since, and what acts in force do.
    `calendar` is the one its time limits are counted with, and so without the mistaken days; `filed_at` is when the
    filing came that it was received from."""
    mistaken = {each.emergency_id for each in acts if each.taken_back_at is not None}
    received = next(fact.event for fact in facts if isinstance(fact.event, DossierReceived))
    start = _start(facts)
    first = facts[start].event
    assert isinstance(first, CountedAnew)
    promised = Promise.from_data(first.due_arithmetic)
    if mistaken & _known_to(facts[start], first, acts):
        promised = counted_again(promised, _calendar_of(first, filed_at, calendar))
    asked_at: datetime | None = None
    for fact in (each.event for each in facts[start + 1 :]):
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


def _calendar_of(fact: CountedAnew, filed_at: datetime | None, calendar: Calendar) -> Calendar:
    """What a date is counted anew with: a receipt online as it arrived."""
    if isinstance(fact, DossierReceived) and fact.channel == "online":
        return online(calendar, filed_at or fact.received_at, fact.received_at)
    return calendar


def soonest_again(measure: Measure, now: datetime, calendar: Calendar) -> Promise:
    """The earliest date that may be given back now: as many working days as the rulebook leaves, from now."""
    return from_review(Limit.working_days(measure.notice_days), now, calendar)


def give_back(
    case: Case,
    promised: Promise,
    soonest: Promise,
    act: ActDeclared,
    in_date: Collection[str],
    official: str,
    now: datetime,
) -> DossierDateGivenBack:
    """The date `without` the mistaken acts, or the soonest one where that is earlier or has passed; reviewed by an
    official, while the present one has not passed, in the name of one of the acts that are in it (`in_the_date`).

    Raises Refused `clock_stands`, `date_passed`, `nothing_given_back`.
    """
    if case.status not in RUNNING:
        raise Refused("clock_stands", "This dossier is finished, or its clock stands still.")
    if now >= case.due_at:
        raise Refused("date_passed", "The promised date has passed: what was late stays late.")
    due = max(promised, soonest, key=lambda each: each.due_at)
    if due.due_at >= case.due_at or act.emergency_id not in in_date:
        raise Refused("nothing_given_back", "Without the act its date is no earlier one: it stands.")
    return DossierDateGivenBack(
        dossier_id=case.dossier_id,
        emergency_id=act.emergency_id,
        basis=act.days.basis,
        old_due_at=case.due_at,
        due_at=due.due_at,
        due_arithmetic=due.as_data(),
        reviewed_by=official,
    )
