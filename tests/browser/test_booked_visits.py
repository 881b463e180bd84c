"""Whoever booked, in a real browser: checked, a number, the call, the receipt; and a filing online at the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.test_emergencies import EMERGENCY, ROOM, TYPED, sends
from tests.browser.test_intake_pages import LANGUAGES, WIDTHS, Office, an_office, look, saves, ticks, too_wide

pytestmark = pytest.mark.browser
BOOKED, FILED = 15, 8
"""Pages that are seen, on each way."""
Seen = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def shut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office in an emergency."""
    with an_office(tmp_path_factory.mktemp("booked")) as office:
        leader = office.enter(role="leader")
        leader.goto(f"{office.url}{EMERGENCY}")
        for name, value in (TYPED | ROOM).items():
            leader.fill(f"#{name}", value)
        sends(leader, "main form button.btn >> nth=-1")
        leader.context.close()
        yield office


def well(page: Page, what: str) -> None:
    """Nothing is wrong with the page as it stands."""
    assert look(page) == [] and not too_wide(page), what


def walk(office: Office, lang: str, width: int, scripts: bool, look_at: Seen) -> list[str]:
    """From a booking to the receipt, as the citizen and a clerk see it; the pages that were seen."""
    pages: list[str] = []

    def seen(page: Page, what: str) -> None:
        look_at(page, what)
        pages.append(what)

    citizen, clerk = (office.enter(lang, width, role, scripts=scripts) for role in ("", "clerk"))
    code = _books(office, citizen, seen)
    number = _comes_in(office, clerk, seen)
    _follows(office, citizen, code, number, seen)
    _is_received(office, clerk, number, seen)
    _mine(office, citizen, code)
    seen(citizen, "mine, over")
    for page in (citizen, clerk):
        page.context.close()
    return pages


def _books(office: Office, citizen: Page, seen: Seen) -> str:
    citizen.goto(f"{office.url}/intake/book?procedure=1.001193")
    seen(citizen, "slots")
    citizen.focus("#slot_at")
    citizen.keyboard.press("Space")
    sends(citizen, "form[action$=visit] button")
    code = citizen.inner_text(".big-code")
    seen(citizen, "booked")
    with citizen.expect_navigation():
        citizen.click("a[href='/intake/book/mine']")
    seen(citizen, "mine, asked for")
    sends(citizen, "form[action$=mine] button")
    assert citizen.title().startswith(("Lỗi:", "Error:"))
    seen(citizen, "mine, without a code")
    _mine(office, citizen, code)
    assert citizen.locator(".number").count() == 0
    seen(citizen, "mine, booked")
    return code


def _mine(office: Office, citizen: Page, code: str) -> None:
    citizen.goto(f"{office.url}/intake/book/mine")
    citizen.fill("#code", code.lower())
    with citizen.expect_navigation():
        citizen.press("#code", "Enter")


def _comes_in(office: Office, clerk: Page, seen: Seen) -> str:
    clerk.goto(f"{office.url}/intake/counter/bookings")
    seen(clerk, "bookings of the day")
    sends(clerk, "form[action$=arrive] button >> nth=0")
    seen(clerk, "arrived")
    clerk.goto(f"{office.url}/intake/counter/door")
    sends(clerk, ".rows a >> nth=0")
    seen(clerk, "door")
    sends(clerk, "button[value=yes]")
    seen(clerk, "number to call out")
    return clerk.inner_text(".number")


def _follows(office: Office, citizen: Page, code: str, number: str, seen: Seen) -> None:
    _mine(office, citizen, code)
    assert citizen.inner_text(".number") == number
    seen(citizen, "mine, with a number")
    sends(citizen, "a[href^='/intake/ticket/']")
    assert citizen.inner_text(".number") == number
    seen(citizen, "followed")


def _is_received(office: Office, clerk: Page, number: str, seen: Seen) -> None:
    clerk.goto(f"{office.url}/intake/counter/visits?desk=2")
    assert number in clerk.inner_text("main")
    seen(clerk, "queue")
    sends(clerk, "form[action$=call-next] button")
    assert number in clerk.inner_text("h1")
    seen(clerk, "called")
    sends(clerk, "a[href^='/intake/counter?visit=']")
    assert clerk.is_checked("#visit") and clerk.locator("input[name=booking_id]").count() == 0
    clerk.fill("#citizen_id", "019203001234")
    clerk.fill("#full_name", "Nguyễn Thị Hường")
    ticks(clerk, "giay_chung_sinh")
    saves(clerk, lambda: clerk.press("button[value=save]", "Enter"))
    clerk.goto(f"{office.url}/intake/counter/bookings")
    assert clerk.locator("form[action$=arrive], form[action$=serve]").count() == 0
    seen(clerk, "bookings, over")


def filing_walk(office: Office, lang: str, width: int, scripts: bool, serial: int, look_at: Seen) -> list[str]:
    """From a called visit to the filing by its number, and its receipt."""
    pages: list[str] = []

    def seen(page: Page, what: str) -> None:
        look_at(page, what)
        pages.append(what)

    clerk, number = office.enter(lang, width, "clerk", scripts=scripts), f"G22.99.01-260605-{serial:06d}"
    clerk.goto(f"{office.url}/intake/counter/filings/new")
    typed = {"portal_number": number, "filed_day": "05/06/2026", "filed_clock": "14:30", "procedure": "1.001193"}
    for name, value in (typed | {"citizen_id": "019203001234", "full_name": "Nguyễn Thị Hường"}).items():
        clerk.fill(f"#{name}", value)
    sends(clerk, "form[action$=filings] button")
    _calls(office, clerk)
    seen(clerk, "called")
    clerk.click("details:has(#filing) summary")
    seen(clerk, "asked for the number")
    clerk.fill("#filing", "G22.99.01-260605-999999")
    with clerk.expect_navigation():
        clerk.press("#filing", "Enter")
    assert clerk.title().startswith(("Lỗi:", "Error:")) and clerk.is_visible("#filing"), "it stays unfolded"
    seen(clerk, "no such number")
    clerk.fill("#filing", number.lower())
    with clerk.expect_navigation():
        clerk.press("#filing", "Enter")
    assert clerk.is_checked("#accept-visit") and number in clerk.title()
    seen(clerk, "filing for a visit")
    sends(clerk, "form[action$=accept] button")
    assert clerk.title().startswith(("Lỗi:", "Error:")) and clerk.is_checked("#accept-visit"), "what was ticked is kept"
    seen(clerk, "filing, refused")
    clerk.check("#accept-papers")
    sends(clerk, "form[action$=accept] button")
    clerk.wait_for_url(lambda url: url.endswith("/receipt"))
    seen(clerk, "receipt")
    clerk.goto(f"{office.url}/intake/counter/visits")
    assert clerk.locator("a.code").count() == 0, "nobody is left to be asked about"
    seen(clerk, "nobody waits")
    clerk.goto(f"{office.url}/intake/counter?number={number}")
    assert clerk.is_visible("h1")
    seen(clerk, "its dossier")
    clerk.context.close()
    return pages


def _calls(office: Office, clerk: Page) -> None:
    """Somebody stands at the desk, and is called."""
    clerk.goto(f"{office.url}/intake/counter/visits")
    clerk.click("details:has(#open-purpose) summary")
    clerk.check("#open-purpose")
    sends(clerk, "form[action$=visits] button")
    clerk.fill("#call-desk", "2")
    with clerk.expect_navigation():
        clerk.press("#call-desk", "Enter")


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_booked_visit_from_the_booking_to_the_receipt(shut: Office, lang: str, width: int) -> None:
    pages = walk(shut, lang, width, True, well)
    assert len(pages) == len(set(pages)) == BOOKED and pages[-1] == "mine, over"


@pytest.mark.parametrize(("lang", "width", "serial"), [("vi", 320, 1), ("en", 390, 2), ("vi", 1280, 3)])
def test_from_a_called_visit_to_what_was_filed_online(shut: Office, lang: str, width: int, serial: int) -> None:
    pages = filing_walk(shut, lang, width, True, serial, well)
    assert len(pages) == len(set(pages)) == FILED


def test_the_same_without_javascript(shut: Office) -> None:
    assert len(walk(shut, "vi", 390, False, lambda page, what: None)) == BOOKED
    assert len(filing_walk(shut, "vi", 390, False, 9, lambda page, what: None)) == FILED
