"""Days and times of day as people type them here."""

from __future__ import annotations

import re
from datetime import date, time

YEARS = range(1800, 2200)
"""What people may mean by a day, births included: the ends of the calendar have no time in another zone."""


def typed_day(typed: str, years: range = YEARS) -> date | None:
    """A day as people write it here, the day before the month: `5/6/2026`, `05.06.2026`, `05062026`; none else, and
    none of a year that nobody means."""
    found = re.fullmatch(r"(\d{1,2})[/.\s-](\d{1,2})[/.\s-](\d{4})|(\d\d)(\d\d)(\d{4})", typed)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups() if part)
    try:
        found_day = date(year, month, day)
    except ValueError:
        return None
    return found_day if year in years else None


def clock_of(typed: str) -> time | None:
    """A time of day as people write it here: `14:30`, `14h30`, `14 giờ 30`, `1430`; none else."""
    found = re.fullmatch(r"(\d{1,2})\s*(?::|h|giờ)\s*(\d\d)|(\d\d)(\d\d)", typed.lower())
    if found is None:
        return None
    hour, minute = (int(part) for part in found.groups() if part)
    return time(hour, minute) if hour < 24 and minute < 60 else None
