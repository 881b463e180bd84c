"""A promise says why, in both languages, as sentences, as a strip of days and as data."""

from __future__ import annotations

import json
from datetime import date, datetime
from string import Formatter
from typing import Any
from unicodedata import is_normalized

import pytest

from shared.worktime import (
    ONLINE_HOURS,
    POLICE_HOURS,
    Calendar,
    Limit,
    LimitKind,
    Promise,
    StepCode,
    SupplementClock,
    Suspension,
    Wait,
    after_supplement,
    after_suspension,
    because_of,
    from_review,
    promise,
)
from shared.worktime.wording import SENTENCES

OFFICE = Calendar.vietnam()
POLICE = Calendar.vietnam(hours=POLICE_HOURS)
ONLINE = Calendar.vietnam(hours=ONLINE_HOURS)


def promised(limit: Limit, received: str, calendar: Calendar = OFFICE) -> Promise:
    return promise(limit, datetime.fromisoformat(received.replace(" ", "T") + "+07:00"), calendar)


def supplemented(limit: Limit, since: str, until: str, clock: SupplementClock) -> Promise:
    """Received on Monday 1 June 2026 at 09:00; asked for and complete at these hours of June."""
    wait = Wait(*(datetime.fromisoformat(f"2026-06-{text.replace(' ', 'T')}+07:00") for text in (since, until)))
    return after_supplement(limit, promised(limit, "2026-06-01 09:00"), wait, OFFICE, clock)


def strip(made: Promise) -> list[tuple[str, str, int]]:
    return [(f"{line.day.day}/{line.day.month}", line.kind, line.counted) for line in made.days()]


def test_a_late_friday_birth_explains_monday() -> None:
    made = promised(Limit.same_day(), "2026-06-05 15:01")
    assert made.because("vi") == [
        "Nhận lúc 15:01 thứ Sáu 5/6/2026, sau 15:00: tính sang ngày làm việc kế tiếp",
        "Không tính: ngày nghỉ hằng tuần (6/6, 7/6)",
        "Giải quyết trong ngày, đến hết giờ làm việc: 17:00 thứ Hai 8/6/2026",
        "Hạn: 17:00 thứ Hai 8/6/2026",
    ]
    assert made.because("en") == [
        "Received at 15:01 on Friday 5 June 2026, after 15:00: counted from the next working day",
        "Not counted: weekly rest (6 June, 7 June)",
        "Done the same day, by closing time: 17:00 on Monday 8 June 2026",
        "Due: 17:00 on Monday 8 June 2026",
    ]
    assert strip(made) == [("5/6", "start", 0), ("6/6", "off", 0), ("7/6", "off", 0), ("8/6", "end", 0)]


def test_fifteen_hundred_sharp_is_not_called_after() -> None:
    made = promised(Limit.same_day(), "2026-06-05 15:00")
    assert made.because("vi")[0].startswith("Nhận lúc 15:00 thứ Sáu 5/6/2026, từ 15:00 trở đi:")
    assert made.because("en")[0].startswith("Received at 15:00 on Friday 5 June 2026, at or after 15:00:")


def test_national_day_is_named_where_it_is_passed_over() -> None:
    made = promised(Limit.working_days(3), "2025-08-29 16:00")
    assert made.because("vi") == [
        "Nhận lúc 16:00 thứ Sáu 29/8/2025, trong giờ làm việc: tính từ lúc nhận",
        "Không tính: ngày nghỉ hằng tuần (30/8, 31/8); Quốc khánh (1/9, 2/9)",
        "Cộng 3 ngày làm việc, giữ nguyên giờ: 16:00 thứ Sáu 5/9/2025",
        "Hạn: 16:00 thứ Sáu 5/9/2025",
    ]
    assert made.because("en")[1:3] == [
        "Not counted: weekly rest (30 August, 31 August); National Day (1 September, 2 September)",
        "Plus 3 working days, at the same time of day: 16:00 on Friday 5 September 2025",
    ]
    assert strip(made)[0] == ("29/8", "start", 0)
    assert strip(made)[3:] == [
        ("1/9", "off", 0),
        ("2/9", "off", 0),
        ("3/9", "count", 1),
        ("4/9", "count", 2),
        ("5/9", "end", 3),
    ]
    assert made.days("vi")[3].reason == "Quốc khánh" and made.days("en")[3].reason == "National Day"
    assert made.days()[5].as_data() == {"day": "2025-09-03", "kind": "count", "counted": 1, "reason": None}


def test_the_swap_names_its_document_on_both_days() -> None:
    made = promised(Limit.working_days(5), "2025-12-31 23:59")
    assert made.because("vi")[:3] == [
        "Nhận lúc 23:59 thứ Tư 31/12/2025, sau giờ đóng cửa 17:00: tính từ 07:00 thứ Hai 5/1/2026",
        "Không tính: Tết Dương lịch (1/1); nghỉ theo CV 12729/VPCP-KGVX (2/1); ngày nghỉ hằng tuần (3/1, 4/1)",
        "Có tính ngày làm bù: thứ Bảy 10/1/2026 (CV 12729/VPCP-KGVX)",
    ]
    assert made.because("en")[2] == "Counted as make-up working day: Saturday 10 January 2026 (CV 12729/VPCP-KGVX)"
    assert strip(made)[-1] == ("10/1", "end", 5)


def test_a_receipt_inside_tet_names_the_day_and_what_else_is_passed_over() -> None:
    made = promised(Limit.same_day(), "2026-02-19 09:00")
    assert made.because("vi")[:2] == [
        "Nhận lúc 09:00 thứ Năm 19/2/2026, không phải ngày làm việc (Mùng ba Tết Nguyên Đán): "
        "tính từ 07:00 thứ Hai 23/2/2026",
        "Không tính: Mùng ba Tết Nguyên Đán (19/2); Mùng bốn Tết Nguyên Đán (20/2); ngày nghỉ hằng tuần (21/2, 22/2)",
    ]
    assert made.because("en")[0] == (
        "Received at 09:00 on Thursday 19 February 2026, not a working day (Third Day of Lunar New Year): "
        "counted from 07:00 on Monday 23 February 2026"
    )
    assert made.days()[0].reason == "Mùng ba Tết Nguyên Đán"


def test_calendar_days_that_land_on_rest_say_where_they_landed() -> None:
    made = promised(Limit(LimitKind.CALENDAR_DAY, 30), "2026-05-14 09:20")
    assert made.because("vi")[1:3] == [
        "Cộng 30 ngày, kể cả ngày nghỉ: thứ Bảy 13/6/2026",
        "Ngày cuối cùng, thứ Bảy 13/6/2026, không phải ngày làm việc (ngày nghỉ hằng tuần): "
        "chuyển đến hết giờ làm việc của ngày làm việc kế tiếp, 17:00 thứ Hai 15/6/2026",
    ]
    assert "is not a working day (weekly rest): moved to closing time" in made.because("en")[2]
    assert strip(made)[-3:] == [("13/6", "off", 30), ("14/6", "off", 30), ("15/6", "end", 30)]
    assert strip(made)[2] == ("16/5", "count", 2), "a weekend inside calendar days counts"


def test_working_hours_show_where_they_were_spent() -> None:
    made = promised(Limit(LimitKind.WORKING_HOUR, 8), "2026-06-05 15:30")
    assert made.because("vi")[2] == (
        "Cộng 8 giờ làm việc (1 giờ 30 phút ngày 5/6 + 6 giờ 30 phút ngày 8/6): 15:30 thứ Hai 8/6/2026"
    )
    assert made.because("en")[2] == (
        "Plus 8 working hours (1 hour 30 minutes on 5 June + 6 hours 30 minutes on 8 June): 15:30 on Monday 8 June 2026"
    )
    assert strip(made) == [("5/6", "start", 1), ("6/6", "off", 1), ("7/6", "off", 1), ("8/6", "end", 8)]


def test_the_wall_clock_counts_minutes_over_midnight() -> None:
    made = promised(Limit.wall_minutes(90), "2026-02-16 23:00")
    assert made.because("vi") == [
        "Nhận lúc 23:00 thứ Hai 16/2/2026: tính ngay từ lúc nhận",
        "Cộng 1 giờ 30 phút liên tục, kể cả đêm và ngày nghỉ: 00:30 thứ Ba 17/2/2026",
        "Hạn: 00:30 thứ Ba 17/2/2026",
    ]
    assert strip(made) == [("16/2", "start", 60), ("17/2", "end", 90)]
    assert promised(Limit.wall_minutes(15), "2026-02-16 10:00").because("en")[1].startswith("Plus 15 minutes without")


def test_a_single_day_is_a_single_line_and_one_is_not_plural() -> None:
    made = promised(Limit.same_day(), "2026-06-05 09:00")
    assert strip(made) == [("5/6", "end", 0)]
    assert "Plus 1 working day, at" in promised(Limit.working_days(1), "2026-06-04 09:00").because("en")[1]


def test_what_was_left_when_papers_were_asked_for_goes_on_when_they_come() -> None:
    made = supplemented(Limit.working_days(3), "02 10:00", "05 16:00", SupplementClock.PAUSE)
    assert made.because("vi") == [
        "Yêu cầu bổ sung lúc 10:00 thứ Ba 2/6/2026, khi còn 15 giờ làm việc: thời hạn dừng đến khi bổ sung đủ",
        "Nhận lúc 16:00 thứ Sáu 5/6/2026, trong giờ làm việc: tính từ lúc nhận",
        "Không tính: ngày nghỉ hằng tuần (6/6, 7/6)",
        "Cộng 15 giờ làm việc còn lại (1 giờ ngày 5/6 + 8 giờ ngày 8/6 + 6 giờ ngày 9/6): 15:00 thứ Ba 9/6/2026",
        "Hạn: 15:00 thứ Ba 9/6/2026",
    ]
    assert made.because("en")[0] == (
        "Supplement asked for at 10:00 on Tuesday 2 June 2026, with 15 hours of working time left: "
        "the clock stops until it is complete"
    )
    assert made.because("en")[3].startswith("Plus the remaining 15 hours of working time (1 hour on 5 June + 8 hours")
    assert strip(made)[0] == ("5/6", "start", 60) and strip(made)[-1] == ("9/6", "end", 900)


def test_with_nothing_left_the_sentence_says_so_without_an_empty_bracket() -> None:
    """Due at 07:00 on Thursday the 4th, asked for on the evening before: no working time lies between."""
    limit = Limit.working_days(3)
    eve = Wait(*(datetime.fromisoformat(f"2026-06-0{text}+07:00") for text in ("3T18:00", "5T16:00")))
    made = after_supplement(limit, promised(limit, "2026-06-01 06:00"), eve, OFFICE, SupplementClock.PAUSE)
    assert made.because("vi")[2] == "Cộng 0 phút làm việc còn lại: 16:00 thứ Sáu 5/6/2026"
    assert made.because("en")[2] == "Plus the remaining 0 minutes of working time: 16:00 on Friday 5 June 2026"


MONDAY_AT_LUNCH = datetime.fromisoformat("2026-06-08T12:00+07:00")
ACT = Suspension(date(2026, 6, 8), date(2026, 6, 22), "84/NQ-CP")
SHUT = OFFICE.suspending([ACT])
EVERY_STEP: dict[StepCode, tuple[Limit, str, Calendar]] = {
    StepCode.RECEIVED: (Limit.working_days(2), "2026-06-05 09:00", OFFICE),
    StepCode.RECEIVED_BEFORE_OPENING: (Limit.working_days(2), "2026-06-05 06:00", OFFICE),
    StepCode.RECEIVED_AT_LUNCH: (Limit.working_days(2), "2026-06-05 12:00", OFFICE),
    StepCode.RECEIVED_AFTER_CLOSING: (Limit.working_days(2), "2026-06-05 18:00", OFFICE),
    StepCode.RECEIVED_LATE: (Limit(LimitKind.WORKING_HOUR, 8), "2026-06-05 16:20", ONLINE),
    StepCode.RECEIVED_AFTER_CUTOFF: (Limit.same_day(), "2026-06-05 16:00", OFFICE),
    StepCode.RECEIVED_ON_DAY_OFF: (Limit.same_day(), "2026-02-17 09:00", OFFICE),
    StepCode.RECEIVED_SUSPENDED: (Limit.working_days(2), "2026-06-08 09:00", SHUT),
    StepCode.RECEIVED_ANY_TIME: (Limit.wall_minutes(15), "2026-02-17 09:00", OFFICE),
    StepCode.SAME_DAY: (Limit.same_day(), "2026-06-05 09:00", OFFICE),
    StepCode.WORKING_DAYS: (Limit.working_days(9), "2026-02-10 09:00", OFFICE),
    StepCode.CALENDAR_DAYS: (Limit(LimitKind.CALENDAR_DAY, 7), "2026-02-10 09:00", OFFICE),
    StepCode.WORKING_HOURS: (Limit(LimitKind.WORKING_HOUR, 9), "2026-01-09 09:00", OFFICE),
    StepCode.WALL_MINUTES: (Limit.wall_minutes(24 * 60), "2026-06-05 09:00", OFFICE),
    StepCode.TO_CLOSING: (Limit(LimitKind.CALENDAR_DAY, 4), "2026-06-05 09:00", OFFICE),
    StepCode.ROLLED_FROM_DAY_OFF: (Limit(LimitKind.CALENDAR_DAY, 7), "2026-02-10 09:00", OFFICE),
    StepCode.ROLLED_FROM_CLOSED_HOUR: (Limit.working_days(1), "2026-06-05 16:00", POLICE),
}
PAUSE, RESTART = SupplementClock
EVERY_STOP: dict[StepCode, tuple[Limit, str, str, SupplementClock]] = {
    StepCode.PAUSED_MINUTES: (Limit.working_days(3), "02 10:00", "05 16:00", PAUSE),
    StepCode.REMAINING_MINUTES: (Limit(LimitKind.WORKING_HOUR, 9), "01 10:00", "05 16:00", PAUSE),
    StepCode.PAUSED_DAYS: (Limit(LimitKind.CALENDAR_DAY, 4), "02 10:00", "05 16:00", PAUSE),
    StepCode.RESTARTED: (Limit(LimitKind.CALENDAR_DAY, 4), "02 10:00", "05 16:00", RESTART),
}
EVERY_ACT: dict[StepCode, tuple[Limit, str]] = {
    StepCode.SUSPENDED_MINUTES: (Limit.working_days(3), "2026-06-05 09:00"),
    StepCode.SUSPENDED_DAYS: (Limit(LimitKind.CALENDAR_DAY, 10), "2026-06-01 09:00"),
    StepCode.ROLLED_FROM_SUSPENDED: (Limit(LimitKind.CALENDAR_DAY, 5), "2026-06-01 09:00"),
}


def made_with(code: StepCode) -> Promise:
    if code is StepCode.REVIEWED:
        return from_review(Limit.working_days(1), MONDAY_AT_LUNCH, OFFICE)
    if code in EVERY_ACT:
        return after_suspension(promised(*EVERY_ACT[code]), ACT, SHUT)
    return supplemented(*EVERY_STOP[code]) if code in EVERY_STOP else promised(*EVERY_STEP[code])


def test_a_date_from_a_review_says_nothing_of_a_receipt() -> None:
    made = from_review(Limit.working_days(1), MONDAY_AT_LUNCH, OFFICE)
    assert made.because("vi") == [
        "Cán bộ xem xét lại lúc 12:00 thứ Hai 8/6/2026: tính từ 13:30 thứ Hai 8/6/2026",
        "Cộng 1 ngày làm việc, giữ nguyên giờ: 13:30 thứ Ba 9/6/2026",
        "Hạn: 13:30 thứ Ba 9/6/2026",
    ]
    assert strip(made) == [("8/6", "count", 0), ("9/6", "end", 1)]


@pytest.mark.parametrize("code", StepCode)
def test_every_step_is_said_in_both_languages_and_survives_its_data(code: StepCode) -> None:
    made = made_with(code)
    assert code in [step.code for step in made.steps]
    data: dict[str, Any] = json.loads(json.dumps(made.as_data()))
    assert Promise.from_data(data) == made
    for language in ("vi", "en"):
        lines = because_of(data, language)
        assert lines == made.because(language)
        assert all(
            line and is_normalized("NFC", line) and "()" not in line and not line.endswith(".") for line in lines
        )
    assert made.because("vi") != made.because("en")


@pytest.mark.parametrize("code", StepCode)
def test_both_languages_say_the_same_things(code: StepCode) -> None:
    def named(language: Any) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(SENTENCES[language][code]) if name} - {"days", "hours"}

    assert named("vi") == named("en")


def test_data_keep_their_shape_because_events_keep_them_for_good() -> None:
    made = promised(Limit(LimitKind.WORKING_HOUR, 1), "2026-06-06 11:00", POLICE)
    assert made.as_data() == {
        "due_at": "2026-06-08T07:30:00+07:00",
        "steps": [
            {"code": "RECEIVED", "at": "2026-06-06T11:00:00+07:00", "to": "2026-06-06T11:00:00+07:00"},
            {
                "code": "WORKING_HOURS",
                "at": "2026-06-06T11:00:00+07:00",
                "to": "2026-06-08T07:30:00+07:00",
                "amount": 1,
                "notes": [{"day": "2026-06-07", "code": "WEEKEND"}],
                "minutes": [30, 30],
            },
        ],
    }


def test_a_kept_promise_does_not_change_with_the_calendar() -> None:
    data = promised(Limit.working_days(3), "2026-02-13 10:00").as_data()
    assert {"day": "2026-02-17", "code": "HOLIDAY", "vi": "Tết Nguyên Đán", "en": "Lunar New Year"} in data["steps"][1][
        "notes"
    ]


def test_data_that_are_no_promise_are_refused() -> None:
    data = promised(Limit.same_day(), "2026-06-05 09:00").as_data()
    with pytest.raises(KeyError):
        Promise.from_data({"due_at": data["due_at"]})
    with pytest.raises(ValueError, match="receipt and a count"):
        Promise.from_data({**data, "steps": data["steps"][:1]})
    with pytest.raises(ValueError, match="timezone-aware"):
        Promise.from_data({**data, "due_at": "2026-06-05T17:00:00"})
