"""What holds for every receipt, and equality with an oracle that walks minute by minute and shares no code.

WORKTIME_ORACLE_CASES asks the oracle for more cases than the default run's.
"""

from __future__ import annotations

import json
import os
import random
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.worktime import (
    ONLINE_HOURS,
    POLICE_HOURS,
    VN,
    Calendar,
    DayHours,
    Limit,
    LimitKind,
    Promise,
    WorkingHours,
    add_working_days,
    next_working_moment,
    promise,
    reminder_moment,
    working_days_between,
    working_minutes_between,
)

OFFICE = Calendar.vietnam()
POLICE = Calendar.vietnam(hours=POLICE_HOURS)
ODD = WorkingHours(
    week=(
        DayHours.parse("08:00-12:00", "13:00-17:30", same_day_before="15:00"),
        None,
        DayHours.parse("07:15-09:05", "10:00-10:01", "19:00-24:00", same_day_before="20:00"),
        DayHours.parse("00:00-24:00", same_day_before="15:00"),
        DayHours.parse("13:30-17:00", same_day_before="15:00"),
        DayHours.parse("07:00-11:30", same_day_before="09:30"),
        None,
    ),
    makeup=OFFICE.hours.makeup,
    late_minutes=30,
)
CALENDARS = st.sampled_from([OFFICE, POLICE, Calendar.vietnam(hours=ONLINE_HOURS), Calendar.vietnam(hours=ODD)])
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1), timezones=st.just(VN))
NEAR = st.timedeltas(timedelta(), timedelta(days=12))
LIMITS = st.one_of(
    st.just(Limit.same_day()),
    st.integers(1, 30).map(Limit.working_days),
    st.integers(1, 90).map(Limit.calendar_days),
    st.integers(1, 60).map(Limit.working_hours),
    st.integers(1, 5000).map(Limit.wall_minutes),
)
WORKING = LIMITS.filter(lambda limit: limit.kind is not LimitKind.WALL_MINUTE)
quick = settings(max_examples=120, deadline=None)


@quick
@given(LIMITS, MOMENTS, CALENDARS)
def test_nothing_is_due_before_its_start_and_no_start_before_the_receipt(
    limit: Limit, received: datetime, calendar: Calendar
) -> None:
    made = promise(limit, received, calendar)
    assert made.received_at <= received < made.received_at + timedelta(minutes=1)
    assert made.received_at <= made.counted_from < made.due_at


@quick
@given(WORKING, MOMENTS, CALENDARS)
def test_a_promise_falls_into_working_time_or_on_its_close(
    limit: Limit, received: datetime, calendar: Calendar
) -> None:
    made = promise(limit, received, calendar)
    for moment in (made.counted_from, made.due_at):
        before = moment - timedelta(minutes=1)
        intervals = calendar.working_intervals(moment.date()) + calendar.working_intervals(before.date())
        assert any(opens <= moment <= closes for opens, closes in intervals)


@quick
@given(LIMITS, MOMENTS, NEAR, CALENDARS)
def test_what_comes_later_is_never_due_earlier(
    limit: Limit, received: datetime, later: timedelta, calendar: Calendar
) -> None:
    assert promise(limit, received, calendar).due_at <= promise(limit, received + later, calendar).due_at


@quick
@given(WORKING.filter(lambda limit: limit.amount > 0), MOMENTS, CALENDARS)
def test_a_longer_limit_is_never_due_earlier(limit: Limit, received: datetime, calendar: Calendar) -> None:
    longer = Limit(limit.kind, limit.amount + 1)
    assert promise(limit, received, calendar).due_at <= promise(longer, received, calendar).due_at


@quick
@given(LIMITS, MOMENTS, CALENDARS)
def test_the_steps_hang_together_and_add_up_to_the_date(limit: Limit, received: datetime, calendar: Calendar) -> None:
    made = promise(limit, received, calendar)
    first, count = made.steps[:2]
    assert all(a.to == b.at for a, b in zip(made.steps, made.steps[1:], strict=False))
    assert made.steps[-1].to == made.due_at and count.amount == limit.amount
    if limit.kind is LimitKind.WORKING_DAY:
        off = sum(note.off for note in count.notes)
        assert count.to == first.to + timedelta(days=limit.amount + off)
        assert working_days_between(first.to.date(), count.to.date(), calendar) == limit.amount
    if limit.kind is LimitKind.WORKING_HOUR:
        assert sum(count.minutes) == 60 * limit.amount
        assert working_minutes_between(first.to, made.due_at, calendar) == 60 * limit.amount
    if limit.kind is LimitKind.CALENDAR_DAY:
        assert count.to - first.to == timedelta(days=limit.amount)


@quick
@given(LIMITS, MOMENTS, CALENDARS)
def test_the_strip_has_every_day_once_and_ends_on_the_full_count(
    limit: Limit, received: datetime, calendar: Calendar
) -> None:
    made = promise(limit, received, calendar)
    lines = made.days()
    days = (made.due_at.date() - made.received_at.date()).days
    assert [line.day for line in lines] == [made.received_at.date() + timedelta(days=n) for n in range(days + 1)]
    assert [line.kind for line in lines].count("end") == 1 and lines[-1].kind == "end"
    assert len(lines) == 1 or lines[0].kind == "start"
    assert lines[-1].counted == limit.amount
    assert [line.counted for line in lines] == sorted(line.counted for line in lines)
    assert all(line.reason for line in lines if line.kind == "off")


@quick
@given(LIMITS, MOMENTS, CALENDARS)
def test_a_promise_survives_json(limit: Limit, received: datetime, calendar: Calendar) -> None:
    made = promise(limit, received, calendar)
    assert Promise.from_data(json.loads(json.dumps(made.as_data()))) == made


@quick
@given(MOMENTS, NEAR, NEAR, CALENDARS)
def test_working_minutes_add_up_whatever_lies_between(
    start: datetime, first: timedelta, second: timedelta, calendar: Calendar
) -> None:
    middle, end = start + first, start + first + second
    whole = working_minutes_between(start, end, calendar)
    assert whole == working_minutes_between(start, middle, calendar) + working_minutes_between(middle, end, calendar)
    assert whole == -working_minutes_between(end, start, calendar) >= 0


@quick
@given(MOMENTS, st.integers(1, 10), CALENDARS)
def test_a_reminder_leaves_the_days_it_promises(due: datetime, days: int, calendar: Calendar) -> None:
    reminder = reminder_moment(due, days, calendar)
    asked = due + (add_working_days(due.date(), -days, calendar) - due.date())
    assert reminder <= asked < due
    assert working_minutes_between(reminder, asked, calendar) == 0, "no later working moment was left unused"


# The oracle: 2026 as the domain notes write it, hours as they hang on the door, one minute at a time

OFF_2026 = {(1, 1), (1, 2), (2, 16), (2, 17), (2, 18), (2, 19), (2, 20), (4, 26), (4, 27), (4, 30), (5, 1)}
OFF_2026 |= {(8, 31), (9, 1), (9, 2), (11, 24)}
WORKED_2026 = {(1, 10), (8, 22)}
FULL = frozenset([*range(7 * 60, 11 * 60 + 30), *range(13 * 60 + 30, 17 * 60)])
MORNING = frozenset(range(7 * 60, 11 * 60 + 30))
ONE = timedelta(minutes=1)


def open_minutes(day: date, police: bool) -> frozenset[int]:
    if (day.month, day.day) in WORKED_2026:
        return FULL
    if (day.month, day.day) in OFF_2026 or day.weekday() == 6:
        return frozenset()
    if day.weekday() == 5:
        return MORNING if police else frozenset()
    return FULL


def walk_to_open(now: datetime, police: bool, closing_counts: bool = True) -> datetime:
    minutes = open_minutes(now.date(), police)
    if closing_counts and minutes and now.hour * 60 + now.minute == max(minutes) + 1:
        return now
    while now.hour * 60 + now.minute not in minutes:
        now += ONE
        minutes = open_minutes(now.date(), police)
    return now


def walk_to_close(now: datetime, police: bool) -> datetime:
    """The last open minute's end, of this day if it is open, else of the next open one."""
    while not open_minutes(now.date(), police):
        now += timedelta(days=1)
    return datetime(now.year, now.month, now.day, tzinfo=VN) + (max(open_minutes(now.date(), police)) + 1) * ONE


def walk(limit: Limit, now: datetime, police: bool) -> datetime:
    if limit.kind is LimitKind.WALL_MINUTE:
        return now + limit.amount * ONE
    today = open_minutes(now.date(), police)
    start = walk_to_open(now, police)
    if limit.kind is LimitKind.SAME_DAY:
        cutoff = 15 * 60 if today == FULL else 9 * 60 + 30
        while today and start.date() == now.date() and now.hour * 60 + now.minute >= cutoff:
            start = walk_to_open(start + ONE, police, closing_counts=False)
        return walk_to_close(start, police)
    if limit.kind is LimitKind.CALENDAR_DAY:
        return walk_to_close(start + limit.amount * timedelta(days=1), police)
    if limit.kind is LimitKind.WORKING_DAY:
        return walk_days(limit.amount, start, police)
    return walk_hours(limit.amount, start, police)


def walk_days(left: int, now: datetime, police: bool) -> datetime:
    while left:
        now += timedelta(days=1)
        left -= bool(open_minutes(now.date(), police))
    return walk_to_open(now, police)


def walk_hours(hours: int, now: datetime, police: bool) -> datetime:
    left, day, minutes = hours * 60, now.date(), open_minutes(now.date(), police)
    while left:
        left -= now.hour * 60 + now.minute in minutes
        now += ONE
        if now.date() != day:
            day, minutes = now.date(), open_minutes(now.date(), police)
    return now


def test_the_engine_agrees_with_a_walk_minute_by_minute() -> None:
    dice = random.Random(20260118)
    for _ in range(int(os.environ.get("WORKTIME_ORACLE_CASES", "1000"))):
        received = datetime(2026, 1, 1, tzinfo=VN) + dice.randrange(330 * 24 * 60) * ONE
        if dice.random() < 0.3:  # the hours on which rules turn
            hour, minute = dice.choice([(7, 0), (11, 30), (13, 30), (15, 0), (17, 0), (23, 59), (9, 30), (0, 0)])
            received = received.replace(hour=hour, minute=minute) + dice.choice([-1, 0, 1]) * ONE
        limit = dice.choice(
            [
                Limit.same_day(),
                Limit.working_days(dice.randint(1, 12)),
                Limit.calendar_days(dice.randint(1, 25)),
                Limit.working_hours(dice.randint(1, 24)),
                Limit.wall_minutes(dice.randint(1, 3000)),
            ]
        )
        police = dice.random() < 0.5
        made = promise(limit, received, POLICE if police else OFFICE)
        assert made.due_at == walk(limit, received, police), (limit, received.isoformat(), police)


def test_the_next_working_moment_agrees_with_the_walk() -> None:
    dice = random.Random(7)
    for _ in range(150):
        now = datetime(2026, 1, 1, tzinfo=VN) + dice.randrange(330 * 24 * 60) * ONE
        assert next_working_moment(now, POLICE) == walk_to_open(now, police=True)
