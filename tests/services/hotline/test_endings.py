"""What a report goes through when not all is plain: given back, asked about, objected to, rejected, closed."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.hotline import jobs
from services.hotline.rulebook import calls, denunciations, load, states
from services.hotline.settings import Policy
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import filed
from tests.services.hotline.test_life import again, clocks, given
from tests.support import UNIT

QUESTION = "Cột đèn nào, trước số nhà bao nhiêu?"
SAID = "Cột trước số nhà mười hai, xóm Đồng Cả"
UNSETTLED = "Đèn sáng một tối rồi lại tắt"
REASON = "Việc này của công ty điện lực"
POLICY = Policy(UNIT, "PA", 5, load(), states.load(), calls.load(), denunciations.load())


async def held(desk: Desk) -> dict[str, Any]:
    """The receipt of a report in the hands of an officer."""
    receipt = await filed(desk)
    await again(desk, receipt["complaint_id"])
    await given(desk, receipt["complaint_id"])
    return receipt


async def done(desk: Desk, receipt: dict[str, Any], step: str, body: Any = None, who: str = "off-clerk-1") -> str:
    """What a step of the officer who has it leads to; or why it is refused."""
    path = f"/complaints/{receipt['complaint_id']}/{step}"
    answer = await desk.as_(who, "leader" if "leader" in who else "officer").post(path, json=body)
    return str(answer.json()["status"] if answer.status_code == 201 else answer.json()["code"])


async def told(desk: Desk, receipt: dict[str, Any], what: str, text: str, **changed: Any) -> tuple[int, Any]:
    """What the holder of the code says is heard."""
    body = {"code": receipt["receipt_code"], "text": text} | changed
    answer = await desk.as_(None).post(f"/status/{receipt['number']}/{what}", json=body)
    return answer.status_code, answer.json()


async def text_of(desk: Desk, receipt: dict[str, Any]) -> Any:
    path = f"/complaints/{receipt['complaint_id']}/text"
    return (await desk.as_("off-leader-1", "leader").get(path, params={"purpose": "supervision"})).json()


async def status(desk: Desk, receipt: dict[str, Any], **params: str) -> Any:
    return (await desk.as_(None).get(f"/status/{receipt['number']}", params=params)).json()


async def test_what_was_given_by_mistake_is_given_back_in_writing_and_is_the_desks_again(desk: Desk) -> None:
    receipt = await held(desk)
    assert await done(desk, receipt, "give-back", {"reason": REASON}, "off-leader-1") == "not_yours"
    assert await done(desk, receipt, "give-back", {"reason": REASON}) == "triaged"
    assert (await clocks(desk, receipt["complaint_id"]))["pakn_give_back"] == "met"
    assert await done(desk, receipt, "give-back", {"reason": REASON}) == "complaint_not_found"
    [row] = await desk.rows("complaint")
    assert (row["assignee"], row["status"]) == (None, "triaged")
    assert (await text_of(desk, receipt))["given_back"] == REASON
    await given(desk, receipt["complaint_id"])
    mine = [row for row in await desk.rows("complaintclock") if row["code"] == "pakn_give_back"]
    assert [(row["nth"], row["outcome"]) for row in mine] == [(1, "met"), (2, None)]


async def test_the_reporter_reads_the_question_with_the_code_and_answers_it(desk: Desk) -> None:
    receipt = await held(desk)
    nothing = await told(desk, receipt, "supplement", SAID)
    assert (nothing[0], nothing[1]["code"]) == (409, "no_supplement_awaited")
    assert await done(desk, receipt, "ask-supplement", {"question": QUESTION}) == "asked"
    assert (await status(desk, receipt))["question"] is None
    assert (await status(desk, receipt, code=receipt["receipt_code"]))["question"] == QUESTION
    wrong = await told(desk, receipt, "supplement", SAID, code="0000-0000-0000-0000")
    assert (wrong[0], wrong[1]["code"]) == (404, "complaint_not_found")
    heard = await told(desk, receipt, "supplement", SAID)
    assert (heard[0], heard[1]["status"], heard[1]["due_at"]) == (201, "assigned", receipt["due_at"])
    assert set(heard[1]) == {"number", "status", "due_at", "due_because", "event_id", "event_sha256"}
    assert (await text_of(desk, receipt))["supplement"] == SAID
    found = await clocks(desk, receipt["complaint_id"])
    assert (found["pakn_supplement"], found["reporter_supplement"]) == ("met", "met")
    assert found["pakn_answer"] == "running", "asking does not stop the time to answer"
    assert await done(desk, receipt, "ask-supplement", {"question": QUESTION}) == "asked_already"
    log = await desk.log()
    for secret in (QUESTION, SAID, receipt["receipt_code"]):
        assert secret not in log


async def test_the_desk_writes_down_what_the_reporter_says_on_the_telephone(desk: Desk) -> None:
    receipt = await held(desk)
    await done(desk, receipt, "ask-supplement", {"question": QUESTION})
    operator = desk.as_("off-operator-1", "operator")
    body = {"text": SAID}
    answer = await operator.post(f"/complaints/{receipt['complaint_id']}/supplement", json=body)
    assert (answer.status_code, answer.json()["status"]) == (201, "assigned")
    assert [event["recorded_by"] for event in await desk.events("ComplaintSupplemented")] == ["off-operator-1"]


async def test_who_has_it_may_change_while_the_reporter_is_asked(desk: Desk) -> None:
    receipt = await held(desk)
    await done(desk, receipt, "ask-supplement", {"question": QUESTION})
    operator, path = desk.as_("off-operator-1", "operator"), f"/complaints/{receipt['complaint_id']}/assign"
    moved = await operator.post(path, json={"official_id": "off-head-1"})
    assert (moved.status_code, moved.json()["status"]) == (201, "asked")
    assert (await told(desk, receipt, "supplement", SAID))[1]["status"] == "assigned"
    assert await done(desk, receipt, "answer", {"text": "Đã sửa"}, "off-head-1") == "answered"


async def test_an_objection_opens_it_again_with_a_new_time_and_in_nobodys_hands(timed: Timed) -> None:
    desk, receipt = timed.desk, await held(timed.desk)
    early = await told(desk, receipt, "reopen", UNSETTLED)
    assert (early[0], early[1]["code"]) == (409, "nothing_to_object")
    assert await done(desk, receipt, "answer", {"text": "Đã thay bóng"}) == "answered"
    timed.clock.goes_to(NOW + timedelta(days=10))
    heard = await told(desk, receipt, "reopen", UNSETTLED)
    assert (heard[0], heard[1]["status"]) == (201, "reopened")
    assert heard[1]["due_at"] > receipt["due_at"]
    [row] = (await desk.as_("off-operator-1", "operator").get("/complaints")).json()
    assert (row["assignee"], row["reopened"], row["outcome"], row["status"]) == (None, 1, None, "reopened")
    assert (await text_of(desk, receipt))["unsettled"] == UNSETTLED
    assert (await status(desk, receipt, code=receipt["receipt_code"]))["answer"] == "Đã thay bóng"
    assert UNSETTLED not in await desk.log()
    await given(desk, receipt["complaint_id"], "off-head-1")
    assert await done(desk, receipt, "answer", {"text": "Đã thay dây"}, "off-head-1") == "answered"
    assert (await status(desk, receipt, code=receipt["receipt_code"]))["answer"] == "Đã thay dây"
    answers = [row["outcome"] for row in await desk.rows("complaintclock") if row["code"] == "pakn_answer"]
    assert answers == ["met", "met"]


async def test_what_is_rejected_is_told_in_writing_and_may_be_objected_to(timed: Timed) -> None:
    desk, receipt = timed.desk, await held(timed.desk)
    assert await done(desk, receipt, "reject", {"reason": REASON}) == "role_missing"
    assert await done(desk, receipt, "reject", {"reason": REASON}, "off-leader-1") == "closed"
    assert (await clocks(desk, receipt["complaint_id"]))["pakn_rejection"] == "met"
    shown = await status(desk, receipt, code=receipt["receipt_code"])
    assert (shown["closing_reason"], shown["rejection"]) == ("rejected", REASON)
    assert (await status(desk, receipt))["rejection"] is None
    timed.clock.goes_to(NOW + timedelta(days=10))
    assert (await told(desk, receipt, "reopen", UNSETTLED))[1]["status"] == "reopened"
    await given(desk, receipt["complaint_id"])
    assert await done(desk, receipt, "reject", {"reason": REASON}, "off-leader-1") == "closed"
    timed.clock.goes_to(NOW + timedelta(days=60))
    over = await told(desk, receipt, "reopen", UNSETTLED)
    assert (over[0], over[1]["code"]) == (409, "objection_over")


async def test_an_answered_report_is_closed_when_nobody_objected_in_time(timed: Timed) -> None:
    desk, receipt = timed.desk, await held(timed.desk)
    db = desk.service.db
    assert await done(desk, receipt, "answer", {"text": "Đã sửa"}) == "answered"
    assert await done(desk, receipt, "close") == "reporter_has_time"
    assert await jobs.close_next_unobjected(db, timed.clock, POLICY) is False
    timed.clock.goes_to(NOW + timedelta(days=20))
    assert await jobs.close_next_unobjected(db, timed.clock, POLICY) is True
    assert await jobs.close_next_unobjected(db, timed.clock, POLICY) is False
    [closed] = await desk.events("ComplaintClosed")
    assert (closed["reason_code"], closed["closed_by"]) == ("no_objection", None)
    assert await done(desk, receipt, "close") == "not_closable"
    assert (await told(desk, receipt, "reopen", UNSETTLED))[1]["code"] == "objection_over"


async def test_what_was_asked_for_and_does_not_come_may_be_closed_after_its_time(timed: Timed) -> None:
    desk, receipt = timed.desk, await held(timed.desk)
    await done(desk, receipt, "ask-supplement", {"question": QUESTION})
    assert await done(desk, receipt, "close") == "reporter_has_time"
    timed.clock.goes_to(NOW + timedelta(days=14))
    assert await jobs.close_next_unobjected(desk.service.db, timed.clock, POLICY) is False, "a human says this one"
    assert await done(desk, receipt, "close") == "closed"
    [closed] = await desk.events("ComplaintClosed")
    assert (closed["reason_code"], closed["closed_by"]) == ("no_supplement", "off-clerk-1")


async def test_of_an_objection_and_a_closing_at_once_one_is_done(timed: Timed) -> None:
    desk, receipt = timed.desk, await held(timed.desk)
    await done(desk, receipt, "answer", {"text": "Đã sửa"})
    timed.clock.goes_to(NOW + timedelta(days=20))
    await asyncio.gather(
        told(desk, receipt, "reopen", UNSETTLED),
        jobs.close_next_unobjected(desk.service.db, timed.clock, POLICY),
        done(desk, receipt, "close"),
    )
    closed, opened = [len(await desk.events(name)) for name in ("ComplaintClosed", "ComplaintReopened")]
    assert (closed, opened) in ((1, 0), (0, 1))


async def test_of_two_objections_at_once_one_opens_it(desk: Desk) -> None:
    receipt = await held(desk)
    await done(desk, receipt, "answer", {"text": "Đã sửa"})
    answers = await asyncio.gather(*(told(desk, receipt, "reopen", f"{UNSETTLED} {n}") for n in range(4)))
    assert sorted(code for code, _ in answers) == [201, 409, 409, 409]


@pytest.mark.parametrize("what", ["supplement", "reopen"])
async def test_who_tries_codes_without_end_is_slowed_down(desk: Desk, what: str) -> None:
    receipt = await filed(desk)
    codes = [(await told(desk, receipt, what, "x", code=f"0000-0000-0000-{n:04d}"))[0] for n in range(31)]
    assert (codes[0], codes[-1]) == (404, 429)


async def test_an_unknown_number_and_a_wrong_code_look_the_same(desk: Desk) -> None:
    receipt = await filed(desk)
    wrong = await told(desk, receipt, "reopen", "x", code="0000-0000-0000-0000")
    unknown = await told(desk, receipt | {"number": "PA-260605-9999"}, "reopen", "x")
    assert wrong[0] == unknown[0] == 404
    assert {name: wrong[1][name] for name in ("code", "detail")} == {
        name: unknown[1][name] for name in ("code", "detail")
    }
