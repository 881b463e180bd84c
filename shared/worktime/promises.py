"""The promised moment and how it came about. Pure: limit, receipt and calendar in; date and arithmetic out.

Time of day, decided where the law gives a date only:

- a receipt counts to the minute (seconds are dropped, as on the printed form); at exactly 17:00 it is still in time;
- SAME_DAY is due at closing; at 15:00 sharp or later it moves to the next working day;
- WORKING_DAY keeps the clock time; where the office is closed at that time of the last day (16:00 on a Saturday that
  works the morning only) it moves on to the next opening, never back, so nobody gets less time than promised;
- CALENDAR_DAY is due at closing of the last day, and of the next working day when the last is off (Civil Code 2015,
  Articles 147 and 148: a term ends at the end of its last day, moved past days of rest);
- WORKING_HOUR uses up sessions; used up exactly at lunch or closing, it is due then and there;
- WALL_MINUTE runs through everything, to the second, a suspension too.

A day that an act suspends counts for none of the others, a day of rest among it neither: not even as a calendar day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

from shared.worktime.calendars import (
    ONE_DAY,
    Calendar,
    DayNote,
    Language,
    NoteCode,
    days_after,
    local,
    local_minute,
    minute_of_day,
    moment,
)
from shared.worktime.hours import DayHours, clock
from shared.worktime.limits import Limit, LimitKind
from shared.worktime.moments import add_working_days, next_working_moment
from shared.worktime.steps import Step, StepCode
from shared.worktime.wording import sentences

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class DayLine:
    """One day of the strip from receipt to due date. `counted` is what has been counted by the end of that day, in
    the unit of the count (days, whole working hours, minutes; 0 for same-day); `reason` says why a day does not count.
    """

    day: date
    kind: Literal["start", "count", "off", "end"]
    counted: int
    reason: str | None = None

    def as_data(self) -> dict[str, Any]:
        return {"day": self.day.isoformat(), "kind": self.kind, "counted": self.counted, "reason": self.reason}


@dataclass(frozen=True)
class Promise:
    """When it is due, in +07:00, and the steps that led there. Each step begins where the one before it led.

    The receipt is the dossier's, or that of the supplement after which the time went on or began anew.
    """

    due_at: datetime
    steps: tuple[Step, ...]

    @property
    def received_at(self) -> datetime:
        return self.receipt.at

    @property
    def counted_from(self) -> datetime:
        return self.receipt.to

    @property
    def receipt(self) -> Step:
        return self.steps[self._receipt]

    @property
    def count(self) -> Step:
        """The step that counts, right after the receipt."""
        return self.steps[self._receipt + 1]

    @property
    def suspended(self) -> frozenset[date]:
        """The days that it passed over because an act suspended them."""
        notes = (note for step in self.steps for note in step.notes)
        return frozenset(note.day for note in notes if note.code is NoteCode.SUSPENDED)

    @property
    def _receipt(self) -> int:
        return next(place for place, step in enumerate(self.steps) if step.is_receipt)

    def because(self, language: Language = "vi") -> list[str]:
        """The arithmetic in sentences without a full stop, the due moment last."""
        return sentences(self.steps, self.due_at, language)

    def days(self, language: Language = "vi") -> list[DayLine]:
        """Every day from receipt to due date, in order: the first is 'start', the last 'end' (one day alone: 'end').

        Where a suspension stands in the place of the receipt, they begin with its first day, which is 'off'; where a
        review does, with its day, which is 'off' or 'count', with nothing counted by its end.
        """
        reasons = {note.day: note.reason(language) for step in self.steps for note in step.notes if note.off}
        first, last = self.received_at.date(), self.due_at.date()
        counted = self._counted(set(reasons))
        lines = []
        for day in days_after(first - ONE_DAY, last):
            kind: Literal["start", "count", "off", "end"] = "off" if day in reasons else "count"
            start = day == first and self.receipt.code.startswith("RECEIVED")
            kind = "end" if day == last else "start" if start else kind
            lines.append(DayLine(day, kind, counted(day), reasons.get(day)))
        return lines

    def _counted(self, off: set[date]) -> Callable[[date], int]:
        """How many units have been counted by the end of a day."""
        step = self.count
        start = step.at.date()
        if step.code is StepCode.WALL_MINUTES:
            return lambda day: min(step.amount, max(0, (moment(day + ONE_DAY, 0) - step.at) // MINUTE))
        if step.code is StepCode.CALENDAR_DAYS:
            passed = {note.day for note in step.notes}
            return lambda day: min(step.amount, sum(each not in passed for each in days_after(start, day)))
        if step.code is StepCode.WORKING_DAYS:
            return lambda day: min(step.amount, sum(each not in off for each in days_after(start, day)))
        if step.minutes:
            unit = 60 if step.code is StepCode.WORKING_HOURS else 1
            return lambda day: (
                sum(step.minutes[: sum(each not in off for each in days_after(start - ONE_DAY, day))]) // unit
            )
        return lambda day: 0

    def as_data(self) -> dict[str, Any]:
        """A JSON-able dict an event can carry; `from_data` reads it back, for as long as events live."""
        return {"due_at": self.due_at.isoformat(), "steps": [step.as_data() for step in self.steps]}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Promise:
        """The promise of `as_data`; KeyError or ValueError when the data are not one."""
        steps = tuple(Step.from_data(step) for step in data["steps"])
        if not any(step.is_receipt for step in steps[:-1]):
            raise ValueError("a promise has at least a receipt and a count")
        return Promise(local(datetime.fromisoformat(data["due_at"])), steps)


def promise(limit: Limit, received_at: datetime, calendar: Calendar) -> Promise:
    """When what came at `received_at` is due under `limit`, with its arithmetic. ValueError when it is naive."""
    if limit.kind is LimitKind.WALL_MINUTE:
        return _wall_clock(limit.amount, local(received_at, "received_at"))
    return _of_minute(limit, local_minute(received_at, "received_at"), calendar)


def from_review(limit: Limit, reviewed_at: datetime, calendar: Calendar) -> Promise:
    """A date so long after an official reviewed a case, of which nothing was received then; its arithmetic says so.
    ValueError when the moment is naive."""
    made = promise(limit, reviewed_at, calendar)
    receipt, *others = made.steps
    return Promise(made.due_at, (replace(receipt, code=StepCode.REVIEWED, mark=""), *others))


@lru_cache(maxsize=1024)
def _of_minute(limit: Limit, received_at: datetime, calendar: Calendar) -> Promise:
    """Remembered: what comes in one minute under one limit is due at one moment."""
    first = receipt_of(received_at, calendar, limit.kind is LimitKind.SAME_DAY)
    steps = (first, *COUNT[limit.kind](limit.amount, first.to, calendar))
    return Promise(steps[-1].to, steps)


def _wall_clock(amount: int, received: datetime) -> Promise:
    due = received + amount * MINUTE
    first = Step(StepCode.RECEIVED_ANY_TIME, received, received)
    return Promise(due, (first, Step(StepCode.WALL_MINUTES, received, due, amount)))


def receipt_of(at: datetime, calendar: Calendar, same_day: bool = False) -> Step:
    """From when what came at a local minute counts, and why not from the moment itself."""
    hours = calendar.hours_on(at.date())
    if calendar.suspended_on(at.date()):
        return _next_day(StepCode.RECEIVED_SUSPENDED, at, calendar)
    if hours is None:
        return _next_day(StepCode.RECEIVED_ON_DAY_OFF, at, calendar)
    code, mark = _moved_to_next_day(minute_of_day(at), hours, calendar.hours.late_minutes, same_day)
    if code is not None:
        return _next_day(code, at, calendar, mark)
    start = next_working_moment(at, calendar)
    if start == at:
        return Step(StepCode.RECEIVED, at, at)
    early = minute_of_day(at) < hours.opens
    return Step(StepCode.RECEIVED_BEFORE_OPENING if early else StepCode.RECEIVED_AT_LUNCH, at, start)


def _moved_to_next_day(minute: int, hours: DayHours, late: int, same_day: bool) -> tuple[StepCode | None, str]:
    """The rule that moves a receipt on a working day to the next one, if any, and the hour it turns on."""
    if minute > hours.closes:
        return StepCode.RECEIVED_AFTER_CLOSING, clock(hours.closes)
    if same_day and minute >= hours.same_day_before:
        return StepCode.RECEIVED_AFTER_CUTOFF, clock(hours.same_day_before)
    if late and minute >= hours.closes - late:
        return StepCode.RECEIVED_LATE, clock(hours.closes - late)
    return None, ""


def _next_day(code: StepCode, at: datetime, calendar: Calendar, mark: str = "") -> Step:
    opening = calendar.opening(add_working_days(at.date(), 1, calendar))
    off = code in (StepCode.RECEIVED_ON_DAY_OFF, StepCode.RECEIVED_SUSPENDED)
    passed = at.date() - ONE_DAY if off else at.date()
    return Step(code, at, opening, mark=mark, notes=calendar.notes_after(passed, opening.date()))


def _same_day(amount: int, start: datetime, calendar: Calendar) -> tuple[Step, ...]:
    return (Step(StepCode.SAME_DAY, start, calendar.closing(start.date())),)


def _working_days(amount: int, start: datetime, calendar: Calendar) -> tuple[Step, ...]:
    last = add_working_days(start.date(), amount, calendar)
    landed = moment(last, minute_of_day(start))
    count = Step(StepCode.WORKING_DAYS, start, landed, amount, notes=calendar.notes_after(start.date(), last))
    due = next_working_moment(landed, calendar)
    if due == landed:
        return (count,)
    notes = calendar.notes_after(last, due.date())
    return count, Step(StepCode.ROLLED_FROM_CLOSED_HOUR, landed, due, notes=notes)


def count_days(amount: int, start: datetime, calendar: Calendar) -> tuple[Step, ...]:
    landed, passed = _calendar_days(amount, start, calendar)
    count = Step(StepCode.CALENDAR_DAYS, start, landed, amount, notes=passed)
    if calendar.is_working_day(landed.date()):
        return count, Step(StepCode.TO_CLOSING, landed, calendar.closing(landed.date()))
    last = add_working_days(landed.date(), 1, calendar)
    notes = calendar.notes_after(landed.date() - ONE_DAY, last)
    suspended = calendar.suspended_on(landed.date())
    code = StepCode.ROLLED_FROM_SUSPENDED if suspended else StepCode.ROLLED_FROM_DAY_OFF
    return count, Step(code, landed, calendar.closing(last), notes=notes)


def _calendar_days(amount: int, start: datetime, calendar: Calendar) -> tuple[datetime, tuple[DayNote, ...]]:
    """The moment so many days later, suspended ones not counted; and those."""
    if not calendar.suspensions:
        return start + amount * ONE_DAY, ()
    landed, passed = start, []
    while amount:
        landed += ONE_DAY
        note = calendar.note(landed.date()) if calendar.suspended_on(landed.date()) else None
        passed += [note] if note else []
        amount -= note is None
    return landed, tuple(passed)


def _working_hours(amount: int, start: datetime, calendar: Calendar) -> tuple[Step, ...]:
    return (spent(StepCode.WORKING_HOURS, amount, amount * 60, start, calendar),)


def spent(code: StepCode, amount: int, left: int, start: datetime, calendar: Calendar) -> Step:
    """The step that uses up so many working minutes from `start` on, and says on which days."""
    used, day, due = [], start.date(), start
    while left:
        today = 0
        for opens, closes in calendar.working_intervals(day):
            opens = max(opens, start)
            take = min(left, max(0, (closes - opens) // MINUTE))
            left, today = left - take, today + take
            due = opens + take * MINUTE if take else due
        if calendar.is_working_day(day):
            used.append(today)
        day += ONE_DAY
    notes = calendar.notes_after(start.date(), (due - MINUTE).date())  # used up at 24:00 is of the day that ends
    return Step(code, start, due, amount, notes=notes, minutes=tuple(used))


COUNT: Mapping[LimitKind, Callable[[int, datetime, Calendar], tuple[Step, ...]]] = {
    LimitKind.SAME_DAY: _same_day,
    LimitKind.WORKING_DAY: _working_days,
    LimitKind.CALENDAR_DAY: count_days,
    LimitKind.WORKING_HOUR: _working_hours,
}
