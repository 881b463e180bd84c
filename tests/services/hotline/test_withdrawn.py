"""Whoever reported something needs it no more: the report is over, and what may not end so goes on."""

from __future__ import annotations

import asyncio

import pytest

from tests.services.hotline.conftest import Timed
from tests.services.hotline.dangers import PASSED, tells
from tests.services.hotline.desk import Desk
from tests.services.hotline.reports import about_conduct, filed
from tests.services.hotline.test_endings import done, held, status, text_of, told
from tests.services.hotline.test_life import again

WHY = "Tổ dân phố đã tự sửa đèn, gọi số 0912345678"


async def test_a_report_that_its_reporter_withdraws_is_closed_with_what_they_said(desk: Desk) -> None:
    receipt = await held(desk)
    heard = await told(desk, receipt, "withdraw", WHY)
    assert (heard[0], heard[1]["status"]) == (201, "closed")
    assert [event["reason_code"] for event in await desk.events("ComplaintClosed")] == ["withdrawn"]
    running = [row["code"] for row in await desk.rows("complaintclock") if row["outcome"] is None]
    assert running == [], "nothing is owed any more"
    assert (await text_of(desk, receipt))["withdrawal"] == WHY
    shown = await status(desk, receipt, code=receipt["receipt_code"])
    assert (shown["closing_reason"], shown["withdrawal"]) == ("withdrawn", WHY)
    assert (await status(desk, receipt))["withdrawal"] is None
    assert WHY not in await desk.log()


async def test_what_was_withdrawn_is_not_opened_again_nor_withdrawn_twice(desk: Desk) -> None:
    receipt = await held(desk)
    await told(desk, receipt, "withdraw", WHY)
    assert (await told(desk, receipt, "reopen", "Đèn lại tắt"))[1]["code"] == "objection_over"
    assert (await told(desk, receipt, "withdraw", WHY))[1]["code"] == "over_already"
    assert await done(desk, receipt, "answer", {"text": "Đã sửa"}) == "already_closed"


async def test_before_anybody_said_what_it_is_a_report_may_be_withdrawn(desk: Desk) -> None:
    receipt = await filed(desk)
    assert (await told(desk, receipt, "withdraw", WHY))[0] == 201
    assert (await told(desk, receipt, "withdraw", WHY, code="0000-0000-0000-0000"))[0] == 404


async def test_an_answer_is_not_withdrawn(desk: Desk) -> None:
    receipt = await held(desk)
    await done(desk, receipt, "answer", {"text": "Đã thay bóng"})
    assert (await told(desk, receipt, "withdraw", WHY))[1]["code"] == "over_already"


@pytest.mark.parametrize("accused", ["off-clerk-1", None])
async def test_what_is_said_of_conduct_goes_on_whoever_may_have_pressed_its_reporter(
    desk: Desk, accused: str | None
) -> None:
    """The same whether somebody was named: what is refused says nothing of that."""
    await about_conduct(desk, accused=accused)
    receipt = await filed(desk)
    await again(desk, receipt["complaint_id"], category="conduct")
    assert (await told(desk, receipt, "withdraw", WHY))[1]["code"] == "conduct_goes_on"


async def test_a_danger_is_looked_at_before_it_may_be_withdrawn(timed: Timed) -> None:
    desk, receipt = timed.desk, await filed(timed.desk)
    await again(desk, receipt["complaint_id"], severity="danger")
    assert (await told(desk, receipt, "withdraw", WHY))[1]["code"] == "danger_goes_on"
    assert await tells(timed, PASSED) == 1
    path = f"/complaints/{receipt['complaint_id']}/take-up"
    assert (await desk.as_("off-head-1", "head").post(path)).status_code == 201
    assert (await told(desk, receipt, "withdraw", WHY))[0] == 201


async def test_of_an_answer_and_a_withdrawal_at_once_one_is_done(desk: Desk) -> None:
    receipt = await held(desk)
    await asyncio.gather(told(desk, receipt, "withdraw", WHY), done(desk, receipt, "answer", {"text": "Đã sửa"}))
    ends = [len(await desk.events(name)) for name in ("ComplaintClosed", "ComplaintAnswered")]
    assert ends in ([1, 0], [0, 1])
