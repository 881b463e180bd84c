"""A report with a photograph, as a telephone sends it: without JavaScript and with it, and back at the desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from services.hotline.rules.files.images import jpeg, png, webp
from tests.browser.night import is_for_everybody, needs_no_script
from tests.services.hotline import handed
from tests.services.hotline.test_pages_browser import Window, window
from tests.shared.web.look import complaints

__all__ = ["window"]
pytestmark = pytest.mark.browser
DRAWN = """kind => new Promise(done => document.createElement('canvas').toBlob(
  blob => blob.arrayBuffer().then(held => done([...new Uint8Array(held)])), kind))"""


def chosen(page: Page, *files: tuple[str, bytes]) -> None:
    page.set_input_files("#files", [{"name": name, "mimeType": "image/jpeg", "buffer": held} for name, held in files])


def report(page: Page, window: Window, *files: tuple[str, bytes]) -> None:
    """A report without a name, with these files."""
    page.goto(f"{window.url}/hotline/")
    page.fill("#text", "Đèn đường xóm Đồng Cả hỏng ba tối nay")
    page.check("input[value=anonymous]")
    chosen(page, *files)
    page.click("main form button.btn")


@pytest.mark.parametrize(("lang", "width", "scripts"), [("vi", 390, False), ("en", 320, True)])
def test_a_photograph_is_sent_with_a_report_and_shown_back(
    window: Window, lang: str, width: int, scripts: bool
) -> None:
    page = window.open(lang, width, scripts=scripts)
    page.goto(f"{window.url}/hotline/")
    photograph = page.screenshot(type="jpeg")
    report(page, window, ("IMG_0001.jpg", photograph), ("a\u202egpj.exe", handed.an_m4a()))
    page.wait_for_selector("p.receipt >> nth=1")
    assert {"vi": "ảnh JPEG", "en": "JPEG picture"}[lang] in page.inner_text("main")
    needs_no_script(page, lang)
    if scripts:
        is_for_everybody(page)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_file_that_is_not_taken_is_said_beside_it(window: Window, lang: str) -> None:
    page = window.open(lang, 390)
    report(page, window, ("photo.jpg", handed.A_ZIP))
    page.wait_for_selector(".errors a[href='#files']")
    assert complaints(page) == [] and page.get_attribute("#files", "aria-invalid") == "true"
    assert page.input_value("#text")


def test_what_a_browser_draws_is_read_whole(window: Window) -> None:
    page = window.open("vi", 390)
    page.goto(f"{window.url}/hotline/")
    assert jpeg(page.screenshot(type="jpeg")) and png(page.screenshot(type="png"))
    for kind, walker in (("image/jpeg", jpeg), ("image/png", png), ("image/webp", webp)):
        made = bytes(page.evaluate(DRAWN, kind))
        kept = walker(made)
        assert kept is not None and len(kept) <= len(made), kind


def test_a_photograph_is_the_same_picture_once_cleaned(window: Window) -> None:
    page = window.open("vi", 390)
    page.goto(f"{window.url}/hotline/")
    photograph = page.screenshot(type="jpeg")
    around = handed.segment(0xE1, handed.exif(side=1)) + handed.segment(0xFE, handed.SECRET)
    kept = jpeg(photograph[:2] + around + photograph[2:])
    assert kept is not None and handed.SECRET not in kept and kept == jpeg(photograph)


def test_the_desk_downloads_a_file_and_stays_where_it_is(window: Window, tmp_path: Path) -> None:
    reporter = window.open("vi", 390)
    reporter.goto(f"{window.url}/hotline/")
    photograph = reporter.screenshot(type="jpeg")
    report(reporter, window, ("IMG_0001.jpg", photograph))
    number = reporter.locator("p.receipt").first.inner_text()
    page = window.open("vi", 1280, "leader", "operator", scripts=False)
    page.goto(f"{window.url}/hotline/desk")
    page.click(f"text={number}")
    page.click("#came button.btn")
    page.wait_for_selector(".errors a[href='#file_purpose']")
    page.select_option("#file_purpose", "triage")
    with page.expect_download() as given:
        page.click("#came button.btn")
    assert given.value.suggested_filename == f"{number}-1.jpg"
    saved = tmp_path / "saved.jpg"
    given.value.save_as(saved)
    assert saved.read_bytes() == jpeg(photograph)
    desk = window.open("en", 320, "leader", "operator")
    desk.goto(page.url.removesuffix("/file"))
    is_for_everybody(desk)
