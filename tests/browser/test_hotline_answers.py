"""The pages of published answers in a real browser: in both languages, by keyboard alone, without JavaScript, for axe;
and a head's last look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Page

from tests.browser.night import Night, a_night, is_for_everybody, needs_no_script
from tests.services.hotline.desk import OFFICE, Desk
from tests.services.hotline.test_answers import SHOWN, WHY, answered, asked, published, reopened

pytestmark = pytest.mark.browser
PAGES = {
    "/answers": "",
    "/answers/{number}": "",
    "/desk/publishing": "head",
    "/desk/{complaint_id}/publication": "head",
}
"""Who sees a page; "" is everybody."""


def pages_of(day: Night, lang: str, width: int, *, scripts: bool = True) -> Iterator[Page]:
    """Each page, opened by somebody who may see it, and the one with the last look."""
    for path, page in zip(PAGES, day.visited(PAGES, lang, width, scripts=scripts), strict=True):
        yield page
        if path.endswith("/publication"):
            page.click("#publish .btn")
            page.wait_for_selector("#everybody")
            yield page


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with a_night(tmp_path_factory.mktemp("day"), _some_answers) as found:
        yield found


async def _some_answers(desk: Desk) -> Mapping[str, str]:
    await desk.hears(*OFFICE)
    again, kept, waits = [await answered(desk) for _ in range(3)]
    await published(desk, again)
    await reopened(desk, again)
    await asked(desk, kept, "withhold", WHY)
    return {"number": again["number"], "complaint_id": waits["complaint_id"]}


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 320)])
def test_every_page_is_for_everybody_and_all_of_it_is_reached_by_tab(day: Night, lang: str, width: int) -> None:
    for page in pages_of(day, lang, width):
        is_for_everybody(page)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_needs_javascript(day: Night, lang: str) -> None:
    for page in pages_of(day, lang, 390, scripts=False):
        needs_no_script(page, lang)


def test_a_head_opens_an_offices_number_masks_more_and_publishes(day: Night) -> None:
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
