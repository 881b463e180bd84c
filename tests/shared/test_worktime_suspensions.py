"""Days that an act suspends: they count towards no time limit, and what was promised before is carried forward.

Times are +07:00, of June 2026: the first is a Monday. `make deadlines` asks the oracle of suspensions, too.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings

from shared.worktime import (
    ONLINE_HOURS,
    Calendar,
    Limit,
    LimitKind,
    NoteCode,
    Promise,
    StepCode,
    SupplementClock,
    Suspension,
    Wait,
    after_supplement,
    after_suspension,
    counted_again,
    known_until,
    passed_over,
    promise,
)
from tests.shared.test_worktime_oracle import CASES
from tests.shared.worktime_dice import Case

ACT = Suspension(date(2026, 6, 8), date(2026, 6, 22), "84/NQ-CP")
OFFICE = Calendar.vietnam()
SHUT = OFFICE.suspending([ACT])
THREE_DAYS, EIGHT_HOURS = Limit.working_days(3), Limit(LimitKind.WORKING_HOUR, 8)
TEN_DAYS = Limit(LimitKind.CALENDAR_DAY, 10)
PAUSE = SupplementClock.PAUSE


def at(text: str) -> datetime:
    """A moment of June 2026: "05 15:01" is Friday the fifth, just after three."""
    return datetime.fromisoformat(f"2026-06-{text.replace(' ', 'T')}+07:00")


def said(made: Promise) -> str:
    return made.due_at.strftime("%d/%m %H:%M")


@pytest.mark.parametrize(
    ("limit", "received", "due"),
    [
        (THREE_DAYS, "05 08:00", "25/06 08:00"),
        (THREE_DAYS, "05 18:00", "26/06 07:00"),  # after closing: counted from the first day that counts
        (THREE_DAYS, "08 10:00", "26/06 07:00"),
        (THREE_DAYS, "13 10:00", "26/06 07:00"),  # a Saturday among the suspended days
        (THREE_DAYS, "22 16:59", "26/06 07:00"),
        (THREE_DAYS, "23 08:00", "26/06 08:00"),
        (THREE_DAYS, "02 08:00", "05/06 08:00"),
        (EIGHT_HOURS, "05 16:00", "23/06 16:00"),
        (TEN_DAYS, "01 08:00", "26/06 17:00"),  # 2 to 7 June are six of ten: 23 to 26 are the others
        (TEN_DAYS, "09 08:00", "03/07 17:00"),
        (Limit.same_day(), "08 08:00", "23/06 17:00"),
        (Limit.wall_minutes(60), "08 08:00", "08/06 09:00"),  # the clock on the wall runs
    ],
)
def test_what_is_promised_counts_no_suspended_day(limit: Limit, received: str, due: str) -> None:
    assert said(promise(limit, at(received), SHUT)) == due


@pytest.mark.parametrize(
    ("limit", "received", "old", "new"),
    [
        (THREE_DAYS, "05 08:00", "10/06 08:00", "25/06 08:00"),
        (THREE_DAYS, "04 08:00", "09/06 08:00", "24/06 08:00"),
        (THREE_DAYS, "04 06:00", "09/06 07:00", "24/06 07:00"),  # an opening stays an opening
        (THREE_DAYS, "09 10:00", "12/06 10:00", "25/06 17:00"),  # received on a day that the act suspends afterwards
        (EIGHT_HOURS, "05 16:00", "08/06 16:00", "23/06 16:00"),
        (TEN_DAYS, "01 08:00", "11/06 17:00", "26/06 17:00"),
        (TEN_DAYS, "09 08:00", "19/06 17:00", "02/07 17:00"),
        (Limit(LimitKind.CALENDAR_DAY, 5), "01 08:00", "08/06 17:00", "23/06 17:00"),  # had rolled from a Saturday
        (Limit.working_days(20), "01 08:00", "29/06 08:00", "14/07 08:00"),
    ],
)
def test_what_was_promised_is_carried_forward_by_the_days_that_lie_in_what_is_left(
    limit: Limit, received: str, old: str, new: str
) -> None:
    made = promise(limit, at(received), OFFICE)
    carried = after_suspension(made, ACT, SHUT)
    assert (said(made), said(carried)) == (old, new)
    assert after_suspension(carried, ACT, SHUT) == carried, "once"


@pytest.mark.parametrize("received", ["01 08:00", "23 08:00"])
def test_a_promise_before_or_after_it_stands(received: str) -> None:
    made = promise(THREE_DAYS, at(received), OFFICE)
    assert after_suspension(made, ACT, SHUT) is made


def test_a_promise_that_knew_of_it_stands_and_so_does_the_clock_on_the_wall() -> None:
    for limit in (THREE_DAYS, TEN_DAYS, EIGHT_HOURS):
        made = promise(limit, at("05 08:00"), SHUT)
        assert after_suspension(made, ACT, SHUT) is made
    wall = promise(Limit.wall_minutes(10_000), at("05 08:00"), OFFICE)
    assert after_suspension(wall, ACT, SHUT) is wall


def test_days_of_rest_alone_take_no_working_time() -> None:
    rest = Suspension(date(2026, 6, 6), date(2026, 6, 7), "84/NQ-CP")
    made = promise(THREE_DAYS, at("05 08:00"), OFFICE)
    assert after_suspension(made, rest, OFFICE.suspending([rest])) is made
    days = promise(TEN_DAYS, at("05 08:00"), OFFICE)
    assert said(after_suspension(days, rest, OFFICE.suspending([rest]))) == "17/06 17:00", "two days more"


def test_a_second_act_carries_forward_what_the_first_had_carried() -> None:
    more = Suspension(date(2026, 6, 23), date(2026, 6, 30), "85/NQ-CP")
    known = OFFICE.suspending([ACT, more])
    carried = after_suspension(promise(THREE_DAYS, at("05 08:00"), OFFICE), ACT, SHUT)
    again = after_suspension(carried, more, known)
    assert said(again) == "03/07 08:00"
    assert again == after_suspension(again, ACT, known), "the first is not given twice"


def test_lifted_early_what_was_carried_forward_stands() -> None:
    shorter = Suspension(ACT.first, date(2026, 6, 15), ACT.basis)
    carried = after_suspension(promise(THREE_DAYS, at("05 08:00"), OFFICE), ACT, SHUT)
    lifted = OFFICE.suspending([shorter])
    assert after_suspension(carried, shorter, lifted) is carried
    assert said(promise(THREE_DAYS, at("16 08:00"), lifted)) == "19/06 08:00"


def test_the_arithmetic_says_so_in_both_languages() -> None:
    made = promise(THREE_DAYS, at("05 08:00"), SHUT)
    assert made.because() == [
        "Nhận lúc 08:00 thứ Sáu 5/6/2026, trong giờ làm việc: tính từ lúc nhận",
        "Không tính: ngày nghỉ hằng tuần (6/6, 7/6); tạm dừng theo 84/NQ-CP (8/6 đến 22/6)",
        "Cộng 3 ngày làm việc, giữ nguyên giờ: 08:00 thứ Năm 25/6/2026",
        "Hạn: 08:00 thứ Năm 25/6/2026",
    ]
    received = promise(THREE_DAYS, at("08 10:00"), SHUT)
    assert received.because("en")[:2] == [
        "Received at 10:00 on Monday 8 June 2026, while time limits are suspended under 84/NQ-CP: "
        "counted from 07:00 on Tuesday 23 June 2026",
        "Not counted: suspended under 84/NQ-CP (8 June to 22 June)",
    ]
    carried = after_suspension(promise(THREE_DAYS, at("05 08:00"), OFFICE), ACT, SHUT)
    assert carried.because() == [
        "Thời hạn tạm dừng theo 84/NQ-CP, bắt đầu thứ Hai 8/6/2026, khi còn 17 giờ làm việc: "
        "tính tiếp từ 07:00 thứ Ba 23/6/2026",
        "Không tính: tạm dừng theo 84/NQ-CP (8/6 đến 22/6)",
        "Cộng 17 giờ làm việc còn lại (8 giờ ngày 23/6 + 8 giờ ngày 24/6 + 1 giờ ngày 25/6): 08:00 thứ Năm 25/6/2026",
        "Hạn: 08:00 thứ Năm 25/6/2026",
    ]
    days = after_suspension(promise(TEN_DAYS, at("01 08:00"), OFFICE), ACT, SHUT)
    assert days.because("en")[0] == (
        "The time limit is suspended under 84/NQ-CP from Monday 8 June 2026, with 4 days left: "
        "it stands still through Monday 22 June 2026"
    )


def test_the_strip_shows_each_suspended_day_with_its_act() -> None:
    carried = after_suspension(promise(THREE_DAYS, at("05 08:00"), OFFICE), ACT, SHUT)
    lines = carried.days()
    assert (lines[0].day, lines[-1].day) == (date(2026, 6, 8), date(2026, 6, 25))
    assert {line.reason for line in lines if line.kind == "off"} == {"tạm dừng theo 84/NQ-CP"}
    assert [line.kind for line in lines] == ["off"] * 15 + ["count", "count", "end"], (
        "nothing was received on the first"
    )


def test_many_suspended_days_are_one_line_of_an_event() -> None:
    year = Suspension(date(2026, 6, 8), date(2027, 6, 7), "84/NQ-CP")
    made = promise(THREE_DAYS, at("08 08:00"), OFFICE.suspending([year]))
    data = made.as_data()
    assert len(data["steps"][0]["notes"]) == 1 and len(made.steps[0].notes) == 365
    assert Promise.from_data(json.loads(json.dumps(data))) == made


@pytest.mark.parametrize(
    ("asked", "complete", "due"),
    [
        ("05 10:00", "23 09:00", "25/06 17:00"),  # before it, and complete after it: 22 hours were left
        ("05 10:00", "10 09:00", "25/06 15:00"),  # complete in it: goes on when days count again
        ("24 09:00", "26 09:00", "29/06 08:00"),  # after it: seven hours of the carried time were left
    ],
)
def test_a_supplement_goes_on_with_what_was_left_as_the_promise_counted_it(asked: str, complete: str, due: str) -> None:
    made = promise(THREE_DAYS, at("05 08:00"), OFFICE)
    made = after_suspension(made, ACT, SHUT) if asked > "08" else made
    assert said(after_supplement(THREE_DAYS, made, Wait(at(asked), at(complete)), SHUT, PAUSE)) == due


def test_what_is_filed_online_in_the_last_hour_before_it_counts_from_the_day_after_it() -> None:
    online = Calendar.vietnam(hours=ONLINE_HOURS).suspending([ACT])
    assert said(promise(EIGHT_HOURS, at("05 16:30"), online)) == "23/06 17:00"


@pytest.mark.parametrize(
    ("made", "day"),
    [
        (promise(THREE_DAYS, at("05 08:00"), OFFICE), date(2026, 6, 4)),
        (promise(THREE_DAYS, at("05 18:00"), OFFICE), date(2026, 6, 7)),
        (promise(THREE_DAYS, at("05 08:00"), SHUT), ACT.last),
        (promise(THREE_DAYS, at("08 08:00"), SHUT), ACT.last),
        (after_suspension(promise(TEN_DAYS, at("01 08:00"), OFFICE), ACT, SHUT), ACT.last),
    ],
)
def test_a_promise_says_until_when_it_knows_of_acts(made: Promise, day: date) -> None:
    assert known_until(made.as_data()) == day


def test_a_suspension_without_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="ends on its first day"):
        Suspension(ACT.last, ACT.first, "84/NQ-CP")
    with pytest.raises(ValueError, match="names the act"):
        Suspension(ACT.first, ACT.last, " ")


ACTED = CASES.filter(lambda case: case.act is not None)
few = settings(max_examples=200)


@few
@given(ACTED)
def test_no_suspension_makes_a_date_earlier_and_none_is_given_twice(case: Case) -> None:
    assert case.act is not None
    known = case.calendar.suspending((*case.calendar.suspensions, case.act))
    made = promise(case.limit, case.received, case.calendar)
    carried = after_suspension(made, case.act, known)
    assert carried.due_at >= made.due_at
    assert after_suspension(carried, case.act, known) == carried
    assert Promise.from_data(json.loads(json.dumps(carried.as_data()))) == carried
    assert known_until(carried.as_data()) == max(carried.suspended | {carried.counted_from.date() - timedelta(days=1)})


def is_worked(due: datetime, calendar: Calendar) -> bool:
    """Whether a moment is in working time, its first and its last minute too: midnight may close one day, or open the
    next, where that is worked round the clock."""
    days = (due.date() - timedelta(days=1), due.date())
    return any(opens <= due <= closes for day in days for opens, closes in calendar.working_intervals(day))


@few
@given(ACTED)
def test_no_suspended_day_is_counted_and_each_that_is_passed_over_is_said(case: Case) -> None:
    assert case.act is not None
    known = case.calendar.suspending((*case.calendar.suspensions, case.act))
    carried = after_suspension(promise(case.limit, case.received, case.calendar), case.act, known)
    fresh = promise(case.limit, case.received, known)
    for made in (
        (carried, fresh) if carried.steps[0].code in (StepCode.SUSPENDED_DAYS, StepCode.SUSPENDED_MINUTES) else (fresh,)
    ):
        assert is_worked(made.due_at, known)
        for day in made.suspended:
            note = known.note(day)
            assert note is not None and note.code is NoteCode.SUSPENDED


# --- an act that was recorded wrong


@pytest.mark.parametrize("limit", [THREE_DAYS, EIGHT_HOURS, TEN_DAYS, Limit.same_day(), Limit.wall_minutes(90)])
@pytest.mark.parametrize(
    "received", ["05 08:00", "05 18:00", "08 10:00", "09 15:30", "13 10:00", "22 16:59", "24 12:00"]
)
def test_counted_again_it_is_what_the_other_calendar_would_have_promised(limit: Limit, received: str) -> None:
    assert counted_again(promise(limit, at(received), SHUT), OFFICE) == promise(limit, at(received), OFFICE)
    assert counted_again(promise(limit, at(received), OFFICE), SHUT) == promise(limit, at(received), SHUT)


def test_what_went_on_after_a_stop_is_not_counted_again() -> None:
    made = promise(THREE_DAYS, at("05 08:00"), OFFICE)
    moved = after_suspension(made, ACT, SHUT)
    paused = after_supplement(THREE_DAYS, made, Wait(at("08 08:00"), at("09 08:00")), OFFICE, PAUSE)
    for each in (moved, paused):
        assert each != made and counted_again(each, OFFICE) is each


@pytest.mark.parametrize(
    ("made", "days"),
    [
        (promise(THREE_DAYS, at("05 08:00"), OFFICE), None),
        (promise(THREE_DAYS, at("05 08:00"), SHUT), (ACT.first, ACT.last)),
        (promise(THREE_DAYS, at("15 08:00"), SHUT), (date(2026, 6, 15), ACT.last)),
        (after_suspension(promise(THREE_DAYS, at("05 08:00"), OFFICE), ACT, SHUT), (ACT.first, ACT.last)),
        (
            promise(EIGHT_HOURS, at("05 08:00"), OFFICE.suspending([Suspension(ACT.first, ACT.first, "1/TB")])),
            (ACT.first, ACT.first),
        ),
    ],
)
def test_a_promise_says_which_suspended_days_it_passed_over(made: Promise, days: tuple[date, date] | None) -> None:
    assert passed_over(json.loads(json.dumps(made.as_data()))) == days
