"""Hotline's pages in a real browser without JavaScript, on a phone and a desk, in both languages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from deploy.serve import combine
from shared.clock import Clock
from shared.tokens import issue
from shared.web.security import SESSION
from tests.services.hotline.denouncing import recipients_file
from tests.services.hotline.desk import NOW, OFFICE, Desk
from tests.shared.web.look import complaints, in_a_browser
from tests.support import UNIT, app_of, keys, new_database

pytestmark = pytest.mark.browser


@dataclass
class Window:
    """Hotline alone on a port, and a browser to look at it with."""

    url: str
    desk: Desk
    browser: Browser

    def open(self, lang: str, width: int, *roles: str, scripts: bool = True) -> Page:
        """Somebody opens a window; with roles, a leader's."""
        context = self.browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=scripts)
        context.set_default_timeout(10_000)
        cookies = {"lang": lang}
        if roles:
            cookies[SESSION] = issue(keys(self.desk.folder)[0], "off-leader-1", UNIT, roles)
        context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in cookies.items()])
        return context.new_page()

    def report(self, page: Page) -> tuple[str, str]:
        """A report without a name: its number and its code."""
        page.goto(f"{self.url}/hotline/")
        page.fill("#text", "Đèn đường xóm Đồng Cả hỏng ba tối nay")
        page.check("input[value=anonymous]")
        page.click("main form button")
        page.wait_for_selector("p.receipt >> nth=1")
        number, code = page.locator("p.receipt").all_inner_texts()
        return number, code


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    folder = tmp_path_factory.mktemp("hotline")
    with new_database(folder) as url:
        file = recipients_file(folder)
        desk = Desk(app_of("hotline", url, folder, Clock(NOW), recipients_file=file), folder)
        asyncio.run(desk.hears(*OFFICE))
        with in_a_browser(combine({"hotline": desk.app})) as (address, browser):
            yield Window(address, desk, browser)
        desk.service.db.close()


def test_a_report_is_sent_and_found_again_without_javascript(window: Window) -> None:
    page = window.open("vi", 390, scripts=False)
    number, code = window.report(page)
    page.click("main a.btn")
    page.fill("#code", code)
    page.click("main form button")
    assert number in page.inner_text("main")
    assert "29/06/2026" in page.inner_text("main")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_day_of_the_answer_is_whole(window: Window, width: int) -> None:
    page = window.open("vi", width)
    number, _ = window.report(page)
    page.goto(f"{window.url}/hotline/status?number={number}")
    page.click("main form button")
    box, words = (page.locator(each).bounding_box() for each in (".promise", ".promise .rest"))
    assert box and words and words["x"] + words["width"] <= box["x"] + box["width"]


def kept(page: Page) -> list[str]:
    """What this tab keeps of what was typed, and what stands in the form."""
    drafts = page.evaluate("Object.entries(sessionStorage).map(String)")
    chosen = page.evaluate("[...document.querySelectorAll('main input:checked')].map(x => x.value)")
    return [*drafts, *chosen, *filter(None, [page.input_value("#text")])]


def test_a_report_survives_in_its_tab_until_it_is_received_and_no_longer(window: Window) -> None:
    page = window.open("vi", 390)
    page.goto(f"{window.url}/hotline/")
    page.fill("#text", "Trạm bơm xóm Đồng Cả hỏng")
    page.goto(f"{window.url}/hotline/")
    assert page.input_value("#text") == "Trạm bơm xóm Đồng Cả hỏng"
    window.report(page)
    page.goto(f"{window.url}/hotline/")
    assert kept(page) == []


def test_going_back_from_the_receipt_shows_an_empty_form(window: Window) -> None:
    page = window.open("vi", 390)
    window.report(page)
    page.go_back()
    page.wait_for_function("document.readyState === 'complete' && !document.querySelector('#text')?.value")
    assert kept(page) == []


def test_whoever_signs_out_leaves_no_draft_behind(window: Window) -> None:
    page = window.open("vi", 1280, "leader")
    page.goto(f"{window.url}/hotline/")
    page.fill("#text", "Điều chưa gửi")
    page.click("header form button")
    page.goto(f"{window.url}/hotline/")
    assert kept(page) == []


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_the_code_stays_on_one_line_and_the_note_apart_from_the_card(window: Window, width: int) -> None:
    page = window.open("vi", width)
    window.report(page)
    first, second = page.locator("p.receipt span").all()
    for written in (None, ("WMWA-0WGM-", "W1QG-WHMW")):  # the code that came, then one as wide as chance makes it
        for half, text in zip((first, second), written or (), strict=False):
            half.evaluate("(half, text) => half.textContent = text", text)
        left, right = first.bounding_box(), second.bounding_box()
        assert left and right and left["y"] == right["y"], "both halves stand on one line"
    card, note = page.locator(".card").bounding_box(), page.locator("main .note").bounding_box()
    assert card and note
    assert note["y"] - card["y"] - card["height"] >= 16


@pytest.mark.parametrize(("lang", "width"), [("vi", 390), ("en", 1280)])
def test_nothing_on_the_pages_is_to_be_complained_about(window: Window, lang: str, width: int) -> None:
    page, said = window.open(lang, width), {}
    page.goto(f"{window.url}/hotline/")
    page.click("main form button")
    said["refused"] = complaints(page)
    number, _ = window.report(page)
    said["receipt"] = complaints(page)
    page.goto(f"{window.url}/hotline/status?number={number}")
    page.click("main form button")
    said["status"] = complaints(page)
    page = window.open(lang, width, "leader", "operator")
    page.goto(f"{window.url}/hotline/desk")
    said["queue"] = complaints(page)
    page.click(f"table a:has-text('{number}')")  # not another that was triaged, whose form is folded
    for name, value in {"kind": "pakn", "category": "conduct", "severity": "danger"}.items():
        page.select_option(f"#{name}", value)
    page.click("#triage button")
    page.select_option("#purpose", "triage")
    page.click("#text button")
    said["case"] = complaints(page)
    page.click("#take-up button")
    page.locator("#ask-supplement summary").click()
    page.click("#ask-supplement button >> nth=0")
    said["question refused"] = complaints(page)
    page.fill("#question", "Ở số nhà nào?")
    page.click("#ask-supplement button >> nth=0")
    page.wait_for_selector("#supplement_text")
    said["asked"] = complaints(page)
    for form in ("supplement", "reopen"):
        page.goto(f"{window.url}/hotline/{form}?number={number}")
        said[form] = complaints(page)
        page.click("main form button >> nth=0")
        said[f"{form} refused"] = complaints(page)
    assert {name: wrong for name, wrong in said.items() if wrong} == {}
