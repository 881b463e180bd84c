"""The engine equals a walk from minute to minute that shares no code with it, and its sentences add up to the date.

`make deadlines` asks both of 200,000 cases.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.worktime import Calendar, LimitKind
from tests.shared.worktime_cases import complaints, run
from tests.shared.worktime_dice import OFFICES, Case, a_case, odd_office
from tests.shared.worktime_oracle import DAY, FIRST


def case_of(drawn: bytes) -> Case:
    """The case that these bytes roll, two a time; where they end, the dice show the first face. One draw is cheap."""
    rest = iter(drawn)
    return a_case(lambda count: (next(rest, 0) * 256 + next(rest, 0)) % count)


CASES = st.binary(min_size=100, max_size=100).map(case_of)


@settings(max_examples=5_000)
@given(CASES)
def test_the_engine_agrees_with_a_walk_minute_by_minute_and_its_sentences_add_up(case: Case) -> None:
    assert list(complaints(case)) == []


@pytest.mark.parametrize("rolled", ["2033426295/14", "11/5994", "13/969"])
def test_a_date_for_a_closing_at_midnight_moves_to_a_closing_though_the_next_day_opens_then(rolled: str) -> None:
    """Found by `make deadlines`: an act suspends the day after."""
    case = a_case(random.Random(rolled).randrange)
    assert case.limit.kind is LimitKind.SAME_DAY and case.calendar.suspensions
    assert list(complaints(case)) == []


def test_the_engine_and_the_oracle_agree_on_every_minute_of_three_years() -> None:
    for office, hours in (*OFFICES, *map(odd_office, range(5))):
        calendar = Calendar.vietnam(hours=hours)
        for number in range(3 * 365):
            day, minutes = FIRST + timedelta(days=number), bytearray(DAY)
            worked = calendar.hours_on(day)
            for session in worked.sessions if worked is not None else ():
                minutes[session.opens : session.closes] = b"\1" * (session.closes - session.opens)
            assert minutes == office.on(number).open, day


def test_the_same_seed_gives_the_same_cases() -> None:
    one, other = (a_case(random.Random("7/12").randrange) for _ in range(2))
    assert one == other
    assert run(20, 7, print) | {"seconds": 0, "rate": 0} == {
        "seed": 7,
        "cases": 20,
        "holds": True,
        "seconds": 0,
        "rate": 0,
    }


def test_the_dice_reach_what_the_rules_turn_on() -> None:
    """Among so few cases there is a receipt on 2 January 2026, in Tết, at a closing, at 15:00, at midnight."""
    cases = [a_case(random.Random(f"1/{number}").randrange) for number in range(4_000)]
    days = {case.received.date() for case in cases}
    times = {f"{case.received:%H:%M}" for case in cases}
    assert {date(2026, 1, 2), date(2026, 2, 17), date(2027, 2, 8), date(2025, 4, 26)} <= days
    assert {"07:00", "11:30", "13:30", "15:00", "17:00", "23:59", "00:00", "14:59", "15:01", "16:59"} <= times
    assert {case.kind for case in cases} == {"SAME_DAY", "WORKING_DAY", "CALENDAR_DAY", "WORKING_HOUR", "WALL_MINUTE"}
    assert {len(case.waits) for case in cases} == {0, 1, 2, 3, 4}
    assert {kind for case in cases for _, kind in case.office.decided} == {"OFF", "WORK"}
    assert {len(case.office.suspended) for case in cases} == {0, 1, 2}
    acts = [case.act for case in cases if case.act]
    assert {act.first == act.last for act in acts} == {True, False}
