"""What whoever filed online brought before, in a real browser: by one key, and before anything is received."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_intake_earlier import HOME, receive_a_home
from tests.browser.test_intake_pages import LANGUAGES, WIDTHS, Office, an_office, files, look, too_wide

pytestmark = pytest.mark.browser
WARNED = {"vi": "Có thể trùng", "en": "Possible duplicate"}
ALL_THE_SAME = {"vi": "Vẫn tiếp nhận và hẹn ngày", "en": "Receive all the same and promise a date"}
RECEIVE = "#form-accept .btn >> nth=0"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Where a birth and a home were received for somebody."""
    with an_office(tmp_path_factory.mktemp("filed")) as office:
        office.receive()
        receive_a_home(office)
        yield office


def filing_of(page: Page, office: Office, procedure: str = "1.001193") -> str:
    """The page of something that the same person filed online; it stands open."""
    files(page, office, procedure)
    return page.url


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_key_shows_it_with_what_was_ticked_and_typed_and_another_one_receives(
    office: Office, lang: str, width: int, tmp_path: Path
) -> None:
    page = office.enter(lang, width, "clerk")
    address = filing_of(page, office, HOME)
    assert page.locator("#accept-seen").count() == 0 and look(page) == [] and not too_wide(page)
    page.reload()
    page.focus("#accept-papers")
    page.keyboard.press("1")
    with page.expect_navigation():
        page.keyboard.press("F8")
    page.wait_for_url(f"{address}/earlier")
    page.wait_for_selector(":focus #accept-seen")
    assert WARNED[lang] in page.inner_text("#form-accept") and page.locator("#accept-seen li").count() >= 1
    assert page.is_checked("#accept-papers") and page.locator("[data-remark]:visible").count() == 1
    assert ALL_THE_SAME[lang] in page.inner_text(RECEIVE)
    page.screenshot(path=tmp_path / "shown.png", full_page=True)
    assert look(page) == [] and not too_wide(page)
    page.focus("#accept-papers")
    page.keyboard.press("2")
    with page.expect_navigation():
        page.keyboard.press("F9")
    page.wait_for_url(lambda url: url.endswith("/receipt"))
    page.context.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_javascript_the_first_press_shows_it_and_the_second_receives_all_the_same(
    office: Office, lang: str, width: int, tmp_path: Path
) -> None:
    page = office.enter(lang, width, "clerk", scripts=False)
    filing_of(page, office)
    page.check("#accept-papers")
    page.click(RECEIVE)
    expect(page.locator("main [role=alert]")).to_be_focused()
    assert page.locator("#accept-seen li").count() >= 1 and page.is_checked("#accept-papers")
    assert ALL_THE_SAME[lang] in page.inner_text(RECEIVE) and not too_wide(page)
    page.screenshot(path=tmp_path / "asked.png", full_page=True)
    page.click("main [role=alert] a")
    page.wait_for_url(lambda url: url.endswith("#accept-seen"))
    page.click(RECEIVE)
    page.wait_for_url("**/receipt")
    page.context.close()


def test_enter_in_the_form_receives_and_looks_nobody_up_by_itself(office: Office) -> None:
    page = office.enter(role="clerk", scripts=False)
    address = filing_of(page, office)
    page.focus("#accept-papers")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/accept")
    page.context.close()
