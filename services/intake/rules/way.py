"""The way of a dossier, read from its facts: the rows of the control slip (M06), and its three clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.events import Event, Recorded, intake
from shared.worktime import Calendar, Outcome
from shared.worktime.clocks import Elapsed, Wait, elapsed


@dataclass(frozen=True)
class Row:
    """A row of the control slip: what was done, by whom, and when it was done and written down."""

    event_id: str
    what: str
    by: str | None
    """None: nobody; the office's clock said it."""
    at: datetime
    recorded_at: datetime


def rows_of(facts: Sequence[Recorded[Event]]) -> list[Row]:
    """One a fact, in order."""
    return [Row(fact.id, fact.event.event_name(), by_whom(fact.event), fact.time, fact.recorded) for fact in facts]


def by_whom(fact: Event) -> str | None:
    """The official who did it."""
    match fact:
        case intake.DossierReceived(received_by=who) | intake.DossierSupplemented(received_by=who):
            return who
        case intake.DossierTakenUp(official_id=who) | intake.DossierAssigned(assigned_by=who):
            return who
        case intake.DossierSupplementRequested(requested_by=who) | intake.DossierFeeRequested(requested_by=who):
            return who
        case intake.DossierFeePaid(recorded_by=who) | intake.DossierWithdrawn(recorded_by=who):
            return who
        case intake.DossierDeadlineSuspended(reviewed_by=reviewed) | intake.DossierDateGivenBack(reviewed_by=reviewed):
            return reviewed
        case intake.DossierRescheduled(decided_by=who) | intake.DossierStopped(decided_by=who):
            return who
        case intake.DossierCorrected(corrected_by=who):
            return who
        case intake.DossierCompleted(completed_by=who) | intake.ResultHandedOver(handed_over_by=who):
            return who
    return None


CITIZEN = "citizen"


@dataclass(frozen=True)
class Hand:
    """A row of the control slip on paper: from whom to whom it went, and what came of it."""

    fact: Recorded[Event]
    giver: str | None
    taker: str | None
    """An official, `CITIZEN`, or None where nothing changed hands."""
    outcome: Outcome | None = None
    """Against the promised date, at the step that made the result."""


def hands_of(facts: Sequence[Recorded[Event]]) -> list[Hand]:
    """One a fact, in order; whoever has it is known from the row before."""
    hands: list[Hand] = []
    holder: str = CITIZEN
    for fact in facts:
        giver, taker = _handed(fact.event, holder)
        outcome = fact.event.outcome if isinstance(fact.event, intake.DossierCompleted) else None
        hands.append(Hand(fact, giver, taker, outcome))
        holder = taker or holder
    return hands


def _handed(fact: Event, holder: str) -> tuple[str | None, str | None]:
    match fact:
        case intake.DossierReceived(received_by=who) | intake.DossierSupplemented(received_by=who):
            return CITIZEN, who
        case intake.DossierAssigned(assigned_by=who, official_id=to):
            return who, to
        case intake.DossierTakenUp(official_id=who):
            return (holder, who) if holder != who else (None, who)
        case intake.DossierSupplementRequested(requested_by=who) | intake.DossierFeeRequested(requested_by=who):
            return who, CITIZEN
        case intake.DossierFeePaid(recorded_by=who):
            return CITIZEN, who
        case intake.DossierStopped(decided_by=who) | intake.DossierWithdrawn(recorded_by=who):
            return who, CITIZEN
        case intake.ResultHandedOver(handed_over_by=who):
            return who, CITIZEN
    return by_whom(fact), None


def waits_of(facts: Sequence[Recorded[Event]]) -> list[Wait]:
    """When the office waited for papers, in order; the last one may not have ended."""
    waits: list[Wait] = []
    for fact in facts:
        match fact.event:
            case intake.DossierSupplementRequested(requested_at=since):
                waits.append(Wait(since))
            case intake.DossierSupplemented(supplemented_at=until):
                waits[-1] = Wait(waits[-1].since, until)
    return waits


def ended_at(facts: Sequence[Recorded[Event]]) -> datetime | None:
    """When its clocks stopped for good: at the result, or at an end without one."""
    for fact in facts:
        match fact.event:
            case (
                intake.DossierCompleted(completed_at=at)
                | intake.DossierStopped(stopped_at=at)
                | intake.DossierWithdrawn(withdrawn_at=at)
            ):
                return at
    return None


def clocks_of(
    received_at: datetime, facts: Sequence[Recorded[Event]], now: datetime, calendar: Calendar, counting: Calendar
) -> Elapsed:
    """Working minutes until its end, or until now: the citizen's from the receipt on, by the calendar; and the office's
    (which the national index counts) without what it waited for and without what an act suspends."""
    times = received_at, ended_at(facts) or now, waits_of(facts)
    return Elapsed(elapsed(*times, calendar).citizen, elapsed(*times, counting).office)
