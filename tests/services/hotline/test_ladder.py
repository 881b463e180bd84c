"""A danger that nobody acknowledges is told rung after rung, day and night, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from services.hotline import jobs
from services.hotline.tables.dangers import next_silent_danger
from tests.services.hotline.conftest import Timed
from tests.services.hotline.dangers import PASSED, a_danger, sealed, tells, told
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import CONDUCT
from tests.services.hotline.test_life import again, clocks, given
from tests.services.hotline.test_shifts import over

RUNGS = [["off-operator-1"], ["off-head-1"], ["off-leader-1", "off-leader-2"], ["off-chair"]]
QUARTER = timedelta(minutes=15)


async def test_a_danger_climbs_every_quarter_of_an_hour_from_who_is_on_shift_to_the_chair(timed: Timed) -> None:
    desk = timed.desk
    await over(desk, "off-operator-1", by="off-head-1", role="head")
    await a_danger(desk)
    assert await tells(timed, NOW + QUARTER) == 0, "the clock is used up, and not passed"
    for rung in range(6):
        assert await tells(timed, PASSED + rung * QUARTER) == 1
        assert await tells(timed, PASSED + rung * QUARTER) == 0
    assert await told(desk) == [*RUNGS, ["off-chair"], ["off-chair"]]
    times = [event["times"] for event in await desk.events("ComplaintEscalated")]
    assert times == [1, 2, 3, 4, 5, 6]


async def test_before_the_first_handover_every_operator_is_told_first(timed: Timed) -> None:
    await a_danger(timed.desk)
    await tells(timed, PASSED)
    assert await told(timed.desk) == [["off-operator-1"]]


async def test_time_that_nobody_was_there_to_count_is_told_once(timed: Timed) -> None:
    await a_danger(timed.desk)
    assert await tells(timed, NOW + timedelta(days=3)) == 1


@pytest.mark.parametrize("step", ["take-up", "answer", "refer", "reject"])
async def test_whoever_settles_it_ends_the_telling(timed: Timed, step: str) -> None:
    desk, complaint_id = timed.desk, await a_danger(timed.desk)
    await tells(timed, PASSED)
    bodies = {"answer": {"text": "Đã rào lại."}, "reject": {"reason": "x"}, "refer": {"body": "Công an", "told": "x"}}
    done = await desk.as_("off-head-1", "head").post(f"/complaints/{complaint_id}/{step}", json=bodies.get(step))
    assert done.status_code == 201, done.text
    assert await tells(timed, NOW + timedelta(hours=5)) == 0
    assert await view(desk, complaint_id) is None


async def test_what_turns_out_to_be_no_danger_is_told_no_more(timed: Timed) -> None:
    complaint_id = await a_danger(timed.desk)
    await tells(timed, PASSED)
    await again(timed.desk, complaint_id, severity="normal")
    assert await tells(timed, NOW + timedelta(hours=5)) == 0


async def test_giving_it_to_somebody_ends_nothing_and_tells_them_too(timed: Timed) -> None:
    desk, complaint_id = timed.desk, await a_danger(timed.desk)
    await tells(timed, PASSED)
    await given(desk, complaint_id)
    await tells(timed, PASSED + QUARTER)
    await tells(timed, PASSED + 2 * QUARTER)
    assert (await told(desk))[1:] == [["off-head-1"], ["off-leader-1", "off-leader-2"]], (
        "the ladder does not begin anew"
    )
    other = await a_danger(desk)
    await given(desk, other)
    await tells(timed, PASSED + 4 * QUARTER)
    first = [event["told"] for event in await desk.events("ComplaintEscalated") if event["complaint_id"] == other]
    assert first == [["off-operator-1", "off-clerk-1"]]


@pytest.mark.parametrize("how", ["give-back", "hand-on"])
async def test_who_goes_on_with_a_danger_has_to_acknowledge_it_anew(timed: Timed, how: str) -> None:
    desk, complaint_id = timed.desk, await a_danger(timed.desk)
    await given(desk, complaint_id)
    officer, path = desk.as_("off-clerk-1", "officer"), f"/complaints/{complaint_id}"
    assert (await officer.post(f"{path}/take-up")).status_code == 201
    assert await tells(timed, PASSED) == 0
    if how == "give-back":
        assert (await officer.post(f"{path}/give-back", json={"reason": "Không phải việc tôi"})).status_code == 201
    else:
        await given(desk, complaint_id, "off-head-1")
    assert (await clocks(desk, complaint_id))["danger_acknowledgement"] == "running"
    shown = (await desk.as_("off-head-1", "head").get(path)).json()
    assert shown["acknowledge_by"] > PASSED.isoformat()
    assert await tells(timed, PASSED + QUARTER + timedelta(seconds=1)) == 1


async def test_who_is_told_acknowledges_in_the_place_of_who_was_given_it(timed: Timed) -> None:
    desk, complaint_id = timed.desk, await a_danger(timed.desk)
    await given(desk, complaint_id)
    path = f"/complaints/{complaint_id}/take-up"
    head, operator = desk.as_("off-head-1", "head"), desk.as_("off-operator-1", "operator")
    assert (await head.post(path)).json()["code"] == "not_yours", "they still have time"
    await tells(timed, PASSED)
    assert (await operator.post(path)).json()["code"] == "not_yours"
    assert (await head.post(path)).status_code == 201
    assert (await head.get(f"/complaints/{complaint_id}")).json()["assignee"] == "off-head-1"
    assert await tells(timed, NOW + timedelta(hours=5)) == 0


async def test_what_nobody_has_is_told_first_and_then_what_waits_longest(timed: Timed) -> None:
    desk, now = timed.desk, NOW + timedelta(minutes=40)
    held, free, later = [await a_danger(desk) for _ in range(3)]
    await given(desk, held)
    assert await desk.service.db.read(next_silent_danger, now) == min(free, later)
    await tells(timed, now)
    order = [event["complaint_id"] for event in await desk.events("ComplaintEscalated")]
    assert order == [*sorted((free, later)), held]


async def view(desk: Desk, complaint_id: str) -> dict[str, object] | None:
    """What officials see of the telling."""
    shown = (await desk.as_("off-leader-1", "leader").get(f"/complaints/{complaint_id}")).json()
    found: dict[str, object] | None = shown["escalation"]
    return found


async def test_whoever_sees_a_report_sees_who_was_told_and_when_the_next_one_is(timed: Timed) -> None:
    complaint_id = await a_danger(timed.desk)
    assert await view(timed.desk, complaint_id) is None
    await tells(timed, PASSED)
    found = await view(timed.desk, complaint_id)
    assert found is not None and (found["times"], found["told"], found["sealed"]) == (1, ["off-operator-1"], False)
    assert str(found["next_at"])[:19] == "2026-06-05T21:40:01"
    [row] = (await timed.desk.as_("off-operator-1", "operator").get("/complaints")).json()
    assert row["escalation"] == found


async def about(timed: Timed, accused: str) -> str:
    """A dangerous report about conduct, attributed by whoever may."""
    complaint_id = await a_danger(timed.desk, category="conduct")
    body = {"official_id": accused, "conduct": "harassment"}
    by = "off-chair" if accused == "off-leader-1" else "off-leader-1"
    done = await timed.desk.as_(by, "leader").post(f"/complaints/{complaint_id}/attribute", json=body)
    assert done.status_code == 201, done.text
    return complaint_id


@pytest.mark.parametrize(
    ("accused", "passed_over"),
    [
        ("off-clerk-1", {"off-clerk-1", "off-leader-2"}),
        ("off-head-1", {"off-head-1", "off-operator-1"}),
        ("off-leader-2", {"off-leader-2", "off-clerk-1"}),
    ],
)
async def test_what_concerns_an_official_passes_over_them_and_theirs_and_no_fact_says_so(
    timed: Timed, accused: str, passed_over: set[str]
) -> None:
    desk, complaint_id = timed.desk, await about(timed, accused)
    for rung in range(4):
        assert await tells(timed, PASSED + rung * QUARTER) == 1
    assert await told(desk) == [[]] * 4
    who = await sealed(desk)
    assert set(who).isdisjoint(passed_over) and who[-1] == "off-chair" and "off-leader-1" in who
    found = await view(desk, complaint_id)
    assert found is not None and (found["told"], found["sealed"], found["times"]) == ([], True, 4)
    rows = str(await desk.rows("escalation"))
    assert "off-" not in rows and "off-leader-1" not in str(await desk.events("ComplaintEscalated"))


async def test_facts_of_two_reports_about_different_officials_look_the_same(timed: Timed) -> None:
    """Nothing in them differs but ids: how often, when and how many were told says nothing of whom it is about."""
    desk = timed.desk
    for accused in ("off-clerk-1", "off-leader-1"):
        await about(timed, accused)
    for rung in range(5):
        await tells(timed, PASSED + rung * QUARTER)
    facts = await desk.events("ComplaintEscalated")
    ids = ("complaint_id", "told_ref")
    shapes = [{name: value for name, value in fact.items() if name not in ids} for fact in facts]
    assert len(shapes) == 10 and shapes[0::2] == shapes[1::2]


async def test_while_nobody_said_whom_it_is_about_conduct_is_told_as_all_is(timed: Timed) -> None:
    await a_danger(timed.desk, **CONDUCT | {"severity": "danger"})
    await tells(timed, PASSED)
    assert await told(timed.desk) == [["off-operator-1"]]


async def test_a_danger_is_told_once_however_many_look_at_the_same_moment(timed: Timed) -> None:
    await a_danger(timed.desk)
    timed.clock.goes_to(PASSED)
    db, policy = timed.desk.service.db, timed.desk.app.state.policy
    looks: list[Awaitable[bool]] = [jobs.tell_of_next_danger(db, timed.clock, policy) for _ in range(6)]
    assert sorted(await asyncio.gather(*looks)) == [False] * 5 + [True]
    assert len(await timed.desk.events("ComplaintEscalated")) == 1
