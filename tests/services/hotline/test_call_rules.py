"""The rules of calling back: tables of cases and properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline.rulebook.calls import load
from services.hotline.rules import calls
from services.hotline.rules.calls import CallStatus, Missed, Report
from shared.errors import Refused
from shared.events.calls import CallBackOutcome, CallBackTried
from shared.worktime import VN, Calendar

BOOK, CALENDAR = load(), Calendar.vietnam()
NOW = datetime(2026, 6, 5, 14, 10, tzinfo=UTC)  # 21:10 on a Friday in Hanoi
RULE = calls.call_back_rule(BOOK, NOW)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(VN))


def a_call(status: CallStatus = "waiting", attempts: int = 0) -> Missed:
    """A missed call by example, of now."""
    return Missed("call-1", status, attempts, NOW)


def tried(
    call: Missed,
    outcome: CallBackOutcome = "not_reached",
    attempt: int = 1,
    report: Report | None = None,
    now: datetime = NOW + timedelta(minutes=20),
) -> CallBackTried:
    return calls.try_call_back(
        call, RULE, CALENDAR, outcome=outcome, attempt=attempt, report=report, by="operator", now=now
    )


def a_report(channel: str = "phone", after: timedelta = timedelta(minutes=20)) -> Report:
    """What the desk took when it called back."""
    return Report("complaint-1", channel, NOW + after)


@pytest.mark.parametrize(
    ("missed", "due"),
    [
        ("2026-06-05T21:10+07:00", "2026-06-05T21:40+07:00"),  # at night
        ("2026-06-05T23:50+07:00", "2026-06-06T00:20+07:00"),  # past midnight
        ("2026-06-07T11:00+07:00", "2026-06-07T11:30+07:00"),  # on a Sunday
        ("2026-02-17T00:00+07:00", "2026-02-17T00:30+07:00"),  # on the first day of Tết
        ("2026-06-05T11:20:30+07:00", "2026-06-05T11:50:30+07:00"),  # through the lunch break, to the second
    ],
)
def test_whoever_called_in_vain_is_called_back_within_half_an_hour_day_and_night(missed: str, due: str) -> None:
    moment = datetime.fromisoformat(missed)
    event = calls.note_missed(RULE, CALENDAR, call_id="call-1", number_ref="tel_1", missed_at=moment, by="operator")
    assert event.call_back_by == datetime.fromisoformat(due)
    assert event.rule == "call_back@2022-06-23" and event.call_back_arithmetic


def test_whoever_hid_their_number_is_counted_and_nothing_is_due() -> None:
    event = calls.note_missed(RULE, CALENDAR, call_id="call-1", number_ref=None, missed_at=NOW, by="operator")
    assert (event.call_back_by, event.call_back_arithmetic, event.rule) == (None, None, None)


def test_a_try_in_vain_is_followed_by_another_until_the_last_one() -> None:
    due = []
    for attempt in range(1, RULE.tries + 1):
        event = tried(a_call(attempts=attempt - 1), attempt=attempt)
        due.append(event.next_by is not None)
    assert due == [True] * (RULE.tries - 1) + [False]


@pytest.mark.parametrize("outcome", ["reached", "reported"])
@given(attempts=st.integers(0, 8), now=moments)
def test_whoever_was_reached_is_not_called_again(outcome: CallBackOutcome, attempts: int, now: datetime) -> None:
    event = tried(a_call(attempts=attempts), outcome, attempts + 1, a_report(), now)
    assert (event.next_by, event.next_arithmetic) == (None, None)
    assert event.complaint_id == ("complaint-1" if outcome == "reported" else None)


@given(st.lists(st.sampled_from(get_args(CallBackOutcome)), max_size=12), moments)
def test_every_call_comes_to_an_end_after_as_many_tries_as_were_promised_at_most(
    outcomes: list[CallBackOutcome], now: datetime
) -> None:
    call, at = replace(a_call(), missed_at=now - timedelta(hours=1)), now
    for outcome in outcomes:
        if call.status != "waiting":
            break
        report = Report("complaint-1", "phone", at)
        event = tried(call, outcome, call.attempts + 1, report, at)
        assert event.next_by is None or event.next_by > at
        call = replace(call, attempts=event.attempt, status="waiting" if event.next_by else event.outcome)
        at += timedelta(hours=1)
    assert call.attempts <= RULE.tries
    assert call.status != "waiting" or call.attempts < RULE.tries


@pytest.mark.parametrize(
    ("call", "outcome", "attempt", "report", "code"),
    [
        (a_call("reached", 1), "not_reached", 2, None, "call_not_waiting"),
        (a_call("not_reached", 3), "reached", 4, None, "call_not_waiting"),
        (a_call("no_number"), "reached", 1, None, "call_not_waiting"),
        (a_call(attempts=1), "not_reached", 1, None, "tried_meanwhile"),
        (a_call(), "reached", 2, None, "tried_meanwhile"),
        (a_call(), "reported", 1, None, "report_missing"),
        (a_call(), "reported", 1, a_report("web"), "report_not_of_call"),
        (a_call(), "reported", 1, a_report(after=-timedelta(seconds=1)), "report_not_of_call"),
    ],
)
def test_when_a_call_back_is_not_taken_down(
    call: Missed, outcome: CallBackOutcome, attempt: int, report: Report | None, code: str
) -> None:
    with pytest.raises(Refused) as error:
        tried(call, outcome, attempt, report)
    assert error.value.code == code


@pytest.mark.parametrize(
    ("ago", "code"),
    [
        (timedelta(0), None),
        (timedelta(days=RULE.noted_within_days), None),
        (timedelta(days=RULE.noted_within_days, seconds=1), "too_long_ago"),
        (-timedelta(seconds=1), "not_in_the_past"),
    ],
)
def test_a_call_is_noted_afterwards_and_not_too_long_after(ago: timedelta, code: str | None) -> None:
    try:
        calls.check_past(NOW - ago, NOW, RULE.noted_within_days)
    except Refused as no:
        assert no.code == code
    else:
        assert code is None


@pytest.mark.parametrize(("minutes", "percent"), [(0, 0), (15, 50), (29.99, 99), (30, 100), (45, 150), (-5, -17)])
def test_how_much_of_a_clock_is_used_up(minutes: float, percent: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    assert calls.used_percent(NOW, NOW + timedelta(minutes=30), now) == percent


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2030, 12, 31)])
def test_a_promise_of_a_call_back_is_in_force_and_says_whose_it_is(day: date) -> None:
    row = BOOK.call_back(day)
    assert row and row.basis and row.confidence == "design" and row.tries >= 1


def test_before_the_first_row_nothing_is_promised() -> None:
    with pytest.raises(Refused) as error:
        calls.call_back_rule(BOOK, datetime(2020, 1, 1, tzinfo=VN))
    assert (error.value.code, error.value.status) == ("no_rule_in_force", 422)


def test_whoever_is_in_danger_is_told_the_numbers_of_the_circular_from_its_first_day() -> None:
    assert [row.number for row in BOOK.emergencies(date(2026, 6, 5))] == ["113", "114", "115"]
    assert all(row.vi and row.en and "22/2014" in row.basis for row in BOOK.emergency_numbers)
    assert BOOK.emergencies(date(2015, 2, 28)) == []
