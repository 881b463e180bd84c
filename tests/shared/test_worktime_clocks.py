"""Both clocks through supplements: the office's stops, the citizen's never does. Times are +07:00, of June 2026."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.worktime import (
    ONLINE_HOURS,
    POLICE_HOURS,
    Calendar,
    Elapsed,
    Limit,
    LimitKind,
    Override,
    Promise,
    SupplementClock,
    Wait,
    after_supplement,
    due_through,
    elapsed,
    outcome_of,
    promise,
    working_minutes_between,
)
from tests.shared.test_worktime_oracle import CASES
from tests.shared.worktime_dice import Case

OFFICE = Calendar.vietnam()
POLICE = Calendar.vietnam(hours=POLICE_HOURS)
ONLINE = Calendar.vietnam(hours=ONLINE_HOURS)
PAUSE, RESTART = SupplementClock.PAUSE, SupplementClock.RESTART
BIRTH, THREE_DAYS, SEVEN_DAYS = Limit.same_day(), Limit.working_days(3), Limit.working_days(7)
EIGHT_HOURS, TWENTY_DAYS = Limit(LimitKind.WORKING_HOUR, 8), Limit(LimitKind.CALENDAR_DAY, 20)


def at(text: str) -> datetime:
    """A moment of June 2026: "05 15:01" is Friday the fifth, just after three."""
    return datetime.fromisoformat(f"2026-06-{text.replace(' ', 'T')}+07:00")


def waits(*texts: str) -> list[Wait]:
    """Supplements as "03 10:00 > 05 09:00"; without an end it is still awaited."""
    return [Wait(*(at(moment) for moment in text.split(" > "))) for text in texts]


def due(limit: Limit, received: str, *texts: str, clock: SupplementClock = PAUSE, calendar: Calendar = OFFICE) -> str:
    made = due_through(limit, at(received), waits(*texts), calendar, clock)
    return made.due_at.strftime("%d %H:%M") if made is not None else "none"


# The date


@pytest.mark.parametrize(
    ("limit", "received", "supplements", "paused", "restarted"),
    [
        (THREE_DAYS, "01 09:00", [], "04 09:00", "04 09:00"),
        (THREE_DAYS, "01 09:00", ["02 09:00 > 03 09:00"], "05 09:00", "08 09:00"),
        (THREE_DAYS, "01 09:00", ["02 10:00 > 05 16:00"], "09 15:00", "10 16:00"),
        (THREE_DAYS, "01 09:00", ["02 10:00 > 05 18:00"], "09 16:00", "11 07:00"),  # brought at night: from opening
        (THREE_DAYS, "01 09:00", ["02 10:00 > 06 10:00"], "09 16:00", "11 07:00"),  # on a Saturday
        (THREE_DAYS, "01 09:00", ["02 12:00 > 02 13:00"], "04 09:00", "05 13:30"),  # within one lunch
        (THREE_DAYS, "01 09:00", ["03 17:00 > 04 07:00"], "04 09:00", "09 07:00"),  # within one night
        (THREE_DAYS, "01 06:00", ["02 09:00 > 02 10:00"], "04 08:00", "05 10:00"),
        (THREE_DAYS, "01 06:00", ["02 09:00 > 03 09:00"], "05 07:00", "08 09:00"),  # an opening stays an opening
        (THREE_DAYS, "01 09:00", ["01 10:00 > 01 11:00", "02 10:00 > 02 11:00"], "04 11:00", "05 11:00"),
        (THREE_DAYS, "01 09:00", ["01 10:00 > 02 10:00", "03 10:00 > 08 10:00"], "10 09:00", "11 10:00"),
        (EIGHT_HOURS, "01 09:00", ["01 11:00 > 03 14:00"], "04 10:00", "04 14:00"),
        (BIRTH, "01 09:00", ["01 10:00 > 01 14:00"], "02 09:00", "01 17:00"),
        (BIRTH, "01 09:00", ["01 10:00 > 02 15:00"], "03 10:00", "03 17:00"),
        (TWENTY_DAYS, "01 09:00", ["03 10:00 > 03 16:00"], "22 17:00", "23 17:00"),
        (TWENTY_DAYS, "01 09:00", ["03 10:00 > 08 08:00"], "26 17:00", "29 17:00"),
        (TWENTY_DAYS, "01 09:00", ["03 10:00 > 08 08:00", "10 08:00 > 12 08:00"], "29 17:00", "02 17:00"),
        (TWENTY_DAYS, "01 09:00", ["22 08:00 > 24 08:00"], "24 17:00", "14 17:00"),  # asked on the day it moved to
    ],
)
def test_the_date_after_supplements(
    limit: Limit, received: str, supplements: list[str], paused: str, restarted: str
) -> None:
    assert due(limit, received, *supplements) == paused
    assert due(limit, received, *supplements, clock=RESTART) == restarted


def test_a_supplement_is_received_like_a_dossier() -> None:
    """In the last online hour it counts from the next working day; the police take it on Saturday morning."""
    assert due(EIGHT_HOURS, "01 07:00", "01 09:00 > 04 16:30", calendar=ONLINE) == "05 15:00"
    assert due(THREE_DAYS, "01 09:00", "02 09:00 > 06 08:00", calendar=POLICE) == "09 11:30"
    assert due(THREE_DAYS, "01 09:00", "02 09:00 > 06 08:00", calendar=OFFICE) == "09 17:00"


def test_what_was_asked_for_before_the_time_began_leaves_all_of_it() -> None:
    """Sent at 16:30 on Friday, so counted from Monday; asked for at 16:40, complete at nine on Monday."""
    assert due(EIGHT_HOURS, "05 16:30", "05 16:40 > 08 09:00", calendar=ONLINE) == "09 09:00"


def test_half_a_saturday_uses_up_half_a_day_of_what_was_left() -> None:
    """16 hours left at 08:00 on Saturday the 6th: 3 h 30 on that morning, 8 h on Monday, 4 h 30 on Tuesday."""
    made = due_through(THREE_DAYS, at("01 09:00"), waits("02 09:00 > 06 08:00"), POLICE, PAUSE)
    assert made is not None and made.count.minutes == (210, 480, 270)


@pytest.mark.parametrize("clock", SupplementClock)
def test_while_a_supplement_is_awaited_there_is_no_date(clock: SupplementClock) -> None:
    assert due(THREE_DAYS, "01 09:00", "02 10:00", clock=clock) == "none"
    assert due(THREE_DAYS, "01 09:00", "01 10:00 > 01 11:00", "02 10:00", clock=clock) == "none"
    with pytest.raises(ValueError, match="awaited"):
        after_supplement(THREE_DAYS, promise(THREE_DAYS, at("01 09:00"), OFFICE), *waits("02 10:00"), OFFICE, clock)


@pytest.mark.parametrize("clock", SupplementClock)
@pytest.mark.parametrize("since", ["04 09:00", "04 09:01", "08 10:00"])
def test_asking_when_the_date_has_come_does_not_mend_the_promise(since: str, clock: SupplementClock) -> None:
    assert due(THREE_DAYS, "01 09:00", f"{since} > 10 10:00", clock=clock) == "04 09:00"
    assert due(THREE_DAYS, "01 09:00", since, clock=clock) == "04 09:00", "nor while it is awaited"


def test_a_supplement_that_was_there_before_the_time_began_moves_nothing() -> None:
    """A birth brought after 15:00 counts from tomorrow: asked for papers at 15:10, complete at 15:20."""
    for clock in SupplementClock:
        assert due(BIRTH, "01 15:05", "01 15:10 > 01 15:20", clock=clock) == "02 17:00"
        assert due(THREE_DAYS, "05 18:00", "05 18:10 > 06 12:00", clock=clock) == "11 07:00"


def test_asking_a_minute_before_the_date_leaves_a_minute() -> None:
    assert due(THREE_DAYS, "01 09:00", "04 08:59 > 10 10:00") == "10 10:01"
    assert due(EIGHT_HOURS, "01 07:00", "01 16:59 > 05 17:00") == "08 07:01"


def test_the_seconds_of_a_supplement_are_dropped_as_on_its_paper() -> None:
    wait = Wait(at("02 10:00").replace(second=59), at("05 16:00").replace(second=59, microsecond=1))
    assert [wait] == waits("02 10:00 > 05 16:00")


def test_the_clock_on_the_wall_does_not_stop() -> None:
    danger = Limit.wall_minutes(15)
    with pytest.raises(ValueError, match="runs through everything"):
        after_supplement(danger, promise(danger, at("01 09:00"), OFFICE), *waits("01 09:01 > 01 09:02"), OFFICE, PAUSE)


@pytest.mark.parametrize(
    "texts",
    [
        ["01 08:59 > 02 09:00"],
        ["02 10:00 > 03 10:00", "03 09:59 > 04 10:00"],
        ["02 10:00", "03 10:00 > 04 10:00"],
    ],
)
def test_supplements_out_of_order_are_refused(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="one after the other"):
        due(THREE_DAYS, "01 09:00", *texts)
    with pytest.raises(ValueError, match="one after the other"):
        elapsed(at("01 09:00"), at("09 09:00"), waits(*texts), OFFICE)


def test_waits_without_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="after it was asked for"):
        Wait(at("03 10:00"), at("03 09:59"))
    with pytest.raises(ValueError, match="since must be timezone-aware"):
        Wait(datetime(2026, 6, 3, 10, 0))
    with pytest.raises(ValueError, match="until must be timezone-aware"):
        elapsed(at("01 09:00"), datetime(2026, 6, 3, 10, 0), [], OFFICE)


def test_a_promise_after_a_supplement_survives_its_data() -> None:
    for limit in (THREE_DAYS, TWENTY_DAYS):
        for clock in SupplementClock:
            made = due_through(limit, at("01 09:00"), waits("02 10:00 > 05 18:00"), OFFICE, clock)
            assert made is not None and Promise.from_data(made.as_data()) == made
            assert made.received_at == at("05 18:00"), "the supplement's receipt"


# The minutes


@pytest.mark.parametrize(
    ("received", "until", "supplements", "citizen", "office"),
    [
        ("01 09:00", "01 09:00", [], 0, 0),
        ("01 09:00", "02 09:00", [], 480, 480),
        ("01 09:00", "02 09:00", ["01 10:00 > 01 11:00"], 480, 420),
        ("01 09:00", "03 09:00", ["01 10:00 > 02 10:00", "02 14:00 > 02 18:00"], 960, 60 + 120 + 120),
        ("01 09:00", "05 17:00", ["01 11:30 > 01 13:30"], 2280, 2280),  # a wait within lunch takes no time
        ("01 09:00", "02 09:00", ["01 10:00"], 480, 60),  # still awaited
        ("01 09:00", "01 09:30", ["01 10:00 > 01 11:00"], 30, 30),  # counted to a moment before it was asked
        ("01 09:00", "01 10:30", ["01 10:00 > 01 11:00"], 90, 60),
        ("05 16:00", "08 08:00", ["05 16:30 > 07 12:00"], 120, 90),
    ],
)
def test_the_citizens_clock_never_stops_and_the_offices_does(
    received: str, until: str, supplements: list[str], citizen: int, office: int
) -> None:
    assert elapsed(at(received), at(until), waits(*supplements), OFFICE) == Elapsed(citizen, office)


def test_online_the_office_has_until_the_next_morning_and_the_citizen_waits_from_the_click() -> None:
    assert elapsed(at("01 16:30"), at("02 08:00"), [], ONLINE) == Elapsed(citizen=90, office=60)
    late = waits("01 09:00 > 04 16:30")  # a supplement too
    assert elapsed(at("01 07:00"), at("05 08:00"), late, ONLINE) == Elapsed(citizen=4 * 480 + 60, office=120 + 60)


def test_late_for_the_citizen_is_not_late_for_the_office_through_three_supplements() -> None:
    """Seven working days of work, told over four weeks: on time, with every pause said."""
    asked = waits("02 10:00 > 08 09:00", "09 15:00 > 12 17:30", "16 08:00 > 24 07:00")
    made = due_through(SEVEN_DAYS, at("01 09:00"), asked, OFFICE, PAUSE)
    assert made is not None and made.due_at == at("29 09:00")
    both = elapsed(at("01 09:00"), made.due_at, asked, OFFICE)
    assert both.office == 7 * 480 and both.citizen > 2 * both.office
    assert outcome_of(made.due_at, made.due_at) == "on_time"
    assert outcome_of(made.due_at, promise(SEVEN_DAYS, at("01 09:00"), OFFICE).due_at) == "late"


# Properties

few = settings(max_examples=150)
WAITING = CASES.filter(lambda case: case.limit.kind is not LimitKind.WALL_MINUTE and bool(case.waits))


@few
@given(WAITING, st.sampled_from(SupplementClock))
def test_no_supplement_makes_the_date_earlier(case: Case, clock: SupplementClock) -> None:
    before = promise(case.limit, case.received, case.calendar)
    for wait in case.waits:
        after = after_supplement(case.limit, before, wait, case.calendar, clock)
        assert after.due_at >= before.due_at
        before = after


@few
@given(WAITING.filter(lambda case: case.limit.kind is not LimitKind.CALENDAR_DAY))
def test_the_office_gets_the_time_it_was_given_to_the_minute_however_often_it_stops(case: Case) -> None:
    made = first = promise(case.limit, case.received, case.calendar)
    in_time = []
    for wait in case.waits:
        in_time += [wait] if wait.since < made.due_at else []
        made = after_supplement(case.limit, made, wait, case.calendar, PAUSE)
    given_time = working_minutes_between(first.counted_from, first.due_at, case.calendar)
    late_start = working_minutes_between(case.received, first.counted_from, case.calendar)
    spent = elapsed(case.received, made.due_at, in_time, case.calendar)
    assert 0 <= spent.office - given_time <= late_start
    assert spent.citizen >= spent.office


@few
@given(WAITING, st.lists(st.integers(0, 40), max_size=6))
def test_days_declared_off_after_a_promise_never_move_it_later_not_even_through_a_supplement(
    case: Case, days: list[int]
) -> None:
    """A supplement that takes no time, under a calendar with more days off: the date stands, or comes earlier."""
    made = promise(case.limit, case.received, case.calendar)
    asked = made.counted_from
    declared = [Override(asked.date() + timedelta(days=1 + each), "OFF", "QĐ 1/UBND") for each in days]
    edited = Calendar(case.calendar.hours, (*case.calendar.overrides, *declared))
    after = after_supplement(case.limit, made, Wait(asked, asked), edited, PAUSE)
    if after.counted_from == asked:  # not in the last hour, which counts from the next day
        assert after.due_at <= made.due_at
