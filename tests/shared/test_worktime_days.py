"""Tết 2026 and 2027, days swapped and made up, and the police on Saturday morning, date by date. Times are +07:00."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.worktime import (
    POLICE_HOURS,
    SEEDED_OVERRIDES,
    Calendar,
    Limit,
    LimitKind,
    NoteCode,
    Override,
    promise,
    working_days_between,
    working_minutes_between,
)

OFFICE, POLICE = Calendar.vietnam(), Calendar.vietnam(hours=POLICE_HOURS)
SAME_DAY, ONE_DAY, THREE_DAYS, SEVEN_DAYS = Limit.same_day(), *map(Limit.working_days, (1, 3, 7))
ONE_HOUR, EIGHT_HOURS, FIVE_DAYS_ON = (
    Limit(LimitKind.WORKING_HOUR, 1),
    Limit(LimitKind.WORKING_HOUR, 8),
    Limit(LimitKind.CALENDAR_DAY, 5),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace(" ", "T") + "+07:00")


def due(limit: Limit, received: str, calendar: Calendar = OFFICE) -> str:
    return promise(limit, at(received), calendar).due_at.strftime("%Y-%m-%d %H:%M")


# Tết


@pytest.mark.parametrize(
    ("limit", "received", "expected"),
    [
        (SAME_DAY, "2026-02-13 14:59", "2026-02-13 17:00"),
        (SAME_DAY, "2026-02-13 15:00", "2026-02-23 17:00"),
        (THREE_DAYS, "2026-02-12 10:00", "2026-02-24 10:00"),
        (EIGHT_HOURS, "2026-02-13 16:30", "2026-02-23 16:30"),
        (ONE_HOUR, "2026-02-13 16:59", "2026-02-23 07:59"),
        (FIVE_DAYS_ON, "2026-02-11 10:00", "2026-02-23 17:00"),
        (ONE_DAY, "2026-02-14 10:00", "2026-02-24 07:00"),
        (SAME_DAY, "2027-02-03 14:59", "2027-02-03 17:00"),
        (SAME_DAY, "2027-02-03 15:00", "2027-02-11 17:00"),
        (THREE_DAYS, "2027-02-02 10:00", "2027-02-12 10:00"),
        (EIGHT_HOURS, "2027-02-03 16:00", "2027-02-11 16:00"),
        (ONE_HOUR, "2027-02-03 16:30", "2027-02-11 07:30"),
        (FIVE_DAYS_ON, "2027-02-01 09:00", "2027-02-11 17:00"),
        (ONE_DAY, "2027-02-08 09:00", "2027-02-12 07:00"),
        (ONE_DAY, "2027-02-10 23:59", "2027-02-12 07:00"),
    ],
)
def test_what_meets_tet_is_due_after_it(limit: Limit, received: str, expected: str) -> None:
    assert due(limit, received) == expected


@pytest.mark.parametrize(
    ("limit", "received", "expected"),
    [
        (SEVEN_DAYS, "2027-02-02 09:00", "2027-02-17 09:00"),  # Saturday the 6th is Tết, Saturday the 13th is worked
        (THREE_DAYS, "2026-02-13 10:00", "2026-02-23 10:00"),  # Saturdays the 14th and the 21st are worked
        (SAME_DAY, "2026-02-14 09:30", "2026-02-21 11:30"),
    ],
)
def test_the_polices_saturdays_around_tet(limit: Limit, received: str, expected: str) -> None:
    assert due(limit, received, POLICE) == expected


def test_a_saturday_that_the_police_do_not_work_in_tet_is_declared() -> None:
    """The law gives 16 to 20 February 2026: what the notice adds on either side is a decision of its own."""
    declared = (*SEEDED_OVERRIDES, Override(date(2026, 2, 21), "OFF", "TB 1/CAX"))
    assert due(THREE_DAYS, "2026-02-13 10:00", Calendar(POLICE_HOURS, declared)) == "2026-02-24 10:00"


def test_tet_2027_is_an_estimate_that_a_decision_replaces() -> None:
    """Should the Prime Minister give 3 to 9 February instead, two declared days say so."""
    moved = Calendar.declared(
        [Override(date(2027, 2, 3), "OFF", "TB 2/BNV"), Override(date(2027, 2, 10), "WORK", "TB 2/BNV")]
    )
    assert due(THREE_DAYS, "2027-02-02 10:00", moved) == "2027-02-12 10:00"
    assert due(ONE_DAY, "2027-02-02 10:00", moved) == "2027-02-10 10:00"
    assert due(ONE_DAY, "2027-02-02 10:00") == "2027-02-03 10:00"


# Days swapped and made up


@pytest.mark.parametrize(
    ("limit", "received", "expected"),
    [
        (ONE_DAY, "2025-04-25 10:00", "2025-04-26 10:00"),  # made up for Friday 2 May 2025
        (THREE_DAYS, "2025-04-29 10:00", "2025-05-07 10:00"),
        (ONE_DAY, "2025-12-31 16:00", "2026-01-05 16:00"),  # Friday 2 January 2026 is off
        (EIGHT_HOURS, "2026-01-09 16:00", "2026-01-10 16:00"),  # Saturday 10 January 2026 is eight hours long
        (FIVE_DAYS_ON, "2026-01-05 09:00", "2026-01-10 17:00"),
        (SAME_DAY, "2026-01-02 09:00", "2026-01-05 17:00"),
        (THREE_DAYS, "2026-08-20 10:00", "2026-08-24 10:00"),  # Saturday 22 August for Monday the 31st
        (THREE_DAYS, "2026-08-28 10:00", "2026-09-07 10:00"),
    ],
)
def test_days_swapped_are_off_and_days_made_up_are_full(limit: Limit, received: str, expected: str) -> None:
    assert due(limit, received) == expected


def test_without_its_document_2_january_2026_would_be_worked() -> None:
    unseeded = Calendar.vietnam(overrides=())
    assert due(ONE_DAY, "2025-12-31 16:00", unseeded) == "2026-01-02 16:00"
    assert due(ONE_DAY, "2026-01-09 10:00", unseeded) == "2026-01-12 10:00"


@pytest.mark.parametrize("calendar", [OFFICE, POLICE])
def test_a_make_up_saturday_is_eight_hours_at_every_counter(calendar: Calendar) -> None:
    for day in ("2025-04-26", "2026-01-10", "2026-08-22"):
        assert working_minutes_between(at(f"{day} 00:00"), at(f"{day} 23:59"), calendar) == 480
        note = calendar.note(date.fromisoformat(day))
        assert note is not None and note.code is NoteCode.MADE_UP and not note.off
        assert due(SAME_DAY, f"{day} 14:59", calendar) == f"{day} 17:00"


WORKED = st.dates(date(2025, 2, 3), date(2027, 11, 1)).filter(OFFICE.is_working_day)


@settings(max_examples=150)
@given(WORKED, st.integers(1, 5), st.sampled_from([1, 2, 5, 14]))
def test_a_swap_takes_a_day_and_gives_it_back(off: date, weeks: int, count: int) -> None:
    """From before both days to after both there are as many working days as there were."""
    saturday = off + timedelta(days=(5 - off.weekday()) % 7 + 7 * weeks)
    assume(not OFFICE.is_working_day(saturday))
    swapped = Calendar.declared([Override(off, "OFF", "CV 1"), Override(saturday, "WORK", "CV 1")])
    before, after = off - timedelta(days=count), saturday + timedelta(days=count)
    assert working_days_between(before, after, swapped) == working_days_between(before, after, OFFICE)
    assert working_days_between(before, off, swapped) == working_days_between(before, off, OFFICE) - 1


# Saturday morning


@pytest.mark.parametrize(
    ("received", "same_day", "one_day", "one_hour", "five_days_on"),
    [
        ("06 06:00", "06 11:30", "08 07:00", "06 08:00", "11 17:00"),
        ("06 07:00", "06 11:30", "08 07:00", "06 08:00", "11 17:00"),
        ("06 09:29", "06 11:30", "08 09:29", "06 10:29", "11 17:00"),
        ("06 09:30", "08 17:00", "08 09:30", "06 10:30", "11 17:00"),
        ("06 11:29", "08 17:00", "08 11:29", "08 07:59", "11 17:00"),
        ("06 11:30", "08 17:00", "08 13:30", "08 08:00", "11 17:00"),
        ("06 11:31", "08 17:00", "09 07:00", "08 08:00", "13 11:30"),
        ("06 23:59", "08 17:00", "09 07:00", "08 08:00", "13 11:30"),
        ("05 11:29", "05 17:00", "06 11:29", "05 14:29", "10 17:00"),
        ("05 14:00", "05 17:00", "08 07:00", "05 15:00", "10 17:00"),
        ("05 17:00", "06 11:30", "08 07:00", "06 08:00", "10 17:00"),
        ("05 17:01", "06 11:30", "08 07:00", "06 08:00", "11 17:00"),
    ],
)
def test_the_police_on_saturday_morning(
    received: str, same_day: str, one_day: str, one_hour: str, five_days_on: str
) -> None:
    limits: Sequence[Limit] = (SAME_DAY, ONE_DAY, ONE_HOUR, FIVE_DAYS_ON)
    dates = [due(limit, f"2026-06-{received}", POLICE)[8:] for limit in limits]
    assert dates == [same_day, one_day, one_hour, five_days_on]
