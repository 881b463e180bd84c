"""Days and times of day as people type them."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from shared.web.forms import Form
from shared.web.language import N_, Words
from shared.worktime import VN

YEARS = range(2000, 2100)
WRONG_DAY = N_("Hãy ghi ngày rồi tháng và năm: 05/06/2026.")
WRONG_CLOCK = N_("Hãy ghi giờ và phút: 21:05.")


def typed_day(typed: str) -> date | None:
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
    return found_day if year in YEARS else None


def clock_of(typed: str) -> time | None:
    """A time of day as people write it here: `21:05`, `21h05`, `21 giờ 05`, `2105`; none else."""
    found = re.fullmatch(r"(\d{1,2})\s*(?::|h|giờ)\s*(\d\d)|(\d\d)(\d\d)", typed.lower())
    if found is None:
        return None
    hour, minute = (int(part) for part in found.groups() if part)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def moment_of(form: Form, day: str, clock: str, now: datetime, _: Words) -> tuple[datetime | None, dict[str, str]]:
    """What was typed in these two fields as a moment, or what is wrong with it. A time alone is one of today; nothing
    at all is no moment, and not wrong."""
    if not (form[day] or form[clock]):
        return None, {}
    on = typed_day(form[day]) if form[day] else now.astimezone(VN).date()
    at = clock_of(form[clock])
    wrong = {} if on else {day: _(WRONG_DAY)}
    wrong |= {} if at else {clock: _(WRONG_CLOCK)}
    return datetime.combine(on, at, VN) if on and at else None, wrong
