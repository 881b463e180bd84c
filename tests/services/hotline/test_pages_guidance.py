"""The pages about a khiếu nại, as a browser without JavaScript sees them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import get_args

import pytest

from services.hotline.pages.guidance_words import COURSES
from services.hotline.rules.guidance import Course
from shared.worktime import VN
from tests.services.hotline.complaining import complained
from tests.services.hotline.desk import Desk
from tests.services.hotline.reports import filed
from tests.services.hotline.test_pages import Browser, form_of, text_of
from tests.shared.web.pdf_text import squeezed, text_of_pdf


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[Browser]:
    found = Browser(desk)
    found.sign_in("off-operator-1", "operator")
    yield found
    await found.http.aclose()


async def test_a_complaint_is_guided_its_slip_printed_and_its_body_watched(browser: Browser, desk: Desk) -> None:
    path = f"/hotline/desk/{await complained(desk)}"
    page = await browser.get(path)
    assert "Khiếu nại việc của ai?" in text_of(page) and "/guidance.pdf" not in page.text
    wrong = await browser.send(page, f"{path}/guide", guide_told="Mang quyết định")
    assert wrong.status_code == 422 and 'href="#issuer"' in wrong.text and "Mang quyết định" in wrong.text
    done = await browser.send(page, f"{path}/guide", issuer="first_settlement", guide_told="Mang quyết định số 12.")
    assert done.status_code == 303
    page = await browser.get(path)
    assert "đã hướng dẫn, chờ nơi có thẩm quyền" in text_of(page)
    slip = await browser.get(f"{path}/guidance.pdf")
    assert slip.headers["content-type"] == "application/pdf" and "no-store" in slip.headers["cache-control"]
    said = text_of_pdf(slip.content)
    for each in ("PA-260605-0001", "giải quyết lần hai", "30 ngày", "Mang quyết định số 12.", "Điều 33"):
        assert squeezed(each) in said, each
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["purpose"], reading["fields"]) == ("guidance", ["guided_told", "issuer"])
    late = await browser.send(page, f"{path}/admit", admitted_on="hôm qua", course="second")
    assert late.status_code == 422 and 'href="#admitted_on"' in late.text and 'value="hôm qua"' in late.text
    noted = await browser.send(page, f"{path}/admit", admitted_on="5/6/2026", course="second", letter="15/TB")
    assert noted.status_code == 303
    page = await browser.get(path)
    assert "Thụ lý từ" in text_of(page) and "Nơi có thẩm quyền giải quyết" in text_of(page)


async def test_the_body_is_asked_again_only_when_its_time_is_over(browser: Browser, desk: Desk) -> None:
    path = f"/hotline/desk/{await complained(desk)}"
    await browser.send(await browser.get(path), f"{path}/guide", issuer="department")
    assert f'action="{path}/ask-body"' not in (await browser.get(path)).text
    object.__setattr__(desk.service.clock, "start", datetime(2026, 6, 18, 9, 0, tzinfo=VN))
    page = await browser.get(path)
    assert form_of(page.text, f"{path}/ask-body")
    assert (await browser.send(page, f"{path}/ask-body")).status_code == 303
    assert "Đã hỏi lại 1" in text_of(await browser.get(path))


async def test_a_report_is_not_guided(browser: Browser, desk: Desk) -> None:
    path = f"/hotline/desk/{(await filed(desk))['complaint_id']}"
    assert f'action="{path}/guide"' not in (await browser.get(path)).text
    assert (await browser.get(f"{path}/guidance.pdf")).status_code == 404


async def test_whoever_holds_the_code_reads_where_to_go(browser: Browser, desk: Desk) -> None:
    receipt = await filed(desk)
    operator = desk.as_("off-operator-1", "operator")
    kind = {"kind": "khieu_nai", "category": "land", "severity": "normal"}
    await operator.post(f"/complaints/{receipt['complaint_id']}/triage", json=kind)
    await operator.post(f"/complaints/{receipt['complaint_id']}/guide", json={"issuer": "province_chair"})
    page = await browser.get("/hotline/status")
    typed = {"number": str(receipt["number"]), "code": str(receipt["receipt_code"])}
    shown = text_of(await browser.send(page, "/hotline/status", **typed))
    assert "Chủ tịch Ủy ban nhân dân tỉnh" in shown and "Trụ sở tiếp công dân tỉnh" in shown
    assert "Nơi có thẩm quyền báo có thụ lý hay không chậm nhất" in shown
    public = text_of(await browser.send(page, "/hotline/status", number=typed["number"]))
    assert "Trụ sở tiếp công dân" not in public and "Nhập thêm mã nhận để đọc đó là nơi nào" in public


def test_every_course_has_words() -> None:
    assert set(COURSES) == set(get_args(Course))
