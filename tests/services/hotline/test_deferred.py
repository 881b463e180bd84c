"""Whom somebody meant who may not say it: kept, and the report goes to nobody whom it may concern."""

from __future__ import annotations

from typing import Any

import pytest

from services.hotline.commands import ladder
from tests.services.hotline.conftest import Timed
from tests.services.hotline.dangers import PASSED, sealed, tells, told
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import CONDUCT, FINDING, about_conduct, filed
from tests.services.hotline.test_life import again
from tests.services.hotline.test_shifts import over


async def meant(desk: Desk, accused: str, **triaged: Any) -> str:
    """A report about conduct of which an operator may not say whom they were told it is about."""
    complaint_id = await about_conduct(desk, accused=None)
    if triaged:
        await again(desk, complaint_id, **CONDUCT | triaged)
    assert await attributed(desk, complaint_id, accused) == (403, "conflict_of_interest")
    return complaint_id


async def attributed(
    desk: Desk, complaint_id: str, accused: str, by: str = "off-operator-1", role: str = "operator"
) -> tuple[int, str]:
    body = {"official_id": accused, "conduct": "harassment"}
    answer = await desk.as_(by, role).post(f"/complaints/{complaint_id}/attribute", json=body)
    return answer.status_code, answer.json().get("code", "")


async def assigned(desk: Desk, complaint_id: str, to: str, by: str, role: str = "leader") -> str:
    """What giving it out leads to; or why it is refused."""
    answer = await desk.as_(by, role).post(f"/complaints/{complaint_id}/assign", json={"official_id": to})
    return str(answer.json()["status"] if answer.status_code == 201 else answer.json()["code"])


async def test_a_report_whose_linking_was_refused_is_not_given_to_whom_it_was_to_be_linked(desk: Desk) -> None:
    complaint_id = await meant(desk, "off-head-1")
    assert await assigned(desk, complaint_id, "off-head-1", "off-operator-1", "operator") == "leader_gives_out"
    assert await assigned(desk, complaint_id, "off-head-1", "off-leader-1") == "not_to_them"
    assert await assigned(desk, complaint_id, "off-clerk-1", "off-leader-1") == "not_to_them", "the head heads them"
    assert await assigned(desk, complaint_id, "off-leader-2", "off-leader-1") == "assigned"


async def test_whom_somebody_meant_finds_no_trace_of_it(desk: Desk) -> None:
    complaint_id = await meant(desk, "off-leader-1")
    head = desk.as_("off-leader-1", "leader", "operator")
    assert (await head.get("/complaints")).json() == []
    path = f"/complaints/{complaint_id}"
    steps = [await head.post(f"{path}/take-up"), await head.get(path), await head.post(f"{path}/triage", json=CONDUCT)]
    assert [answer.status_code for answer in steps] == [404] * 3
    await filed(desk)
    assert (await over(desk, "off-head-1")).json()["shift"]["open_reports"] == 1
    assert (await desk.as_("off-leader-2", "leader").get(path)).json()["attributed"] is False


async def test_whom_somebody_meant_stands_in_no_fact_and_in_no_row(desk: Desk) -> None:
    complaint_id = await meant(desk, "off-head-1")
    [fact] = await desk.events("AttributionDeferred")
    assert set(fact) == {"complaint_id", "meant_ref", "deferred_at"}
    [row] = await desk.rows("complaint")
    assert row["meant_ref"] == fact["meant_ref"] and "off-head-1" not in str(row)
    assert await desk.events("ComplaintAttributed") == []
    assert (await desk.kept(fact["meant_ref"]))["official_id"] == "off-head-1"
    assert await attributed(desk, complaint_id, "off-head-1") == (403, "conflict_of_interest")
    assert len(await desk.events("AttributionDeferred")) == 1


async def test_somebody_without_a_stake_says_it_and_what_was_meant_counts_no_more(desk: Desk) -> None:
    complaint_id = await meant(desk, "off-head-1")
    verify = await desk.as_("off-leader-1", "leader").post(f"/complaints/{complaint_id}/verify", json=FINDING)
    assert verify.json()["code"] == "not_attributed"
    assert (await attributed(desk, complaint_id, "off-clerk-1", "off-leader-1", "leader"))[0] == 201
    assert (await desk.as_("off-head-1", "head").get(f"/complaints/{complaint_id}")).status_code == 200
    assert await assigned(desk, complaint_id, "off-head-1", "off-leader-1") == "assigned"


async def test_what_is_in_the_hands_of_whom_it_may_concern_is_given_to_somebody_else_first(desk: Desk) -> None:
    complaint_id = await about_conduct(desk, accused=None)
    await assigned(desk, complaint_id, "off-head-1", "off-operator-1", "operator")
    assert await attributed(desk, complaint_id, "off-head-1") == (409, "in_their_hands")
    assert await desk.events("AttributionDeferred") == []
    await assigned(desk, complaint_id, "off-leader-2", "off-operator-1", "operator")
    assert await attributed(desk, complaint_id, "off-head-1") == (403, "conflict_of_interest")
    assert len(await desk.events("AttributionDeferred")) == 1


@pytest.mark.parametrize(("accused", "first"), [("off-head-1", "off-leader-1"), ("off-chair", "")])
async def test_a_danger_about_whom_somebody_meant_passes_them_over_too(timed: Timed, accused: str, first: str) -> None:
    await meant(timed.desk, accused, severity="danger")
    assert await tells(timed, PASSED) == 1
    assert await told(timed.desk) == [[]]
    who = await sealed(timed.desk)
    assert who in ([first], ["off-leader-2"]) if first else who == [""]


async def test_who_is_told_of_what_concerns_an_official_is_asked_rung_by_rung_and_recorded(desk: Desk) -> None:
    policy, complaint_id = desk.app.state.policy, await about_conduct(desk)
    for rung, who in ((1, "off-leader-1"), (2, "off-chair"), (9, "off-chair")):
        asked: tuple[Any, ...] = (complaint_id, rung, "escalation", "notifier", NOW, policy)
        assert await desk.service.db.write(ladder.whose_turn, *asked) == {"told": who}
    readings = await desk.events("PrivateDataRead")
    assert {(each["reader"], each["purpose"]) for each in readings} == {("notifier", "escalation")}
    plain = str((await filed(desk))["complaint_id"])
    assert await desk.service.db.write(ladder.whose_turn, plain, 1, "escalation", "notifier", NOW, policy) == {}
    about_the_chair = await meant(desk, "off-chair")
    asked = (about_the_chair, 1, "escalation", "notifier", NOW, policy)
    assert await desk.service.db.write(ladder.whose_turn, *asked) == {}
