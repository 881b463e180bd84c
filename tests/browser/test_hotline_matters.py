"""Hotline's pages about clusters, risk, petitions and rates in a real browser: in both languages, by keyboard alone,
without JavaScript, for axe; and a refused form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from tests.browser.night import Night, a_night, is_for_everybody, is_refused_where_it_is_looked_for, needs_no_script
from tests.services.hotline.alike import said
from tests.services.hotline.desk import OFFICE, Desk
from tests.services.hotline.reports import filed
from tests.services.hotline.test_settlement import stepped
from tests.services.hotline.test_settlement_races import weighed

pytestmark = pytest.mark.browser
PAGES = {
    "/settlement?month=2026-06": "leader",
    "/desk/clusters": "operator",
    "/desk/clusters/{cluster_id}": "operator",
    "/desk/risks": "head",
    "/desk/risks/{subject_id}": "leader",
    "/desk/petitions": "head",
    "/desk/petitions/{petition_id}": "head",
}
"""Who sees a page; the first one everybody."""
FORMS = {
    "/desk/clusters/{cluster_id}": "#split .btn",
    "/desk/risks/{subject_id}": "#step .btn",
    "/desk/petitions": "#went .btn",
    "/desk/petitions/{petition_id}": "#back .btn",
}
"""The button of the form on a page, which is refused while nothing is typed."""


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with a_night(tmp_path_factory.mktemp("matters"), _a_month) as found:
        yield found


async def _a_month(desk: Desk) -> Mapping[str, str]:
    await desk.hears(*OFFICE)
    for n in range(6):
        await said(desk, n)
    [cluster] = await desk.rows("reportcluster")
    report = (await filed(desk, place="Xóm Đình"))["complaint_id"]
    while await weighed(desk, timedelta(days=31)):
        pass
    assert (await stepped(desk, report, "focal_leader", "agreed", "off-head-1", "head")).status_code == 201
    went = await desk.as_("off-head-1", "head").post("/petitions", json={"category": "land", "level": "province"})
    petition = went.json()["petition"]["petition_id"]
    return {"cluster_id": cluster["cluster_id"], "subject_id": report, "petition_id": petition}


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
