"""A visit in a real browser: a number at the machine, the screen of the room, the desk, the list, the second trip."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.test_intake_pages import LANGUAGES, WIDTHS, Office, an_office, look, saves, ticks, too_wide
from tests.shared.web.look import focused

pytestmark = pytest.mark.browser
LEAST_TARGET = 96
"""Pixels of what is touched at a machine."""
CODE = re.compile(r"(?<![0-9a-fA-F-])[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}(?![0-9a-f-])")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with an_office(tmp_path_factory.mktemp("visits")) as office:
        yield office


def well(page: Page) -> bool:
    """Whether there is nothing to complain about."""
    assert look(page) == [] and not too_wide(page), page.url
    return True


def choose(page: Page, place: int) -> None:
    """The choice at this place, by keyboard."""
    page.locator("button.choice").nth(place).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def number_of(page: Page) -> str:
    return page.inner_text(".number")


def visit_of(clerk: Page, office: Office, number: str) -> None:
    """The page of this number at the desk, once it is called: other numbers may wait before it."""
    clerk.goto(f"{office.url}/intake/counter/visits")
    clerk.click(f"a.code:text-is('{number}')")
    if clerk.locator("form[action$='/guided'], form[action$='/left']").count() == 0:
        clerk.fill("#call-desk", "2")
        clerk.press("#call-desk", "Enter")


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_trips_from_the_machine_to_the_receipt(office: Office, lang: str, width: int) -> None:
    citizen, clerk = office.enter(lang, width), office.enter(lang, width, "clerk")
    citizen.goto(f"{office.url}/intake/ticket")
    assert well(citizen)
    choose(citizen, 0)
    assert well(citizen)
    citizen.fill("#procedure", "khai sinh")
    with citizen.expect_navigation():
        citizen.keyboard.press("Enter")
    first = number_of(citizen)
    assert well(citizen)
    with citizen.expect_navigation():
        citizen.click("a[href^='/intake/ticket/']")
    assert number_of(citizen) == first and well(citizen)
    follows = citizen.url

    clerk.goto(f"{office.url}/intake/counter/visits")
    assert well(clerk)
    with clerk.expect_navigation():
        clerk.keyboard.press("F9")
    assert focused(clerk, "className") == "errors" and well(clerk)
    clerk.keyboard.press("F2")
    clerk.keyboard.type("2")
    with clerk.expect_navigation():
        clerk.keyboard.press("F9")
    assert first in clerk.inner_text("h1") and well(clerk)

    screen = office.enter(lang, width)
    screen.goto(f"{office.url}/intake/board")
    assert screen.inner_text(".called li >> nth=0").startswith(first) and well(screen)
    citizen.goto(follows)
    assert "2" in citizen.inner_text(".h3") and well(citizen)

    clerk.reload()
    clerk.locator("summary").first.focus()
    clerk.keyboard.press("Enter")
    clerk.focus("#guided-papers")
    clerk.keyboard.press("1")
    with clerk.expect_navigation():
        clerk.locator("form[action$='/guided'] button.btn").press("Enter")
    assert clerk.is_visible("[data-print]") and well(clerk)
    code = clerk.inner_text("p.receipt")

    asked: list[str] = []
    citizen.on("request", lambda request: asked.append(request.url))
    with citizen.expect_navigation(url="**/intake/ticket"):
        citizen.goto(f"{office.url}/intake/ticket?at=qr#{code}")
    assert citizen.input_value("#code") == code and well(citizen)
    assert not [url for url in asked if code in url.partition("#")[0]]
    choose(citizen, 0)
    choose(citizen, 1)
    second = number_of(citizen)
    assert second != first and "2" in citizen.inner_text(".slip") and well(citizen)

    clerk.keyboard.press("F2")
    clerk.wait_for_url("**/visits?desk=2")
    with clerk.expect_navigation():
        clerk.keyboard.press("F9")
    assert second in clerk.inner_text("h1")
    with clerk.expect_navigation():
        clerk.keyboard.press("F9")
    assert clerk.is_checked("#visit") and well(clerk)
    clerk.fill("#citizen_id", "019203001234")
    clerk.fill("#full_name", "Nguyễn Thị Hường")
    ticks(clerk, "giay_chung_sinh")
    saves(clerk, lambda: clerk.keyboard.press("F9"))
    screen.goto(f"{office.url}/intake/trips")
    assert screen.locator("tbody tr").count() == 1 and well(screen)
    for page in (citizen, clerk, screen):
        page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_refused_in_writing_without_javascript(office: Office, width: int) -> None:
    citizen = office.enter(width=width, scripts=False)
    citizen.goto(f"{office.url}/intake/ticket")
    citizen.click("button.choice >> nth=0")
    citizen.fill("#procedure", "zzz")
    citizen.click("button.choice >> nth=0")
    assert citizen.title().startswith("Lỗi:") and citizen.input_value("#procedure") == "zzz"
    citizen.click("button.choice >> nth=1")
    number = number_of(citizen)
    clerk = office.enter(width=width, role="clerk", scripts=False)
    visit_of(clerk, office, number)
    clerk.click("details:has(#refused-basis) summary")
    clerk.click("form[action$='/refused'] button")
    assert clerk.locator("#refused-basis").is_visible(), "a refused form stays unfolded"
    clerk.select_option("#refused-reason_code", "not_competent")
    clerk.fill("#refused-basis", "118/2025/nđ-cp, điều 17")
    clerk.fill("#refused-details", "Nộp ở xã khác.")
    clerk.click("form[action$='/refused'] button")
    said = clerk.inner_text("main")
    assert "118/2025/NĐ-CP, Điều 17" in said and "Nộp ở xã khác." in said and CODE.search(said) is None
    for page in (citizen, clerk):
        page.context.close()


def test_the_papers_are_chosen_by_procedure_without_javascript(office: Office) -> None:
    citizen = office.enter(scripts=False)
    citizen.goto(f"{office.url}/intake/ticket")
    citizen.click("button.choice >> nth=0")
    citizen.click("button.choice >> nth=1")
    clerk = office.enter(role="clerk", scripts=False)
    visit_of(clerk, office, number_of(citizen))
    clerk.click("summary >> nth=0")
    assert clerk.locator("#guided-papers").count() == 0
    clerk.fill("#procedure", "khai sinh")
    clerk.press("#procedure", "Enter")
    assert clerk.locator("#guided-papers").is_visible(), "what was asked for stays unfolded"
    clerk.check("#guided-papers")
    clerk.click("form[action$='/guided'] button")
    assert CODE.search(clerk.inner_text("p.receipt"))
    for page in (citizen, clerk):
        page.context.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
def test_what_is_touched_at_the_machine_is_large(office: Office, width: int) -> None:
    page = office.enter(width=width)
    page.goto(f"{office.url}/intake/ticket")
    for _ in range(2):
        boxes = [each.bounding_box() for each in page.query_selector_all("button.choice")]
        assert len(boxes) >= 2
        assert min(min(box["width"], box["height"]) for box in boxes if box) >= LEAST_TARGET
        page.click("button.choice >> nth=0")
    page.context.close()


def test_what_is_printed_is_the_list_and_nothing_of_the_desk(office: Office) -> None:
    citizen, clerk = office.enter(), office.enter(role="clerk")
    citizen.goto(f"{office.url}/intake/ticket")
    choose(citizen, 0)
    citizen.fill("#procedure", "khai sinh")
    citizen.keyboard.press("Enter")
    visit_of(clerk, office, number_of(citizen))
    clerk.click("summary >> nth=0")
    clerk.check("#guided-papers")
    clerk.click("form[action$='/guided'] button")
    clerk.emulate_media(media="print")
    said = clerk.inner_text("body")
    for words in ("Danh sách giấy tờ còn thiếu", "Giấy chứng sinh", clerk.inner_text("p.receipt")):
        assert words in said
    desk = ("Đã ghi.", "Người đang chờ", "Đăng xuất", "English", "Đường dây nóng")
    assert [words for words in desk if words in said] == []
    for page in (citizen, clerk):
        page.context.close()
