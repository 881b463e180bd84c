"""Survey's pages in a real browser without JavaScript, on a phone and a desk, in both languages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from deploy.serve import combine
from shared.clock import Clock
from tests.services.survey.box import NOW, Box
from tests.shared.web.look import complaints, in_a_browser
from tests.support import app_of, new_database

pytestmark = pytest.mark.browser


@dataclass
class Window:
    """Survey alone on a port with twelve ratings, a slip to use, and a browser to look with."""

    url: str
    slips: list[str]
    browser: Browser

    def open(self, lang: str, width: int, *, scripts: bool = True) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": "lang", "value": lang, "url": self.url}])
        return context.new_page()


async def _filled(box: Box) -> list[str]:
    for _ in range(12):
        await box.rates(await box.slip(), overall="satisfied")
    await box.rates(await box.slip("dep-kinh-te"))
    return [await box.slip() for _ in range(3)]


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    folder = tmp_path_factory.mktemp("survey")
    with new_database(folder) as url:
        box = Box(app_of("survey", url, folder, Clock(NOW), trusted_proxies=1), folder)
        slips = asyncio.run(_filled(box))
        with in_a_browser(combine({"survey": box.app})) as (address, browser):
            yield Window(address, slips, browser)
        box.service.db.close()


def test_a_slip_is_used_without_javascript(window: Window) -> None:
    page = window.open("vi", 390, scripts=False)
    page.goto(f"{window.url}/survey/")
    page.fill("#slip_code", window.slips[0].lower())
    page.click("main form button")
    for name, value in {
        "overall": "satisfied",
        "attitude": "2",
        "convenience": "1",
        "ready_on_the_day": "true",
    }.items():
        page.check(f"input[name={name}][value='{value}']")
    page.click("main form button")
    assert "Xin cảm ơn" in page.inner_text("h1")


@pytest.mark.parametrize(("lang", "other", "scripts"), [("vi", "en", False), ("en", "vi", False), ("vi", "en", True)])
def test_the_other_language_keeps_the_code_and_what_was_chosen(
    window: Window, lang: str, other: str, scripts: bool
) -> None:
    page = window.open(lang, 390, scripts=scripts)
    page.goto(f"{window.url}/survey/")
    page.fill("#slip_code", window.slips[1])
    page.press("#slip_code", "Enter")
    page.check("input[name=overall][value=dissatisfied]")
    page.fill("#comment", "Chờ lâu")
    page.click("header button[formaction]")
    page.wait_for_selector(f"html[lang={other}]")
    assert page.is_checked("input[name=overall][value=dissatisfied]") and page.input_value("#comment") == "Chờ lâu"
    assert page.input_value("input[name=slip_code]") == window.slips[1]
    assert not scripts or complaints(page) == []  # axe needs scripts to look
    page.context.close()


@pytest.mark.parametrize(("lang", "width"), [("vi", 390), ("en", 1280)])
def test_nothing_on_the_pages_is_to_be_complained_about(window: Window, lang: str, width: int) -> None:
    page, said = window.open(lang, width), {}
    for path in ("", "figures", f"rate?code={window.slips[1]}", "rate?code=0000-0000-0000-0000"):
        page.goto(f"{window.url}/survey/{path}")
        said[path] = complaints(page)
    page.goto(f"{window.url}/survey/rate?code={window.slips[2]}")
    page.click("main form button")
    said["refused"] = complaints(page)
    assert {name: wrong for name, wrong in said.items() if wrong} == {}
