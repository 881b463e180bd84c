"""Hotline's pages about the telephone in a real browser: in both languages, by keyboard alone, without JavaScript, for
axe; and what an operator does there in a night."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.browser.night import Night, a_night, is_for_everybody, is_refused_where_it_is_looked_for, needs_no_script
from tests.services.hotline.desk import OFFICE, Desk
from tests.services.hotline.test_calls import PHONE, ago, missed, tried
from tests.services.hotline.test_line_tests import opened
from tests.services.hotline.test_sheets import a_call, entered, printed, voided
from tests.services.hotline.test_shifts import PROMISED, over

pytestmark = pytest.mark.browser
PAGES = {
    "/desk": "operator",
    "/desk/call": "operator",
    "/desk/calls": "operator",
    "/desk/calls/{call_id}": "operator",
    "/desk/calls/{closed_id}": "head",
    "/desk/sheets": "operator",
    "/desk/sheets/{sheet_id}": "operator",
    "/desk/sheets/{sheet_id}/enter": "operator",
    "/desk/sheets/{whole_id}": "head",
    "/desk/shift": "head",
    "/desk/line-tests": "head",
}
"""Who sees a page."""
FORMS = {
    "/desk/calls": "#note .btn",
    "/desk/calls/{call_id}": "#back .btn",
    "/desk/sheets": "#print .btn",
    "/desk/sheets/{sheet_id}": "#void .btn",
    "/desk/sheets/{sheet_id}/enter": "#typed .btn",
    "/desk/shift": "#hand-over .btn",
    "/desk/line-tests": "#tonight .btn",
}
"""The button of the form on a page, which is refused while nothing is typed."""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with a_night(tmp_path_factory.mktemp("night"), _an_evening) as found:
        yield found


async def _an_evening(desk: Desk) -> Mapping[str, str]:
    await desk.hears(*OFFICE)
    late, waiting, closed = [await missed(desk, missed_at=ago(minutes)) for minutes in (45, 20, 10)]
    await tried(desk, late, "not_reached")
    await tried(desk, closed, "reached")
    whole, sheet = await printed(desk, 2), await printed(desk)
    await entered(desk, whole, a_call(whole))
    await voided(desk, whole, 2)
    await voided(desk, sheet, 3, reason="spoiled")
    await opened(desk)
    await over(desk, "off-operator-1", by="off-leader-1", role="leader", promises=PROMISED)
    found = {"call_id": waiting["call_id"], "closed_id": closed["call_id"]}
    return found | {"sheet_id": sheet["sheet_id"], "whole_id": whole["sheet_id"]}


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 320)])
def test_every_page_is_for_everybody_and_all_of_it_is_reached_by_tab(night: Night, lang: str, width: int) -> None:
    for page in night.visited(PAGES, lang, width):
        is_for_everybody(page)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_needs_javascript(night: Night, lang: str) -> None:
    for page in night.visited(PAGES, lang, 390, scripts=False):
        needs_no_script(page, lang)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("path", FORMS)
def test_a_refused_form_says_so_where_it_is_looked_for(night: Night, path: str, lang: str) -> None:
    page = night.enter(lang, 390, PAGES[path])
    page.goto(f"{night.url}/hotline{path.format_map(night.ids)}")
    is_refused_where_it_is_looked_for(page, FORMS[path])
    page.context.close()


def test_an_operator_calls_back_by_keyboard_alone(night: Night) -> None:
    page = night.enter("vi", 1280, "operator")
    page.goto(f"{night.url}/hotline/desk/calls")
    page.focus("#phone")
    page.keyboard.type(PHONE)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("main tbody a").last.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.focus("#number button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.inner_text("#number a") == PHONE
    page.focus("#outcome")
    page.keyboard.press("Space")
    page.focus("#back .btn")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url == f"{night.url}/hotline/desk/calls"
    page.context.close()
