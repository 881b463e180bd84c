"""What can still be kept, seen from this morning: each date falls under exactly one heading, or is not of today."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rules.today import Chance, chance_of, is_for, is_whole_day_left, looked_at_until
from shared.worktime import VN, Calendar
from shared.worktime.moments import working_days_between

CALENDAR = Calendar()
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda at: at.replace(tzinfo=VN))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}:00+07:00")


@pytest.mark.parametrize(
    ("now", "due", "chance"),
    [
        ("06-04T07:00", "06-04T17:00", Chance.TODAY),
        ("06-04T17:00", "06-04T17:00", Chance.TODAY),  # to the minute
        ("06-04T17:01", "06-04T17:00", Chance.MISSED),
        ("06-04T07:00", "06-03T17:00", Chance.MISSED),
        ("06-04T07:00", "06-05T17:00", Chance.NEXT),
        ("06-04T07:00", "06-08T09:00", None),
        ("06-05T07:00", "06-08T17:00", Chance.NEXT),  # Friday looks at Monday
        ("06-05T07:00", "06-09T07:00", None),
        ("06-06T09:00", "06-08T17:00", Chance.NEXT),  # Saturday: nothing is due today
        ("02-13T09:00", "02-23T10:00", Chance.NEXT),  # the last day before Tết looks at the first after it
        ("02-13T09:00", "02-24T10:00", None),
    ],
)
def test_a_date_is_of_today_of_the_next_working_day_missed_or_later(now: str, due: str, chance: Chance | None) -> None:
    assert chance_of(at(due), at(now), CALENDAR) is chance


@given(MOMENTS, MOMENTS)
def test_what_is_left_out_has_more_than_a_working_day_and_what_is_shown_has_not(now: datetime, due: datetime) -> None:
    chance = chance_of(due, now, CALENDAR)
    days = working_days_between(now.date(), due.date(), CALENDAR)
    assert (chance is Chance.MISSED) == (due < now)
    if chance in (Chance.TODAY, Chance.NEXT):
        assert now <= due < looked_at_until(now, CALENDAR) and days <= 1
    if chance is None:
        assert due - looked_at_until(now, CALENDAR) >= timedelta(0)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("06-04T07:00", True),
        ("06-04T16:59", True),
        ("06-04T17:00", False),
        ("06-06T09:00", False),
        ("02-17T09:00", False),
    ],
)
def test_today_is_good_for_something_while_it_is_worked_and_has_not_closed(now: str, left: bool) -> None:
    assert is_whole_day_left(at(now), CALENDAR) is left


@pytest.mark.parametrize(
    ("assigned", "holder", "mine"),
    [
        (None, None, True),
        ("me", None, True),
        (None, "me", True),
        ("other", "me", True),
        ("me", "other", True),
        ("other", None, False),
        (None, "other", False),
    ],
)
def test_mine_is_what_i_hold_what_was_given_to_me_and_what_is_nobodys(
    assigned: str | None, holder: str | None, mine: bool
) -> None:
    assert is_for("me", assigned, holder) is mine
