"""Every page of intake, with something on it: in both languages, by keyboard alone, without JavaScript, for axe.

A page that is not in this table fails the first test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import Page

from services.intake import pages
from shared.texts import new_id
from shared.tokens import issue
from tests.browser.test_intake_pages import LANGUAGES, Office, an_office, look
from tests.services.intake.conftest import FRIDAY_AFTERNOON
from tests.services.intake.emergency import A_DECLARATION
from tests.support import UNIT, keys
from tests.system.operations import A_CALL, A_FILING, A_GUIDANCE, A_VISIT
from tests.system.running import A_DOSSIER

pytestmark = pytest.mark.browser
PAGES = {
    "/": "",
    "/procedures/{code}/page": "",
    "/procedures/{code}/declaration/page": "",
    "/track": "",
    "/book": "",
    "/book/cancel": "",
    "/book/mine": "",
    "/ticket": "",
    "/ticket/{visit_id}": "",
    "/board": "",
    "/trips": "",
    "/counter": "clerk",
    "/counter/open": "head",
    "/counter/today": "clerk",
    "/counter/book": "clerk",
    "/counter/import": "clerk",
    "/counter/lost": "clerk",
    "/counter/filings/new": "clerk",
    "/counter/filings/{filing_id}": "clerk",
    "/counter/visits": "clerk",
    "/counter/visits/{visit_id}": "clerk",
    "/counter/visits/{guided_id}/paper": "clerk",
    "/counter/bookings": "clerk",
    "/counter/door": "clerk",
    "/counter/emergency": "leader",
    "/counter/emergency/promises": "head",
    "/counter/emergency/suspended": "head",
    "/counter/emergency/mistake": "leader",
    "/counter/emergency/moved": "head",
    "/counter/{dossier_id}": "clerk",
    "/counter/{dossier_id}/receipt": "clerk",
}
"""Who sees a page; "" is everybody."""
STOPS = """() => {
  const shown = e => e.type !== 'hidden' && !e.disabled && e.tabIndex >= 0 && e.checkVisibility()
  const all = [...document.querySelectorAll('a[href],button,input,select,textarea,summary')].filter(shown)
  all.forEach((e, n) => { e.stop = e.type === 'radio' ? 'radio ' + e.name : n + ' ' + e.outerHTML.slice(0, 60) })
  return [...new Set(all.map(e => e.stop))]
}"""
"""What can be reached by Tab; the choices of one group are one stop."""
HERE = """() => {
  const e = document.activeElement, s = getComputedStyle(e)
  const seen = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'
  return [e.stop || '', seen || e === document.body]
}"""
"""Where the focus is, and whether that can be seen."""
DEAD = """() => [...document.querySelectorAll('button,[onclick],a:not([href])')].filter(
  e => !e.form && e.type !== 'button' || e.hasAttribute('onclick')).map(e => e.outerHTML.slice(0, 90))"""
"""What only a script could bring to life."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with an_office(tmp_path_factory.mktemp("every")) as office:
        yield office


@pytest.fixture(scope="module")
def ids(office: Office) -> Mapping[str, str]:
    """One of everything that a page can be about."""
    a_filing = A_FILING | {"filed_at": (FRIDAY_AFTERNOON - timedelta(hours=1)).isoformat()}
    a_visit = {name: value for name, value in A_VISIT.items() if name != "code"}
    guided, waiting = (_post(office, "", "/visits", a_visit)["visit_id"] for _ in range(2))
    _post(office, "clerk", f"/visits/{guided}/call", A_CALL)
    _post(office, "clerk", f"/visits/{guided}/close", A_GUIDANCE)
    found = {
        "dossier_id": _post(office, "clerk", "/dossiers", A_DOSSIER)["dossier_id"],
        "filing_id": _post(office, "clerk", "/filings", a_filing)["filing_id"],
    }
    _post(office, "leader", "/emergencies", A_DECLARATION)
    return found | {"code": "1.001193", "visit_id": waiting, "guided_id": guided}


def _post(office: Office, role: str, path: str, body: Any) -> Any:
    headers = {"Idempotency-Key": new_id()}
    if role:
        token = issue(keys(office.folder)[0], f"off-{role}-1", UNIT, [role])
        headers["Authorization"] = f"Bearer {token}"
    answer = httpx.post(f"{office.url}/intake{path}", json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


def pages_of(office: Office, ids: Mapping[str, str], lang: str, width: int, *, scripts: bool = True) -> Iterator[Page]:
    """Each page, opened by somebody who may see it."""
    windows: dict[str, Page] = {}
    for path, role in PAGES.items():
        if role not in windows:
            windows[role] = office.enter(lang, width, role, scripts=scripts)
        answer = windows[role].goto(f"{office.url}/intake{path.format_map(ids)}")
        assert answer is not None and answer.status == 200, path
        yield windows[role]
    for window in windows.values():
        window.context.close()


def test_no_page_is_left_out() -> None:
    routes = [route for each in pages.PAGES for route in each.router.routes if isinstance(route, APIRoute)]
    gets = {route.path for route in routes if "GET" in route.methods}
    shown = {path for path in gets if not path.endswith(".pdf") and "/part/" not in path}
    assert {path.replace("{guided_id}", "{visit_id}") for path in PAGES} == shown


@pytest.mark.parametrize(("lang", "width"), [("vi", 1280), ("en", 320)])
def test_every_page_is_for_everybody_and_all_of_it_is_reached_by_tab(
    office: Office, ids: Mapping[str, str], lang: str, width: int
) -> None:
    for page in pages_of(office, ids, lang, width):
        assert look(page) == [], page.url
        missed, unseen = by_tab(page)
        assert (missed, unseen) == ([], []), page.url


def by_tab(page: Page) -> tuple[list[str], list[str]]:
    """What Tab does not come to, and what it comes to without showing it."""
    stops = page.evaluate(STOPS)
    missed, unseen = dict.fromkeys(stops), list[str]()
    for _ in range(2 * len(stops) + 4):
        page.keyboard.press("Tab")
        here, seen = page.evaluate(HERE)
        missed.pop(here, None)
        unseen += [] if seen else [here]
        if not missed:
            break
    return list(missed), unseen


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_needs_javascript(office: Office, ids: Mapping[str, str], lang: str) -> None:
    for page in pages_of(office, ids, lang, 390, scripts=False):
        assert page.get_attribute("html", "lang") == lang and page.inner_text("main h1"), page.url
        assert page.evaluate(DEAD) == [], page.url
