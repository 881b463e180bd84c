"""The dates the law and the domain notes give, one by one. Times are +07:00."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from shared.worktime import (
    ONLINE_HOURS,
    POLICE_HOURS,
    Calendar,
    DayHours,
    Limit,
    LimitKind,
    Override,
    WorkingHours,
    add_working_days,
    last_working_moment,
    next_working_moment,
    outcome_of,
    promise,
    reminder_moment,
    working_days_between,
    working_minutes_between,
)

OFFICE = Calendar.vietnam()
POLICE = Calendar.vietnam(hours=POLICE_HOURS)
ONLINE = Calendar.vietnam(hours=ONLINE_HOURS)
AROUND_THE_CLOCK = Calendar.vietnam(
    hours=WorkingHours((DayHours.parse("00:00-24:00", same_day_before="15:00"),) * 7, OFFICE.hours.makeup),
    overrides=(),
)
BIRTH_CERTIFICATE = Limit.same_day()  # 1.001193
MARITAL_STATUS = Limit.working_days(3)  # 1.004873
MARRIAGE = Limit.working_days(1)  # 1.000894
PERMANENT_RESIDENCE = Limit.working_days(7)  # 1.004222
ADOPTION = Limit(LimitKind.CALENDAR_DAY, 30)  # 2.001263
BUILDING_PERMIT = Limit(LimitKind.CALENDAR_DAY, 20)  # 1.013225
STAY_NOTICE = Limit(LimitKind.WORKING_HOUR, 1)  # 2.001159
ONLINE_ACCEPTANCE = Limit(LimitKind.WORKING_HOUR, 8)  # NĐ 297/2025


def at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace(" ", "T") + "+07:00")


def due(limit: Limit, received: str, calendar: Calendar = OFFICE) -> str:
    return promise(limit, at(received), calendar).due_at.strftime("%Y-%m-%d %H:%M")


# The three dates of the domain notes, 2.4


def test_three_working_days_accepted_before_national_day_2025_pass_over_the_holidays() -> None:
    assert due(MARITAL_STATUS, "2025-08-29 16:00") == "2025-09-05 16:00"


def test_a_birth_registered_on_friday_at_15_01_is_due_on_monday_at_closing() -> None:
    assert due(BIRTH_CERTIFICATE, "2026-06-05 15:01") == "2026-06-08 17:00"


def test_thirty_days_of_an_adoption_landing_on_saturday_move_to_monday() -> None:
    assert due(ADOPTION, "2026-05-14 09:20") == "2026-06-15 17:00"


# Receipts


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-06-04 06:00", "2026-06-04 17:00"),
        ("2026-06-04 09:00", "2026-06-04 17:00"),
        ("2026-06-04 12:15", "2026-06-04 17:00"),
        ("2026-06-04 14:59", "2026-06-04 17:00"),
        ("2026-06-04 15:00", "2026-06-05 17:00"),
        ("2026-06-04 17:00", "2026-06-05 17:00"),
        ("2026-06-04 23:59", "2026-06-05 17:00"),
        ("2026-06-05 00:00", "2026-06-05 17:00"),
        ("2026-06-05 23:59", "2026-06-08 17:00"),
        ("2026-06-06 10:00", "2026-06-08 17:00"),
        ("2026-06-07 23:59", "2026-06-08 17:00"),
    ],
)
def test_same_day_results_turn_on_fifteen_hundred_sharp(received: str, expected: str) -> None:
    assert due(BIRTH_CERTIFICATE, received) == expected


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-06-03 05:30", "2026-06-04 07:00"),
        ("2026-06-03 07:00", "2026-06-04 07:00"),
        ("2026-06-03 11:29", "2026-06-04 11:29"),
        ("2026-06-03 11:30", "2026-06-04 13:30"),
        ("2026-06-03 13:29", "2026-06-04 13:30"),
        ("2026-06-03 17:00", "2026-06-04 17:00"),
        ("2026-06-03 17:01", "2026-06-05 07:00"),
        ("2026-06-03 23:59", "2026-06-05 07:00"),
        ("2026-06-06 08:00", "2026-06-09 07:00"),
    ],
)
def test_one_working_day_keeps_the_clock_time_of_the_start(received: str, expected: str) -> None:
    assert due(MARRIAGE, received) == expected


def test_a_receipt_at_23_59_counts_as_one_at_midnight_would_and_no_minute_is_lost() -> None:
    eve, midnight = (promise(ONLINE_ACCEPTANCE, at(text), OFFICE) for text in ("2026-06-03 23:59", "2026-06-04 00:00"))
    assert eve.due_at == midnight.due_at == at("2026-06-04 17:00")
    assert working_minutes_between(at("2026-06-03 16:59"), at("2026-06-04 07:01"), OFFICE) == 2


def test_seconds_are_dropped_so_that_the_printed_hour_decides() -> None:
    received = at("2026-06-05 14:59").replace(second=59, microsecond=999_999)
    assert promise(BIRTH_CERTIFICATE, received, OFFICE).due_at == at("2026-06-05 17:00")
    assert promise(MARRIAGE, received, OFFICE).due_at == at("2026-06-08 14:59")


def test_a_receipt_in_another_zone_is_the_same_moment_in_vietnam() -> None:
    received = datetime(2026, 6, 4, 20, 30, tzinfo=UTC)  # 03:30 on Friday in Vietnam
    result = promise(BIRTH_CERTIFICATE, received, OFFICE)
    assert result.due_at == at("2026-06-05 17:00")
    assert result.received_at.utcoffset() == result.due_at.utcoffset() == timedelta(hours=7)
    tokyo = received.astimezone(timezone(timedelta(hours=9)))
    assert promise(BIRTH_CERTIFICATE, tokyo, OFFICE) == result


# Holidays and swaps


def test_a_limit_across_tet_2026_passes_over_five_holidays_and_two_weekends() -> None:
    assert due(MARITAL_STATUS, "2026-02-13 10:00") == "2026-02-25 10:00"
    assert due(BIRTH_CERTIFICATE, "2026-02-13 15:30") == "2026-02-23 17:00"
    assert due(ONLINE_ACCEPTANCE, "2026-02-13 16:00") == "2026-02-23 16:00"
    assert due(MARRIAGE, "2026-02-18 09:00") == "2026-02-24 07:00"


def test_the_swap_of_2_january_2026_is_off_and_saturday_the_tenth_is_worked() -> None:
    assert due(BIRTH_CERTIFICATE, "2025-12-31 15:00") == "2026-01-05 17:00"
    assert due(MARRIAGE, "2025-12-31 10:00") == "2026-01-05 10:00"
    assert due(MARRIAGE, "2026-01-09 10:00") == "2026-01-10 10:00"
    assert due(BIRTH_CERTIFICATE, "2026-01-10 09:00") == "2026-01-10 17:00"
    assert due(BIRTH_CERTIFICATE, "2026-01-10 15:00") == "2026-01-12 17:00"
    assert due(PERMANENT_RESIDENCE, "2025-12-31 08:00") == "2026-01-12 08:00"


def test_culture_day_24_november_2026_is_off() -> None:
    assert due(MARRIAGE, "2026-11-23 10:00") == "2026-11-25 10:00"
    assert due(BIRTH_CERTIFICATE, "2026-11-24 09:00") == "2026-11-25 17:00"


def test_hung_kings_day_on_sunday_26_april_2026_takes_monday_too() -> None:
    assert due(MARRIAGE, "2026-04-24 10:00") == "2026-04-28 10:00"
    assert due(MARITAL_STATUS, "2026-04-24 16:00") == "2026-05-04 16:00"  # 30/4, 1/5 and the weekend as well
    assert due(BUILDING_PERMIT, "2026-04-06 10:00") == "2026-04-28 17:00"


def test_national_day_2026_is_bridged_by_31_august_against_saturday_22() -> None:
    assert due(MARRIAGE, "2026-08-28 10:00") == "2026-09-03 10:00"
    assert due(MARRIAGE, "2026-08-21 10:00") == "2026-08-22 10:00"


@pytest.mark.parametrize(
    ("limit", "received", "expected"),
    [
        (BUILDING_PERMIT, "2026-06-01 09:00", "2026-06-22 17:00"),  # lands on Sunday the 21st
        (BUILDING_PERMIT, "2026-06-04 09:00", "2026-06-24 17:00"),
        (BUILDING_PERMIT, "2026-06-06 09:00", "2026-06-29 17:00"),  # Saturday counts from Monday the 8th: Sunday 28
        (ADOPTION, "2026-01-19 16:00", "2026-02-23 17:00"),  # lands inside Tết
        (Limit(LimitKind.CALENDAR_DAY, 1), "2026-06-05 18:00", "2026-06-09 17:00"),
    ],
)
def test_calendar_days_are_due_at_closing_and_move_past_days_of_rest(
    limit: Limit, received: str, expected: str
) -> None:
    assert due(limit, received) == expected


def test_an_override_wins_over_holiday_weekend_and_package_and_the_last_one_over_the_first() -> None:
    decisions = (
        Override(date(2026, 9, 2), "WORK", "QĐ 1"),
        Override(date(2026, 8, 22), "OFF", "QĐ 2"),
        Override(date(2026, 6, 3), "WORK", "QĐ 3"),
        Override(date(2026, 6, 3), "OFF", "QĐ 4"),
    )
    calendar = Calendar.vietnam(overrides=decisions)
    assert calendar.is_working_day(date(2026, 9, 2))
    assert not calendar.is_working_day(date(2026, 8, 22))
    assert calendar.day_off_reason(date(2026, 6, 3)) == "nghỉ theo QĐ 4"
    assert calendar.is_working_day(date(2026, 1, 2)), "passing overrides replaces the seeded ones"


# Hours


@pytest.mark.parametrize(
    ("limit", "received", "expected"),
    [
        (ONLINE_ACCEPTANCE, "2026-06-04 07:00", "2026-06-04 17:00"),
        (ONLINE_ACCEPTANCE, "2026-06-05 16:00", "2026-06-08 16:00"),
        (ONLINE_ACCEPTANCE, "2026-06-05 17:00", "2026-06-08 17:00"),
        (STAY_NOTICE, "2026-06-04 10:30", "2026-06-04 11:30"),
        (STAY_NOTICE, "2026-06-04 11:00", "2026-06-04 14:00"),
        (STAY_NOTICE, "2026-06-04 12:00", "2026-06-04 14:30"),
        (STAY_NOTICE, "2026-06-04 16:30", "2026-06-05 07:30"),
        (STAY_NOTICE, "2026-06-05 16:30", "2026-06-08 07:30"),
        (Limit(LimitKind.WORKING_HOUR, 2), "2026-06-06 23:59", "2026-06-08 09:00"),
        (Limit(LimitKind.WORKING_HOUR, 40), "2026-06-03 09:00", "2026-06-10 09:00"),
    ],
)
def test_working_hours_roll_over_lunch_night_and_weekend(limit: Limit, received: str, expected: str) -> None:
    assert due(limit, received) == expected


def test_an_online_dossier_in_the_last_working_hour_counts_from_the_next_working_day() -> None:
    assert due(ONLINE_ACCEPTANCE, "2026-06-05 15:59", ONLINE) == "2026-06-08 15:59"
    assert due(ONLINE_ACCEPTANCE, "2026-06-05 16:00", ONLINE) == "2026-06-08 17:00"


def test_the_wall_clock_runs_through_tet_night_to_the_second() -> None:
    received = at("2026-02-16 23:50").replace(second=7)
    assert promise(Limit.wall_minutes(15), received, OFFICE).due_at == received + timedelta(minutes=15)
    assert promise(Limit.wall_minutes(24 * 60), received, OFFICE).due_at == received + timedelta(days=1)


def test_the_police_work_on_saturday_morning() -> None:
    assert due(PERMANENT_RESIDENCE, "2026-06-05 09:00", POLICE) == "2026-06-13 09:00"
    assert due(STAY_NOTICE, "2026-06-06 11:00", POLICE) == "2026-06-08 07:30"
    assert due(Limit(LimitKind.CALENDAR_DAY, 2), "2026-06-04 09:00", POLICE) == "2026-06-06 11:30"


def test_a_clock_time_that_saturday_does_not_have_moves_on_to_monday_opening() -> None:
    assert due(MARRIAGE, "2026-06-05 16:00", POLICE) == "2026-06-08 07:00"
    assert due(MARRIAGE, "2026-06-06 11:30", POLICE) == "2026-06-08 13:30"
    assert due(MARRIAGE, "2026-06-06 11:31", POLICE) == "2026-06-09 07:00"


def test_half_a_saturday_has_its_own_same_day_cutoff() -> None:
    assert due(Limit.same_day(), "2026-06-06 09:29", POLICE) == "2026-06-06 11:30"
    assert due(Limit.same_day(), "2026-06-06 09:30", POLICE) == "2026-06-08 17:00"


def test_a_make_up_saturday_is_a_full_day_even_where_saturdays_are_half() -> None:
    assert due(Limit.same_day(), "2026-01-10 14:00", POLICE) == "2026-01-10 17:00"
    assert POLICE.note(date(2026, 1, 10)) is not None


def test_an_office_open_around_the_clock_has_no_gap_at_midnight() -> None:
    assert due(Limit(LimitKind.WORKING_HOUR, 2), "2026-06-04 23:00", AROUND_THE_CLOCK) == "2026-06-05 01:00"
    assert working_minutes_between(at("2026-06-04 23:59"), at("2026-06-05 00:01"), AROUND_THE_CLOCK) == 2


def test_hours_used_up_at_midnight_say_nothing_of_the_day_that_begins() -> None:
    """Six hours from 18:00 end with Friday the 9th: Saturday the 10th, a make-up day, was not counted."""
    evening = DayHours.parse("18:00-24:00", same_day_before="21:00")
    nights = Calendar.vietnam(hours=WorkingHours((evening,) * 5 + (None,) * 2, evening))
    made = promise(Limit(LimitKind.WORKING_HOUR, 6), at("2026-01-09 18:00"), nights)
    assert made.due_at == at("2026-01-10 00:00")
    assert made.count.notes == () and "10/1" not in " ".join(made.because()[:-2])


# Moments


def test_working_days_are_added_and_taken_away_without_counting_the_first() -> None:
    friday, saturday, monday = date(2026, 6, 5), date(2026, 6, 6), date(2026, 6, 8)
    assert add_working_days(friday, 1, OFFICE) == add_working_days(saturday, 1, OFFICE) == monday
    assert add_working_days(monday, -1, OFFICE) == friday
    assert add_working_days(saturday, 0, OFFICE) == saturday
    assert working_days_between(friday, monday, OFFICE) == 1
    assert working_days_between(monday, friday, OFFICE) == -1


@pytest.mark.parametrize(
    ("moment", "following", "preceding"),
    [
        ("2026-06-05 06:59", "2026-06-05 07:00", "2026-06-04 17:00"),
        ("2026-06-05 07:00", "2026-06-05 07:00", "2026-06-05 07:00"),
        ("2026-06-05 11:30", "2026-06-05 13:30", "2026-06-05 11:30"),
        ("2026-06-05 12:00", "2026-06-05 13:30", "2026-06-05 11:30"),
        ("2026-06-05 16:00", "2026-06-05 16:00", "2026-06-05 16:00"),
        ("2026-06-05 17:00", "2026-06-05 17:00", "2026-06-05 17:00"),
        ("2026-06-06 08:00", "2026-06-08 07:00", "2026-06-05 17:00"),
    ],
)
def test_the_next_and_the_last_working_moment(moment: str, following: str, preceding: str) -> None:
    assert next_working_moment(at(moment), OFFICE) == at(following)
    assert last_working_moment(at(moment), OFFICE) == at(preceding)


@pytest.mark.parametrize(
    ("a", "b", "minutes"),
    [
        ("2026-06-05 07:00", "2026-06-05 17:00", 480),
        ("2026-06-05 11:00", "2026-06-05 14:00", 60),
        ("2026-06-05 16:00", "2026-06-08 08:00", 120),
        ("2026-02-13 17:00", "2026-02-23 07:00", 0),
        ("2026-06-08 08:00", "2026-06-05 16:00", -120),
    ],
)
def test_working_minutes_between_two_moments(a: str, b: str, minutes: int) -> None:
    assert working_minutes_between(at(a), at(b), OFFICE) == minutes


def test_a_reminder_comes_in_working_time_and_never_later_than_asked() -> None:
    assert reminder_moment(at("2026-06-08 17:00"), 1, OFFICE) == at("2026-06-05 17:00")
    assert reminder_moment(at("2026-02-23 10:00"), 1, OFFICE) == at("2026-02-13 10:00")
    assert reminder_moment(at("2026-06-08 16:00"), 1, POLICE) == at("2026-06-06 11:30")
    assert reminder_moment(at("2026-06-07 03:00"), 0, OFFICE) == at("2026-06-05 17:00")


# Refusals


def test_naive_moments_are_refused_and_the_message_says_so() -> None:
    naive = datetime(2026, 6, 5, 15, 1)
    for limit in (Limit.same_day(), Limit.wall_minutes(15)):
        with pytest.raises(ValueError, match="received_at must be timezone-aware"):
            promise(limit, naive, OFFICE)
    with pytest.raises(ValueError, match="timezone-aware"):
        next_working_moment(naive, OFFICE)
    with pytest.raises(ValueError, match="b must be timezone-aware"):
        working_minutes_between(at("2026-06-05 15:01"), naive, OFFICE)
    with pytest.raises(ValueError, match="due_at must be timezone-aware"):
        reminder_moment(naive, 1, OFFICE)


def test_limits_and_reminders_without_sense_are_refused() -> None:
    for kind in set(LimitKind) - {LimitKind.SAME_DAY}:
        with pytest.raises(ValueError, match="at least 1"):
            Limit(kind, 0)
    with pytest.raises(ValueError, match="zero or more"):
        reminder_moment(at("2026-06-08 17:00"), -1, OFFICE)


def test_a_limit_survives_its_data() -> None:
    for limit in (BIRTH_CERTIFICATE, MARITAL_STATUS, ADOPTION, STAY_NOTICE, Limit.wall_minutes(2 * 60)):
        assert Limit.from_data(limit.as_data()) == limit


@pytest.mark.parametrize(
    ("ended", "outcome"),
    [
        ("2026-06-07T23:59:59+07:00", "early"),
        ("2026-06-07T17:00:00Z", "on_time"),
        ("2026-06-08T17:00:00+07:00", "on_time"),
        ("2026-06-08T17:00:01+07:00", "late"),
    ],
)
def test_ready_on_an_earlier_day_of_the_office_is_early_and_on_the_day_on_time(ended: str, outcome: str) -> None:
    assert outcome_of(datetime.fromisoformat(ended), datetime.fromisoformat("2026-06-08T17:00:00+07:00")) == outcome
