"""Whoever lost the receipt, and who applied, in a real browser: by keyboard alone, without JavaScript, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from shared.texts import new_id
from shared.tokens import issue
from tests.browser.test_intake_pages import LANGUAGES, WIDTHS, Office, an_office, look, too_wide, type_a_birth
from tests.shared.web.look import focused
from tests.support import UNIT, keys
from tests.system.running import A_DOSSIER

pytestmark = pytest.mark.browser
NUMBER, LOST, FILED = "019203001234", "/intake/counter/lost", "G22.99.01-260605-000123"
FOUND = {"vi": "2 hồ sơ của người này", "en": "2 dossiers of this person"}
NONE = {"vi": "Không có hồ sơ nào của số này ở đây", "en": "No dossier of this number is here"}
ERROR = {"vi": "Lỗi: ", "en": "Error: "}
WHO = "section[aria-labelledby=applicant]"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Where one birth was received for somebody, who filed another online."""
    with an_office(tmp_path_factory.mktemp("lost")) as office:
        office.receive()
        token = issue(keys(office.folder)[0], "off-clerk-1", UNIT, ["clerk"])
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": new_id()}
        body = {
            "portal_number": FILED,
            "procedure": "1.001193",
            "applicant": A_DOSSIER["applicant"],
            "filed_at": "2026-06-05T14:30:00+07:00",
        }
        assert httpx.post(f"{office.url}/intake/filings", json=body, headers=headers).status_code == 201
        yield office


def enter(office: Office, lang: str = "vi", width: int = 1280, *, scripts: bool = True, path: str = LOST) -> Page:
    page = office.enter(lang, width, "clerk", scripts=scripts)
    page.goto(f"{office.url}{path}")
    return page


def scan(page: Page, number: str) -> None:
    """As a card reader does: it ends with Enter."""
    page.keyboard.type(number)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_card_is_scanned_and_the_dossier_opened_by_keyboard_alone(
    office: Office, lang: str, width: int, tmp_path: Path
) -> None:
    page = enter(office, lang, width)
    assert look(page) == [] and focused(page, "id") == "citizen_id"
    scan(page, NUMBER)
    page.screenshot(path=tmp_path / "found.png", full_page=True)
    assert FOUND[lang] in page.inner_text("caption") and FOUND[lang] in page.title()
    assert look(page) == [] and not too_wide(page)
    rows = page.locator("tbody tr").all_inner_texts()
    assert "H55.27.05-260605-0001" in rows[0] and FILED in rows[1], "received at 15:01, filed at 14:30"
    assert focused(page, "id") == "citizen_id" and page.input_value("#citizen_id") == ""
    for _ in range(2):  # past the button
        page.keyboard.press("Tab")
    assert focused(page) == "H55.27.05-260605-0001"
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_selector(".promise")
    assert "H55.27.05-260605-0001" in opened.value.title() and page.locator("tbody tr").count() == 2
    page.keyboard.press("Tab")
    assert focused(page, "href").endswith("/m01.pdf?copy=1")
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_nothing_is_found_or_typed_wrong_the_page_says_what_to_do(office: Office, lang: str, width: int) -> None:
    page = enter(office, lang, width)
    scan(page, "C1234567")
    assert page.title().startswith(ERROR[lang]) and "errors" in focused(page, "className")
    assert page.input_value("#citizen_id") == "C1234567" and page.locator(".errors a").count() == 1
    assert look(page) == []
    page.fill("#citizen_id", "019203009999")
    with page.expect_navigation():
        page.press("#citizen_id", "Enter")
    assert NONE[lang] in page.title() and page.input_value("#citizen_id") == "019203009999"
    assert NONE[lang] in focused(page) and page.locator("main li").count() == 4
    assert look(page) == [] and not too_wide(page)
    page.context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_without_javascript(office: Office, lang: str) -> None:
    page = enter(office, lang, 390, scripts=False)
    page.fill("#citizen_id", NUMBER)
    page.press("#citizen_id", "Enter")
    page.wait_for_selector("tbody tr")
    assert FOUND[lang] in page.inner_text("caption")
    page.context.close()


def test_the_key_at_the_counter_opens_it_beside_what_is_being_typed(office: Office) -> None:
    page = enter(office, path="/intake/counter")
    type_a_birth(page)
    with page.context.expect_page() as opened:
        page.keyboard.press("F3")
    opened.value.wait_for_selector("#citizen_id")
    opened.value.wait_for_url(lambda url: url.endswith(LOST))
    assert page.input_value("#full_name") == "Nguyễn Thị Hường"
    page.context.close()


def test_the_next_card_finds_the_next_person_and_opens_nothing_of_the_last(office: Office) -> None:
    page = enter(office)
    for number, found in ((NUMBER, 2), ("019203009999", 0)):
        scan(page, number)
        assert page.locator("tbody tr").count() == found and len(page.context.pages) == 1
    page.context.close()


def test_the_number_stands_in_no_address(office: Office) -> None:
    asked: list[tuple[str, str]] = []
    page = enter(office)
    page.context.on("request", lambda request: asked.append((request.method, request.url)))
    scan(page, NUMBER)
    with page.context.expect_page() as opened:
        page.click("tbody a")
    opened.value.wait_for_selector(".promise")
    assert ("POST", f"{office.url}{LOST}") in asked and not [url for _, url in asked if NUMBER in url]
    page.context.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("number", ["H55.27.05-260605-0001", FILED])
def test_a_key_says_who_applied_at_the_top_of_the_page(office: Office, lang: str, width: int, number: str) -> None:
    page = enter(office, lang, width, path=f"/intake/counter?number={number}")
    name = "Nguyễn Văn An" if number == FILED else "Nguyễn Thị Hường"
    assert name not in page.content() and look(page) == []
    address = page.url
    with page.expect_navigation():
        page.keyboard.press("F4")
    page.wait_for_url(address)
    assert name in page.inner_text(WHO)
    assert name in focused(page), "a screen reader says it"
    assert look(page) == [] and not too_wide(page)
    page.context.close()


KEPT = {"ask-details": "Bản chụp mờ", "refuse-basis": "118/2025/NĐ-CP"}


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_key_keeps_what_was_ticked_and_typed_in_every_form_of_the_page(
    office: Office, lang: str, width: int, tmp_path: Path
) -> None:
    page = enter(office, lang, width, path=f"/intake/counter?number={FILED}")
    page.check("input[name=accept-papers][value=uy_quyen]")
    for name, value in KEPT.items():
        page.locator(f"details:has([name={name}]) summary").click()
        page.fill(f"[name={name}]", value)
    page.check("input[name=ask-papers][value=giay_chung_sinh]")
    with page.expect_navigation():
        page.keyboard.press("F4")
    page.wait_for_selector(WHO)
    assert page.is_checked("input[name=accept-papers][value=uy_quyen]")
    assert not page.is_checked("input[name=accept-papers][value=giay_chung_sinh]")
    assert page.is_checked("input[name=ask-papers][value=giay_chung_sinh]")
    assert {name: page.input_value(f"[name={name}]") for name in KEPT} == KEPT
    assert page.locator("details[open] > form").count() == 2
    page.screenshot(path=tmp_path / "kept.png", full_page=True)
    assert look(page) == [] and not too_wide(page)
    page.context.close()


def test_without_javascript_the_key_keeps_the_step_that_stands_open_and_each_folded_form_has_its_own(
    office: Office,
) -> None:
    page = enter(office, scripts=False, path=f"/intake/counter?number={FILED}")
    page.check("input[name=accept-papers][value=uy_quyen]")
    page.click("[data-key=F4]")
    page.wait_for_selector(WHO)
    assert page.is_checked("input[name=accept-papers][value=uy_quyen]")
    page.goto(page.url)
    page.locator("details:has([name=ask-details]) summary").click()
    page.fill("[name=ask-details]", "Bản chụp mờ")
    page.click("form[action$='/ask'] button[data-takes-along]")
    page.wait_for_selector(WHO)
    assert page.input_value("[name=ask-details]") == "Bản chụp mờ" and page.is_visible("[name=ask-details]")
    page.context.close()


def test_who_applied_is_said_without_javascript(office: Office) -> None:
    page = enter(office, scripts=False, path="/intake/counter?number=H55.27.05-260605-0001")
    page.click(".promise form button")
    page.wait_for_selector(WHO)
    assert "Nguyễn Thị Hường" in page.inner_text(WHO)
    page.context.close()
