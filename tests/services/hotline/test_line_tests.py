"""The call that tries the line out every night: rules, the job, and the HTTP door on a real database."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.hotline import jobs
from services.hotline.rulebook.calls import load
from services.hotline.rules import line_tests
from services.hotline.rules.line_tests import TriedOut
from services.hotline.settings import Policy
from shared.errors import Refused
from shared.worktime import VN
from tests.services.hotline.desk import Desk
from tests.services.hotline.test_shifts import over

BOOK = load()
RULE = line_tests.line_test_rule(BOOK, date(2026, 6, 5))
EVENING = datetime.combine(date(2026, 6, 5), RULE.opens_at, VN)
OVER = EVENING + timedelta(hours=RULE.open_hours)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(VN))


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (EVENING - timedelta(seconds=1), None),
        (EVENING, "2026-06-05"),
        (EVENING + timedelta(hours=4), "2026-06-05"),  # past midnight it is the night of the day before
        (OVER - timedelta(seconds=1), "2026-06-05"),
        (OVER, None),
        (EVENING + timedelta(days=1), "2026-06-06"),
    ],
)
def test_a_night_begins_in_the_evening_and_ends_in_the_morning(now: datetime, night: str | None) -> None:
    event = line_tests.tonight(BOOK, now)
    assert (event and event.night.isoformat()) == night
    assert event is None or (event.test_id, event.opened_at) == (f"line-test-{night}", now)


@given(moments)
def test_whatever_the_moment_it_is_one_night_or_none_and_its_test_is_still_open(now: datetime) -> None:
    event = line_tests.tonight(BOOK, now)
    if event is not None:
        assert timedelta(0) < event.record_by - now <= timedelta(hours=RULE.open_hours)
        assert event.night in (now.date(), now.date() - timedelta(days=1))


def test_before_the_first_row_no_night_is_tested() -> None:
    assert line_tests.tonight(BOOK, datetime(2020, 1, 1, 23, 0, tzinfo=VN)) is None
    with pytest.raises(Refused, match="no_rule_in_force"):
        line_tests.line_test_rule(BOOK, date(2020, 1, 1))


@pytest.mark.parametrize(
    ("seconds", "answered", "in_time"),
    [
        (0, True, True),
        (RULE.answered_within_seconds, True, True),
        (RULE.answered_within_seconds + 1, True, False),
        (None, False, False),
    ],
)
def test_what_came_of_it_is_held_against_what_was_promised(seconds: int | None, answered: bool, in_time: bool) -> None:
    test = TriedOut("line-test-2026-06-05", EVENING, OVER, recorded=False)
    event = line_tests.record_test(test, RULE, seconds=seconds, on_shift="op", by="head", now=EVENING)
    assert (event.answered, event.seconds, event.in_time) == (answered, seconds, in_time)


@pytest.mark.parametrize(
    ("recorded", "now", "by", "code"),
    [
        (True, EVENING, "head", "test_recorded"),
        (False, OVER, "head", "test_over"),
        (False, EVENING, "op", "own_shift"),
    ],
)
def test_when_an_outcome_is_not_taken_down(recorded: bool, now: datetime, by: str, code: str) -> None:
    test = TriedOut("line-test-2026-06-05", EVENING, OVER, recorded)
    with pytest.raises(Refused, match=code):
        line_tests.record_test(test, RULE, seconds=5, on_shift="op", by=by, now=now)


# --- the job and the doors: it is 21:10 on a Friday ---


def goes_to(desk: Desk, moment: datetime) -> None:
    """The office's clock stands elsewhere."""
    object.__setattr__(desk.service.clock, "start", moment)


async def opened(desk: Desk) -> bool:
    """The job looks once."""
    policy: Policy = desk.app.state.policy
    return await jobs.open_test_of_tonight(desk.service.db, desk.service.clock, policy)


async def recorded(
    desk: Desk, by: str = "off-head-1", role: str = "head", night: str = "2026-06-05", **body: Any
) -> Any:
    body = {"answered": True, "seconds": 12} | body
    return await desk.as_(by, role).post(f"/line-tests/line-test-{night}/record", json=body)


async def shown(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.as_("off-operator-1", "operator").get("/line-tests")).json()
    return found


async def test_one_test_a_night_is_opened_and_none_by_day(desk: Desk) -> None:
    assert [await opened(desk) for _ in range(3)] == [True, False, False]
    goes_to(desk, EVENING + timedelta(hours=5))
    assert await opened(desk) is False
    goes_to(desk, EVENING + timedelta(hours=12))
    assert await opened(desk) is False
    goes_to(desk, EVENING + timedelta(days=1))
    assert await opened(desk) is True
    assert [event["night"] for event in await desk.events("LineTestOpened")] == ["2026-06-05", "2026-06-06"]
    assert [each["night"] for each in await shown(desk)] == ["2026-06-06", "2026-06-05"]


async def test_two_who_look_at_once_open_one(desk: Desk) -> None:
    assert sorted(await asyncio.gather(*(opened(desk) for _ in range(4)))) == [False, False, False, True]
    assert len(await desk.events("LineTestOpened")) == 1


async def test_somebody_calls_and_says_how_soon_it_was_answered(desk: Desk) -> None:
    await opened(desk)
    done = await recorded(desk)
    assert done.status_code == 201, done.text
    [test] = await shown(desk)
    assert (test["answered"], test["seconds"], test["in_time"], test["recorded_by"]) == (True, 12, True, "off-head-1")
    again = await recorded(desk)
    assert (again.status_code, again.json()["code"]) == (409, "test_recorded")


async def test_a_line_that_nobody_answered_has_no_seconds(desk: Desk) -> None:
    await opened(desk)
    assert (await recorded(desk, answered=False, seconds=40)).status_code == 201
    [test] = await shown(desk)
    assert (test["answered"], test["seconds"], test["in_time"]) == (False, None, False)


async def test_whose_shift_it_is_does_not_test_themselves(desk: Desk) -> None:
    await opened(desk)
    await over(desk, "off-operator-1", by="off-leader-1", role="leader")
    own = await recorded(desk, by="off-operator-1", role="operator")
    assert (own.status_code, own.json()["code"]) == (403, "own_shift")
    assert (await recorded(desk)).status_code == 201


async def test_of_four_outcomes_at_once_one_stands(desk: Desk) -> None:
    await opened(desk)
    answers = await asyncio.gather(*(recorded(desk, seconds=n) for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 3
    assert len(await desk.events("LineTestRecorded")) == 1


async def test_the_last_seven_nights_are_shown_whatever_came_of_them(desk: Desk) -> None:
    for night in range(9):
        goes_to(desk, EVENING + timedelta(days=night))
        assert await opened(desk)
    tests = await shown(desk)
    assert [each["night"] for each in tests] == [f"2026-06-{day:02d}" for day in range(13, 6, -1)]
    assert {each["answered"] for each in tests} == {None}
    late = await recorded(desk, night="2026-06-12")
    assert (late.status_code, late.json()["code"]) == (409, "test_over")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"seconds": None}, 422, "seconds_missing"),
        ({"seconds": -1}, 422, "invalid_request"),
        ({"seconds": 3601}, 422, "invalid_request"),
        ({"answered": "có lẽ"}, 422, "invalid_request"),
        ({"night": "2026-06-04"}, 404, "test_not_found"),
        ({"role": "clerk"}, 403, "role_missing"),
    ],
)
async def test_what_is_no_outcome_is_refused(desk: Desk, change: dict[str, Any], status: int, code: str) -> None:
    await opened(desk)
    answer = await recorded(desk, **change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await desk.events("LineTestRecorded") == []


async def test_another_unit_finds_no_test(desk: Desk) -> None:
    await opened(desk)
    stranger = desk.as_("off-head-1", "head", unit="phu-xuyen")
    body = {"answered": True, "seconds": 3}
    answers = [
        await stranger.get("/line-tests"),
        await stranger.post("/line-tests/line-test-2026-06-05/record", json=body),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "test_not_found")] * 2
