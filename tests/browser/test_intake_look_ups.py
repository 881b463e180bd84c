"""Whoever has looked up as many numbers as an hour has, in a real browser: by keyboard alone, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from services.intake.rulebook.look_ups import this_release
from shared.tokens import issue
from tests.browser.test_intake_lost import LOST, NUMBER, enter, scan
from tests.browser.test_intake_pages import LANGUAGES, WIDTHS, Office, an_office, look, too_wide, type_a_birth
from tests.services.intake.conftest import FRIDAY_AFTERNOON
from tests.shared.web.look import focused
from tests.support import UNIT, keys

pytestmark = pytest.mark.browser
AGAIN = {"vi": "Tra cứu lại được từ 16:0", "en": "You can look up again from 16:0"}
NOT_SEEN = {"vi": "Chưa xem được người này đã nộp gì", "en": "What this person brought before cannot be shown now"}
REGION = "ask-again[src$='/part/earlier']"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Where the clerk has tried out as many numbers as an hour has, and somebody's birth was received before."""
    with an_office(tmp_path_factory.mktemp("look_ups")) as office:
        office.receive()
        token = issue(keys(office.folder)[0], "off-clerk-1", UNIT, ["clerk"])
        with httpx.Client(base_url=office.url, headers={"Authorization": f"Bearer {token}"}) as client:
            answers = [_look_up(client, n) for n in range(this_release().on(FRIDAY_AFTERNOON.date()).per_hour)]
        assert answers[0] == 201 and answers[-1] == 429, "some were asked while the birth was typed"
        yield office


def _look_up(client: httpx.Client, n: int) -> int:
    return client.post("/intake/dossiers/of-citizen", json={"citizen_id": f"0792030{n:05d}"}).status_code


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_at_a_lost_receipt_it_is_said_and_leads_to_the_field(
    office: Office, lang: str, width: int, tmp_path: Path
) -> None:
    page = enter(office, lang, width)
    scan(page, NUMBER)
    assert "errors" in focused(page, "className") and AGAIN[lang] in focused(page)
    assert page.input_value("#citizen_id") == NUMBER and page.locator("tbody tr").count() == 0
    assert look(page) == [] and not too_wide(page)
    page.screenshot(path=tmp_path / "closed.png", full_page=True)
    page.focus(".errors")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("#citizen_id"))
    page.context.close()


def test_the_same_without_javascript(office: Office) -> None:
    page = enter(office, scripts=False)
    page.fill("#citizen_id", NUMBER)
    page.press("#citizen_id", "Enter")
    page.wait_for_selector(".errors")
    page.wait_for_url(f"{office.url}{LOST}")
    assert AGAIN["vi"] in page.inner_text(".errors")
    page.context.close()


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_at_the_counter_it_is_said_beside_the_form_and_the_dossier_is_received(
    office: Office, lang: str, width: int, tmp_path: Path
) -> None:
    page: Page = enter(office, lang, width, path="/intake/counter")
    type_a_birth(page)
    page.wait_for_selector(f"{REGION} .note")
    assert NOT_SEEN[lang] in page.inner_text(REGION) and AGAIN[lang] in page.inner_text(REGION)
    assert page.locator("[data-remark]:visible").count() == 0
    assert look(page) == [] and not too_wide(page)
    page.screenshot(path=tmp_path / "counter.png", full_page=True)
    with page.expect_navigation():
        page.keyboard.press("F9")
    page.wait_for_url(lambda url: url.endswith("/receipt"))
    page.context.close()
