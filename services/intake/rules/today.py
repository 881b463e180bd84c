"""Which promises can still be kept, seen from this morning."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from shared.worktime import VN, Calendar
from shared.worktime.moments import add_working_days


class Chance(StrEnum):
    """What can still be done for a promised date."""

    TODAY = "today"
    """It falls on today, and has not passed."""
    NEXT = "next"
    """It falls before or on the next working day: today is the last whole day for it."""
    MISSED = "missed"


def chance_of(due_at: datetime, now: datetime, calendar: Calendar) -> Chance | None:
    """What can still be done for this date; none when there is more time than that."""
    if due_at < now:
        return Chance.MISSED
    if due_at >= looked_at_until(now, calendar):
        return None
    return Chance.TODAY if due_at.astimezone(VN).date() == now.astimezone(VN).date() else Chance.NEXT


def looked_at_until(now: datetime, calendar: Calendar) -> datetime:
    """The end of the next working day (Vietnam's midnight): a date from there on is not of this morning."""
    last = add_working_days(now.astimezone(VN).date(), 1, calendar) + timedelta(days=1)
    return datetime(last.year, last.month, last.day, tzinfo=VN)


def is_whole_day_left(now: datetime, calendar: Calendar) -> bool:
    """Whether today is worked and has not closed: else nothing can be said of what today is still good for."""
    day = now.astimezone(VN).date()
    return calendar.is_working_day(day) and now < calendar.closing(day)


def is_for(official: str, assigned_to: str | None, holder: str | None) -> bool:
    """Whether it is this official's to do: in their hand, given to them, or not yet anybody's."""
    return official in (holder, assigned_to) if holder or assigned_to else True
