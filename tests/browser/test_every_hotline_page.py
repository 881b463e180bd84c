"""Every page of hotline, with something on it: in both languages, by keyboard alone, without JavaScript, for axe.

A page that is not in this table fails the first test.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Page

from services.hotline import pages
from shared.texts import new_id
from shared.tokens import issue
from tests.browser.test_every_page import DEAD, by_tab
from tests.browser.test_hotline_answers import PAGES as OF_ANSWERS
from tests.browser.test_hotline_calls import PAGES as OF_THE_TELEPHONE
from tests.browser.test_hotline_matters import PAGES as OF_MATTERS
from tests.services.hotline.test_pages_browser import Window, window
from tests.shared.web.look import complaints
from tests.support import UNIT, keys

__all__ = ["window"]
pytestmark = pytest.mark.browser
PAGES = {
    "/": "",
    "/status": "",
    "/supplement": "",
    "/reopen": "",
    "/withdraw": "",
    "/desk": "leader",
    "/desk/call": "operator",
    "/desk/undecided": "operator",
    "/desk/{complaint_id}": "leader",
    "/denunciation": "",
    "/desk/denunciation": "operator",
    "/desk/sealed": "leader",
}
"""Who sees a page; "" is everybody."""


@pytest.fixture(scope="module")
def complaint_id(window: Window) -> str:
    """A report in somebody's hands."""
    body = {"channel": "web", "text": "Đèn đường xóm Đồng Cả hỏng ba tối nay"}
    filed = str(_post(window, "", "/complaints", body)["complaint_id"])
    kind = {"kind": "pakn", "category": "roads", "severity": "urgent"}
    _post(window, "operator", f"/complaints/{filed}/triage", kind)
    _post(window, "operator", f"/complaints/{filed}/assign", {"official_id": "off-leader-1"})
    return filed


def _post(window: Window, role: str, path: str, body: object) -> dict[str, object]:
    headers = {"Idempotency-Key": new_id()}
    if role:
        token = issue(keys(window.desk.folder)[0], f"off-{role}-1", UNIT, [role])
        headers["Authorization"] = f"Bearer {token}"
    answer = httpx.post(f"{window.url}/hotline{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    found: dict[str, object] = answer.json()
    return found


def pages_of(window: Window, complaint_id: str, lang: str, width: int, *, scripts: bool = True) -> Iterator[Page]:
    """Each page, opened by somebody who may see it."""
    windows: dict[str, Page] = {}
    for path, role in PAGES.items():
        if role not in windows:
            windows[role] = window.open(lang, width, *((role, "operator") if role else ()), scripts=scripts)
        answer = windows[role].goto(f"{window.url}/hotline{path.format(complaint_id=complaint_id)}")
        assert answer is not None and answer.status == 200, path
        yield windows[role]
    for page in windows.values():
        page.context.close()


def test_no_page_is_left_out() -> None:
    routes = [route for each in pages.PAGES for route in each.router.routes if isinstance(route, APIRoute)]
    shown = {route.path for route in routes if "GET" in route.methods and not route.path.endswith((".pdf", ".txt"))}
    elsewhere = {path.partition("?")[0] for path in (*OF_THE_TELEPHONE, *OF_MATTERS)}
    assert set(PAGES) | set(OF_ANSWERS) <= shown <= set(PAGES) | set(OF_ANSWERS) | elsewhere


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 320)])
def test_every_page_is_for_everybody_and_all_of_it_is_reached_by_tab(
    window: Window, complaint_id: str, lang: str, width: int
) -> None:
    for page in pages_of(window, complaint_id, lang, width):
        assert complaints(page) == [], page.url
        missed, unseen = by_tab(page)
        assert (missed, unseen) == ([], []), page.url


@pytest.mark.parametrize(("lang", "width"), [("vi", 320), ("en", 1280)])
def test_a_complaint_and_its_parts_are_for_everybody_too(window: Window, lang: str, width: int) -> None:
    body = {"channel": "web", "text": "Tôi không đồng ý quyết định số 12, và đèn đường hỏng"}
    path = f"/complaints/{_post(window, '', '/complaints', body)['complaint_id']}"
    _post(window, "operator", f"{path}/split", {"rest": "Quyết định số 12", "parts": [{"text": "Đèn hỏng"}]})
    _post(window, "operator", f"{path}/triage", {"kind": "khieu_nai", "category": "land", "severity": "normal"})
    for done in (None, {"issuer": "commune_chair"}):
        if done:
            _post(window, "operator", f"{path}/guide", done)
        page = window.open(lang, width, "leader", "operator")
        page.goto(f"{window.url}/hotline/desk/{path.rpartition('/')[2]}")
        assert complaints(page) == [], page.url
        page.context.close()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_page_needs_javascript(window: Window, complaint_id: str, lang: str) -> None:
    for page in pages_of(window, complaint_id, lang, 390, scripts=False):
        assert page.get_attribute("html", "lang") == lang and page.inner_text("main h1"), page.url
        assert page.evaluate(DEAD) == [], page.url
