"""A declaration in a real browser: filled in by keyboard, refused with everything kept, printed, and still there."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.test_intake_pages import LANGUAGES, WIDTHS, Office, look, office
from tests.shared.web.look import focused
from tests.shared.web.pdf_text import squeezed, text_of_pdf

pytestmark = pytest.mark.browser
__all__ = ["office"]  # the fixture
PATH = "/intake/procedures/1.001193/declaration"
MEMBERS = "/intake/procedures/1.004194/declaration"
BUTTON = "form[action$='/declaration/page'] button"


def print_it(page: Page) -> str:
    """The text of the file that the button makes."""
    with page.expect_download() as download:
        page.click(BUTTON)
    assert download.value.suggested_filename.endswith(".pdf")
    return text_of_pdf(Path(download.value.path()).read_bytes())


@pytest.mark.parametrize("width", (320, *WIDTHS))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_birth_is_declared_by_keyboard_alone(office: Office, lang: str, width: int) -> None:
    page = office.enter(lang, width)
    page.goto(f"{office.url}/intake/procedures/1.001193/page")
    page.focus(f"a[href='{PATH}/page']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert look(page) == []
    page.focus("#asker_name")
    for typed in ("nguyễn văn mẫu", "0190 9000 0001", "", "Xóm Mẫu, xã Ví Dụ", "Cha", "nguyễn minh mẫu", "31/02/2026"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.focus(BUTTON)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.title().startswith("Lỗi:" if lang == "vi" else "Error:")
    assert focused(page, "className") == "errors"
    assert page.input_value("#asker_name") == "nguyễn văn mẫu" and page.input_value("#child_born") == "31/02/2026"
    assert page.input_value("#child_sex") == "nam" and look(page) == []
    page.focus(".errors a")
    page.keyboard.press("Enter")
    assert focused(page, "id") == "child_born", "the summary leads to the field"
    page.fill("#child_born", "01/06/2026")
    said = print_it(page)
    for words in ("Họ, chữ đệm, tên: NGUYỄN VĂN MẪU", "ngày một, tháng sáu, năm hai nghìn", "x Nam"):
        assert squeezed(words if lang == "vi" else words.replace("tên:", "tên (Full name):")) in said
    assert page.input_value("#child_born") == "01/06/2026", "what was typed is still there"
    page.context.close()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_same_without_javascript(office: Office, lang: str) -> None:
    asked: list[str] = []
    page = office.enter(lang, 390, scripts=False)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{office.url}{MEMBERS}/page")
    page.fill("#member_name-2", "trần thị ví dụ")
    page.fill("#member_born-2", "hôm qua")
    page.click(BUTTON)
    assert "(2): " in page.inner_text(".errors") and page.input_value("#member_name-2") == "trần thị ví dụ"
    page.fill("#member_born-2", "20/10/1992")
    assert squeezed("2 TRẦN THỊ VÍ DỤ 20/10/1992") in print_it(page)
    assert asked and not [url for url in asked if "1992" in url or "?" in url], "nothing typed stands in an address"
    page.context.close()


@pytest.mark.parametrize("kind", ["blank", "sample"])
def test_the_links_lead_to_paper(office: Office, kind: str) -> None:
    page = office.enter()
    page.goto(f"{office.url}{PATH}/page")
    href = page.get_attribute(f"a[href$='/{kind}.pdf']", "href")
    answer = page.request.get(f"{office.url}{href}")
    assert answer.headers["content-type"] == "application/pdf"
    assert (squeezed("NGUYỄN MINH MẪU") in text_of_pdf(answer.body())) is (kind == "sample")
    page.context.close()
