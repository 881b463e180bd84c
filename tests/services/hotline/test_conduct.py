"""Reports about an official: attributed in secret, verified by somebody without a stake, on a real database."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.services.hotline.desk import Desk
from tests.services.hotline.reports import CONDUCT, FINDING, TEXT, about_conduct, filed


async def test_only_conduct_is_attributed_and_only_to_somebody_who_exists(desk: Desk) -> None:
    complaint_id = (await filed(desk))["complaint_id"]
    operator, path = desk.as_("off-operator-1", "operator"), f"/complaints/{complaint_id}"
    body = {"official_id": "off-clerk-1", "conduct": "delay"}
    assert (await operator.post(f"{path}/attribute", json=body)).json()["code"] == "not_about_conduct"
    await operator.post(f"{path}/triage", json=CONDUCT | {"category": "roads"})
    assert (await operator.post(f"{path}/attribute", json=body)).json()["code"] == "not_about_conduct"
    await operator.post(f"{path}/triage", json=CONDUCT)
    unknown = await operator.post(f"{path}/attribute", json=body | {"official_id": "off-nobody"})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_official")
    assert (await operator.post(f"{path}/attribute", json=body)).status_code == 201


@pytest.mark.parametrize("accused", ["off-operator-1", "off-head-1", "off-leader-1", "off-chair"])
async def test_nobody_attributes_to_themselves_or_to_who_heads_them(desk: Desk, accused: str) -> None:
    complaint_id = await about_conduct(desk, accused=None)
    body = {"official_id": accused, "conduct": "delay"}
    answer = await desk.as_("off-operator-1", "operator").post(f"/complaints/{complaint_id}/attribute", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "conflict_of_interest")
    assert await desk.events("ComplaintAttributed") == []


async def test_the_accused_finds_no_trace_of_it(desk: Desk) -> None:
    complaint_id = await _about(desk, "off-leader-2")
    accused = desk.as_("off-leader-2", "leader", "operator")
    path = f"/complaints/{complaint_id}"
    assert (await accused.get("/complaints")).json() == []
    answers = [
        await accused.get(path),
        await accused.get(f"{path}/text", params={"purpose": "supervision"}),
        await accused.get(f"{path}/attribution"),
        await accused.post(f"{path}/answer", json={"text": "Tôi không làm gì"}),
        await accused.post(f"{path}/verify", json=FINDING | {"finding": "unfounded"}),
        await accused.post(f"{path}/triage", json=CONDUCT),
        await accused.post(f"{path}/attribute", json={"official_id": "off-clerk-1", "conduct": "delay"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 7
    nothing = await accused.get("/complaints/no-such-report")
    assert {answer.json()["detail"] for answer in answers} - {nothing.json()["detail"]} == set()
    assert len((await desk.as_("off-leader-1", "leader").get("/complaints")).json()) == 1


async def _about(desk: Desk, accused: str) -> str:
    complaint_id = await about_conduct(desk, accused=None)
    body = {"official_id": accused, "conduct": "harassment"}
    done = await desk.as_("off-leader-1", "leader").post(f"/complaints/{complaint_id}/attribute", json=body)
    assert done.status_code == 201, done.text
    return complaint_id


async def test_whom_a_report_is_about_is_not_found_by_trying_out_what_was_sent(desk: Desk) -> None:
    """Everybody knows who works here: a plain hash that is kept to know the request by would name them."""
    path = f"/complaints/{await about_conduct(desk, accused=None)}/attribute"
    body = json.dumps({"official_id": "off-clerk-1", "conduct": "delay"}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": "0a6f3c1e-5a2f-4f6c-9a52-6b7f0a3c9d15"}
    operator = desk.as_("off-operator-1", "operator")
    first, again = [await operator.post(path, content=body, headers=headers) for _ in range(2)]
    assert first.status_code == 201 and first.content == again.content
    (kept,) = [each for each in await desk.rows("idempotency") if each["key"] == headers["Idempotency-Key"]]
    assert kept["fingerprint"] != hashlib.sha256(b"\0".join([b"POST", path.encode(), body])).hexdigest()


async def test_a_verified_report_names_the_official_and_the_reading_is_recorded(desk: Desk) -> None:
    complaint_id = await about_conduct(desk)
    [attributed] = await desk.events("ComplaintAttributed")
    done = await desk.as_("off-leader-1", "leader").post(f"/complaints/{complaint_id}/verify", json=FINDING)
    assert (done.status_code, done.json()["finding"]) == (201, "true")
    [verified] = await desk.events("ComplaintVerified")
    assert (verified["official_id"], verified["verified_by"]) == ("off-clerk-1", "off-leader-1")
    assert await desk.kept(verified["evidence_ref"]) == {"evidence": FINDING["evidence"]}
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["ref"], reading["reader"]) == (attributed["attribution_ref"], "off-leader-1")


async def test_what_was_true_can_turn_out_unfounded(desk: Desk) -> None:
    complaint_id = await about_conduct(desk)
    leader, path = desk.as_("off-leader-1", "leader"), f"/complaints/{complaint_id}/verify"
    await leader.post(path, json=FINDING)
    same = await leader.post(path, json=FINDING)
    assert (same.status_code, same.json()["code"]) == (409, "same_finding")
    assert (await leader.post(path, json=FINDING | {"finding": "unfounded"})).status_code == 201
    assert [event["finding"] for event in await desk.events("ComplaintVerified")] == ["true", "unfounded"]
    assert (await leader.get(f"/complaints/{complaint_id}")).json()["finding"] == "unfounded"


async def test_neither_a_relative_nor_a_subordinate_verifies(desk: Desk) -> None:
    complaint_id = await about_conduct(desk)
    relative = await desk.as_("off-leader-2", "leader").post(f"/complaints/{complaint_id}/verify", json=FINDING)
    assert (relative.status_code, relative.json()["code"]) == (403, "conflict_of_interest")
    above = await _about(desk, "off-head-1")
    below = await desk.as_("off-clerk-1", "leader").post(f"/complaints/{above}/verify", json=FINDING)
    assert (below.status_code, below.json()["code"]) == (403, "conflict_of_interest")
    assert await desk.events("ComplaintVerified") == []


async def test_whoever_attributed_a_report_does_not_verify_it(desk: Desk) -> None:
    complaint_id = await _about(desk, "off-clerk-1")
    leader, path = desk.as_("off-leader-1", "leader"), f"/complaints/{complaint_id}"
    answers = [await leader.post(f"{path}/verify", json=FINDING), await leader.get(f"{path}/attribution")]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(403, "same_person")] * 2
    assert await desk.events("ComplaintVerified") == await desk.events("PrivateDataRead") == []
    assert (await desk.as_("off-chair", "leader").post(f"{path}/verify", json=FINDING)).status_code == 201


async def test_whoever_took_the_call_does_not_verify_it(desk: Desk) -> None:
    both = desk.as_("off-leader-1", "operator", "leader")
    call = (await both.post("/complaints", json={"channel": "phone", "text": TEXT})).json()
    path = f"/complaints/{call['complaint_id']}"
    await both.post(f"{path}/triage", json=CONDUCT)
    about = {"official_id": "off-clerk-1", "conduct": "delay"}
    assert (await desk.as_("off-chair", "leader").post(f"{path}/attribute", json=about)).status_code == 201
    refused = await both.post(f"{path}/verify", json=FINDING)
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")


async def test_a_report_attributed_to_nobody_is_not_verified(desk: Desk) -> None:
    complaint_id = await about_conduct(desk, accused=None)
    answer = await desk.as_("off-leader-1", "leader").post(f"/complaints/{complaint_id}/verify", json=FINDING)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_attributed")
