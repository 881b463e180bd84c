"""A filing is received, and asked for papers, under the version of the day on which that happens, not on which it was
filed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from shared.mechanism import event_log
from shared.worktime import VN
from tests.services.intake.conftest import Visitor
from tests.services.intake.office import FRIDAY, Office
from tests.services.intake.test_filings import A_FILING, ALL, ASKED
from tests.services.intake.test_pages_filings import registered, take, text_of
from tests.services.intake.test_pages_letters import letter
from tests.shared.line import rows
from tests.shared.web.pdf_text import squeezed, text_of_pdf
from tests.support import SetClock, app_of

MONDAY = datetime(2026, 6, 8, 9, 0, tzinfo=VN)
FROM_MONDAY = """
[[procedure]]
code = "1.001193"
name = "Đăng ký khai sinh"
name_en = "Birth registration"
field = "Hộ tịch"
limit = { kind = "WORKING_DAY", amount = 2 }
fee = "Miễn phí"
fee_en = "Free"
basis = "NĐ 1/2026/NĐ-CP"
channels = ["counter", "online", "post"]
confidence = "M"
department = "dep-hanh-chinh-cong"
valid_from = 2026-06-08
papers = [
    { code = "giay_chung_sinh", name = "Giấy chứng sinh", name_en = "Certificate of live birth" },
    { code = "to_khai_moi", name = "Tờ khai mới", name_en = "The new form" },
]
"""
ALL_OF_MONDAY = {"papers": ["giay_chung_sinh", "to_khai_moi"]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.toml"
    path.write_text(FROM_MONDAY, encoding="utf-8")
    return path


@pytest.fixture
async def office(database_url: str, tmp_path: Path, file: Path) -> AsyncIterator[Office]:
    """Friday; from Monday on another version of birth registration is in force."""
    clock = SetClock()
    clock.goes_to(FRIDAY)
    app = app_of("intake", database_url, tmp_path, clock, rate_factor=10_000, procedures_file=file)
    yield Office(app, tmp_path, clock, database_url)
    app.state.service.db.close()


async def filed(office: Office) -> str:
    return f"/filings/{(await office.post('clerk', '/filings', A_FILING | ALL))['filing_id']}"


def received(office: Office) -> dict[str, Any]:
    (body,) = [row["body"] for row in rows(office.url, event_log) if row["subject"].endswith(".dossier_received")]
    data: dict[str, Any] = json.loads(bytes(body))["data"]
    return data


async def test_it_is_received_under_the_version_of_the_day_of_its_receipt(office: Office) -> None:
    path = await filed(office)
    office.clock.goes_to(MONDAY)
    receipt = await office.post("clerk", f"{path}/accept", ALL_OF_MONDAY)
    assert receipt["due_at"] == "2026-06-10T09:00:00+07:00"  # two working days from its receipt
    assert received(office)["procedure_version"] == "2026-06-08"


async def test_it_is_received_under_the_version_of_friday_on_friday(office: Office) -> None:
    path = await filed(office)
    await office.post("clerk", f"{path}/accept", ALL)
    assert received(office)["procedure_version"] == "2025-07-01"


async def test_what_the_new_version_wants_and_the_filing_lacks_can_be_asked_for(office: Office) -> None:
    path = await filed(office)
    office.clock.goes_to(MONDAY)
    lacking = await office.post("clerk", f"{path}/accept", ALL, 422)
    assert (lacking["code"], lacking["missing"]) == ("papers_missing", ["to_khai_moi"])
    await office.post("clerk", f"{path}/ask", ASKED | {"papers": ["to_khai_moi"]})
    await office.post("clerk", f"{path}/accept", ALL_OF_MONDAY)
    assert received(office)["papers"] == ["giay_chung_sinh", "to_khai_moi"]


async def test_what_was_asked_for_and_the_new_version_knows_no_more_holds_nothing_up(office: Office) -> None:
    path = await filed(office)
    await office.post("clerk", f"{path}/ask", ASKED | {"papers": ["uy_quyen"]})
    office.clock.goes_to(MONDAY)
    await office.post("clerk", f"{path}/accept", ALL_OF_MONDAY)
    assert received(office)["procedure_version"] == "2026-06-08"


async def test_all_that_is_missing_is_said_at_once_wanted_or_asked_for(office: Office) -> None:
    path = await filed(office)
    await office.post("clerk", f"{path}/ask", ASKED | {"papers": ["uy_quyen"]})
    lacking = await office.post("clerk", f"{path}/accept", {"papers": []}, 422)
    assert lacking["missing"] == ["giay_chung_sinh", "uy_quyen"]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def intake(database_url: str, tmp_path: Path, clock: SetClock, file: Path) -> Iterator[FastAPI]:
    app = app_of("intake", database_url, tmp_path, clock, trusted_proxies=1, procedures_file=file)
    with closing(app.state.service.db):
        yield app


def test_the_page_says_what_is_missing_by_its_name_and_lets_it_be_asked_for(clerk: Visitor, clock: SetClock) -> None:
    path = registered(clerk)
    assert "Tờ khai mới" not in text_of(clerk.get(path))
    clock.goes_to(MONDAY)
    lacking = take(clerk, path, "accept", papers="giay_chung_sinh")
    assert lacking.status_code == 422 and "Còn thiếu: Tờ khai mới. Hãy yêu cầu bổ sung" in text_of(lacking)
    assert take(clerk, path, "ask", page=lacking, papers="to_khai_moi", reason_code="papers_missing").status_code == 303
    page = clerk.get(path)
    assert "Đã yêu cầu: Tờ khai mới." in text_of(page)
    assert squeezed("1 Tờ khai mới") in text_of_pdf(clerk.get(letter(clerk, path)).content)
