"""The pages of published answers in a real browser: in both languages, by keyboard alone, without JavaScript, for axe;
and a head's last look."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from deploy.serve import combine
from shared.clock import Clock
from shared.tokens import issue
from shared.web.security import SESSION
from tests.browser.test_every_page import DEAD, by_tab
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.services.hotline.test_answers import SHOWN, WHY, answered, asked, published, reopened
from tests.shared.web.look import complaints, in_a_browser
from tests.support import UNIT, app_of, keys, new_database

pytestmark = pytest.mark.browser
PAGES = {
    "/answers": "",
    "/answers/{number}": "",
    "/desk/publishing": "head",
    "/desk/{complaint_id}/publication": "head",
}
"""Who sees a page; "" is everybody."""


@dataclass
class Day:
    """Hotline alone on a port, with answers published, withheld and waiting; and a browser that comes to it."""

    url: str
    folder: Path
    browser: Browser
    ids: Mapping[str, str]

    def enter(self, lang: str, width: int, role: str, *, scripts: bool = True) -> Page:
        """Somebody opens a window: a head, or anybody."""
        context = self.browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
        context.set_default_timeout(10_000)
        cookies = {"lang": lang}
        if role:
            cookies[SESSION] = issue(keys(self.folder)[0], f"off-{role}-1", UNIT, [role])
        context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in cookies.items()])
        return context.new_page()

    def pages(self, lang: str, width: int, *, scripts: bool = True) -> Iterator[Page]:
        """Each page, opened by somebody who may see it, and the one with the last look."""
        for path, role in PAGES.items():
            page = self.enter(lang, width, role, scripts=scripts)
            answer = page.goto(f"{self.url}/hotline{path.format(**self.ids)}")
            assert answer is not None and answer.status == 200, path
            yield page
            if path.endswith("/publication"):
                page.click("#publish .btn")
                page.wait_for_selector("#everybody")
                yield page
            page.context.close()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    folder = tmp_path_factory.mktemp("day")
    with new_database(folder) as url:
        desk = Desk(app_of("hotline", url, folder, Clock(NOW, 0.001), rate_factor=100), folder)
        ids = asyncio.run(_some_answers(desk))
        with in_a_browser(combine({"hotline": desk.app})) as (address, browser):
            yield Day(address, folder, browser, ids)
        desk.service.db.close()


async def _some_answers(desk: Desk) -> Mapping[str, str]:
    await desk.hears(*OFFICE)
    again, kept, waits = [await answered(desk) for _ in range(3)]
    await published(desk, again)
    await reopened(desk, again)
    await asked(desk, kept, "withhold", WHY)
    return {"number": again["number"], "complaint_id": waits["complaint_id"]}


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 320)])
def test_every_page_is_for_everybody_and_all_of_it_is_reached_by_tab(day: Day, lang: str, width: int) -> None:
    for page in day.pages(lang, width):
        assert complaints(page) == [], page.url
        assert by_tab(page) == ([], []), page.url


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_needs_javascript(day: Day, lang: str) -> None:
    for page in day.pages(lang, 390, scripts=False):
        assert page.get_attribute("html", "lang") == lang and page.inner_text("main h1"), page.url
        assert page.evaluate(DEAD) == [], page.url


def test_a_head_opens_an_offices_number_masks_more_and_publishes(day: Day) -> None:
    page = day.enter("vi", 1280, "head")
    path = f"{day.url}/hotline/desk/{day.ids['complaint_id']}/publication"
    page.goto(path)
    page.click("#publish .btn")
    assert SHOWN in page.inner_text("#everybody")
    page.check("label:has-text('0208 3822 123') input")
    page.fill("#more", "đã thay")
    page.click("#publish .btn.ghost")
    page.wait_for_selector("#everybody:has-text('0208 3822 123')")
    assert "[đã che]" in page.inner_text("#everybody")
    page.click("#publish .btn:not(.ghost)")
    page.wait_for_url(path)
    assert "Đã công khai lúc" in page.inner_text("main")
    page.context.close()
