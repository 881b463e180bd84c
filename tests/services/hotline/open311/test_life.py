"""What apps are told as a report goes on: where it is, since when, and never in whose hands."""

from __future__ import annotations

from typing import Any

from tests.services.hotline.desk import Desk
from tests.services.hotline.open311.app import App, answered, sorted_out
from tests.services.hotline.open311.test_updates import goes_to, updates
from tests.services.hotline.test_life import REFERRAL, given

SORTED = ("open", "Đã phân loại, chờ trả lời")
ASKED = ("open", "Chờ người gửi bổ sung")
REFERRED = ("open", "Đã chuyển nơi có thẩm quyền, chờ trả lời")
REOPENED = ("open", "Đã mở lại, chờ trả lời")
REJECTED = ("closed", "Đã kết thúc: không thuộc phạm vi của đường dây này")
NO_SUPPLEMENT = ("closed", "Đã kết thúc: không nhận được thông tin bổ sung")


async def filed(app: App) -> dict[str, Any]:
    """Number and receipt code of a report that was filed."""
    (created,) = await app.post()
    number, notice = str(created["service_request_id"]), str(created["service_notice"])
    return {"number": number, "code": notice.split("mã nhận ")[1].split(":")[0]}


async def does(desk: Desk, complaint_id: str, step: str, body: Any = None) -> None:
    """A leader takes a step."""
    done = await desk.as_("off-leader-1", "leader").post(f"/complaints/{complaint_id}/{step}", json=body)
    assert done.status_code == 201, done.text


async def says(desk: Desk, receipt: dict[str, Any], what: str) -> None:
    """The holder of the code has something to say."""
    body = {"code": receipt["code"], "text": "Cột trước số nhà mười hai"}
    done = await desk.as_(None).post(f"/status/{receipt['number']}/{what}", json=body)
    assert done.status_code == 201, done.text


async def stands(app: App, receipt: dict[str, Any]) -> tuple[str, str]:
    """Where a report is, which the list and the one resource tell alike."""
    (found,) = await app.get(f"requests/{receipt['number']}.json", "requests")
    assert await app.get("requests.json", "requests", status=found["status"]) == [found]
    return found["status"], found["status_notes"]


async def since(app: App, receipt: dict[str, Any]) -> str:
    """The hour and minute when it last changed, as far as apps know: the last update says so too."""
    (found,) = await app.get(f"requests/{receipt['number']}.json", "requests")
    assert (await updates(app))[-1]["updated_datetime"] == found["updated_datetime"]
    assert (await updates(app))[-1]["status"] == found["status"]
    return str(found["updated_datetime"])[11:16]


async def test_a_report_is_open_until_it_is_answered_and_again_when_its_reporter_opens_it(app: App, desk: Desk) -> None:
    receipt = await filed(app)
    complaint_id = await sorted_out(desk, receipt["number"])
    assert (await stands(app, receipt), await since(app, receipt)) == (SORTED, "21:10")
    goes_to(desk, minutes=10)
    await given(desk, complaint_id, "off-leader-1")
    await does(desk, complaint_id, "take-up")
    assert (await stands(app, receipt), await since(app, receipt)) == (SORTED, "21:10"), "in whose hands is ours"
    goes_to(desk, minutes=20)
    await does(desk, complaint_id, "ask-supplement", {"question": "Trước số nhà nào?"})
    assert (await stands(app, receipt), await since(app, receipt)) == (ASKED, "21:30")
    goes_to(desk, minutes=30)
    await says(desk, receipt, "supplement")
    assert (await stands(app, receipt), await since(app, receipt)) == (SORTED, "21:40")
    goes_to(desk, minutes=40)
    await does(desk, complaint_id, "refer", REFERRAL)
    assert (await stands(app, receipt), await since(app, receipt)) == (REFERRED, "21:50")
    goes_to(desk, minutes=50)
    await answered(desk, complaint_id)
    assert (await stands(app, receipt), await since(app, receipt)) == (("closed", "Đã trả lời trước hạn"), "22:00")
    goes_to(desk, minutes=60)
    await says(desk, receipt, "reopen")
    assert (await stands(app, receipt), await since(app, receipt)) == (REOPENED, "22:10")
    told = [each["description"] for each in await updates(app)]
    assert told == ["Đã phân loại, chờ trả lời", "Đã mở lại, chờ trả lời"], "what was undone is no longer told"


async def test_the_date_follows_a_referral(app: App, desk: Desk) -> None:
    receipt = await filed(app)
    complaint_id = await sorted_out(desk, receipt["number"])
    (before,) = await app.get("requests.json", "requests")
    goes_to(desk, days=3)
    await does(desk, complaint_id, "refer", REFERRAL)
    (after,) = await app.get("requests.json", "requests")
    assert after["expected_datetime"] > before["expected_datetime"]
    assert after["service_notice"] != before["service_notice"]


async def test_what_ends_without_an_answer_is_closed_and_says_why(app: App, desk: Desk) -> None:
    receipt = await filed(app)
    complaint_id = await sorted_out(desk, receipt["number"])
    await does(desk, complaint_id, "reject", {"reason": "Việc này của công ty điện lực"})
    assert (await stands(app, receipt), await since(app, receipt)) == (REJECTED, "21:10")
    await says(desk, receipt, "reopen")
    assert await stands(app, receipt) == REOPENED


async def test_what_was_asked_for_and_did_not_come_closes_it(app: App, desk: Desk) -> None:
    receipt = await filed(app)
    complaint_id = await sorted_out(desk, receipt["number"])
    await given(desk, complaint_id, "off-leader-1")
    await does(desk, complaint_id, "ask-supplement", {"question": "Trước số nhà nào?"})
    goes_to(desk, days=20)
    await does(desk, complaint_id, "close")
    assert (await stands(app, receipt), await since(app, receipt)) == (NO_SUPPLEMENT, "21:10")


async def test_an_answer_that_nobody_objects_to_stays_the_answer_that_it_was(app: App, desk: Desk) -> None:
    receipt = await filed(app)
    complaint_id = await sorted_out(desk, receipt["number"])
    goes_to(desk, days=1)
    await answered(desk, complaint_id)
    goes_to(desk, days=20)
    await does(desk, complaint_id, "close")
    assert await stands(app, receipt) == ("closed", "Đã trả lời trước hạn")
    told = [each["description"] for each in await updates(app)]
    assert told == [SORTED[1], "Đã trả lời trước hạn", "Đã kết thúc: không ai nói còn điều chưa được giải quyết"]


async def test_each_update_has_an_id_of_its_own_though_all_happens_in_one_second(app: App, desk: Desk) -> None:
    receipt = await filed(app)
    complaint_id = await sorted_out(desk, receipt["number"])
    await given(desk, complaint_id, "off-leader-1")
    await does(desk, complaint_id, "ask-supplement", {"question": "Trước số nhà nào?"})
    await says(desk, receipt, "supplement")
    await does(desk, complaint_id, "refer", REFERRAL)
    await answered(desk, complaint_id)
    told = await updates(app)
    assert len({each["update_id"] for each in told}) == len(told) == 5
