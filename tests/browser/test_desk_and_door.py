"""What a clerk is told to do next, in a real browser: another desk was first, and whoever does not come in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.test_booked_visits import shut, well
from tests.browser.test_emergencies import sends
from tests.browser.test_intake_pages import LANGUAGES, WIDTHS, Office, saves, ticks
from tests.shared.web.look import focused

__all__ = ["shut"]  # the fixture
pytestmark = pytest.mark.browser
PHONE = "0912345678"
DOOR, DESKS = 13, 5
"""Pages that are seen, on each way."""
Seen = Callable[[Page, str], None]


def door_walk(office: Office, lang: str, width: int, scripts: bool, look_at: Seen) -> list[str]:
    """Three who booked do not come in: what is next for each, until their dossiers are received."""
    pages: list[str] = []

    def seen(page: Page, what: str) -> None:
        look_at(page, what)
        pages.append(what)

    citizen, clerk = (office.enter(lang, width, role, scripts=scripts) for role in ("", "clerk"))
    for outcome in ("served_outside", "by_relative", "by_phone"):
        _books(office, citizen)
        _does_not_come_in(office, clerk, outcome)
        assert clerk.is_visible("section.you h2") and clerk.is_visible("section.you a.btn")
        seen(clerk, f"{outcome}: what now")
        if outcome == "by_phone":
            assert PHONE not in clerk.content().replace(" ", "")
            sends(clerk, "form[action$=phone] button")
            assert clerk.is_visible("a[href^='tel:']")
            if scripts:
                assert focused(clerk, "getAttribute('role')") == "status"
            seen(clerk, "whom to ring")
        else:
            clerk.goto(f"{office.url}/intake/counter/bookings")
            seen(clerk, f"{outcome}: in the day's list")
        sends(clerk, "main a[href*='&booking=']")
        assert clerk.is_checked("#booking_id")
        seen(clerk, f"{outcome}: the counter")
        if outcome == "served_outside":
            sends(clerk, "button[value=save]")
            assert clerk.title().startswith(("Lỗi:", "Error:")) and clerk.is_checked("#booking_id")
            seen(clerk, "the counter, refused")
        _receives(clerk)
    clerk.goto(f"{office.url}/intake/counter/bookings")
    assert clerk.locator("main a[href*='&booking=']").count() == 0
    seen(clerk, "the day's list, when all are served")
    clerk.goto(f"{office.url}/intake/counter/door")
    clerk.click("button[value=no]")
    clerk.click("button[value=by_phone]")
    seen(clerk, "somebody without a booking")
    clerk.goto(f"{office.url}/intake/counter/door?done=by_relative")
    seen(clerk, "a relative, without a booking")
    for page in (citizen, clerk):
        page.context.close()
    return pages


def _books(office: Office, citizen: Page) -> None:
    citizen.goto(f"{office.url}/intake/book?procedure=1.001193")
    citizen.check("#slot_at")
    citizen.fill("#phone", PHONE)
    sends(citizen, "form[action$=visit] button")


def _does_not_come_in(office: Office, clerk: Page, outcome: str) -> None:
    clerk.goto(f"{office.url}/intake/counter/door")
    sends(clerk, ".rows a >> nth=0")
    sends(clerk, "button[value=no]")
    sends(clerk, f"button[value={outcome}]")


def _receives(clerk: Page) -> None:
    clerk.fill("#citizen_id", "019203001234")
    clerk.fill("#full_name", "Nguyễn Thị Hường")
    ticks(clerk, "giay_chung_sinh")
    saves(clerk, lambda: clerk.press("button[value=save]", "Enter"))


def desks_walk(office: Office, lang: str, width: int, scripts: bool, look_at: Seen) -> list[str]:
    """Two desks have the page of one number open, and both call it."""
    pages: list[str] = []

    def seen(page: Page, what: str) -> None:
        look_at(page, what)
        pages.append(what)

    one, other = (office.enter(lang, width, "clerk", scripts=scripts) for _ in range(2))
    addresses = [_stands_at_the_desk(office, one) for _ in range(2)]
    for page, desk in ((one, "1"), (other, "2")):
        page.goto(addresses[0])
        page.fill("#call-desk", desk)
    sends(one, "form[action$='/call'] button.btn")
    seen(one, "called")
    sends(other, "form[action$='/call'] button.btn")
    assert other.is_visible("[role=alert] form[action$=call-next]") and other.input_value("#call-desk") == "2"
    seen(other, "another desk was first")
    sends(other, "[role=alert] button")
    other.wait_for_url(addresses[1])
    seen(other, "the next number")
    other.goto(f"{addresses[0]}?desk=2")
    assert other.locator("form[action$='/left']").count() == 0 and other.input_value("#call-desk") == "2"
    seen(other, "at another desk")
    sends(other, "form[action$='/call'] button.btn")
    assert other.locator("[role=alert]").count() == 0
    seen(other, "taken over")
    for address in addresses:
        other.goto(address)
        other.click("details:has(form[action$='/left']) summary")
        sends(other, "form[action$='/left'] button.btn")
    for page in (one, other):
        page.context.close()
    return pages


def _stands_at_the_desk(office: Office, clerk: Page) -> str:
    """Somebody without a ticket: the address of their visit, which nobody has called yet."""
    clerk.goto(f"{office.url}/intake/counter/visits")
    clerk.click("details:has(#open-purpose) summary")
    clerk.check("#open-purpose")
    sends(clerk, "form[action$=visits] button.btn")
    return clerk.url


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_whoever_does_not_come_in_is_served_all_the_same(shut: Office, lang: str, width: int) -> None:
    pages = door_walk(shut, lang, width, True, well)
    assert len(pages) == len(set(pages)) == DOOR


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_of_two_desks_the_later_one_is_told_and_goes_on(shut: Office, lang: str, width: int) -> None:
    pages = desks_walk(shut, lang, width, True, well)
    assert len(pages) == len(set(pages)) == DESKS


def test_the_same_without_javascript(shut: Office) -> None:
    assert len(door_walk(shut, "vi", 390, False, lambda page, what: None)) == DOOR
    assert len(desks_walk(shut, "vi", 390, False, lambda page, what: None)) == DESKS
