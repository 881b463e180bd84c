"""The pages about shifts and nightly tests, as a browser without JavaScript sees them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from shared.web import checks
from shared.web.security import SAME_ORIGIN
from tests.services.hotline.desk import Desk
from tests.services.hotline.test_calls import missed
from tests.services.hotline.test_line_tests import EVENING, goes_to, opened, recorded
from tests.services.hotline.test_pages import Browser, form_of, switched, text_of
from tests.services.hotline.test_shifts import PROMISED, over

SHIFT, TESTS = "/hotline/desk/shift", "/hotline/desk/line-tests"


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[Browser]:
    found = Browser(desk)
    found.sign_in("off-operator-1", "operator")
    yield found
    await found.http.aclose()


async def test_a_shift_is_handed_over_and_the_desk_says_whose_it_is(browser: Browser, desk: Desk) -> None:
    await missed(desk)
    empty = await browser.get(SHIFT)
    assert "Chưa ai nhận ca" in text_of(empty) and '<option value="off-operator-1">' not in empty.text
    done = await browser.send(empty, SHIFT, taken_by="off-head-1", promises=PROMISED)
    assert (done.status_code, done.headers["location"]) == (303, SHIFT)
    page = await browser.get(SHIFT)
    assert "Người đang trực Trần off-head-1" in text_of(page) and "Bưởi" not in page.text
    assert "Cuộc gọi nhỡ khi giao ca 1" in text_of(page)
    assert f'action="{SHIFT}"' not in page.text, "it is not theirs to hand over any more"
    queue = text_of(await browser.get("/hotline/desk"))
    assert "Ca trực Trần off-head-1 từ 21:10 thứ Sáu 05/06" in queue
    told = await browser.send(page, f"{SHIFT}/promises")
    assert "Gọi lại ông Bưởi" in told.text
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["purpose"], reading["reader"]) == ("handover", "off-operator-1")


async def test_who_heads_the_desk_hands_the_shift_of_another_over_and_both_names_stand(
    browser: Browser, desk: Desk
) -> None:
    await over(desk, "off-operator-1", by="off-leader-2", role="leader")
    browser.sign_in("off-head-1", "head")
    page = await browser.get(SHIFT)
    assert (await browser.send(page, SHIFT, taken_by="off-leader-1")).status_code == 303
    said = text_of(await browser.get(SHIFT))
    for name in ("Người đang trực Trần off-leader-1", "Người giao ca Trần off-operator-1", "Người ghi Trần off-head-1"):
        assert name in said


@pytest.mark.parametrize(
    ("taken_by", "status", "says"),
    [
        ("", 422, "Hãy chọn người nhận ca."),
        ("off-nobody", 422, "Không có cán bộ này trong xã."),
        ("off-operator-1", 409, "Không ai giao ca cho chính mình"),
        ("../etc", 422, "chưa đúng"),
    ],
)
async def test_who_takes_the_shift_is_asked_for_at_its_field(
    browser: Browser, desk: Desk, taken_by: str, status: int, says: str
) -> None:
    refused = await browser.send(await browser.get(SHIFT), SHIFT, taken_by=taken_by, promises=PROMISED)
    assert refused.status_code == status and 'href="#taken_by"' in refused.text and says in text_of(refused)
    assert PROMISED in refused.text and await desk.events("ShiftHandedOver") == []


async def test_a_shift_that_went_to_somebody_else_meanwhile_is_not_handed_over(browser: Browser, desk: Desk) -> None:
    page = await browser.get(SHIFT)
    await over(desk, "off-head-1")
    refused = await browser.send(page, SHIFT, taken_by="off-clerk-1", promises=PROMISED)
    assert refused.status_code == 403 and "Ca này của người khác" in text_of(refused)
    assert len(await desk.events("ShiftHandedOver")) == 1


async def test_a_double_click_hands_over_once(browser: Browser, desk: Desk) -> None:
    page = await browser.get(SHIFT)
    for _ in range(2):
        assert (await browser.send(page, SHIFT, taken_by="off-head-1")).status_code == 303
    assert len(await desk.events("ShiftHandedOver")) == 1


async def test_what_was_promised_stays_in_the_other_language_and_when_the_database_is_gone(
    browser: Browser, desk: Desk
) -> None:
    english = await switched(browser, await browser.get(SHIFT), SHIFT, promises=PROMISED, taken_by="off-head-1")
    assert PROMISED in english.text and '<option value="off-head-1" selected>' in english.text
    desk.service.db.close()
    answer = await browser.send(english, SHIFT, promises=PROMISED, taken_by="off-head-1")
    assert answer.status_code == 503 and PROMISED in answer.text


async def test_the_line_is_tried_out_and_the_desk_shows_what_came_of_the_last_nights(
    browser: Browser, desk: Desk
) -> None:
    assert "Chưa có cuộc gọi thử nào" in text_of(await browser.get(TESTS))
    await opened(desk)
    goes_to(desk, EVENING + timedelta(days=1))
    await opened(desk)
    page = await browser.get(TESTS)
    assert "thứ Sáu 05/06 không ai gọi thử" in text_of(page) and "thứ Bảy 06/06 chờ gọi thử" in text_of(page)
    path = f"{TESTS}/line-test-2026-06-06"
    done = await browser.send(page, path, answered="true", seconds="31")
    assert (done.status_code, done.headers["location"]) == (303, TESTS)
    after = await browser.get(TESTS)
    assert "nghe máy sau 31 giây" in text_of(after) and path not in after.text
    assert "Gọi thử mỗi đêm 0/2" in text_of(await browser.get("/hotline/desk"))
    goes_to(desk, EVENING + timedelta(days=2))
    await opened(desk)
    await recorded(desk, night="2026-06-07")
    assert "Gọi thử mỗi đêm 1/3" in text_of(await browser.get("/hotline/desk"))


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "answered"),
        ({"answered": "true"}, "seconds"),
        ({"answered": "true", "seconds": "nhanh"}, "seconds"),
        ({"answered": "true", "seconds": "4000"}, "seconds"),
    ],
)
async def test_what_is_no_outcome_is_said_at_its_field(
    browser: Browser, desk: Desk, typed: dict[str, str], field: str
) -> None:
    await opened(desk)
    refused = await browser.send(await browser.get(TESTS), f"{TESTS}/line-test-2026-06-05", **typed)
    assert refused.status_code == 422 and re.findall(r'<li><a href="#(\w+)">', refused.text) == [field]
    assert await desk.events("LineTestRecorded") == []


async def test_seconds_typed_for_a_call_that_nobody_took_are_left_aside(browser: Browser, desk: Desk) -> None:
    await opened(desk)
    path = f"{TESTS}/line-test-2026-06-05"
    done = await browser.send(await browser.get(TESTS), path, answered="false", seconds="60")
    assert done.status_code == 303 and "không ai nghe máy" in text_of(await browser.get(TESTS))


async def test_whoever_is_on_duty_is_told_to_leave_the_test_to_somebody_else(browser: Browser, desk: Desk) -> None:
    await opened(desk)
    page = await browser.get(TESTS)
    await over(desk, "off-operator-1", by="off-leader-1", role="leader")
    path = f"{TESTS}/line-test-2026-06-05"
    refused = await browser.send(page, path, answered="true", seconds="3")
    assert refused.status_code == 403 and "Người đang trực không tự gọi thử" in text_of(refused)
    waiting = await browser.get(TESTS)
    assert path not in waiting.text and "Đêm nay chờ người khác gọi thử" in text_of(waiting)


async def test_an_outcome_that_somebody_else_recorded_meanwhile_stands(browser: Browser, desk: Desk) -> None:
    await opened(desk)
    page = await browser.get(TESTS)
    await recorded(desk)
    path = f"{TESTS}/line-test-2026-06-05"
    refused = await browser.send(page, path, answered="false")
    assert refused.status_code == 409 and "Cuộc gọi thử này đã có kết quả." in text_of(refused)


async def test_an_outcome_of_a_night_that_had_no_test_is_not_taken_down(browser: Browser, desk: Desk) -> None:
    await opened(desk)
    page = await browser.get(TESTS)
    typed = checks.hidden_fields(form_of(page.text, f"{TESTS}/line-test-2026-06-05")) | {"answered": "false"}
    refused = await browser.http.post(f"{TESTS}/line-test-2026-06-04", data=typed, headers=SAME_ORIGIN)
    assert refused.status_code == 404 and await desk.events("LineTestRecorded") == []


@pytest.mark.parametrize("role", ["clerk", "officer"])
@pytest.mark.parametrize("path", [SHIFT, TESTS, "/hotline/desk/calls", "/hotline/desk/sheets"])
async def test_the_telephone_is_for_the_desk_alone(browser: Browser, role: str, path: str) -> None:
    browser.sign_in("off-clerk-1", role)
    assert (await browser.get(path)).status_code == 403


async def test_an_officers_list_shows_what_is_in_their_hands_and_no_telephone(browser: Browser, desk: Desk) -> None:
    await missed(desk)
    assert SHIFT in (await browser.get("/hotline/desk")).text
    browser.sign_in("off-clerk-1", "officer")
    queue = await browser.get("/hotline/desk")
    assert queue.status_code == 200 and SHIFT not in queue.text and "gọi nhỡ" not in text_of(queue)
