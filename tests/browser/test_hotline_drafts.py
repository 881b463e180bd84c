"""Half a call in a real browser, with nothing else running: it survives a reload, a lost session and another browser;
and the pages that show it are for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Page

from tests.browser.night import Night, a_night, is_for_everybody, needs_no_script
from tests.services.hotline.desk import OFFICE, Desk

pytestmark = pytest.mark.browser
CALL = "/hotline/desk/call"
TYPED = "Cây đổ chắn đường xóm Gò"


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with a_night(tmp_path_factory.mktemp("drafts"), _befalls) as found:
        yield found


async def _befalls(desk: Desk) -> Mapping[str, str]:
    await desk.hears(*OFFICE)
    return {}


def typed(night: Night, page: Page, text: str = TYPED) -> None:
    """Half a call, and the answer that it is kept."""
    page.goto(f"{night.url}{CALL}")
    with page.expect_response(lambda answer: answer.url.endswith("/draft")) as kept:
        page.fill("#text", text)
    assert kept.value.status == 204


def test_half_a_call_survives_a_reload_a_lost_session_and_another_browser(night: Night) -> None:
    page = night.enter("vi", 1280, "operator")
    typed(night, page)
    page.reload()
    assert page.input_value("#text") == TYPED and "chưa ghi" in page.inner_text("[data-draft-note]")
    assert page.locator("#drafts").count() == 0, "it is not offered beside itself"
    page.context.clear_cookies(name="motcua_session")
    page.goto(f"{night.url}{CALL}")
    assert "/personnel/sign-in" in page.url
    page.context.close()
    page = night.enter("vi", 1280, "operator")
    page.goto(f"{night.url}/hotline/desk")
    page.click("#drafts a")
    assert page.input_value("#text") == TYPED and "Đã gõ lúc" in page.inner_text("main")
    page.check("input[value=anonymous]")
    page.click("#typed .btn")
    page.wait_for_selector("p.receipt >> nth=1")
    for path in ("/hotline/desk", CALL):
        page.goto(f"{night.url}{path}")
        assert "chưa ghi" not in page.inner_text("main") and TYPED not in page.content()
    assert page.input_value("#text") == ""


def test_whoever_signs_out_leaves_nothing_in_the_browser_and_finds_it_when_they_come_back(night: Night) -> None:
    page = night.enter("vi", 1280, "operator")
    typed(night, page, "Mất nước từ sáng")
    page.click("header form[data-forget] button")
    assert page.evaluate("Object.keys(sessionStorage)") == []
    page.context.close()
    page = night.enter("en", 1280, "operator")
    page.goto(f"{night.url}{CALL}")
    assert page.input_value("#text") == "" and "not yet recorded" in page.inner_text("#drafts")
    with page.expect_navigation():
        page.click("#drafts button")
    assert page.locator("#drafts").count() == 0


def test_while_the_server_is_away_the_tab_keeps_it_and_sends_it_later(night: Night) -> None:
    page = night.enter("vi", 1280, "operator")
    page.goto(f"{night.url}{CALL}")
    page.route("**/call/draft", lambda route: route.abort())
    page.fill("#text", "Chó dại ở chợ")
    page.wait_for_function("sessionStorage.length == 1")
    page.unroute("**/call/draft")
    with page.expect_response(lambda answer: answer.url.endswith("/draft"), timeout=15_000) as kept:
        page.locator("#text").press("End")  # nothing is typed: it is asked again by itself
    assert kept.value.status == 204
    page.goto(f"{night.url}{CALL}")
    assert page.input_value("#text") == "Chó dại ở chợ"
    page.click("[data-draft-new]")
    page.wait_for_selector("#drafts")
    assert page.input_value("#text") == "" and page.evaluate("Object.keys(sessionStorage)") == []
    page.click("#drafts button")


@pytest.mark.parametrize(("lang", "width"), [("vi", 390), ("en", 1280)])
def test_what_is_offered_is_for_everybody_and_needs_no_script(night: Night, lang: str, width: int) -> None:
    page = night.enter(lang, width, "operator")
    typed(night, page)
    page.reload()
    is_for_everybody(page)
    page.context.close()
    for path in ("/hotline/desk", CALL):
        page = night.enter(lang, width, "operator")
        page.goto(f"{night.url}{path}")
        is_for_everybody(page)
        plain = night.enter(lang, width, "operator", scripts=False)
        plain.goto(f"{night.url}{path}")
        assert plain.locator("#drafts li").count() >= 1
        page.context.close()
        plain.context.close()
    page = night.enter(lang, width, "operator")
    page.goto(f"{night.url}{CALL}")
    page.click("#drafts a")
    is_for_everybody(page)
    needs_no_script(page, lang)
