"""A khiếu nại: guided to whoever is competent, and watched until they answer; on a real database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import pytest

from services.hotline.rulebook.guidance import Issuer, load
from services.hotline.rules.guidance import body_of
from shared.errors import Refused
from shared.worktime import VN
from tests.services.hotline.complaining import GUIDANCE, KIND, complained, step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import filed

COMMUNES = {"commune_official": "xã", "commune_chair": "xã (giải quyết lần đầu)", "first_settlement": "tỉnh"}


@pytest.mark.parametrize("issuer", get_args(Issuer))
def test_whose_it_is_follows_from_who_issued_it(issuer: Issuer) -> None:
    body = body_of(load(), issuer, NOW)
    assert body.where_vi and body.where_en and body.basis and body.second is (issuer == "first_settlement")
    assert body.file_days == (30 if body.second else 90)
    assert COMMUNES.get(issuer, "") in body.body_vi
    with pytest.raises(Refused, match="competent on this day"):
        body_of(load(), issuer, datetime(2010, 1, 1, tzinfo=VN))


async def clocks(desk: Desk, complaint_id: str) -> dict[str, tuple[str, str]]:
    view = (await desk.as_("off-operator-1", "operator").get(f"/complaints/{complaint_id}")).json()
    return {f"{each['code']} {each['nth']}": (each["stands"], each["due_at"][:10]) for each in view["clocks"]}


async def test_it_is_guided_admitted_and_answered_and_each_clock_is_a_row(timed: Timed) -> None:
    desk, complaint_id = timed.desk, await complained(timed.desk)
    guided = await step(desk, complaint_id, "guide", GUIDANCE)
    assert (guided["status"], guided["due_at"][:10]) == ("guided", "2026-06-17")
    held = await clocks(desk, complaint_id)
    assert held["pakn_answer 1"][0] == "met" and held["guidance_admission 1"] == ("running", "2026-06-17")
    timed.clock.goes_to(NOW + timedelta(days=10))
    admitted = {"admitted_on": "2026-06-12", "course": "first", "letter": "15/TB-UBND"}
    noted = await step(desk, complaint_id, "admit", admitted)
    assert (noted["status"], noted["due_at"][:10]) == ("guided", "2026-07-13")  # the 12th is a Sunday
    anew = await step(desk, complaint_id, "admit", admitted | {"course": "first_complex", "letter": None})
    assert anew["due_at"][:10] == "2026-07-27"
    answered = await step(desk, complaint_id, "answer", {"text": "Quyết định 20 của Chủ tịch xã."}, "off-leader-1")
    assert (answered["status"], answered["outcome"]) == ("answered", "early")
    held = await clocks(desk, complaint_id)
    assert held["guidance_admission 1"][0] == "met" and held["settlement_first 1"][0] == "void"
    assert held["settlement_first_complex 1"][0] == "met"
    events = await desk.events("ComplaintAdmitted")
    assert [each["admitted_at"][:10] for each in events] == ["2026-06-12"] * 2
    assert await desk.kept(events[0]["admission_ref"]) == {"admission": "15/TB-UBND"}


async def test_a_silent_body_stands_on_top_of_the_queue_and_is_asked_again(timed: Timed) -> None:
    desk, complaint_id = timed.desk, await complained(timed.desk)
    await step(desk, complaint_id, "guide", GUIDANCE)
    asked = desk.as_("off-operator-1", "operator")
    timed.clock.goes_to(datetime(2026, 6, 18, 9, 0, tzinfo=VN))
    await filed(desk)
    queue = (await asked.get("/complaints")).json()
    assert queue[0]["complaint_id"] == complaint_id and queue[0]["used"] >= 100
    await step(desk, complaint_id, "ask-body")
    assert (await clocks(desk, complaint_id))["body_reply 1"] == ("running", "2026-06-25")
    timed.clock.goes_to(datetime(2026, 6, 26, 9, 0, tzinfo=VN))
    await step(desk, complaint_id, "ask-body")
    held = await clocks(desk, complaint_id)
    assert (held["body_reply 1"][0], held["body_reply 2"]) == ("void", ("running", "2026-07-03"))
    assert [each["times"] for each in await desk.events("CompetentBodyAsked")] == [1, 2]
    await step(desk, complaint_id, "admit", {"admitted_on": "2026-06-26", "course": "second"})
    held = await clocks(desk, complaint_id)
    assert (held["body_reply 2"][0], held["guidance_admission 1"][0]) == ("met", "late")


async def test_what_the_body_sends_back_has_an_answer_date_of_ours_again(desk: Desk) -> None:
    complaint_id = await complained(desk)
    await step(desk, complaint_id, "guide", GUIDANCE)
    await step(desk, complaint_id, "assign", {"official_id": "off-clerk-1"})
    held = await clocks(desk, complaint_id)
    assert (held["guidance_admission 1"][0], held["pakn_answer 2"][0]) == ("void", "running")
    [row] = await desk.rows("complaint")
    assert (row["status"], row["guided_at"]) == ("assigned", None)


async def test_only_a_complaint_is_guided_once_and_by_who_has_it(desk: Desk) -> None:
    complaint_id = str((await filed(desk))["complaint_id"])
    operator, path = desk.as_("off-operator-1", "operator"), f"/complaints/{complaint_id}"
    for kind, code in ((None, "not_triaged"), ("pakn", "not_a_complaint")):
        if kind:
            await step(desk, complaint_id, "triage", KIND | {"kind": kind})
        assert (await operator.post(f"{path}/guide", json=GUIDANCE)).json()["code"] == code
    await step(desk, complaint_id, "triage", KIND)
    await step(desk, complaint_id, "assign", {"official_id": "off-clerk-1"})
    taken = await operator.post(f"{path}/guide", json=GUIDANCE)
    assert (taken.status_code, taken.json()["code"]) == (403, "not_yours")
    assert (await operator.post(f"{path}/admit", json={"admitted_on": "2026-06-05", "course": "first"})).json()[
        "code"
    ] == "not_guided"
    await step(desk, complaint_id, "guide", GUIDANCE, "off-leader-1")
    leader = desk.as_("off-leader-1", "leader")
    assert (await leader.post(f"{path}/guide", json=GUIDANCE)).json()["code"] == "already_guided"
    soon = await leader.post(f"{path}/admit", json={"admitted_on": "2026-06-06", "course": "first"})
    assert (soon.status_code, soon.json()["code"]) == (422, "not_in_the_past")
    await step(desk, complaint_id, "admit", {"admitted_on": "2026-06-05", "course": "first"}, "off-leader-1")
    same = await leader.post(f"{path}/admit", json={"admitted_on": "2026-06-05", "course": "first"})
    assert (same.status_code, same.json()["code"]) == (409, "same_course")


async def test_its_reporter_reads_where_to_go_and_no_event_says_against_whom(desk: Desk) -> None:
    receipt = await filed(desk)
    await step(desk, str(receipt["complaint_id"]), "triage", KIND)
    await step(desk, str(receipt["complaint_id"]), "guide", GUIDANCE)
    shown = await desk.as_(None).get(f"/status/{receipt['number']}", params={"code": receipt["receipt_code"]})
    told = shown.json()
    assert (told["status"], told["guided_told"]) == ("guided", GUIDANCE["told"])
    assert "Chủ tịch" in told["guided_to"] and "tiếp công dân" in told["guided_where"]
    assert "issuer" not in told
    everybody = (await desk.as_(None).get(f"/status/{receipt['number']}")).json()
    assert (everybody["guided_to"], everybody["status"]) == (None, "guided")
    log = await desk.log()
    assert "commune_chair" not in log and "Chủ tịch" not in log and "quyết định số 12" not in log


async def test_whom_it_is_about_neither_guides_nor_sees_it(desk: Desk) -> None:
    complaint_id = str((await filed(desk))["complaint_id"])
    await step(desk, complaint_id, "triage", KIND | {"category": "conduct"})
    about = {"official_id": "off-leader-2", "conduct": "harassment"}
    await step(desk, complaint_id, "attribute", about, "off-leader-1")
    accused = desk.as_("off-leader-2", "leader", "operator")
    for act, body in (("guide", GUIDANCE), ("admit", {"admitted_on": "2026-06-05", "course": "first"})):
        answer = await accused.post(f"/complaints/{complaint_id}/{act}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "complaint_not_found")
    operator = await desk.as_("off-operator-1", "operator").post(f"/complaints/{complaint_id}/guide", json=GUIDANCE)
    assert (operator.status_code, operator.json()["code"]) == (403, "not_yours")
