"""What is paid while the citizen waits, in a real browser: by keyboard alone, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_intake_pages import LANGUAGES, WIDTHS, Office, an_office, look, tells_of, too_wide

pytestmark = pytest.mark.browser
NUMBER = "019203007788"
FOLD = "details:has(#fee-amount)"
PUBLISHED = {"vi": "2.000 đ/trang", "en": "2,000 VND a page"}
WRONG = {"vi": "không phải mức đã công bố", "en": "not the published amount"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with an_office(tmp_path_factory.mktemp("fees")) as office:
        yield office


def pressed(page: Page, key: str) -> None:
    """Press a key that sends the form; once more where this person brought the same before."""
    for _ in range(2):
        with page.expect_navigation():
            page.keyboard.press(key)
        if page.locator("#seen").count() == 0:
            return


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_copies_are_paid_for_by_keyboard_alone(office: Office, lang: str, width: int, tmp_path: Path) -> None:
    page = office.enter(lang, width, "clerk")
    page.goto(f"{office.url}/intake/counter")
    with page.expect_navigation():
        page.keyboard.press("F6")
    page.keyboard.press("F4")
    page.keyboard.type(NUMBER)
    with page.expect_response(tells_of(NUMBER)):
        page.keyboard.press("Enter")
    page.keyboard.type("Nguyễn Thị Hường")
    page.focus("#papers")
    page.keyboard.type("12")
    page.focus(f"{FOLD} summary")
    page.keyboard.press("Enter")
    assert PUBLISHED[lang] in page.inner_text(FOLD)
    page.keyboard.press("Tab")
    page.keyboard.type("2.500")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.screenshot(path=tmp_path / "fee.png", full_page=True)
    pressed(page, "F10")
    expect(page.locator(".errors")).to_be_focused()
    assert WRONG[lang] in page.inner_text(".errors") and page.locator("#fee-amount").is_visible()
    assert page.input_value("#fee-amount") == "2.500" and page.input_value("#fee-paid_by") == "cash"
    assert look(page) == [] and not too_wide(page)
    page.screenshot(path=tmp_path / "wrong.png", full_page=True)
    page.fill("#fee-amount", "6.000")
    pressed(page, "F10")
    assert page.is_visible("p.receipt") and look(page) == []
    page.context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_without_javascript(office: Office, lang: str) -> None:
    page = office.enter(lang, 390, "clerk", scripts=False)
    page.goto(f"{office.url}/intake/counter")
    page.fill("#citizen_id", "019203007799")
    page.fill("#full_name", "Nguyễn Thị Hường")
    page.click("button[name=at_once][value='2.000884']")
    page.check("input[value=giay_to_ky]")
    page.click(f"{FOLD} summary")
    page.fill("#fee-amount", "10.000")
    page.select_option("#fee-paid_by", "transfer")
    page.click("button[value=return]")
    if page.locator("#seen").count():
        assert page.input_value("#fee-amount") == "10.000"
        page.click("button[value=return]")
    assert page.is_visible("p.receipt")
    page.context.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_form_that_asks_for_a_payment_is_filled_and_folded(
    office: Office, lang: str, width: int, tmp_path: Path
) -> None:
    page = office.enter(lang, width, "clerk")
    page.goto(f"{office.url}/intake/counter")
    page.fill("#procedure", "1.001612")
    page.fill("#citizen_id", f"0192030{width:05d}")
    page.fill("#full_name", "Nguyễn Thị Hường")
    page.click(".act .btn >> nth=1")
    page.check("input[value=giay_de_nghi]")
    page.click(".act .btn >> nth=0")
    if page.locator("#seen").count():
        page.click(".act .btn >> nth=0")
    page.goto(page.url.removesuffix("/receipt"))
    page.click("form[action$='/take-up'] button")
    assert not page.locator("#ask_fee-amount").is_visible()
    page.click("details:has(#ask_fee-amount) summary")
    assert page.input_value("#ask_fee-amount") == "150000"
    page.screenshot(path=tmp_path / "ask.png", full_page=True)
    page.fill("#ask_fee-amount", "500000000")
    page.fill("#ask_fee-basis", "12/2025/NQ-HĐND")
    page.click("form[action$='/ask-fee'] button >> nth=0")
    assert WRONG[lang] in page.inner_text(".errors") and page.locator("#ask_fee-amount").is_visible()
    assert look(page) == [] and not too_wide(page)
    page.context.close()
