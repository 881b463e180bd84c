"""What somebody brought before, in a real browser: while the form is filled, by keyboard alone, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_intake_pages import (
    LANGUAGES,
    WIDTHS,
    Office,
    an_office,
    is_answered,
    look,
    tells_of,
    too_wide,
    type_a_birth,
)
from tests.shared.web.look import focused

pytestmark = pytest.mark.browser
NUMBER = "019203001234"
REGION = "ask-again[src$='/part/earlier']"
BOX = "label.check:has(input[value=cho_o_hop_phap])"
HOME, STAY = "1.004222", "1.004194"
"""They ask for the same proof of a dwelling, which is pointed at."""
WARNED = {"vi": "Có thể trùng", "en": "Possible duplicate"}
HINTED = {"vi": "Đã nộp trong hồ sơ", "en": "Handed in with dossier"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Where a birth and a home were received for somebody."""
    with an_office(tmp_path_factory.mktemp("earlier")) as office:
        office.receive()
        receive_a_home(office)
        yield office


def at_counter(office: Office, lang: str = "vi", width: int = 1280, *, scripts: bool = True) -> Page:
    page = office.enter(lang, width, "clerk", scripts=scripts)
    page.goto(f"{office.url}/intake/counter")
    return page


def receive_a_home(office: Office) -> None:
    """A home from the counter, for whom a birth was received."""
    page = at_counter(office)
    type_a_home(page)
    with page.expect_navigation():
        page.keyboard.press("F9")
    page.context.close()


def type_a_home(page: Page) -> None:
    """Everything by keyboard, as a clerk does it, with both papers."""
    page.keyboard.press("F2")
    page.keyboard.type(HOME)
    with page.expect_response("**/part/papers*"):
        page.keyboard.press("F4")
    page.wait_for_selector("input[name=papers]")
    page.keyboard.type(NUMBER)
    with page.expect_response(tells_of(NUMBER)):
        page.keyboard.press("Enter")
    page.keyboard.type("Nguyễn Thị Hường")
    for key in ("Enter", "Enter", "Enter", "1", "2"):  # past telephone and address, to the papers
        page.keyboard.press(key)
    is_answered(page)


def type_number(page: Page, number: str) -> None:
    """As a card reader does: it ends with Enter."""
    page.fill("#citizen_id", "")
    page.focus("#citizen_id")
    page.keyboard.type(number)
    with page.expect_response("**/part/earlier"):
        page.keyboard.press("Enter")


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_said_while_the_form_is_filled_by_keyboard_alone(office: Office, lang: str, width: int) -> None:
    page = at_counter(office, lang, width)
    assert page.inner_text(REGION).strip() == "" and page.get_attribute(REGION, "aria-live") == "polite"
    type_a_home(page)
    page.wait_for_selector(f"{REGION} a")
    assert WARNED[lang] in page.inner_text(REGION) and HINTED[lang] in page.inner_text(BOX)
    assert page.locator("[data-remark]:visible").count() == 1
    assert look(page) == [] and not too_wide(page)
    page.focus("#address")
    page.keyboard.press("Tab")
    assert focused(page).startswith("H55.27.05-")
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_selector(".promise")
    assert page.input_value("#full_name") == "Nguyễn Thị Hường" and page.is_checked(f"{BOX} input")
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_without_javascript_when_the_date_is_worked_out(office: Office, lang: str, width: int) -> None:
    page = at_counter(office, lang, width, scripts=False)
    page.fill("#procedure", HOME)
    page.fill("#citizen_id", NUMBER)
    page.press("#citizen_id", "Enter")
    page.wait_for_selector(f"{REGION} a")
    assert WARNED[lang] in page.inner_text(REGION) and HINTED[lang] in page.inner_text(BOX)
    assert page.locator("[data-remark]:visible").count() == 1 and not page.is_checked(f"{BOX} input")
    page.context.close()


SAVE = ".act .btn >> nth=0"
SAVES = {
    "vi": ("Lưu và mở giấy hẹn", "Vẫn nhận và mở giấy hẹn"),
    "en": ("Save and open the receipt", "Receive all the same"),
}
SERIALS = count(1)


def fill_in(page: Page, number: str) -> None:
    """The number last: nobody has been looked up yet."""
    page.fill("#procedure", "khai sinh")
    page.press("#procedure", "Enter")
    page.check("input[value=giay_chung_sinh]")
    page.fill("#full_name", "Nguyễn Thị Hường")
    page.fill("#citizen_id", number)


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_javascript_the_first_press_shows_it_and_the_second_receives_all_the_same(
    office: Office, lang: str, width: int, tmp_path: Path
) -> None:
    number = f"01920400{next(SERIALS):04d}"
    for twice in (False, True):
        page = at_counter(office, lang, width, scripts=False)
        fill_in(page, number)
        assert SAVES[lang][0] in page.inner_text(SAVE)
        page.click(SAVE)
        if twice:
            assert page.locator("#seen li").count() == 1 and SAVES[lang][1] in page.inner_text(SAVE)
            page.screenshot(path=tmp_path / "twice.png", full_page=True)
            expect(page.locator("main [role=alert]")).to_be_focused()
            assert page.input_value("#full_name") == "Nguyễn Thị Hường" and not too_wide(page)
            assert page.is_checked("input[value=giay_chung_sinh]") and page.input_value("#citizen_id") == number
            page.click("main [role=alert] a")
            page.wait_for_url(lambda url: url.endswith("#seen"))
            page.click(SAVE)
        page.wait_for_url("**/receipt")
        page.context.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_javascript_a_press_that_fails_for_a_paper_too_names_both_where_the_focus_is(
    office: Office, lang: str, width: int, tmp_path: Path
) -> None:
    page = at_counter(office, lang, width, scripts=False)
    fill_in(page, NUMBER)
    page.uncheck("input[value=giay_chung_sinh]")
    page.click(SAVE)
    said = page.locator("main [role=alert]")
    expect(said).to_be_focused()
    assert said.locator("a").count() == 2
    page.screenshot(path=tmp_path / "both.png", full_page=True)
    said.locator("a[href='#seen']").click()
    page.wait_for_url(lambda url: url.endswith("#seen"))
    assert page.locator("#seen li").count() >= 1 and not too_wide(page)
    page.check("input[value=giay_chung_sinh]")
    page.click(SAVE)
    page.wait_for_url("**/receipt")
    page.context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_with_a_script_who_saw_it_is_not_asked_and_who_could_not_see_it_is(office: Office, lang: str) -> None:
    page = at_counter(office, lang)
    type_a_birth(page)
    page.wait_for_selector(f"{REGION} a")
    with page.expect_navigation():
        page.keyboard.press("F9")
    page.wait_for_url(lambda url: url.endswith("/receipt"))
    page.goto(f"{office.url}/intake/counter")
    page.route("**/part/earlier", lambda route: route.abort())
    fill_in(page, NUMBER)
    with page.expect_navigation():
        page.keyboard.press("F9")
    assert focused(page, "getAttribute('role')") == "alert" and look(page) == []
    assert page.is_checked("input[value=giay_chung_sinh]") and SAVES[lang][1] in page.inner_text(SAVE)
    with page.expect_navigation():
        page.keyboard.press("F9")
    page.wait_for_url(lambda url: url.endswith("/receipt"))
    page.context.close()


def test_what_was_said_of_one_person_is_gone_with_their_number(office: Office) -> None:
    page = at_counter(office)
    page.fill("#procedure", HOME)
    type_number(page, NUMBER)
    page.wait_for_selector("[data-remark]:visible")
    type_number(page, "019203009999")
    page.wait_for_selector("[data-remark]", state="detached")
    assert page.inner_text(REGION).strip() == ""
    page.context.close()


def test_a_paper_that_is_ticked_stays_so_and_none_is_ticked_by_itself(office: Office) -> None:
    page = at_counter(office)
    with page.expect_response("**/part/papers*"):
        page.fill("#procedure", HOME)
        page.press("#procedure", "Tab")
    page.check("input[value=ct01]")
    type_number(page, NUMBER)
    page.wait_for_selector("[data-remark]:visible")
    assert page.is_checked("input[value=ct01]") and not page.is_checked("input[value=cho_o_hop_phap]")
    page.context.close()


def test_the_remark_comes_with_the_list_whichever_is_asked_for_first(office: Office) -> None:
    """Another procedure brings another list of papers: what is said of one of them stands beside it there too."""
    page = at_counter(office)
    type_number(page, NUMBER)
    for procedure, papers in ((HOME, 1), ("1.000894", 0), (STAY, 1)):
        with page.expect_response("**/part/papers*"), page.expect_response("**/part/earlier"):
            page.fill("#procedure", procedure)
            page.press("#procedure", "Tab")
        expect(page.locator("label [data-remark]")).to_have_count(papers)
    page.context.close()


def test_a_citizens_number_stands_in_no_address(office: Office) -> None:
    asked: list[tuple[str, str, str | None]] = []
    page = at_counter(office)
    page.on("request", lambda request: asked.append((request.method, request.url, request.post_data)))
    type_a_birth(page)
    page.wait_for_selector(f"{REGION} a")
    posted = [body or "" for method, url, body in asked if method == "POST" and url.endswith("/part/earlier")]
    assert [body for body in posted if NUMBER in body] and not [url for _, url, _ in asked if NUMBER in url]
    assert not [body for body in posted if "full_name" in body], "only what is asked about is sent"
    page.context.close()


def test_when_nobody_answers_nothing_is_said_and_the_form_goes_on(office: Office) -> None:
    page = at_counter(office)
    page.fill("#procedure", HOME)
    type_number(page, NUMBER)
    page.wait_for_selector("[data-remark]:visible")
    page.route("**/part/earlier", lambda route: route.abort())
    page.fill("#citizen_id", "019203009999")
    page.press("#citizen_id", "Enter")
    page.wait_for_selector("[data-remark]", state="detached")
    assert page.inner_text(REGION).strip() == "" and page.input_value("#citizen_id") == "019203009999"
    page.context.close()


def test_what_is_pressed_stays_under_the_pointer_until_it_is_let_go(office: Office) -> None:
    page = at_counter(office)
    page.fill("#procedure", HOME)
    type_number(page, NUMBER)
    page.wait_for_selector(f"{REGION} a")
    is_answered(page)
    page.fill("#citizen_id", "019203009999")
    box = page.locator(f"{BOX} input")
    box.scroll_into_view_if_needed()
    at = box.bounding_box()
    assert at and not box.is_checked()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()  # leaves the number, which is asked about: what was said of the other goes, papers move up
    page.wait_for_selector("ask-again[aria-busy]", state="attached")
    page.mouse.up()
    is_answered(page)
    assert box.is_checked() and box.bounding_box() != at and page.inner_text(REGION).strip() == ""
    page.context.close()
