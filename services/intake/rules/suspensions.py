"""Days that an act suspends in an emergency: they count towards no time limit of what is not urgent, and a date that
was promised before is carried forward by those that lie in what is left of its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.intake.rules.emergencies import Declared, check_emergency_open
from services.intake.rules.states import RUNNING, Case
from shared.errors import Refused
from shared.events.intake import DossierDeadlineSuspended
from shared.worktime import VN, Calendar, Promise, Suspension, after_suspension


@dataclass(frozen=True)
class Suspended:
    """The days that an act suspends, and the procedures that are urgent in that emergency: for them they count."""

    emergency_id: str
    days: Suspension
    urgent: frozenset[str]


def suspended_by(declared: Declared) -> Suspended | None:
    """What is suspended in an emergency, from its first day to its last, or to the day on which it was lifted; none
    where deadlines go on, where it was taken back, and where it was lifted before it began."""
    last = declared.lifted_on or declared.last_day
    if declared.taken_back or declared.suspended_under is None or last is None or last < declared.first_day:
        return None
    days = Suspension(declared.first_day, last, declared.suspended_under)
    return Suspended(declared.emergency_id, days, declared.urgent)


def counted_with(calendar: Calendar, acts: Iterable[Suspended], procedure: str) -> Calendar:
    """What time limits of a procedure are counted with: the calendar itself, where no act suspends a day of it."""
    days = [each.days for each in acts if procedure not in each.urgent]
    return calendar.suspending(days) if days else calendar


def carried(case: Case, act: Suspended, official: str | None, calendar: Calendar) -> DossierDeadlineSuspended | None:
    """The date after a suspension, reviewed by an official or, on its day, by nobody; none where the act takes nothing
    from what is left of its time, or the date knows of it: so it is given once for each emergency, and is no apology.
    `calendar` is the one its time limit is counted with."""
    promised = Promise.from_data(case.due_arithmetic)
    if case.procedure in act.urgent or case.status not in RUNNING:
        return None
    due = after_suspension(promised, act.days, calendar)
    if due == promised:
        return None
    return DossierDeadlineSuspended(
        dossier_id=case.dossier_id,
        emergency_id=act.emergency_id,
        basis=act.days.basis,
        first_day=act.days.first,
        last_day=act.days.last,
        old_due_at=case.due_at,
        due_at=due.due_at,
        due_arithmetic=due.as_data(),
        reviewed_by=official,
    )


def check_suspends(declared: Declared, now: datetime) -> Suspended:
    """What an open emergency suspends. Raises Refused `emergency_not_open`, `deadlines_go_on`."""
    check_emergency_open(declared, now)
    act = suspended_by(declared)
    if act is None:
        raise Refused("deadlines_go_on", "No act suspends deadlines in this emergency: apologise, and put off.")
    return act


def carry_forward(
    case: Case, act: Suspended, acts: Iterable[Suspended], official: str, now: datetime, calendar: Calendar
) -> list[DossierDeadlineSuspended]:
    """Carry a promised date forward, reviewed by an official, while it has not passed: first by what those of all acts
    take that began before this one, each by a fact of its own, as what is left is counted from there.

    Raises Refused `dossier_urgent`, `clock_stands`, `date_passed`, `nothing_suspended`.
    """
    if case.procedure in act.urgent:
        raise Refused("dossier_urgent", "An urgent procedure goes on: its date stands.")
    if case.status not in RUNNING:
        raise Refused("clock_stands", "This dossier is finished, or its clock stands still already.")
    if now >= case.due_at:
        raise Refused("date_passed", "The promised date has passed: what was late stays late.")
    events = []
    for each in (*(before for before in acts if before.days.first < act.days.first), act):
        if (event := carried(case, each, official, calendar)) is not None:
            events.append(event)
            case = replace(case, due_at=event.due_at, due_arithmetic=event.due_arithmetic)
    if not events:
        raise Refused("nothing_suspended", "The act takes nothing from its time, or its date was carried forward.")
    return events


def check_papers_lapsed(
    arithmetic: Mapping[str, Any], acts: Iterable[Suspended], procedure: str, now: datetime, calendar: Calendar
) -> None:
    """Whether the citizen's time to bring papers is over, as it was told, even without the days that acts suspended
    since. Raises Refused `papers_time_suspended`."""
    told = Promise.from_data(arithmetic)
    for act in acts:
        told = told if procedure in act.urgent else after_suspension(told, act.days, calendar)
    if now <= told.due_at:
        until = told.due_at.astimezone(VN).isoformat()
        detail = "An act suspends the citizen's time to bring the papers, too: it is not over."
        raise Refused("papers_time_suspended", detail, supplement_by=until)
