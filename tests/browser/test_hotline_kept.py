"""What is not kept: files above the budget of a day, and texts whose time is over, as a telephone shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.hotline.commands.retention import erase_what_is_over
from tests.browser.night import is_for_everybody
from tests.browser.test_hotline_files import report
from tests.services.hotline import handed
from tests.services.hotline.test_file_budget import allow
from tests.services.hotline.test_pages_browser import Window, window
from tests.services.hotline.test_retention import OVER, had_a_night
from tests.shared.web.look import complaints

__all__ = ["window"]
pytestmark = pytest.mark.browser


@pytest.fixture
def full(window: Window) -> Iterator[Window]:
    """A day on which nobody's files are kept any more."""
    before = window.desk.app.state.policy
    allow(window.desk, address=1, unit=1, official=1)
    yield window
    window.desk.app.state.policy = before


@pytest.mark.parametrize(("lang", "width"), [("vi", 390), ("en", 320)])
def test_a_report_above_the_budget_has_its_number_and_says_what_to_do_with_the_files(
    full: Window, lang: str, width: int
) -> None:
    page = full.open(lang, width)
    report(page, full, ("photo.jpg", handed.a_jpeg()))
    page.wait_for_selector("p.receipt >> nth=1")
    says = {"vi": "từ mạng này đã gửi quá nhiều tệp", "en": "too many came from this network today"}
    assert says[lang] in page.inner_text(".note.near")
    is_for_everybody(page)


@pytest.mark.parametrize(("lang", "width"), [("vi", 390), ("en", 320)])
def test_a_report_whose_text_was_erased_says_so_and_on_which_day(window: Window, lang: str, width: int) -> None:
    page = window.open(lang, width, "leader", "operator")
    number, _ = window.report(page)

    async def years_later() -> None:
        await had_a_night(window.desk, OVER)
        db, policy = window.desk.service.db, window.desk.app.state.policy
        while await db.write(erase_what_is_over, policy, OVER):
            pass

    with ThreadPoolExecutor(1) as aside:  # the browser has a loop here
        aside.submit(asyncio.run, years_later()).result()
    page.goto(f"{window.url}/hotline/desk")
    page.click(f"text={number}")
    page.wait_for_selector("#erased")
    assert {"vi": "xóa ngày", "en": "erased on"}[lang] in page.inner_text("#erased")
    assert complaints(page) == []
