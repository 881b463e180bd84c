"""The pages about calls that nobody took, as a browser without JavaScript sees them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import get_args

import httpx
import pytest

from services.hotline.pages import call_words
from services.hotline.rules.calls import CallStatus
from shared.events.calls import CallBackOutcome
from tests.services.hotline.desk import Desk
from tests.services.hotline.test_calls import PHONE, ago, missed, tried
from tests.services.hotline.test_pages import Browser, switched, text_of

CALLS = "/hotline/desk/calls"


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[Browser]:
    found = Browser(desk)
    found.sign_in("off-operator-1", "operator")
    yield found
    await found.http.aclose()


async def test_a_call_is_noted_called_back_and_is_no_longer_waiting(browser: Browser, desk: Desk) -> None:
    empty = await browser.get(CALLS)
    assert "Không có ai chờ gọi lại" in text_of(empty)
    noted = await browser.send(empty, CALLS, phone=PHONE)
    assert (noted.status_code, noted.headers["location"]) == (303, CALLS)
    shown = await browser.get(CALLS)
    assert PHONE not in shown.text and "21:40 thứ Sáu 05/06" in text_of(shown)
    assert "Cuộc gọi nhỡ chờ gọi lại 1" in text_of(await browser.get("/hotline/desk"))
    [path] = re.findall(rf'href="({CALLS}/[0-9a-f-]{{36}})"', shown.text)
    page = await browser.get(path)
    assert PHONE not in page.text
    told = await browser.send(page, f"{path}/number")
    assert 'href="tel:0987111222"' in told.text
    done = await browser.send(told, f"{path}/call-back", outcome="reached")
    assert (done.status_code, done.headers["location"]) == (303, CALLS)
    assert path not in (await browser.get(CALLS)).text
    closed = await browser.get(path)
    assert "đã gọi lại được" in text_of(closed) and "<form" not in closed.text.split("<main")[1]
    [reading] = await desk.events("PrivateDataRead")
    assert reading["purpose"] == "call_back"


async def test_a_call_becomes_the_report_that_was_taken_from_it(browser: Browser, desk: Desk) -> None:
    path = f"{CALLS}/{(await missed(desk, missed_at=ago(5)))['call_id']}"
    unknown = await browser.send(await browser.get(path), f"{path}/call-back", outcome="reported")
    assert unknown.status_code == 422 and 'href="#complaint_id"' in unknown.text
    assert "Hãy chọn phản ánh đã ghi khi gọi lại." in text_of(unknown)
    call = await browser.get("/hotline/desk/call")
    await browser.send(call, "/hotline/desk/call", text="Cột điện đổ", who="anonymous")
    page = await browser.get(path)
    [(report, _)] = re.findall(r'<option value="([0-9a-f-]{36})">(PA-260605-0001) · ', page.text)
    assert (await browser.send(page, f"{path}/call-back", outcome="reported", complaint_id=report)).status_code == 303
    closed = await browser.get(path)
    assert f'href="/hotline/desk/{report}"' in closed.text


async def test_a_report_chosen_for_a_call_that_nobody_answered_is_left_aside(browser: Browser, desk: Desk) -> None:
    path = f"{CALLS}/{(await missed(desk))['call_id']}"
    page = await browser.get(path)
    done = await browser.send(page, f"{path}/call-back", outcome="not_reached", complaint_id="no-such-report")
    assert done.status_code == 303
    again = await browser.get(path)
    assert "22:10 thứ Sáu 05/06" in text_of(again) and 'name="attempt" value="2"' in again.text


async def test_the_form_of_a_missed_call_says_what_is_wrong_and_keeps_what_was_typed(
    browser: Browser, desk: Desk
) -> None:
    page = await browser.get(CALLS)
    nothing = await browser.send(page, CALLS)
    assert nothing.status_code == 422 and 'href="#phone"' in nothing.text
    typed = {"phone": "gọi <tôi>", "missed_clock": "25:00", "missed_day": "hôm qua"}
    wrong = await browser.send(page, CALLS, **typed)
    assert wrong.status_code == 422 and 'value="gọi &lt;tôi&gt;"' in wrong.text and 'value="hôm qua"' in wrong.text
    for name in ("phone", "missed_clock", "missed_day"):
        assert f'href="#{name}"' in wrong.text
    early = await browser.send(page, CALLS, phone=PHONE, missed_clock="23:00")
    assert early.status_code == 422 and "Thời điểm này chưa tới" in text_of(early) and PHONE in early.text
    assert await desk.events("CallMissed") == []


@pytest.mark.parametrize(("clock", "day"), [("20:30", ""), ("20h30", "05/06/2026"), ("2030", "5.6.2026")])
async def test_when_they_called_is_typed_as_people_write_it(browser: Browser, desk: Desk, clock: str, day: str) -> None:
    page = await browser.get(CALLS)
    done = await browser.send(page, CALLS, hidden="true", missed_clock=clock, missed_day=day)
    assert done.status_code == 303
    [event] = await desk.events("CallMissed")
    assert (event["missed_at"], event["number_ref"]) == ("2026-06-05T20:30:00+07:00", None)


async def test_what_somebody_else_did_meanwhile_is_said_and_nothing_is_written(browser: Browser, desk: Desk) -> None:
    call = await missed(desk)
    path = f"{CALLS}/{call['call_id']}"
    page = await browser.get(path)
    assert (await tried(desk, call, "not_reached")).status_code == 201
    refused = await browser.send(page, f"{path}/call-back", outcome="not_reached")
    assert refused.status_code == 409 and "Người khác vừa gọi lại rồi" in text_of(refused)
    assert 'value="not_reached" checked' in refused.text and 'name="attempt" value="2"' in refused.text
    assert (await tried(desk, call, "reached", 2)).status_code == 201
    closed = await browser.send(page, f"{path}/number")
    assert closed.status_code == 409 and "không còn chờ gọi lại" in text_of(closed)
    assert len(await desk.events("CallBackTried")) == 2


async def test_an_outcome_is_chosen(browser: Browser, desk: Desk) -> None:
    path = f"{CALLS}/{(await missed(desk))['call_id']}"
    wrong = await browser.send(await browser.get(path), f"{path}/call-back")
    assert wrong.status_code == 422 and 'href="#outcome"' in wrong.text
    assert await desk.events("CallBackTried") == []


async def test_a_double_click_notes_one_call(browser: Browser, desk: Desk) -> None:
    page = await browser.get(CALLS)
    for _ in range(2):
        assert (await browser.send(page, CALLS, phone=PHONE)).status_code == 303
    assert len(await desk.events("CallMissed")) == 1


async def test_when_the_database_is_gone_the_number_comes_back(browser: Browser, desk: Desk) -> None:
    page = await browser.get(CALLS)
    desk.service.db.close()
    answer = await browser.send(page, CALLS, phone=PHONE)
    assert answer.status_code == 503 and PHONE in answer.text


async def test_what_was_typed_stays_in_the_other_language(browser: Browser, desk: Desk) -> None:
    page = await browser.get(CALLS)
    english = await switched(browser, page, CALLS, phone="0987", missed_clock="20:30")
    assert "Nobody waits to be called back" in text_of(english) and 'value="0987"' in english.text
    path = f"{CALLS}/{(await missed(desk))['call_id']}"
    vietnamese = await switched(browser, await browser.get(path), f"{path}/call-back", outcome="reached")
    assert 'value="reached" checked' in vietnamese.text
    told = await browser.send(await browser.get(path), f"{path}/number")
    assert (
        'value="not_reached" checked'
        in (await switched(browser, told, f"{path}/call-back", outcome="not_reached")).text
    )


async def test_a_head_sees_who_waits_and_calls_nobody_back(browser: Browser, desk: Desk) -> None:
    call = await missed(desk)
    browser.sign_in("off-head-1", "head")
    listed, opened = await browser.get(CALLS), await browser.get(f"{CALLS}/{call['call_id']}")
    assert call["call_id"] in listed.text and "21:40" in text_of(opened)
    assert all("<form" not in page.text.split("<main")[1] for page in (listed, opened))
    operators: list[httpx.Response] = []
    for path in (CALLS, f"{CALLS}/{call['call_id']}/number", f"{CALLS}/{call['call_id']}/call-back"):
        operators.append(await browser.http.post(path, data={"phone": PHONE}))
    assert [answer.status_code for answer in operators] == [403] * 3
    assert (await browser.get(f"{CALLS}/no-such-call")).status_code == 404


def test_every_code_of_a_call_has_its_words() -> None:
    assert set(call_words.CALL_STATUSES) == set(get_args(CallStatus))
    assert set(call_words.OUTCOMES) == set(get_args(CallBackOutcome))
