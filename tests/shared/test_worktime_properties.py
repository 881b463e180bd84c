"""What holds for every receipt, whatever the office."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial

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
    st.integers(1, 90).map(partial(Limit, LimitKind.CALENDAR_DAY)),
    st.integers(1, 60).map(partial(Limit, LimitKind.WORKING_HOUR)),
    st.integers(1, 5000).map(Limit.wall_minutes),
)
WORKING = LIMITS.filter(lambda limit: limit.kind is not LimitKind.WALL_MINUTE)
quick = settings(max_examples=120)


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
