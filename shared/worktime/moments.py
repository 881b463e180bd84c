"""Stepping through working time: the next working day, the next open minute, the minutes between two moments."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from shared.worktime.calendars import ONE_DAY, Calendar, days_after, local, local_minute, minute_of_day, moment

Outcome = Literal["early", "on_time", "late"]


def add_working_days(day: date, count: int, calendar: Calendar) -> date:
    """The `count`-th working day after `day` (before it when negative); `day` itself when 0, working or not.

    The day one starts from is never counted (Civil Code 2015, Article 147.2).
    """
    step = ONE_DAY if count >= 0 else -ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= calendar.is_working_day(day)
    return day


@lru_cache(maxsize=4096)
def working_days_between(after: date, until: date, calendar: Calendar) -> int:
    """How many working days lie after `after`, up to and including `until`; negative when `until` is the earlier."""
    if until < after:
        return -working_days_between(until, after, calendar)
    return sum(calendar.is_working_day(day) for day in days_after(after, until))


def next_working_moment(at: datetime, calendar: Calendar) -> datetime:
    """`at` to the minute if the office is open then or just closing for the day; otherwise when it next opens.

    ValueError when `at` is naive.
    """
    at = local_minute(at)
    hours = calendar.hours_on(at.date())
    closing = hours is not None and minute_of_day(at) == hours.closes
    return at if closing else next_opening(at, calendar)


def next_opening(at: datetime, calendar: Calendar) -> datetime:
    """`at` to the minute if a minute of work begins then; otherwise when the next one does. ValueError when naive."""
    at = local_minute(at)
    for opens, closes in calendar.working_intervals(at.date()):
        if at < closes:
            return max(at, opens)
    return calendar.opening(add_working_days(at.date(), 1, calendar))


def last_working_moment(at: datetime, calendar: Calendar) -> datetime:
    """`at` to the minute if the office is open then or just closing; otherwise when it last closed.

    ValueError when `at` is naive.
    """
    at = local_minute(at)
    for opens, closes in reversed(calendar.working_intervals(at.date())):
        if at >= opens:
            return min(at, closes)
    return calendar.closing(add_working_days(at.date(), -1, calendar))


def working_minutes_between(a: datetime, b: datetime, calendar: Calendar) -> int:
    """Working minutes from `a` to `b`, both to the minute; negative when `b` is the earlier. ValueError when naive."""
    start, end = local_minute(a, "a"), local_minute(b, "b")
    if end < start:
        return -working_minutes_between(end, start, calendar)
    total = timedelta()
    for day in days_after(start.date() - ONE_DAY, end.date()):
        for opens, closes in calendar.working_intervals(day):
            total += max(min(end, closes) - max(start, opens), timedelta())
    return total // timedelta(minutes=1)


def reminder_moment(due_at: datetime, working_days_before: int, calendar: Calendar) -> datetime:
    """The same clock time so many working days before `due_at`, or the last working moment before that if closed.

    A reminder never comes later than asked: the apology is owed at latest one day before the due date
    (domain notes 2.1, rule 5: read in quotations only). ValueError when naive or when the count is negative.
    """
    if working_days_before < 0:
        raise ValueError("a reminder comes before the due date: working_days_before is zero or more")
    due = local(due_at, "due_at")
    day = add_working_days(due.date(), -working_days_before, calendar)
    return last_working_moment(moment(day, minute_of_day(due)), calendar)


def outcome_of(ended: datetime, due_at: datetime) -> Outcome:
    """Early, on time or late, by date as the national system counts: the promised moment decides, then the day."""
    if ended > due_at:
        return "late"
    return "on_time" if local(ended).date() == local(due_at).date() else "early"
