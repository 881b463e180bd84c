"""A moment in two fields of a form."""

from __future__ import annotations

from datetime import datetime

from shared.web.forms import Form
from shared.web.language import N_, Words
from shared.web.moments import clock_of, typed_day
from shared.worktime import VN

YEARS = range(2000, 2100)
WRONG_DAY = N_("Hãy ghi ngày rồi tháng và năm: 05/06/2026.")
WRONG_CLOCK = N_("Hãy ghi giờ và phút: 21:05.")


def moment_of(form: Form, day: str, clock: str, now: datetime, _: Words) -> tuple[datetime | None, dict[str, str]]:
    """What was typed in these two fields as a moment, or what is wrong with it. A time alone is one of today; nothing
    at all is no moment, and not wrong."""
    if not (form[day] or form[clock]):
        return None, {}
    on = typed_day(form[day], YEARS) if form[day] else now.astimezone(VN).date()
    at = clock_of(form[clock])
    wrong = {} if on else {day: _(WRONG_DAY)}
    wrong |= {} if at else {clock: _(WRONG_CLOCK)}
    return datetime.combine(on, at, VN) if on and at else None, wrong
