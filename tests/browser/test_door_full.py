"""The door of a room that is full, in a real browser: who is inside, who waits, and one more on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.test_booked_visits import well
from tests.browser.test_emergencies import EMERGENCY, TYPED, sends
from tests.browser.test_intake_pages import LANGUAGES, WIDTHS, Office, an_office

pytestmark = pytest.mark.browser
DOOR = 5
"""Pages that are seen, on each way."""
Seen = Callable[[Page, str], None]


@pytest.fixture
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office in an emergency in which one may be inside."""
    with an_office(tmp_path_factory.mktemp("narrow")) as office:
        leader = office.enter(role="leader")
        leader.goto(f"{office.url}{EMERGENCY}")
        for name, value in (TYPED | {"inside": "1", "per_slot": "1"}).items():
            leader.fill(f"#{name}", value)
        sends(leader, "main form button.btn >> nth=-1")
        leader.context.close()
        yield office


def walk(office: Office, lang: str, width: int, scripts: bool, look_at: Seen) -> list[str]:
    """One passes, the next is asked to wait, or comes in by a second press; the pages that were seen."""
    pages: list[str] = []

    def seen(page: Page, what: str) -> None:
        look_at(page, what)
        pages.append(what)

    clerk = office.enter(lang, width, "clerk", scripts=scripts)
    clerk.goto(f"{office.url}/intake/counter/door")
    assert clerk.locator(".note.near").count() == 0
    seen(clerk, "nobody is inside")
    sends(clerk, "button[name=passed][value=yes]")
    assert clerk.is_visible(".note.near") and clerk.is_visible(".note.good")
    seen(clerk, "it is full")
    sends(clerk, "button[name=passed][value=yes]")
    assert clerk.is_visible("[role=alert]") and clerk.locator("button[name=passed]").count() == 0
    seen(clerk, "one more?")
    sends(clerk, "main a.btn")
    assert clerk.locator("[role=alert]").count() == 0, "they wait"
    sends(clerk, "button[name=passed][value=yes]")
    sends(clerk, "button[name=although_full]")
    assert clerk.is_visible(".note.good") and "2" in clerk.inner_text("main")
    seen(clerk, "one more has come in")
    clerk.goto(f"{office.url}{EMERGENCY}")
    seen(clerk, "the emergency")
    clerk.context.close()
    return pages


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_whoever_comes_to_a_full_room_waits_or_is_let_in_on_purpose(narrow: Office, lang: str, width: int) -> None:
    pages = walk(narrow, lang, width, True, well)
    assert len(pages) == len(set(pages)) == DOOR


def test_the_same_without_javascript(narrow: Office) -> None:
    assert len(walk(narrow, "vi", 390, False, lambda page, what: None)) == DOOR
