"""An emergency in a real browser: declared, said, apologised for, booked, checked at the door, and over again; and one
in which an act suspends deadlines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.test_intake_pages import LANGUAGES, WIDTHS, Office, look, office, saves, ticks

__all__ = ["office"]
pytestmark = pytest.mark.browser
EMERGENCY = "/intake/counter/emergency"
PAGES = 22
"""Different ones, on the way through an emergency."""
PAGES_SUSPENDED = 15
"""And through one that suspends deadlines, and was recorded wrong."""
URGENT, OTHER = "1.001193", "1.001612"
TYPED = {"act": "16/CT-TTg", "first_day": "05/06/2026", "last_day": "19/06/2026", "roster": "12/LT-UBND"}
ACT = "84/NQ-CP"
ROOM = {"inside": "40", "per_slot": "40"}
Seen = Callable[[Page, str], None]


def seems_right(page: Page, what: str) -> None:
    """Nothing is wrong with the page as it stands."""
    assert look(page) == [], what


def sends(page: Page, selector: str) -> None:
    """By keyboard: focus the button, press Enter."""
    page.focus(selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def walk(office: Office, lang: str, width: int, scripts: bool, look_at: Seen) -> list[str]:
    """From a directive to its end, as a leader, a head, a clerk and a citizen see it; the pages that were seen."""
    pages: list[str] = []

    def seen(page: Page, what: str) -> None:
        look_at(page, what)
        pages.append(what)

    def enter(role: str = "") -> Page:
        return office.enter(lang, width, role, scripts=scripts)

    clerk, leader, head, citizen = enter("clerk"), enter("leader"), enter("head"), enter()
    number = _received(office, clerk)
    _declared(office, leader, seen)
    for path in ("/intake/", f"/intake/procedures/{OTHER}/page", f"/intake/procedures/{URGENT}/page"):
        citizen.goto(f"{office.url}{path}")
        assert citizen.is_visible(".note.near" if path != f"/intake/procedures/{URGENT}/page" else ".note")
        seen(citizen, path)
    _apologised(office, head, number, seen)
    _booked(office, citizen, seen)
    _checked(office, clerk, seen)
    _offered(office, clerk, seen)
    _lifted(office, leader, citizen, seen)
    for page in (clerk, leader, head, citizen):
        page.context.close()
    return pages


def walk_suspended(office: Office, lang: str, width: int, scripts: bool, look_at: Seen) -> list[str]:
    """An act suspends deadlines: declared by a leader, reviewed by a head, seen by a clerk and a citizen; it was
    recorded wrong, so it is taken back, and so are its dates."""
    pages: list[str] = []

    def seen(page: Page, what: str) -> None:
        look_at(page, what)
        pages.append(what)

    def enter(role: str = "") -> Page:
        return office.enter(lang, width, role, scripts=scripts)

    clerk, leader, head, citizen = enter("clerk"), enter("leader"), enter("head"), enter()
    number = _received(office, clerk)
    code = clerk.query_selector_all(".big-code")[1].inner_text()
    address = clerk.url.removesuffix("/receipt")
    _declared_suspended(office, leader, seen)
    for path in ("/intake/", f"/intake/procedures/{OTHER}/page"):
        citizen.goto(f"{office.url}{path}")
        assert ACT in citizen.inner_text("main")
        seen(citizen, f"{path}, suspended")
    _reviewed(office, head, number, seen)
    clerk.goto(address)
    assert ACT in clerk.inner_text("main")
    seen(clerk, "dossier, carried forward")
    citizen.goto(f"{office.url}/intake/track?number={number}")
    citizen.fill("#code", code)
    sends(citizen, "form[action$=track] button")
    assert citizen.inner_text("main").count(ACT) >= 3
    seen(citizen, "tracked, carried forward")
    _taken_back(office, leader, head, number, seen)
    clerk.goto(address)
    seen(clerk, "dossier, given back")
    citizen.goto(f"{office.url}/intake/track?number={number}")
    citizen.fill("#code", code)
    sends(citizen, "form[action$=track] button")
    assert citizen.inner_text("main").count(ACT) >= 2
    seen(citizen, "tracked, given back")
    for page in (clerk, leader, head, citizen):
        page.context.close()
    return pages


def _declared_suspended(office: Office, leader: Page, seen: Seen) -> None:
    leader.goto(f"{office.url}{EMERGENCY}")
    for name, value in (TYPED | ROOM | {"last_day": "", "deadlines_act": ACT}).items():
        leader.fill(f"#{name}", value)
    leader.check("input[value=suspended]")
    button = "main form button.btn >> nth=-1"
    sends(leader, button)
    assert leader.is_visible("a[href='#last_day']") and leader.input_value("#deadlines_act") == ACT
    seen(leader, "suspended without an end, refused")
    leader.fill("#last_day", TYPED["last_day"])
    sends(leader, button)
    assert ACT in leader.inner_text("main")
    seen(leader, "declared, suspended")


def _reviewed(office: Office, head: Page, number: str, seen: Seen) -> None:
    head.goto(f"{office.url}{EMERGENCY}")
    seen(head, "emergency of a head, suspended")
    sends(head, "a[href$='/emergency/suspended']")
    assert head.is_checked("#dossiers") and number in head.inner_text("main")
    seen(head, "dates to carry forward")
    sends(head, "form[action$='carry-forward'] button")
    assert "done=" in head.url and number not in head.inner_text("main")
    seen(head, "dates carried forward")


def _taken_back(office: Office, leader: Page, head: Page, number: str, seen: Seen) -> None:
    leader.goto(f"{office.url}{EMERGENCY}")
    sends(leader, "a[href$='/emergency/mistake']")
    seen(leader, "which act was recorded wrong")
    button = "form[action$=mistake] button.btn"
    sends(leader, button)
    assert leader.is_visible("a[href='#emergency']") and leader.is_visible("a[href='#reason_code']")
    seen(leader, "which act was recorded wrong, refused")
    leader.check(f"label.check:has-text('{ACT}') input")
    leader.check("input[value=wrong_days]")
    sends(leader, button)
    head.goto(f"{office.url}{EMERGENCY}/moved")
    assert head.is_checked("#dossiers") and number in head.inner_text("main")
    seen(head, "dates to give back")
    sends(head, "form[action$='give-back'] button.btn")
    assert "done=" in head.url and number not in head.inner_text("main")
    seen(head, "dates given back")


def _received(office: Office, clerk: Page) -> str:
    """A business, before the emergency; due in three working days."""
    _filled(office, clerk)
    saves(clerk, lambda: clerk.click("button[value=save]"))
    return clerk.query_selector_all(".big-code")[0].inner_text()


def _filled(office: Office, clerk: Page) -> None:
    clerk.goto(f"{office.url}/intake/counter?procedure={OTHER}")
    clerk.fill("#citizen_id", "019203001234")
    clerk.fill("#full_name", "Nguyễn Thị Hường")
    ticks(clerk, "giay_de_nghi")


def _declared(office: Office, leader: Page, seen: Seen) -> None:
    leader.goto(f"{office.url}{EMERGENCY}")
    seen(leader, "declare")
    button = "main form button.btn >> nth=-1"
    sends(leader, button)
    assert leader.title().startswith(("Lỗi:", "Error:"))
    seen(leader, "declare, refused")
    for name, value in (TYPED | ROOM).items():
        leader.fill(f"#{name}", value)
    leader.check("input[value=mask]")
    sends(leader, button)
    assert "16/CT-TTg" in leader.inner_text("main")
    seen(leader, "declared")


def _apologised(office: Office, head: Page, number: str, seen: Seen) -> None:
    head.goto(f"{office.url}{EMERGENCY}")
    seen(head, "emergency of a head")
    sends(head, "a[href$='/emergency/promises']")
    assert head.is_checked("#dossiers") and number in head.inner_text("main")
    seen(head, "first morning")
    sends(head, "form[action$=apologise] button")
    assert "done=" in head.url and number not in head.inner_text("main")
    seen(head, "first morning, after it")


def _booked(office: Office, citizen: Page, seen: Seen) -> None:
    citizen.goto(f"{office.url}/intake/book")
    seen(citizen, "book")
    citizen.fill("#procedure", URGENT)
    with citizen.expect_navigation():
        citizen.press("#procedure", "Enter")
    seen(citizen, "slots")
    citizen.focus("#slot_at")
    citizen.keyboard.press("Space")
    sends(citizen, "form[action$=visit] button")
    assert len(citizen.inner_text(".big-code")) == 19
    seen(citizen, "booked")
    citizen.goto(f"{office.url}/intake/book/cancel")
    seen(citizen, "cancel")
    citizen.goto(f"{office.url}/intake/book?procedure={OTHER}")
    seen(citizen, "slots after the end")


def _checked(office: Office, clerk: Page, seen: Seen) -> None:
    clerk.goto(f"{office.url}/intake/counter/bookings")
    seen(clerk, "visits of the day")
    sends(clerk, "main form button >> nth=0")
    clerk.goto(f"{office.url}/intake/counter/door")
    seen(clerk, "door")
    sends(clerk, ".rows a >> nth=0")
    sends(clerk, "button[value=no]")
    seen(clerk, "outcome")
    sends(clerk, "button[value=served_outside]")
    assert clerk.is_visible(".note.good")
    seen(clerk, "door, after it")
    clerk.goto(f"{office.url}/intake/counter/bookings")
    seen(clerk, "served outside")
    sends(clerk, "form[action$=serve] button")


def _offered(office: Office, clerk: Page, seen: Seen) -> None:
    _filled(office, clerk)
    seen(clerk, "counter")
    with clerk.expect_navigation():
        clerk.click("button[value=save]")
    assert clerk.is_visible("a[href='#at_door']") and clerk.input_value("#full_name") == "Nguyễn Thị Hường"
    seen(clerk, "another way is offered")
    clerk.check("#at_door")
    if not clerk.is_checked("input[value=giay_de_nghi]"):
        ticks(clerk, "giay_de_nghi")
    with clerk.expect_navigation():
        clerk.click("button[value=save]")
    clerk.wait_for_url(lambda url: url.endswith("/receipt"))


def _lifted(office: Office, leader: Page, citizen: Page, seen: Seen) -> None:
    leader.goto(f"{office.url}{EMERGENCY}")
    leader.click("details:has(#lift-act) summary")
    leader.fill("#lift-act", "19/ct-ttg")
    sends(leader, "form[action$=lift] button")
    assert leader.is_visible("#first_day")
    citizen.goto(f"{office.url}/intake/")
    assert not citizen.is_visible("main .note.near")
    citizen.goto(f"{office.url}/intake/book")
    seen(citizen, "nobody need book")


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_emergency_from_its_directive_to_its_end(office: Office, lang: str, width: int) -> None:
    pages = walk(office, lang, width, True, seems_right)
    assert len(pages) == len(set(pages)) == PAGES and pages[-1] == "nobody need book"


def test_the_same_without_javascript(office: Office) -> None:
    pages = walk(office, "vi", 390, False, lambda page, what: None)
    assert len(pages) == PAGES and pages[-1] == "nobody need book"


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_act_suspends_deadlines(office: Office, lang: str, width: int) -> None:
    pages = walk_suspended(office, lang, width, True, seems_right)
    assert len(pages) == len(set(pages)) == PAGES_SUSPENDED and pages[-1] == "tracked, given back"


def test_an_act_suspends_deadlines_without_javascript(office: Office) -> None:
    assert len(walk_suspended(office, "vi", 390, False, lambda page, what: None)) == PAGES_SUSPENDED
