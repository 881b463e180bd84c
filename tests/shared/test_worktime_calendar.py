"""Which days are off and why; which hours are hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import date, datetime, timedelta
from unicodedata import is_normalized

import pytest

from shared.worktime import (
    DEFAULT_HOURS,
    POLICE_HOURS,
    SEEDED_OVERRIDES,
    Calendar,
    DayHours,
    NoteCode,
    Override,
    Session,
    WorkingHours,
)

OFFICE = Calendar.vietnam()

# Domain notes, 10: Labour Code 2019, Article 112, and the Prime Minister's decisions; for 2027 an estimate until then.
OFF = {
    2026: [
        *("1/1", "2/1", "16/2", "17/2", "18/2", "19/2", "20/2"),
        *("26/4", "27/4", "30/4", "1/5", "31/8", "1/9", "2/9", "24/11"),
    ],
    2027: ["1/1", *(f"{day}/2" for day in range(4, 11)), "16/4", "30/4", "1/5", "3/5", "2/9", "3/9", "24/11"],
}
MADE_UP = {2025: ["26/4"], 2026: ["10/1", "22/8"], 2027: []}


def days_of(year: int) -> Iterator[date]:
    return (date(year, 1, 1) + timedelta(days=number) for number in range(365))


def written(year: int, days: list[str]) -> set[date]:
    return {date(year, *(int(part) for part in reversed(day.split("/")))) for day in days}


@pytest.mark.parametrize("year", OFF)
def test_every_day_of_the_year_is_off_or_worked_as_the_law_has_it(year: int) -> None:
    off, made_up = written(year, OFF[year]), written(year, MADE_UP[year])
    for day in days_of(year):
        expected = day in made_up or (day.weekday() < 5 and day not in off)
        assert OFFICE.is_working_day(day) is expected, day


@pytest.mark.parametrize("year", MADE_UP)
def test_make_up_saturdays_are_worked_in_full_and_noted(year: int) -> None:
    notes = [note for day in days_of(year) if (note := OFFICE.note(day)) and note.code is NoteCode.MADE_UP]
    assert {note.day for note in notes} == written(year, MADE_UP[year])
    assert all(OFFICE.hours_on(note.day) == DEFAULT_HOURS.makeup for note in notes)


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (date(2026, 1, 2), "nghỉ theo CV 12729/VPCP-KGVX", "day off under CV 12729/VPCP-KGVX"),
        (date(2026, 2, 17), "Tết Nguyên Đán", "Lunar New Year"),
        (date(2026, 4, 26), "Ngày Giỗ Tổ Hùng Vương", "Hung Kings' Commemoration Day"),
        (date(2026, 4, 27), "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)", "Hung Kings' Commemoration Day (observed)"),
        (date(2026, 8, 31), "Ngày nghỉ (thay cho ngày 22/08/2026)", "Day off (substituted from 2026-08-22)"),
        (date(2026, 11, 24), "Ngày Văn hóa Việt Nam", "Vietnam Cultural Day"),
        (date(2026, 6, 6), "ngày nghỉ hằng tuần", "weekly rest"),
        (date(2026, 1, 10), None, None),
        (date(2026, 6, 5), None, None),
    ],
)
def test_a_day_off_says_why_in_both_languages(day: date, vi: str | None, en: str | None) -> None:
    assert OFFICE.day_off_reason(day) == vi
    assert OFFICE.day_off_reason(day, "en") == en


def test_every_reason_is_written_in_composed_vietnamese() -> None:
    reasons = [OFFICE.day_off_reason(day) for year in (2024, 2026, 2027, 2030) for day in days_of(year)]
    assert all(is_normalized("NFC", reason) for reason in reasons if reason)


def test_the_seeded_decisions_name_their_document() -> None:
    assert {(o.day, o.kind, o.basis) for o in SEEDED_OVERRIDES} == {
        (date(2026, 1, 2), "OFF", "CV 12729/VPCP-KGVX"),
        (date(2026, 1, 10), "WORK", "CV 12729/VPCP-KGVX"),
    }


def test_years_the_holiday_package_does_not_know_still_have_weekends_and_overrides() -> None:
    calendar = Calendar.vietnam(overrides=[Override(date(2150, 1, 1), "OFF", "BLLĐ Điều 112")])
    assert calendar.day_off_reason(date(2150, 1, 1)) == "nghỉ theo BLLĐ Điều 112"
    assert calendar.is_working_day(date(2150, 1, 2))
    assert calendar.day_off_reason(date(2150, 1, 3)) == "ngày nghỉ hằng tuần"
    assert calendar.is_working_day(date(1850, 1, 1))


def test_the_intervals_of_a_day_are_eight_hours_around_lunch() -> None:
    assert [(a.strftime("%H:%M"), b.strftime("%H:%M")) for a, b in OFFICE.working_intervals(date(2026, 6, 5))] == [
        ("07:00", "11:30"),
        ("13:30", "17:00"),
    ]
    assert OFFICE.working_intervals(date(2026, 6, 6)) == ()
    assert OFFICE.closing(date(2026, 6, 5)) == datetime.fromisoformat("2026-06-05T17:00+07:00")
    with pytest.raises(ValueError, match="2026-06-06 is not a working day: weekly rest"):
        OFFICE.opening(date(2026, 6, 6))


def test_hours_may_differ_from_unit_to_unit() -> None:
    assert DEFAULT_HOURS.makeup.minutes == 480
    saturday = Calendar.vietnam(hours=POLICE_HOURS).hours_on(date(2026, 6, 6))
    assert saturday is not None and saturday.minutes == 270
    friday_only = WorkingHours(
        (None,) * 4 + (DayHours.parse("08:00-12:00", same_day_before="11:00"),) + (None,) * 2, DEFAULT_HOURS.makeup
    )
    assert not Calendar.vietnam(hours=friday_only).is_working_day(date(2026, 6, 4))


def test_a_calendar_is_a_frozen_value() -> None:
    assert Calendar.vietnam() == Calendar.vietnam() and hash(Calendar.vietnam()) == hash(OFFICE)
    assert Calendar.vietnam(hours=POLICE_HOURS) != OFFICE
    with pytest.raises(FrozenInstanceError):
        OFFICE.overrides = ()  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize("text", ["7h-11h", "07:00", "12:00-11:00", "07:00-07:00", "07:00-24:01", "07:60-08:00", "a-b"])
def test_a_session_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Session.parse(text)


def test_hours_that_make_no_sense_are_refused() -> None:
    day = DEFAULT_HOURS.makeup
    with pytest.raises(ValueError, match="overlap"):
        DayHours.parse("07:00-12:00", "11:30-17:00", same_day_before="15:00")
    with pytest.raises(ValueError, match="at least one session"):
        DayHours((), 900)
    with pytest.raises(ValueError, match="cutoff"):
        DayHours.parse("07:00-12:00", same_day_before="07:00")
    with pytest.raises(ValueError, match="cutoff"):  # what came at 12:00 sharp would be due at 12:00 sharp
        DayHours.parse("07:00-12:00", same_day_before="12:01")
    with pytest.raises(ValueError, match="seven days"):
        WorkingHours((None,) * 7, day)
    with pytest.raises(ValueError, match="seven days"):
        WorkingHours((day,) * 5, day)
    with pytest.raises(ValueError, match="late_minutes"):
        WorkingHours((day,) * 7, day, late_minutes=-1)


def test_an_override_needs_a_kind_and_a_document() -> None:
    with pytest.raises(ValueError, match="OFF or WORK"):
        Override(date(2026, 1, 2), "HALF", "CV 1")  # type: ignore[arg-type]  # from a table, not from code
    with pytest.raises(ValueError, match="document"):
        Override(date(2026, 1, 2), "OFF", " ")


def test_a_declared_day_wins_over_the_seeded_calendar_and_leaves_its_other_days() -> None:
    seeded, *others = SEEDED_OVERRIDES
    other = Override(seeded.day, "WORK" if seeded.kind == "OFF" else "OFF", "CV 1/UBND")
    calendar = Calendar.declared([other])

    assert other in calendar.overrides and seeded not in calendar.overrides
    assert set(others) < set(calendar.overrides)
    assert Calendar.declared([]) == Calendar.vietnam()
