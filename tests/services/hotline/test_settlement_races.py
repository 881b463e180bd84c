"""Two replicas weigh one matter, or take a step for it, at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from services.hotline import jobs
from tests.services.hotline.alike import triaged
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import filed
from tests.services.hotline.test_call_races import Replicas, replicas, said
from tests.support import SetClock

__all__ = ["replicas"]


async def weighed(desk: Desk, later: timedelta) -> bool:
    """The job of one replica, so much later."""
    clock = SetClock()
    clock.goes_to(NOW + later)
    return await jobs.weigh_matters(desk.service.db, clock, desk.app.state.policy)


async def test_of_two_who_weigh_one_matter_one_says_so(replicas: Replicas) -> None:
    for _ in range(3):
        await filed(replicas.one)
    for days, name, count in ((31, "SettlementAtRisk", 3), (36, "SettlementRaised", 3), (41, "SettlementRaised", 6)):
        await asyncio.gather(*(weighed(desk, timedelta(days=days)) for desk in (*replicas.both, *replicas.both)))
        assert len(await replicas.one.events(name)) == count


async def test_steps_taken_at_once_are_counted_one_after_the_other(replicas: Replicas) -> None:
    report = (await filed(replicas.one))["complaint_id"]
    await triaged(replicas.one, report)
    operator, given = replicas.one.as_("off-operator-1", "operator"), {"official_id": "off-operator-1"}
    assert (await operator.post(f"/complaints/{report}/assign", json=given)).status_code == 201
    await weighed(replicas.one, timedelta(days=31))
    body = {"rung": "officer", "outcome": "agreed", "note": "Hẹn thứ Sáu."}
    answers = await replicas.at_once(*[(f"/risks/{report}/step", body)] * 3)
    assert Counter(answers) == {(201, ""): 6}
    assert [event["nth"] for event in await replicas.one.events("SettlementStepTaken")] == [1, 2, 3, 4, 5, 6]
    steps = await replicas.other.rows("settlementstep")
    assert sorted(row["nth"] for row in steps) == [1, 2, 3, 4, 5, 6]


async def test_a_petition_comes_back_once(replicas: Replicas) -> None:
    heads = [desk.as_("off-head-1", "head") for desk in replicas.both]
    went = await heads[0].post("/petitions", json={"category": "land", "level": "province"})
    path = f"/petitions/{went.json()['petition']['petition_id']}/came-back"
    answers = await asyncio.gather(*(head.post(path, json={"ordered": n > 0}) for n in range(3) for head in heads))
    assert Counter(said(answer) for answer in answers) == {(201, ""): 1, (409, "back_already"): 5}
