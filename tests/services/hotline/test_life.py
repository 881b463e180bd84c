"""The life of a report by API: given out, taken up, referred, answered, on a real database."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import CONDUCT, about_conduct, filed

ROADS = CONDUCT | {"category": "roads"}
REFERRAL = {"body": "Công an phường Tích Lương", "told": "Việc này do công an phường giải quyết, ông bà hỏi ở đó."}


async def triaged(desk: Desk, **changed: Any) -> str:
    """A report about a road, triaged."""
    complaint_id = str((await filed(desk))["complaint_id"])
    return await again(desk, complaint_id, **changed)


async def again(desk: Desk, complaint_id: str, **changed: Any) -> str:
    """The same report, triaged (again)."""
    operator = desk.as_("off-operator-1", "operator")
    done = await operator.post(f"/complaints/{complaint_id}/triage", json=ROADS | changed)
    assert done.status_code == 201, done.text
    return complaint_id


async def given(desk: Desk, complaint_id: str, official: str = "off-clerk-1") -> None:
    """A report in somebody's hands."""
    operator = desk.as_("off-operator-1", "operator")
    done = await operator.post(f"/complaints/{complaint_id}/assign", json={"official_id": official})
    assert (done.status_code, done.json()["status"]) == (201, "assigned"), done.text


async def clocks(desk: Desk, complaint_id: str) -> dict[str, str]:
    """How each clock of a report stands, of one that ran twice the one that runs."""
    view = (await desk.as_("off-operator-1", "operator").get(f"/complaints/{complaint_id}")).json()
    return {each["code"]: each["stands"] for each in reversed(view["clocks"])}


async def test_a_report_is_given_out_taken_up_and_answered_by_whoever_has_it(desk: Desk) -> None:
    complaint_id = await triaged(desk)
    officer, path = desk.as_("off-clerk-1", "officer"), f"/complaints/{complaint_id}"
    assert (await officer.get(path)).status_code == 404
    assert (await officer.get("/complaints")).json() == []
    await given(desk, complaint_id)
    [row] = (await officer.get("/complaints")).json()
    assert (row["assignee"], row["status"]) == ("off-clerk-1", "assigned")
    assert (await officer.get(f"{path}/text", params={"purpose": "answer"})).json()["place"] == "Xóm Đồng Cả"
    taken = await officer.post(f"{path}/take-up")
    assert (taken.status_code, taken.json()["status"]) == (201, "in_progress")
    answered = await officer.post(f"{path}/answer", json={"text": "Đã vá ổ gà."})
    assert (answered.status_code, answered.json()["outcome"]) == (201, "early")
    assert [event["official_id"] for event in await desk.events("ComplaintTakenUp")] == ["off-clerk-1"]


async def test_each_clock_is_a_row_that_its_fact_starts_and_another_ends(desk: Desk) -> None:
    complaint_id = str((await filed(desk))["complaint_id"])
    beside = ("pakn_supplement", "pakn_referral", "pakn_rejection")
    running = dict.fromkeys(("pakn_answer", *beside), "running")
    assert await clocks(desk, complaint_id) == running
    await again(desk, complaint_id, severity="danger")
    assert await clocks(desk, complaint_id) == running | {"danger_acknowledgement": "running"}
    head = desk.as_("off-head-1", "head")
    assert (await head.post(f"/complaints/{complaint_id}/take-up")).status_code == 201
    assert (await clocks(desk, complaint_id))["danger_acknowledgement"] == "met"
    assert (await head.post(f"/complaints/{complaint_id}/answer", json={"text": "Đã rào lại."})).status_code == 201
    met = {"pakn_answer": "met", "danger_acknowledgement": "met", "objection": "running"}
    met |= {"pakn_publication": "running"}
    assert await clocks(desk, complaint_id) == met | dict.fromkeys(beside, "void")
    view = (await head.get(f"/complaints/{complaint_id}")).json()
    [danger] = [each for each in view["clocks"] if each["code"] == "danger_acknowledgement"]
    assert (danger["started_at"][:16], danger["due_at"][:16]) == ("2026-06-05T21:10", "2026-06-05T21:25")
    assert any("15 phút" in line for line in danger["because"]) and "15 phút" in danger["basis"]


async def test_what_is_told_on_the_telephone_has_a_shorter_promise_beside_the_legal_one(desk: Desk) -> None:
    operator = desk.as_("off-operator-1", "operator")
    call = await operator.post("/complaints", json={"channel": "phone", "text": "Cột điện đổ"})
    found = await clocks(desk, call.json()["complaint_id"])
    assert found["call_answer"] == "running"
    assert "call_answer" not in await clocks(desk, str((await filed(desk))["complaint_id"]))


async def test_a_referred_report_counts_from_the_transfer_and_its_holder_reads_where_it_went(desk: Desk) -> None:
    receipt = await filed(desk)
    complaint_id = await again(desk, str(receipt["complaint_id"]))
    await given(desk, complaint_id)
    officer, public = desk.as_("off-clerk-1", "officer"), desk.as_(None)
    moved = await officer.post(f"/complaints/{complaint_id}/refer", json=REFERRAL)
    assert (moved.status_code, moved.json()["status"]) == (201, "referred")
    assert await clocks(desk, complaint_id) == {
        "referred_answer": "running",
        "pakn_answer": "void",
        "pakn_supplement": "void",
        "pakn_rejection": "void",
        "pakn_give_back": "void",
        "pakn_referral": "met",
    }
    path = f"/status/{receipt['number']}"
    open_ = (await public.get(path)).json()
    assert (open_["status"], open_["body"], open_["told"]) == ("referred", None, None)
    held = (await public.get(path, params={"code": receipt["receipt_code"]})).json()
    assert (held["body"], held["told"]) == (REFERRAL["body"], REFERRAL["told"])
    for secret in REFERRAL.values():
        assert secret not in await desk.log()
    back = await desk.as_("off-operator-1", "operator").post(
        f"/complaints/{complaint_id}/assign", json={"official_id": "off-clerk-1"}
    )
    assert back.status_code == 201
    assert (await clocks(desk, complaint_id))["pakn_answer"] == "running"
    assert (await clocks(desk, complaint_id))["referred_answer"] == "void"
    [first, second] = [row for row in await desk.rows("complaintclock") if row["code"] == "pakn_answer"]
    assert (first["nth"], first["outcome"], second["nth"], second["outcome"]) == (1, "void", 2, None)


@pytest.mark.parametrize(
    ("step", "body", "code"),
    [
        ("assign", {"official_id": "off-clerk-1"}, "not_triaged"),
        ("take-up", None, "not_triaged"),
        ("refer", REFERRAL, "not_triaged"),
        ("answer", {"text": "Đã xong"}, "not_triaged"),
    ],
)
async def test_nothing_is_done_before_somebody_said_what_it_is(desk: Desk, step: str, body: Any, code: str) -> None:
    complaint_id = (await filed(desk))["complaint_id"]
    answer = await desk.as_("off-leader-1", "leader").post(f"/complaints/{complaint_id}/{step}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, code)


async def test_who_does_not_have_a_report_does_nothing_with_it(desk: Desk) -> None:
    complaint_id = await triaged(desk)
    await given(desk, complaint_id)
    path, operator = f"/complaints/{complaint_id}", desk.as_("off-operator-1", "operator")
    for step, body in (("take-up", None), ("refer", REFERRAL), ("answer", {"text": "Đã xong"})):
        refused = await operator.post(f"{path}/{step}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours"), step
        hidden = await desk.as_("off-officer-9", "officer").post(f"{path}/{step}", json=body)
        assert (hidden.status_code, hidden.json()["code"]) == (404, "complaint_not_found"), step
        other = await desk.as_("off-leader-1", "leader", unit="phu-xuyen").post(f"{path}/{step}", json=body)
        assert other.status_code == 404, step
    same = await operator.post(f"{path}/assign", json={"official_id": "off-clerk-1"})
    assert (same.status_code, same.json()["code"]) == (409, "same_hands")
    unknown = await operator.post(f"{path}/assign", json={"official_id": "off-nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_official")


@pytest.mark.parametrize("official", ["off-clerk-1", "off-leader-2"])
async def test_what_concerns_an_official_is_never_given_to_them_or_to_a_relative(desk: Desk, official: str) -> None:
    complaint_id = await about_conduct(desk)
    path, body = f"/complaints/{complaint_id}/assign", {"official_id": official}
    by_operator = await desk.as_("off-operator-1", "operator").post(path, json={"official_id": "off-head-1"})
    assert (by_operator.status_code, by_operator.json()["code"]) == (403, "leader_gives_out")
    leader = desk.as_("off-leader-1", "leader")
    refused = await leader.post(path, json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_to_them")
    assert (await leader.post(path, json={"official_id": "off-head-1"})).status_code == 201


async def test_a_report_is_out_of_their_hands_before_it_is_said_to_be_about_them(desk: Desk) -> None:
    complaint_id = await about_conduct(desk, accused=None)
    await given(desk, complaint_id)
    leader, path = desk.as_("off-leader-1", "leader"), f"/complaints/{complaint_id}"
    about = {"official_id": "off-clerk-1", "conduct": "delay"}
    refused = await leader.post(f"{path}/attribute", json=about)
    assert (refused.status_code, refused.json()["code"]) == (409, "in_their_hands")
    assert (await leader.post(f"{path}/assign", json={"official_id": "off-head-1"})).status_code == 201
    assert (await leader.post(f"{path}/attribute", json=about)).status_code == 201
    assert (await desk.as_("off-clerk-1", "officer").get(path)).status_code == 404


async def test_the_queue_goes_by_the_clock_used_up_and_then_by_who_has_nothing(timed: Timed) -> None:
    operator = timed.desk.as_("off-operator-1", "operator")
    held, free, alarming, answered = [await triaged(timed.desk) for _ in range(4)]
    await given(timed.desk, held)
    await again(timed.desk, alarming, severity="danger")
    head = timed.desk.as_("off-head-1", "head")
    assert (await head.post(f"/complaints/{answered}/answer", json={"text": "Xong"})).status_code == 201
    timed.clock.goes_to(NOW + timedelta(minutes=5))
    rows = (await operator.get("/complaints")).json()
    assert [row["complaint_id"] for row in rows] == [alarming, free, held, answered]
    assert [row["used"] for row in rows] == [33, 0, 0, 0], "of the answered one, what there is to publish it"
    assert [row["complaint_id"] for row in (await operator.get("/complaints", params={"limit": 2})).json()] == [
        alarming,
        free,
    ]


async def test_a_clock_that_is_over_says_whether_that_is_late(timed: Timed) -> None:
    complaint_id = await triaged(timed.desk)
    timed.clock.goes_to(NOW + timedelta(days=40))
    unused = dict.fromkeys(("pakn_supplement", "pakn_referral", "pakn_rejection"), "unused")
    assert await clocks(timed.desk, complaint_id) == {"pakn_answer": "over"} | unused
    leader = timed.desk.as_("off-leader-1", "leader")
    done = await leader.post(f"/complaints/{complaint_id}/refer", json=REFERRAL)
    assert done.status_code == 201, "whoever refers late is not refused: the citizen would pay for it"
    assert (await clocks(timed.desk, complaint_id))["pakn_referral"] == "late"


async def test_of_two_who_take_it_up_at_once_one_has_it(desk: Desk) -> None:
    complaint_id = await triaged(desk)
    path = f"/complaints/{complaint_id}/take-up"
    hands = [desk.as_(f"off-{who}", "operator") for who in ("operator-1", "head-1", "leader-1", "leader-2")]
    answers = await asyncio.gather(*(hand.post(path) for hand in hands))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(await desk.events("ComplaintTakenUp")) == 1


async def test_a_report_given_out_while_another_takes_it_up_ends_in_one_pair_of_hands(desk: Desk) -> None:
    complaint_id = await triaged(desk)
    path = f"/complaints/{complaint_id}"
    leader, head = desk.as_("off-leader-1", "leader"), desk.as_("off-head-1", "head")
    await asyncio.gather(
        leader.post(f"{path}/assign", json={"official_id": "off-clerk-1"}), head.post(f"{path}/take-up")
    )
    [row] = await desk.rows("complaint")
    last = (await desk.events("ComplaintAssigned"))[-1]["official_id"]
    assert row["assignee"] == last == "off-clerk-1", (
        "whoever was first, it was given out in the end, or could not be taken"
    )


async def test_a_report_said_to_be_about_somebody_while_it_is_given_to_them_is_one_or_the_other(desk: Desk) -> None:
    complaint_id = await about_conduct(desk, accused=None)
    path, leader, other = (
        f"/complaints/{complaint_id}",
        *(desk.as_(f"off-{who}", "leader") for who in ("leader-1", "chair")),
    )
    answers = await asyncio.gather(
        leader.post(f"{path}/attribute", json={"official_id": "off-clerk-1", "conduct": "delay"}),
        other.post(f"{path}/assign", json={"official_id": "off-clerk-1"}),
    )
    assert sorted(answer.status_code for answer in answers) in ([201, 403], [201, 409])


async def test_what_concerns_an_official_is_settled_by_a_leader_or_by_whom_a_leader_gave_it_to(desk: Desk) -> None:
    complaint_id = await about_conduct(desk)
    path, head = f"/complaints/{complaint_id}", desk.as_("off-head-1", "head", "operator")
    for step, body in (("take-up", None), ("refer", REFERRAL), ("answer", {"text": "Xong"})):
        refused = await head.post(f"{path}/{step}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_yours"), step
    related = await desk.as_("off-leader-2", "leader").post(f"{path}/take-up")
    assert (related.status_code, related.json()["code"]) == (403, "conflict_of_interest")
    leader = desk.as_("off-leader-1", "leader")
    assert (await leader.post(f"{path}/assign", json={"official_id": "off-head-1"})).status_code == 201
    assert (await head.post(f"{path}/take-up")).status_code == 201
    assert (await head.post(f"{path}/answer", json={"text": "Xong"})).status_code == 201


async def test_a_step_sent_twice_with_one_key_is_one_step(desk: Desk) -> None:
    complaint_id = await triaged(desk)
    operator, headers = desk.as_("off-operator-1", "operator"), {"Idempotency-Key": "k1-of-some-length"}
    path = f"/complaints/{complaint_id}/assign"
    first, second = [await operator.post(path, json={"official_id": "off-clerk-1"}, headers=headers) for _ in range(2)]
    assert first.status_code == 201 and first.content == second.content
    assert len(await desk.events("ComplaintAssigned")) == 1


async def test_danger_that_shows_later_is_taken_up_once_more(desk: Desk) -> None:
    complaint_id = await triaged(desk)
    await given(desk, complaint_id)
    officer, path = desk.as_("off-clerk-1", "officer"), f"/complaints/{complaint_id}"
    assert (await officer.post(f"{path}/take-up")).status_code == 201
    await again(desk, complaint_id, severity="danger")
    assert (await officer.get(path)).json()["status"] == "assigned"
    await again(desk, complaint_id, severity="danger", category="security")
    assert (await clocks(desk, complaint_id))["danger_acknowledgement"] == "running"
    assert (await officer.post(f"{path}/take-up")).status_code == 201
    assert (await clocks(desk, complaint_id))["danger_acknowledgement"] == "met"
    await again(desk, complaint_id, severity="normal")
    assert (await officer.get(path)).json()["status"] == "in_progress"
