"""Matters at risk, found by the clock, and the ladder, through the HTTP door, on a real database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.hotline import jobs
from tests.services.hotline.alike import said
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import about_conduct, filed

NOTE = "Đã gặp ông Bưởi, hẹn dọn xong trước thứ Sáu."


async def weighed(desk: Desk) -> bool:
    """The job runs until it finds no work, as the leader runs it."""
    any_ = False
    while await jobs.weigh_matters(desk.service.db, desk.service.clock, desk.app.state.policy):
        any_ = True
    return any_


async def risks(desk: Desk, official: str = "off-leader-1", role: str = "leader") -> list[dict[str, Any]]:
    answer = await desk.as_(official, role).get("/risks")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def stepped(desk: Desk, subject: str, rung: str, outcome: str, by: str, role: str) -> httpx.Response:
    body = {"rung": rung, "outcome": outcome, "note": NOTE}
    return await desk.as_(by, role).post(f"/risks/{subject}/step", json=body)


async def late(timed: Timed, **body: Any) -> str:
    """A report that is a month late."""
    report = str((await filed(timed.desk, **body))["complaint_id"])
    timed.clock.goes_to(timed.clock.now() + timedelta(days=31))
    return report


async def test_a_late_report_that_nobody_looked_at_is_at_risk(timed: Timed) -> None:
    assert not await weighed(timed.desk)
    report = await late(timed)
    assert await weighed(timed.desk) and not await weighed(timed.desk)
    [found] = await risks(timed.desk)
    assert (found["subject_id"], found["of"], found["rung"]) == (report, "case", "focal_leader"), "nobody has it"
    assert {each["code"] for each in found["reasons"]} == {"clock_over", "silent"}
    assert found["act_by"].startswith("2026-07-09T07:00")
    [event] = await timed.desk.events("SettlementAtRisk")
    assert event["rule"] == "weighing@2022-06-23" and event["reasons"][0]["measured"] >= 100


async def test_the_ladder_goes_up_by_the_clock_and_is_recorded(timed: Timed) -> None:
    desk, report = timed.desk, await late(timed)
    await weighed(desk)
    for rung in ("vice_chair", "chair_dialogue"):
        timed.clock.goes_to(timed.clock.now() + timedelta(days=5))
        await weighed(desk)
        assert [each["rung"] for each in await risks(desk)] == [rung]
    done = await stepped(desk, report, "chair_dialogue", "agreed", "off-chair", "leader")
    assert done.status_code == 201, done.text
    view = done.json()["risk"]
    assert view["act_by"] and [(each["rung"], each["taken_by"]) for each in view["steps"]] == [
        ("chair_dialogue", "off-chair")
    ]
    [event] = await desk.events("DialogueHeld")
    assert (event["outcome"], event["held_by"], event["nth"]) == ("agreed", "off-chair", 1)
    assert NOTE not in await desk.log() and await desk.kept(event["note_ref"]) == {"note": NOTE}
    notes = await desk.as_("off-leader-1", "leader").get(f"/risks/{report}/notes")
    assert notes.json() == [{"nth": 1, "note": NOTE}]
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["ref"], reading["purpose"], reading["reader"]) == (event["note_ref"], "supervision", "off-leader-1")


async def test_an_answer_calms_it_and_an_objection_begins_anew(timed: Timed) -> None:
    desk = timed.desk
    receipt = await filed(desk)
    report = receipt["complaint_id"]
    timed.clock.goes_to(NOW + timedelta(days=31))
    await weighed(desk)
    head = desk.as_("off-head-1", "operator", "head")
    kind = {"kind": "pakn", "category": "roads", "severity": "normal"}
    assert (await head.post(f"/complaints/{report}/triage", json=kind)).status_code == 201
    assert (await head.post(f"/complaints/{report}/answer", json={"text": "Đã sửa."})).status_code == 201
    await weighed(desk)
    assert await risks(desk) == [] and len(await desk.events("SettlementCalmed")) == 1
    told = {"code": receipt["receipt_code"], "text": "Vẫn hỏng."}
    assert (await desk.as_(None).post(f"/status/{receipt['number']}/reopen", json=told)).status_code == 201
    await weighed(desk)
    [found] = await risks(desk)
    assert [each["code"] for each in found["reasons"]] == ["reopened"] and found["rung"] == "focal_leader"


async def test_five_people_on_one_place_and_topic_are_a_matter_at_risk(timed: Timed) -> None:
    for n in range(5):
        await said(timed.desk, n)
    await weighed(timed.desk)
    [found] = await risks(timed.desk)
    assert (found["of"], found["number"]) == ("cluster", None)
    assert {each["code"]: each["measured"] for each in found["reasons"]} == {"crowd": 5, "hot_category": None}
    subject = found["subject_id"]
    passed = await stepped(timed.desk, subject, "officer", "not_settled", "off-operator-1", "operator")
    assert (passed.status_code, passed.json()["code"]) == (409, "rung_passed")
    done = await stepped(timed.desk, subject, "focal_leader", "not_settled", "off-head-1", "head")
    assert done.status_code == 201 and done.json()["risk"]["rung"] == "vice_chair"


async def test_the_accused_sees_no_risk_of_what_is_about_them(timed: Timed) -> None:
    desk = timed.desk
    report = await about_conduct(desk, accused=None)
    about = {"official_id": "off-leader-2", "conduct": "harassment"}
    done = await desk.as_("off-leader-1", "leader").post(f"/complaints/{report}/attribute", json=about)
    assert done.status_code == 201
    timed.clock.goes_to(NOW + timedelta(days=31))
    await weighed(desk)
    assert await risks(desk, "off-leader-2") == [] and len(await risks(desk)) == 1
    accused = desk.as_("off-leader-2", "leader")
    body = {"rung": "vice_chair", "outcome": "settled", "note": NOTE}
    answers = [
        await accused.get(f"/risks/{report}"),
        await accused.get(f"/risks/{report}/notes"),
        await accused.post(f"/risks/{report}/step", json=body),
    ]
    nothing = await accused.post("/risks/no-such/step", json=body)
    assert [each.status_code for each in answers] == [404] * 3
    assert {each.json()["detail"] for each in answers} == {nothing.json()["detail"]}
    relative = await stepped(desk, report, "vice_chair", "settled", "off-clerk-1", "leader")
    assert (relative.status_code, relative.json()["code"]) == (403, "conflict_of_interest")
    assert (await stepped(desk, report, "focal_leader", "settled", "off-head-1", "head")).status_code == 403
    assert (await stepped(desk, report, "vice_chair", "settled", "off-chair", "leader")).status_code == 201


async def test_no_reason_tells_a_report_about_somebody_from_another(timed: Timed) -> None:
    desk = timed.desk
    for accused in (None, "off-clerk-1"):
        await about_conduct(desk, accused)
    timed.clock.goes_to(NOW + timedelta(days=31))
    await weighed(desk)
    one, other = await desk.events("SettlementAtRisk")
    same = {name: value for name, value in one.items() if name != "subject_id"}
    assert same == {name: value for name, value in other.items() if name != "subject_id"}


async def test_an_officer_takes_a_step_for_what_is_in_their_hands_alone(timed: Timed) -> None:
    desk, report = timed.desk, await late(timed)
    for official in ("off-officer-1", "off-officer-2"):
        await desk.appoints(official, "off-head-1")
    kind = {"kind": "pakn", "category": "roads", "severity": "normal"}
    operator = desk.as_("off-operator-1", "operator")
    await operator.post(f"/complaints/{report}/triage", json=kind)
    await operator.post(f"/complaints/{report}/assign", json={"official_id": "off-officer-1"})
    await weighed(desk)
    refused = await stepped(desk, report, "officer", "agreed", "off-officer-2", "officer")
    assert (refused.status_code, refused.json()["code"]) == (404, "risk_not_found")
    done = await stepped(desk, report, "officer", "agreed", "off-officer-1", "officer")
    assert done.status_code == 201, done.text
    above = await stepped(desk, report, "vice_chair", "agreed", "off-head-1", "head")
    assert (above.status_code, above.json()["code"]) == (403, "not_your_rung")


async def test_petitions_that_went_above_and_came_back_are_counted(desk: Desk) -> None:
    head = desk.as_("off-head-1", "head")
    ids = []
    for category, went_on in (("land", "2026-05-04"), ("land", None), ("roads", "2025-12-31"), ("roads", "2024-12-31")):
        body = {"category": category, "level": "province", "went_on": went_on}
        done = await head.post("/petitions", json=body)
        assert done.status_code == 201, done.text
        ids.append(done.json()["petition"]["petition_id"])
    back = await head.post(f"/petitions/{ids[0]}/came-back", json={"ordered": True})
    assert back.status_code == 201 and back.json()["petition"]["ordered"] is True
    again = await head.post(f"/petitions/{ids[0]}/came-back", json={"ordered": False})
    assert (again.status_code, again.json()["code"]) == (409, "back_already")
    found = (await desk.as_("off-operator-1", "operator").get("/petitions")).json()
    assert found["since"] == "2025-01-01" and len(found["petitions"]) == 3
    assert found["counts"] == [
        {"category": "land", "went_above": 2, "came_back": 1, "ordered": 1},
        {"category": "roads", "went_above": 1, "came_back": 0, "ordered": 0},
    ]


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/petitions", {"category": "land", "level": "province", "went_on": "2026-06-06"}, 422, "not_in_the_past"),
        ("/petitions/no-such/came-back", {"ordered": True}, 404, "petition_not_found"),
    ],
)
async def test_what_cannot_be_recorded_of_a_petition(
    desk: Desk, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await desk.as_("off-head-1", "head").post(path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    operator = await desk.as_("off-operator-1", "operator").post(path, json=body)
    assert operator.status_code == 403
