"""Two reports about the same thing: merged, answered once, separated again; on a real database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.services.hotline.complaining import step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import CONDUCT, filed
from tests.services.hotline.test_endings import told
from tests.services.hotline.test_rows import replay

ROADS = {"kind": "pakn", "category": "roads", "severity": "normal"}
OTHER = {"full_name": "Lê Thị Mận", "phone": "0911222333", "email": "man@example.vn"}
ANSWER = "Thưa ông Nguyễn Văn Bưởi (0987 654 321), đèn đã thay ngày 8/6."
DAY = timedelta(days=1)


async def of_roads(desk: Desk, **changed: Any) -> dict[str, Any]:
    receipt = await filed(desk, **{"text": "Đèn đường xóm Đồng Cả hỏng."} | changed)
    await step(desk, str(receipt["complaint_id"]), "triage", ROADS)
    return receipt


async def two(timed: Timed) -> tuple[dict[str, Any], dict[str, Any]]:
    """The one that leads, and some days later another from somebody else."""
    lead = await of_roads(timed.desk)
    timed.clock.goes_to(NOW + 3 * DAY)
    return lead, await of_roads(timed.desk, reporter=OTHER)


async def merged(desk: Desk, report: dict[str, Any], lead: dict[str, Any], by: str = "off-operator-1") -> Any:
    roles = ("operator",) if by == "off-operator-1" else ("leader",)
    path = f"/complaints/{report['complaint_id']}/merge"
    return await desk.as_(by, *roles).post(path, json={"into": lead["number"]})


async def shown(desk: Desk, receipt: dict[str, Any]) -> dict[str, Any]:
    answer = await desk.as_(None).get(f"/status/{receipt['number']}", params={"code": str(receipt["receipt_code"])})
    found: dict[str, Any] = answer.json()
    return found


async def clocks(desk: Desk, receipt: dict[str, Any]) -> list[dict[str, Any]]:
    view = await desk.as_("off-leader-1", "leader").get(f"/complaints/{receipt['complaint_id']}")
    return [each for each in view.json()["clocks"] if each["stands"] in ("running", "over", "unused")]


async def test_the_answer_of_the_one_that_leads_is_the_others_too_and_names_nobody(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    promised = other["due_at"]
    assert (await merged(desk, other, lead)).json()["status"] == "merged"
    assert await clocks(desk, other) == []
    waiting = await shown(desk, other)
    assert (waiting["number"], waiting["status"], waiting["due_at"]) == (other["number"], "merged", promised)
    assert (waiting["merged_into"], waiting["answer"]) == (lead["number"], None)
    without = (await desk.as_(None).get(f"/status/{other['number']}")).json()
    assert without["merged_into"] is None, "which report it is, is told with the code"
    await step(desk, str(lead["complaint_id"]), "answer", {"text": ANSWER}, "off-leader-1")
    mine, theirs = await shown(desk, other), await shown(desk, lead)
    assert theirs["answer"] == ANSWER and (mine["status"], mine["outcome"]) == ("answered", "early")
    assert "đèn đã thay" in mine["answer"] and mine["merged_into"] == lead["number"]
    for private in ("Bưởi", "0987", "Mận", "0911"):
        assert private not in str(mine), private
    assert [each["code"] for each in await clocks(desk, other)] == ["objection"], "they may object, as anybody"
    first, second = await desk.events("ComplaintAnswered")
    assert first["answer_ref"] != second["answer_ref"] and "Đèn" not in await desk.log()


async def test_separated_its_clocks_go_on_from_when_they_started_and_no_date_moves(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    complaint_id = str(other["complaint_id"])
    await step(desk, complaint_id, "assign", {"official_id": "off-clerk-1"})
    before = await clocks(desk, other)
    assert (await merged(desk, other, lead)).status_code == 403, "it is in somebody's hands"
    await merged(desk, other, lead, "off-leader-1")
    timed.clock.goes_to(NOW + 6 * DAY)
    await step(desk, complaint_id, "separate", {"reason": "Đèn ở xóm khác."})
    after = await clocks(desk, other)
    same = ("code", "started_at", "due_at", "because", "basis")
    kept = [each for each in before if each["code"] != "pakn_give_back"]
    assert [[each[name] for name in same] for each in after] == [[each[name] for name in same] for each in kept]
    view = (await desk.as_("off-leader-1", "leader").get(f"/complaints/{complaint_id}")).json()
    assert (view["status"], view["assignee"], view["due_at"], view["lead"]) == ("triaged", None, other["due_at"], None)
    text = await desk.as_("off-leader-1", "leader").get(f"/complaints/{complaint_id}/text?purpose=triage")
    assert text.json()["separated"] == "Đèn ở xóm khác." and "xóm khác" not in await desk.log()
    await step(desk, str(lead["complaint_id"]), "answer", {"text": ANSWER}, "off-leader-1")
    assert (await shown(desk, other))["status"] == "triaged"
    again = await desk.as_("off-operator-1", "operator").post(
        f"/complaints/{complaint_id}/separate", json={"reason": "Nữa."}
    )
    assert again.json()["code"] == "not_merged"


@pytest.mark.parametrize("ended", ["withdrawn", "rejected", "conduct", "complaint"])
async def test_when_the_one_that_leads_has_no_answer_for_others_they_stand_for_themselves(
    timed: Timed, ended: str
) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    await merged(desk, other, lead)
    lead_id = str(lead["complaint_id"])
    if ended == "withdrawn":
        await told(desk, lead, "withdraw", "Tôi không cần nữa.")
    elif ended == "rejected":
        await step(desk, lead_id, "reject", {"reason": "Không thuộc xã."}, "off-leader-1")
    else:
        kind = CONDUCT if ended == "conduct" else ROADS | {"kind": "khieu_nai"}
        await step(desk, lead_id, "triage", kind)
    found = await shown(desk, other)
    assert (found["status"], found["merged_into"], found["due_at"]) == ("triaged", None, other["due_at"])
    [event] = await desk.events("ComplaintSeparated")
    assert (event["separated_by"], event["reason_ref"]) == (None, None)
    assert [each["code"] for each in await clocks(desk, other)][:1] == ["pakn_rejection"]


async def test_nothing_is_merged_with_what_concerns_an_official_or_is_undecided(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    undecided = await filed(desk)
    assert (await merged(desk, other, undecided)).json()["code"] == "stands_alone"
    assert (await merged(desk, undecided, lead)).json()["code"] == "not_triaged"
    about = await filed(desk)
    await step(desk, str(about["complaint_id"]), "triage", CONDUCT)
    assert (await merged(desk, about, lead)).json()["code"] == "stands_alone"
    assert (await merged(desk, other, about)).json()["code"] == "stands_alone"
    whom = {"official_id": "off-leader-2", "conduct": "delay"}
    await step(desk, str(about["complaint_id"]), "attribute", whom, "off-leader-1")
    await step(desk, str(about["complaint_id"]), "triage", ROADS)
    assert (await merged(desk, other, about)).json()["code"] == "stands_alone"
    accused = await merged(desk, other, about, "off-leader-2")
    nothing = await merged(desk, other, {"number": "PA-000000-0000"}, "off-leader-2")
    assert (accused.status_code, accused.json()["code"]) == (422, "no_such_lead")
    assert accused.json()["detail"] == nothing.json()["detail"]
    assert await desk.events("ComplaintMerged") == []


async def test_once_the_one_that_led_concerns_an_official_nobody_is_led_to_it(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    await merged(desk, other, lead)
    lead_id, other_id = str(lead["complaint_id"]), str(other["complaint_id"])
    await step(desk, lead_id, "answer", {"text": ANSWER}, "off-leader-1")
    head = desk.as_("off-head-1", "head")
    assert (await head.get(f"/complaints/{other_id}")).json()["lead"] == lead_id
    await told(desk, lead, "reopen", "Cán bộ đòi tiền.")
    await step(desk, lead_id, "triage", CONDUCT)
    for official in ("off-head-1", "off-leader-2"):
        view = await desk.as_(official, "leader").get(f"/complaints/{other_id}")
        assert view.json()["lead"] is None
    assert (await shown(desk, other))["merged_into"] is None


async def test_the_one_that_is_due_first_leads_and_one_that_leads_is_not_merged(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    assert (await merged(desk, lead, other)).json()["code"] == "earlier_leads"
    assert (await merged(desk, lead, lead)).json()["code"] == "same_report"
    call = {"channel": "phone", "text": "Đèn hỏng.", "reporter": None}
    taken = (await desk.as_("off-operator-1", "operator").post("/complaints", json=call)).json()
    await step(desk, taken["complaint_id"], "triage", ROADS)
    assert (await merged(desk, taken, other)).json()["code"] == "earlier_leads", "a caller is answered in seven days"
    await merged(desk, other, lead)
    assert (await merged(desk, lead, taken, "off-leader-1")).status_code == 409
    assert (await merged(desk, other, lead)).json()["code"] == "already_merged"
    third = await of_roads(desk)
    assert (await merged(desk, third, other)).json()["code"] == "lead_over"
    early = await of_roads(desk)
    await step(desk, str(early["complaint_id"]), "triage", ROADS | {"severity": "danger"})
    assert (await merged(desk, early, lead)).json()["code"] == "danger_waits"
    await step(desk, str(early["complaint_id"]), "take-up")
    assert (await merged(desk, early, lead)).json()["code"] == "each_leads"


async def test_whoever_objects_to_the_answer_has_a_report_of_their_own_again(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    await merged(desk, other, lead)
    await step(desk, str(lead["complaint_id"]), "answer", {"text": ANSWER}, "off-leader-1")
    await told(desk, other, "reopen", "Ở nhà tôi vẫn tối.")
    found = await shown(desk, other)
    assert (found["status"], found["merged_into"]) == ("reopened", None)
    assert (await shown(desk, lead))["status"] == "answered"
    assert (await merged(desk, other, lead)).json()["code"] == "lead_over"


async def test_a_merged_report_may_be_withdrawn_and_waits_in_no_queue(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    await merged(desk, other, lead)
    queue = (await desk.as_("off-operator-1", "operator").get("/complaints")).json()
    assert [each["number"] for each in queue] == [lead["number"], other["number"]]
    await told(desk, other, "withdraw", "Đã tự sửa.")
    await step(desk, str(lead["complaint_id"]), "answer", {"text": ANSWER}, "off-leader-1")
    found = await shown(desk, other)
    assert (found["status"], found["closing_reason"], found["answer"]) == ("closed", "withdrawn", None)
    assert found["merged_into"] is None, "it has no answer, so it has none of another"
    view = await desk.as_("off-leader-1", "leader").get(f"/complaints/{other['complaint_id']}")
    assert view.json()["lead"] is None


async def test_a_replay_makes_the_same_rows(timed: Timed) -> None:
    desk, (lead, other) = timed.desk, await two(timed)
    third = await of_roads(desk)
    for each in (other, third):
        await merged(desk, each, lead)
    await step(desk, str(other["complaint_id"]), "separate", {"reason": "Việc khác."})
    await merged(desk, other, lead)
    await step(desk, str(third["complaint_id"]), "separate", {"reason": "Việc khác."})
    await step(desk, str(lead["complaint_id"]), "answer", {"text": ANSWER}, "off-leader-1")
    live = [sorted(await desk.rows(table), key=repr) for table in ("complaint", "complaintclock")]
    await desk.service.db.write(replay)
    assert [sorted(await desk.rows(table), key=repr) for table in ("complaint", "complaintclock")] == live
