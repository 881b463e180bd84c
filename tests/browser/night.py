"""Hotline alone on a port, a browser that comes to it, and what every page of it owes to everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from deploy.serve import combine
from shared.clock import Clock
from shared.tokens import issue
from shared.web.security import SESSION
from tests.browser.test_every_page import DEAD, by_tab
from tests.services.hotline.desk import NOW, Desk
from tests.shared.web.look import complaints, in_a_browser
from tests.support import UNIT, app_of, keys, new_database


@dataclass
class Night:
    """Hotline at ten past nine in the evening, which does not pass."""

    url: str
    folder: Path
    browser: Browser
    ids: Mapping[str, str]
    """One of everything that a page can be about."""

    def enter(self, lang: str, width: int, role: str, *, scripts: bool = True) -> Page:
        """An official of this role opens a window; "" is anybody."""
        context = self.browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
        context.set_default_timeout(10_000)
        cookies = {"lang": lang}
        if role:
            cookies[SESSION] = issue(keys(self.folder)[0], f"off-{role}-1", UNIT, [role])
        context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in cookies.items()])
        return context.new_page()

    def visited(self, pages: Mapping[str, str], lang: str, width: int, *, scripts: bool = True) -> Iterator[Page]:
        """Each of these pages of hotline, in one window a role, opened by somebody of the role that may see it."""
        windows: dict[str, Page] = {}
        for path, role in pages.items():
            page = windows[role] = windows.get(role) or self.enter(lang, width, role, scripts=scripts)
            answer = page.goto(f"{self.url}/hotline{path.format_map(self.ids)}")
            assert answer is not None and answer.status == 200, path
            yield page
        for window in windows.values():
            window.context.close()


@contextmanager
def a_night(folder: Path, befalls: Callable[[Desk], Coroutine[Any, Any, Mapping[str, str]]]) -> Iterator[Night]:
    """A night before which something befalls the desk: that gives the ids."""
    with new_database(folder) as url:
        desk = Desk(app_of("hotline", url, folder, Clock(NOW, 0.001), rate_factor=100), folder)
        ids = asyncio.run(befalls(desk))
        with in_a_browser(combine({"hotline": desk.app})) as (address, browser):
            yield Night(address, folder, browser, ids)
        desk.service.db.close()


def is_for_everybody(page: Page) -> None:
    """Nothing on it is to be complained about, and Tab comes to all of it and shows where it is."""
    assert complaints(page) == [], page.url
    assert by_tab(page) == ([], []), page.url


def needs_no_script(page: Page, lang: str) -> None:
    """It speaks its language and has no button that only a script would answer."""
    assert page.get_attribute("html", "lang") == lang and page.inner_text("main h1"), page.url
    assert page.evaluate(DEAD) == [], page.url


def is_refused_where_it_is_looked_for(page: Page, button: str) -> None:
    """A form with nothing typed comes back with a list of what is wrong, which leads to a field."""
    with page.expect_navigation():
        page.click(button)
    assert complaints(page) == []
    leads_to = page.locator(".errors a").first.get_attribute("href")
    assert leads_to and page.locator(leads_to).count() == 1
