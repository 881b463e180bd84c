"""The clocks of a report: which start and which end with a fact, and how each stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from services.hotline.rulebook import ClockCode, ClockRule, Fact, Rulebook
from shared.events.hotline import ClockEnded, ClockStarted
from shared.worktime import VN, Calendar, promise

Stands = Literal["running", "over", "unused", "met", "late", "void"]
"""Running in time; over and still owed; over without having been needed; ended in time, late, or of no more use."""


@dataclass(frozen=True)
class Clock:
    """A clock of a report, as it was recorded. `outcome` is none while it runs."""

    code: str
    nth: int
    started_at: datetime
    due_at: datetime
    owed: bool = True
    outcome: str | None = None


@dataclass(frozen=True)
class Turn:
    """What a fact does to the clocks of a report."""

    started: list[ClockStarted] = field(default_factory=list)
    ended: list[ClockEnded] = field(default_factory=list)

    def new(self, code: ClockCode) -> ClockStarted | None:
        """The clock of this name that it starts."""
        return next((each for each in self.started if each.code == code), None)


def turn(
    rulebook: Rulebook,
    clocks: Sequence[Clock],
    facts: Collection[Fact],
    *,
    channel: str,
    calendar: Calendar,
    now: datetime,
    kind: str | None = None,
    category: str | None = None,
) -> Turn:
    """The clocks that these facts of one moment end and start, by the rows in force then. What runs already is not
    started anew, however often its fact comes again."""
    rules = rulebook.clocks_on(now.astimezone(VN).date())
    running = {each.code: each for each in clocks if each.outcome is None}
    ended = [end for rule in rules if (clock := running.get(rule.code)) and (end := _end(rule, clock, facts, now))]
    free = {rule.code for rule in rules} - running.keys() | {each.code for each in ended}
    starting = [
        rule for rule in rules if rule.code in free and _starts(rule, facts, channel) and rule.is_of(kind, category)
    ]
    started = [_start(rule, 1 + sum(each.code == rule.code for each in clocks), now, calendar) for rule in starting]
    return Turn(started, ended)


def _end(rule: ClockRule, clock: Clock, facts: Collection[Fact], now: datetime) -> ClockEnded | None:
    if any(fact in rule.met_by for fact in facts):
        return ClockEnded(code=clock.code, nth=clock.nth, outcome="met" if now <= clock.due_at else "late")
    if any(fact in rule.void_by for fact in facts):
        return ClockEnded(code=clock.code, nth=clock.nth, outcome="void")
    return None


def _starts(rule: ClockRule, facts: Collection[Fact], channel: str) -> bool:
    return any(fact in rule.starts for fact in facts) and (not rule.channels or channel in rule.channels)


def _start(rule: ClockRule, nth: int, now: datetime, calendar: Calendar) -> ClockStarted:
    due = promise(rule.limit, now, calendar)
    return ClockStarted(
        code=rule.code,
        nth=nth,
        started_at=now.astimezone(VN),
        due_at=due.due_at,
        due_arithmetic=due.as_data(),
        rule=rule.version,
        owed=rule.owed,
    )


def stands(clock: Clock, now: datetime) -> Stands:
    """How it stands now."""
    if clock.outcome in ("met", "late", "void"):
        return clock.outcome  # type: ignore[return-value]  # one of the three
    if now <= clock.due_at:
        return "running"
    return "over" if clock.owed else "unused"


def used(clock: Clock, now: datetime) -> int:
    """How much of it is used up, in whole percent; above 100 when it is over."""
    whole = max(1, int(clock.due_at.timestamp()) - int(clock.started_at.timestamp()))
    return (int(now.timestamp()) - int(clock.started_at.timestamp())) * 100 // whole


def most_used(clocks: Sequence[Clock], now: datetime) -> int | None:
    """How much is used up of the clock that runs, is owed and is used up most; none when no such clock runs."""
    return max((used(each, now) for each in clocks if each.outcome is None and each.owed), default=None)
