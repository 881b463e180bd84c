"""The pages about clusters, risk, petitions and rates, as a browser without JavaScript sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import get_args

import pytest

from services.hotline.pages.cluster_words import CLUSTER_REFUSALS
from services.hotline.pages.settlement_words import LEVELS, REASONS, RUNGS, STEP_OUTCOMES
from shared.events.settlement import PetitionLevel, ReasonCode, Rung, StepOutcome
from tests.services.hotline.alike import said, triaged
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import about_conduct, filed
from tests.services.hotline.test_pages import Browser, form_of, switched, text_of
from tests.services.hotline.test_settlement import NOTE, late, weighed

CLUSTERS, RISKS, PETITIONS = "/hotline/desk/clusters", "/hotline/desk/risks", "/hotline/desk/petitions"


@pytest.fixture
async def browser(timed: Timed) -> AsyncIterator[Browser]:
    found = Browser(timed.desk)
    found.sign_in("off-leader-1", "leader", "operator")
    yield found
    await found.http.aclose()


async def a_cluster(desk: Desk, reports: int = 3) -> tuple[str, list[str]]:
    ids = [await said(desk, n) for n in range(reports)]
    [row] = await desk.rows("reportcluster")
    return str(row["cluster_id"]), ids


async def test_a_cluster_shows_its_evidence_and_no_word_of_a_text(browser: Browser, timed: Timed) -> None:
    assert "Chưa có nhóm nào" in text_of(await browser.get(CLUSTERS))
    cluster, ids = await a_cluster(timed.desk)
    listed = text_of(await browser.get(CLUSTERS))
    assert "Vệ sinh môi trường" in listed and "3 phản ánh, 3 chưa trả lời" in listed
    page = await browser.get(f"{CLUSTERS}/{cluster}")
    for line in ("Số người khác nhau 3", "cùng nơi được nêu · chung", "phần trăm số từ · cách nhau 0 ngày"):
        assert line in text_of(page)
    for word in ("Đồng Cả", "bốc mùi", "Bưởi", "0987"):
        assert word not in page.text
    case = text_of(await browser.get(f"/hotline/desk/{ids[0]}"))
    assert "2 phản ánh khác giống phản ánh này" in case
    assert "3 reports, 3 without an answer" in text_of(await browser.get(f"{CLUSTERS}?lang=en"))


async def test_reports_are_put_apart_on_the_page_and_why_is_read_on_its_own(browser: Browser, timed: Timed) -> None:
    cluster, ids = await a_cluster(timed.desk)
    path = f"{CLUSTERS}/{cluster}"
    page = await browser.get(path)
    unchosen = await browser.send(page, f"{path}/split", reason="Việc khác.")
    assert unchosen.status_code == 422 and "Hãy chọn ít nhất một phản ánh." in text_of(unchosen)
    assert "Việc khác." in unchosen.text
    unsaid = await browser.send(page, f"{path}/split", complaint_ids=ids[0])
    assert unsaid.status_code == 422 and f'value="{ids[0]}" checked' in unsaid.text
    done = await browser.send(page, f"{path}/split", complaint_ids=ids[0], reason="Hai bãi rác <khác> nhau.")
    assert (done.status_code, done.headers["location"]) == (303, path)
    page = await browser.get(path)
    assert "khác&gt; nhau" not in page.text and "Số người khác nhau 2" in text_of(page)
    told = await browser.send(page, f"{path}/why")
    assert "Hai bãi rác &lt;khác&gt; nhau." in told.text
    [reading] = await timed.desk.events("PrivateDataRead")
    assert reading["fields"] == ["parted"]
    again = await browser.send(page, f"{path}/split", complaint_ids=ids[0], reason="Việc khác.")
    assert again.status_code == 422 and CLUSTER_REFUSALS["not_in_cluster"] in text_of(again)
    assert (await browser.get(f"{CLUSTERS}/no-such")).status_code == 404


async def test_a_cluster_that_became_part_of_another_leads_there(browser: Browser, timed: Timed) -> None:
    for n in range(4):
        await said(timed.desk, n, text=("ống nước vỡ tràn ngập", "cầu gãy lan can")[n % 2], category="roads")
    await said(timed.desk, 5, text="ống nước vỡ, cầu gãy", category="roads")
    [over] = [row for row in await timed.desk.rows("reportcluster") if row["merged_into"]]
    page = await browser.get(f"{CLUSTERS}/{over['cluster_id']}")
    assert f'href="{CLUSTERS}/{over["merged_into"]}"' in page.text and "/split" not in page.text


async def test_a_matter_at_risk_is_explained_and_a_step_is_recorded(browser: Browser, timed: Timed) -> None:
    assert "Không có việc nào" in text_of(await browser.get(RISKS))
    report = await late(timed)
    await weighed(timed.desk)
    listed = text_of(await browser.get(RISKS))
    assert "Quá hạn: đã dùng" in listed and "Lãnh đạo đầu mối" in listed
    path = f"{RISKS}/{report}"
    page = await browser.get(path)
    assert "ngày làm việc không có tin cho người dân" in text_of(page)
    blank = await browser.send(page, f"{path}/step")
    assert blank.status_code == 422
    for sentence in ("Hãy chọn bậc.", "Hãy chọn kết quả.", "Hãy nhập điều đã nói."):
        assert sentence in text_of(blank)
    step = {"rung": "vice_chair", "outcome": "agreed", "note": NOTE}
    assert (await browser.send(page, f"{path}/step", **step)).status_code == 303
    page = await browser.get(path)
    assert "Phó chủ tịch Trần off-leader-1 · Công chức" in text_of(page) and NOTE not in page.text
    assert '<option value="officer">' not in page.text, "below the rung whose turn it is"
    assert NOTE in (await browser.send(page, f"{path}/notes")).text
    english = await switched(browser, page, f"{path}/step", note="Đã hẹn.")
    assert "Đã hẹn." in english.text and "Record a talk" in text_of(english)
    case = await browser.get(f"/hotline/desk/{report}")
    assert f'href="{path}"' in case.text


async def test_each_rung_is_offered_to_its_people(browser: Browser, timed: Timed) -> None:
    report = await late(timed)
    await weighed(timed.desk)
    browser.sign_in("off-operator-1", "operator")
    assert "/step" not in (await browser.get(f"{RISKS}/{report}")).text
    for role, offered in (("head", {"focal_leader"}), ("leader", set(RUNGS) - {"officer"})):
        browser.sign_in(f"off-{role}-1", role)
        form = form_of((await browser.get(f"{RISKS}/{report}")).text, f"{RISKS}/{report}/step")
        assert {rung for rung in RUNGS if f'<option value="{rung}">' in form} == offered


async def test_what_the_rules_refuse_keeps_what_was_typed(browser: Browser, timed: Timed) -> None:
    report = await late(timed)
    await weighed(timed.desk)
    path = f"{RISKS}/{report}"
    page = await browser.get(path)
    await browser.send(page, f"{path}/step", rung="vice_chair", outcome="agreed", note=NOTE)
    passed = await browser.send(await browser.get(path), f"{path}/step", rung="officer", outcome="agreed", note="Lại.")
    assert passed.status_code == 409 and "Đã đến lượt bậc trên." in text_of(passed) and "Lại." in passed.text


async def test_the_accused_sees_nothing_of_a_matter_about_them(browser: Browser, timed: Timed) -> None:
    report = await about_conduct(timed.desk, accused=None)
    about = {"official_id": "off-leader-2", "conduct": "delay"}
    await timed.desk.as_("off-leader-1", "leader").post(f"/complaints/{report}/attribute", json=about)
    timed.clock.goes_to(NOW + timedelta(days=31))
    await weighed(timed.desk)
    assert report in (await browser.get(RISKS)).text
    browser.sign_in("off-leader-2", "leader")
    assert report not in (await browser.get(RISKS)).text
    assert (await browser.get(f"{RISKS}/{report}")).status_code == 404


async def test_petitions_are_recorded_counted_and_come_back(browser: Browser) -> None:
    page = await browser.get(PETITIONS)
    assert "Chưa ghi đơn nào" in text_of(page)
    wrong = await browser.send(page, PETITIONS, went_on="hôm qua")
    assert wrong.status_code == 422 and 'value="hôm qua"' in wrong.text
    for sentence in ("Hãy chọn lĩnh vực.", "Hãy chọn nơi đơn đã lên."):
        assert sentence in text_of(wrong)
    to_come = await browser.send(page, PETITIONS, category="land", level="province", went_on="07/06/2026")
    assert to_come.status_code == 422 and "Ngày này chưa tới." in text_of(to_come)
    done = await browser.send(page, PETITIONS, category="land", level="province", went_on="04/05/2026")
    assert done.status_code == 303
    page = await browser.get(PETITIONS)
    assert "Đất đai 1 0" in text_of(page) and "chưa chuyển về" in text_of(page)
    [path] = [f"{PETITIONS}/{row['petition_id']}" for row in await browser.desk.rows("petition")]
    one, other = [await browser.get(path) for _ in range(2)]
    unchosen = await browser.send(one, f"{path}/came-back")
    assert unchosen.status_code == 422 and "Hãy chọn có yêu cầu giải quyết hay không." in text_of(unchosen)
    assert (await browser.send(one, f"{path}/came-back", ordered="true")).status_code == 303
    assert "Đất đai 1 1 1 phải giải quyết" in text_of(await browser.get(PETITIONS))
    again = await browser.send(other, f"{path}/came-back", ordered="false")
    assert again.status_code == 409 and "Đơn này đã được chuyển về rồi." in text_of(again)
    browser.sign_in("off-operator-1", "operator")
    assert f'action="{PETITIONS}"' not in (await browser.get(PETITIONS)).text


async def test_everybody_reads_how_reports_are_settled(browser: Browser, timed: Timed) -> None:
    browser.http.cookies.clear()
    for n in range(5):
        await triaged(timed.desk, (await filed(timed.desk, place=f"Xóm {n}"))["complaint_id"], category="roads")
    page = text_of(await browser.get("/hotline/settlement?month=2026-06"))
    assert "tháng 06/2026" in page and "nhận 5, trả lời 0, đang giải quyết 5" in page
    assert "Đất đai dưới 5 phản ánh" in page and "Thái độ, hành vi cán bộ dưới" not in page
    assert "fewer than 5 reports" in text_of(await browser.get("/hotline/settlement?month=2026-06&lang=en"))
    assert "tháng 05/2026" in text_of(await browser.get("/hotline/settlement?lang=vi"))
    assert (await browser.get("/hotline/settlement?month=1999-01")).status_code == 404
    assert 'href="/hotline/settlement"' in (await browser.get("/hotline/status")).text


@pytest.mark.parametrize(
    ("words", "codes"), [(REASONS, ReasonCode), (RUNGS, Rung), (STEP_OUTCOMES, StepOutcome), (LEVELS, PetitionLevel)]
)
def test_every_code_has_its_words(words: dict[str, str], codes: object) -> None:
    assert set(words) == set(get_args(codes))
