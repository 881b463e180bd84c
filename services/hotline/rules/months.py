"""Months of Vietnam's calendar, as lists and counts in public go by them."""

from __future__ import annotations

from datetime import date, datetime, time

from shared.worktime import VN


def month_at(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day's month, and that of the next one."""
    first = day.replace(day=1)
    after = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return datetime.combine(first, time(), VN), datetime.combine(after, time(), VN)


def months_until(now: datetime, count: int) -> list[date]:
    """The first days of so many months, this one first."""
    today = now.astimezone(VN).date()
    whole = today.year * 12 + today.month - 1
    return [date((whole - n) // 12, (whole - n) % 12 + 1, 1) for n in range(count)]
