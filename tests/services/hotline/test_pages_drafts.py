"""Calls that were typed and not recorded, on the pages of the desk, as a browser without JavaScript sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shared.web import checks
from shared.web.security import SAME_ORIGIN
from tests.services.hotline.desk import Desk
from tests.services.hotline.test_pages import Browser, form_of, text_of

CALL, SAVE = "/hotline/desk/call", "/hotline/desk/call/draft"
TYPED = {"text": "Cây đổ chắn đường", "who": "named", "full_name": "Trần Thị Ổi"}


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[Browser]:
    found = Browser(desk)
    found.sign_in("off-operator-1", "operator")
    yield found
    await found.http.aclose()


async def typed(browser: Browser, **fields: str) -> str:
    """Half a call, sent as the script of the page sends it; the key of its form."""
    held = checks.hidden_fields(form_of((await browser.get(CALL)).text, CALL))
    answer = await browser.http.post(SAVE, data=held | TYPED | fields, headers=SAME_ORIGIN)
    assert answer.status_code == 204, answer.text
    return str(held["once"])


async def test_half_a_call_is_offered_at_the_desk_and_filled_in_again(browser: Browser, desk: Desk) -> None:
    key = await typed(browser)
    assert "Đã gõ lúc" in text_of(await browser.get("/hotline/desk"))
    page = await browser.get(CALL)
    assert f'href="{CALL}?draft={key}"' in page.text and TYPED["text"] not in page.text
    page = await browser.get(f"{CALL}?draft={key}")
    assert TYPED["text"] in page.text and f'value="{TYPED["full_name"]}"' in page.text and "chưa ghi" in text_of(page)
    assert checks.hidden_fields(form_of(page.text, CALL))["once"] == key
    done = await browser.send(page, CALL, **TYPED)
    assert done.status_code == 200 and "Đã nhận phản ánh" in done.text
    assert "chưa ghi" not in text_of(await browser.get("/hotline/desk"))
    assert len(await desk.events("ComplaintFiled")) == 1


async def test_another_operator_sees_nothing_of_it(browser: Browser, desk: Desk) -> None:
    key = await typed(browser)
    other = Browser(desk)
    other.sign_in("off-operator-2", "operator")
    for path in ("/hotline/desk", CALL, f"{CALL}?draft={key}"):
        page = await other.get(path)
        assert page.status_code == 200 and TYPED["text"] not in page.text and 'id="drafts"' not in page.text
    await other.http.aclose()


async def test_it_is_discarded_by_a_press(browser: Browser, desk: Desk) -> None:
    await typed(browser)
    page = await browser.get(CALL)
    done = await browser.send(page, f"{CALL}/discard")
    assert done.status_code == 303 and await desk.rows("private") == []


async def test_who_is_not_signed_in_or_no_operator_keeps_nothing(browser: Browser, desk: Desk) -> None:
    held = checks.hidden_fields(form_of((await browser.get(CALL)).text, CALL))
    browser.sign_in("off-head-1", "head")
    refused = await browser.http.post(SAVE, data=held | TYPED, headers=SAME_ORIGIN)
    browser.http.cookies.clear()
    nobody = await browser.http.post(SAVE, data=held | TYPED, headers=SAME_ORIGIN)
    assert [refused.status_code, nobody.status_code] == [403, 401]
    assert await desk.rows("private") == []
