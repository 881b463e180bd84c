"""Two clocks of one dossier: the office's stops while a supplement is awaited, the citizen's never does.

The date is carried forward from what was promised, never counted again from the first receipt: a day declared off in
between cannot move it. What a supplement does to it is the procedure's rule:

- PAUSE: what was left of the time when it was asked for goes on once it is complete (how the national index counts);
- RESTART: the time counts anew from the complete dossier (NĐ 297/2025 for online dossiers).

A supplement is received like a dossier: at lunch, at night or on a day off it counts from the next opening. One asked
for when the date had come moves nothing, since asking does not mend a promise that was broken; nor does one that was
complete before the time began.

An act that suspends time limits stops both alike, for promises that were made before it was known: what was left when
the suspension began goes on after it. What is promised later is counted with a calendar that knows of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shared.worktime.calendars import (
    ONE_DAY,
    Calendar,
    NoteCode,
    Suspension,
    days_after,
    local_minute,
    minute_of_day,
    moment,
)
from shared.worktime.hours import MINUTES_OF_A_DAY
from shared.worktime.limits import Limit, LimitKind
from shared.worktime.moments import next_opening, working_minutes_between
from shared.worktime.promises import MINUTE, Promise, count_days, promise, receipt_of, spent
from shared.worktime.steps import Step, StepCode


class SupplementClock(StrEnum):
    """What a complete supplement does to the time that is left."""

    PAUSE = "PAUSE"
    RESTART = "RESTART"


@dataclass(frozen=True)
class Wait:
    """The office waits for the citizen: from the written request until all of it is there, None while it is awaited.

    ValueError when it ends before it begins, or a moment is naive. Seconds are dropped.
    """

    since: datetime
    until: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "since", local_minute(self.since, "since"))
        if self.until is not None:
            object.__setattr__(self, "until", local_minute(self.until, "until"))
            if self.until < self.since:
                raise ValueError(f"a supplement is complete after it was asked for, not before: {self}")


@dataclass(frozen=True)
class Elapsed:
    """Working minutes on both clocks."""

    citizen: int
    office: int


_KINDS = {
    StepCode.SAME_DAY: LimitKind.SAME_DAY,
    StepCode.WORKING_DAYS: LimitKind.WORKING_DAY,
    StepCode.CALENDAR_DAYS: LimitKind.CALENDAR_DAY,
    StepCode.WORKING_HOURS: LimitKind.WORKING_HOUR,
}


def counted_again(promised: Promise, calendar: Calendar) -> Promise:
    """The promise that another calendar would have given: from the same receipt, and as much time. `promised` itself
    where its arithmetic does not say so: what went on after a stop, and a clock on the wall."""
    kind = _KINDS.get(promised.count.code)
    if kind is None or promised.receipt is not promised.steps[0]:
        return promised
    return promise(Limit(kind, promised.count.amount), promised.received_at, calendar)


def after_supplement(
    limit: Limit, promised: Promise, wait: Wait, calendar: Calendar, clock: SupplementClock
) -> Promise:
    """The promise once the supplement is complete; `promised` itself when it came to nothing.

    ValueError while it is awaited (nobody can say the date), and for a clock on the wall, which does not stop.
    """
    if wait.until is None:
        raise ValueError("there is no date while a supplement is awaited")
    if promised.count.code is StepCode.WALL_MINUTES:
        raise ValueError("a clock on the wall runs through everything")
    if wait.since >= promised.due_at or wait.until <= promised.counted_from:
        return promised
    if clock is SupplementClock.RESTART:
        anew = promise(limit, wait.until, calendar)
        return Promise(anew.due_at, (Step(StepCode.RESTARTED, wait.since, wait.until), *anew.steps))
    counts_days = promised.count.code is StepCode.CALENDAR_DAYS
    steps = (_days_left if counts_days else _minutes_left)(promised, wait.since, wait.until, calendar)
    return Promise(steps[-1].to, steps)


def _minutes_left(promised: Promise, since: datetime, until: datetime, calendar: Calendar) -> tuple[Step, ...]:
    left = _left(promised, since, calendar)
    receipt = receipt_of(until, calendar)
    return Step(StepCode.PAUSED_MINUTES, since, until, left), receipt, *_rest(promised, left, receipt.to, calendar)


def _left(promised: Promise, since: datetime, calendar: Calendar) -> int:
    """The working minutes that were left of a promise at a moment, as it counted them."""
    return working_minutes_between(max(since, promised.counted_from), promised.due_at, _as_counted(promised, calendar))


def _rest(
    promised: Promise, left: int, start: datetime, calendar: Calendar, before: Calendar | None = None
) -> tuple[Step, ...]:
    """So many minutes from `start` on; a promise that fell on an opening falls on one again. `before` is the calendar
    without what moves it, where that is an act.

    A promise for midnight may be for the closing of a day or for the opening of the next one: it is for the opening
    where that day was known to be worked.
    """
    count = spent(StepCode.REMAINING_MINUTES, left, left, start, calendar)
    midnight = promised.due_at == moment(promised.due_at.date(), 0)
    opens = _opens(promised.due_at, (before or calendar) if midnight else _as_counted(promised, calendar))
    due = next_opening(count.to, calendar) if opens else count.to
    if due == count.to:
        return (count,)
    notes = calendar.notes_after((count.to - MINUTE).date(), due.date())
    return count, Step(StepCode.ROLLED_FROM_CLOSED_HOUR, count.to, due, notes=notes)


def _as_counted(promised: Promise, calendar: Calendar) -> Calendar:
    """The calendar with the suspended days that a promise passed over, and no others: an act that came later, or was
    over sooner, is none of its arithmetic."""
    passed = sorted(promised.suspended)
    if not passed and not calendar.suspensions:
        return calendar
    return calendar.suspending(Suspension(day, day, str(NoteCode.SUSPENDED)) for day in passed)


def after_suspension(promised: Promise, suspension: Suspension, calendar: Calendar) -> Promise:
    """The promise once an act suspends time limits that it did not know of; never an earlier one. `calendar` suspends
    these days, and others as may be.

    `promised` itself when nothing of what was left lies in the suspension, when its days were passed over already, when
    they take no working time, and for a clock on the wall.
    """
    start, end = moment(suspension.first, 0), moment(suspension.last, MINUTES_OF_A_DAY)
    stop = max(promised.counted_from, start)
    if promised.count.code is StepCode.WALL_MINUTES or not stop < min(promised.due_at, end):
        return promised
    touched = days_after(stop.date() - ONE_DAY, min(suspension.last, promised.due_at.date()))
    if promised.suspended.issuperset(touched):
        return promised
    counts_days = promised.count.code is StepCode.CALENDAR_DAYS
    steps = (_days_after if counts_days else _minutes_after)(promised, stop, suspension, calendar)
    return Promise(steps[-1].to, steps) if steps[-1].to > promised.due_at else promised


def _minutes_after(promised: Promise, stop: datetime, suspension: Suspension, calendar: Calendar) -> tuple[Step, ...]:
    left = _left(promised, stop, calendar)
    start = next_opening(moment(suspension.last, MINUTES_OF_A_DAY), calendar)
    notes = calendar.notes_after(stop.date() - ONE_DAY, start.date())
    before = calendar.suspending(each for each in calendar.suspensions if each != suspension)
    rest = _rest(promised, left, start, calendar, before)
    return Step(StepCode.SUSPENDED_MINUTES, stop, start, left, notes=notes), *rest


def _days_after(promised: Promise, stop: datetime, suspension: Suspension, calendar: Calendar) -> tuple[Step, ...]:
    """The day on which it began is not counted; so the days go on after the last that is suspended."""
    left = _days_until(promised, max(promised.counted_from.date(), suspension.first - ONE_DAY))
    start = moment(suspension.last, minute_of_day(stop))
    notes = calendar.notes_after(stop.date() - ONE_DAY, suspension.last)
    return Step(StepCode.SUSPENDED_DAYS, stop, start, left, notes=notes), *count_days(left, start, calendar)


def _days_until(promised: Promise, day: date) -> int:
    """How many days of a promise in days were left after a day, as it counted them."""
    passed = {note.day for note in promised.count.notes}
    return sum(each not in passed for each in days_after(day, promised.count.to.date()))


def _opens(at: datetime, calendar: Calendar) -> bool:
    """Whether a promise fell on an opening, where 11:30 and 13:30 are as far: the new one does then, too."""
    return any(opens == at for opens, _ in calendar.working_intervals(at.date()))


def _days_left(promised: Promise, since: datetime, until: datetime, calendar: Calendar) -> tuple[Step, ...]:
    left = _days_until(promised, max(since, promised.counted_from).date())
    receipt = receipt_of(until, calendar)
    return Step(StepCode.PAUSED_DAYS, since, until, left), receipt, *count_days(left, receipt.to, calendar)


def due_through(
    limit: Limit, received_at: datetime, waits: Sequence[Wait], calendar: Calendar, clock: SupplementClock
) -> Promise | None:
    """The promise after all these waits; None while a supplement is awaited that was asked for in time.

    ValueError for waits out of order, and what `promise` and `after_supplement` raise.
    """
    _in_order(received_at, waits)
    made = promise(limit, received_at, calendar)
    for wait in waits:
        if wait.until is None:
            return made if wait.since >= made.due_at else None
        made = after_supplement(limit, made, wait, calendar, clock)
    return made


def elapsed(received_at: datetime, until: datetime, waits: Sequence[Wait], calendar: Calendar) -> Elapsed:
    """Working minutes until a moment: the citizen's from the receipt on, the office's without what it waited for.

    The office's clock is the national index's: it pauses, whatever the promise did. ValueError as in `due_through`.
    """
    _in_order(received_at, waits)
    received, end = local_minute(received_at, "received_at"), local_minute(until, "until")
    office, start = 0, receipt_of(received, calendar).to
    for wait in waits:
        office += max(0, working_minutes_between(start, min(wait.since, end), calendar))
        start = end if wait.until is None else receipt_of(wait.until, calendar).to
    office += max(0, working_minutes_between(start, end, calendar))
    return Elapsed(working_minutes_between(received, end, calendar), office)


def _in_order(received_at: datetime, waits: Iterable[Wait]) -> None:
    """Raises ValueError unless each wait begins after the receipt and after the one before it had ended."""
    before: datetime | None = local_minute(received_at, "received_at")
    for wait in waits:
        if before is None or wait.since < before:
            raise ValueError("supplements are asked for after the receipt, and one after the other")
        before = wait.until
