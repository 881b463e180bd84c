"""Reports that are answered with another, in a real browser: the one that leads, the merged one, what reporters read,
and what waits for triage; in both languages, by keyboard alone, without JavaScript, for axe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Page

from tests.browser.night import Night, a_night, is_for_everybody, is_refused_where_it_is_looked_for, needs_no_script
from tests.services.hotline.complaining import step
from tests.services.hotline.desk import OFFICE, Desk
from tests.services.hotline.reports import filed
from tests.services.hotline.test_merging import ANSWER, OTHER, merged, of_roads

pytestmark = pytest.mark.browser
PAGES = {
    "/desk/{lead_id}": "operator",
    "/desk/{merged_id}": "operator",
    "/desk/{free_id}": "operator",
    "/desk/undecided": "head",
}
"""Who sees a page."""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with a_night(tmp_path_factory.mktemp("merging"), _befalls) as found:
        yield found


async def _befalls(desk: Desk) -> Mapping[str, str]:
    """One that leads another; two of which one has its answer with the other; one that is free, and some untriaged."""
    await desk.hears(*OFFICE)
    lead, other, answered, with_it, free = [await of_roads(desk, reporter=OTHER) for _ in range(5)]
    assert (await merged(desk, other, lead)).status_code == 201
    assert (await merged(desk, with_it, answered)).status_code == 201
    await step(desk, str(answered["complaint_id"]), "answer", {"text": ANSWER}, "off-leader-1")
    for text in ("Dây điện đứt trước trường", "Rác đổ đầy kênh", "Đèn hỏng"):
        await filed(desk, text=text)
    ids = {"lead_id": lead["complaint_id"], "merged_id": other["complaint_id"], "free_id": free["complaint_id"]}
    receipts = {"waiting": other, "answered": with_it}
    told = {f"{name}_{what}": str(each[what]) for name, each in receipts.items() for what in ("number", "receipt_code")}
    return {name: str(value) for name, value in ids.items()} | told


def pages_of(night: Night, lang: str, width: int, *, scripts: bool = True) -> Iterator[Page]:
    """Each page, and what both reporters read."""
    yield from night.visited(PAGES, lang, width, scripts=scripts)
    for who in ("waiting", "answered"):
        page = night.enter(lang, width, "", scripts=scripts)
        page.goto(f"{night.url}/hotline/status?number={night.ids[f'{who}_number']}")
        page.fill("#code", night.ids[f"{who}_receipt_code"])
        with page.expect_navigation():
            page.click("#typed .btn")
        yield page
        page.context.close()


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 320)])
def test_every_page_is_for_everybody_and_all_of_it_is_reached_by_tab(night: Night, lang: str, width: int) -> None:
    for page in pages_of(night, lang, width):
        is_for_everybody(page)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_needs_javascript(night: Night, lang: str) -> None:
    for page in pages_of(night, lang, 390, scripts=False):
        needs_no_script(page, lang)


@pytest.mark.parametrize(("path", "form"), [("/desk/{free_id}", "merge"), ("/desk/{merged_id}", "separate")])
def test_an_empty_form_says_what_is_missing(night: Night, path: str, form: str) -> None:
    page = night.enter("vi", 1280, "operator")
    page.goto(f"{night.url}/hotline{path.format(**night.ids)}")
    page.click(f"#{form} summary")
    is_refused_where_it_is_looked_for(page, f"#{form} .btn")
