"""What the desk shows of a danger that nobody takes up, whom it offers a report to, and the way out for who needs it no
more, in a real browser: in both languages, by keyboard alone, for axe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from services.hotline.commands import ladder
from tests.browser.night import Night, a_night, is_for_everybody
from tests.services.hotline.dangers import PASSED, a_danger
from tests.services.hotline.desk import OFFICE, Desk
from tests.services.hotline.reports import filed
from tests.services.hotline.test_endings import QUESTION, SAID, done, held, told
from tests.services.hotline.test_shifts import over

pytestmark = pytest.mark.browser
PAGES = {"/desk": "head", "/desk/{danger}": "head", "/desk/{sealed}": "leader", "/desk/{came}": "operator"}
"""Who sees a page."""
PUBLIC = ("/withdraw", "/status")


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with a_night(tmp_path_factory.mktemp("aside"), _an_evening) as found:
        yield found


async def _an_evening(desk: Desk) -> Mapping[str, str]:
    """A danger told of two times, another that concerns an official, one whose supplement came, and one just sent."""
    await desk.hears(*OFFICE)
    await desk.appoints("off-clerk-2", roles=["clerk"])
    await over(desk, "off-operator-1", by="off-leader-1", role="leader")
    danger, sealed = await a_danger(desk), await a_danger(desk, category="conduct")
    about = {"official_id": "off-clerk-1", "conduct": "harassment"}
    await desk.as_("off-chair", "leader").post(f"/complaints/{sealed}/attribute", json=about)
    for minutes in (0, 15):
        for each in (danger, sealed):
            asked: tuple[Any, ...] = (each, desk.app.state.policy, PASSED + timedelta(minutes=minutes))
            assert await desk.service.db.write(ladder.escalate, *asked)
    came, sent = await held(desk), await filed(desk)
    assert await done(desk, came, "ask-supplement", {"question": QUESTION}) == "asked"
    assert (await told(desk, came, "supplement", SAID))[0] == 201
    await desk.as_("off-operator-1", "operator").post(
        f"/complaints/{came['complaint_id']}/assign", json={"official_id": "off-operator-1"}
    )
    found = {"danger": danger, "sealed": sealed, "came": str(came["complaint_id"])}
    return found | {"number": str(sent["number"]), "code": str(sent["receipt_code"])}


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 320)])
def test_every_page_is_for_everybody_and_all_of_it_is_reached_by_tab(night: Night, lang: str, width: int) -> None:
    for path, role in (PAGES | dict.fromkeys(PUBLIC, "operator")).items():
        page = night.enter(lang, width, role)
        page.goto(f"{night.url}/hotline{path.format_map(night.ids)}")
        is_for_everybody(page)
        page.context.close()


def test_the_desk_says_who_was_told_and_of_what_concerns_an_official_only_that_somebody_was(night: Night) -> None:
    page = night.enter("en", 1280, "head")
    page.goto(f"{night.url}/hotline/desk/{night.ids['danger']}")
    assert "Told, as nobody took it up" in page.inner_text("main") and "Trần off-head-1" in page.inner_text("main dl")
    page.goto(f"{night.url}/hotline/desk/{night.ids['sealed']}")
    assert "somebody without a stake in it, whose name is kept secret" in page.inner_text("main dl")
    page.goto(f"{night.url}/hotline/desk")
    assert page.inner_text("main").count("told up the ladder (2), nobody has taken it up") == 2
    page.context.close()


def test_a_report_and_the_shift_are_offered_to_who_may_have_them(night: Night) -> None:
    page = night.enter("vi", 1280, "head")
    page.goto(f"{night.url}/hotline/desk/{night.ids['danger']}")
    takers = page.locator("#assignee option").evaluate_all("all => all.map(each => each.value)")
    assert "off-clerk-1" in takers and "off-clerk-2" not in takers
    page.goto(f"{night.url}/hotline/desk/shift")
    next_ones = page.locator("#taken_by option").evaluate_all("all => all.map(each => each.value)")
    assert set(next_ones) - {""} == {"off-chair", "off-leader-1", "off-leader-2", "off-head-1"}
    page.context.close()


def test_whoever_has_what_came_takes_it_up_by_keyboard_alone(night: Night) -> None:
    page = night.enter("vi", 390, "operator")
    page.goto(f"{night.url}/hotline/desk/{night.ids['came']}")
    page.focus("#take-up button.btn")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "đang giải quyết" in page.inner_text("main") and not page.is_visible("#take-up")
    page.context.close()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_who_needs_it_no_more_withdraws_it_without_javascript(night: Night, lang: str) -> None:
    page = night.enter(lang, 390, "operator", scripts=False)
    page.goto(f"{night.url}/hotline/withdraw?number={night.ids['number']}")
    page.fill("#code", night.ids["code"])
    with page.expect_navigation():
        page.click("#typed .btn")
    assert page.locator(".errors a").first.get_attribute("href") == "#told"
    if lang == "en":
        page.fill("#told", "Đã tự sửa.")
        with page.expect_navigation():
            page.click("#typed .btn")
        assert "The report is withdrawn" in page.inner_text("h1")
    page.context.close()
