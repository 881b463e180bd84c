"""What pages say of a report whose texts and files were erased; and what two replicas erase at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from services.hotline.commands import retention
from services.hotline.commands.files import file_with
from services.hotline.models import NewComplaint
from services.hotline.models.files import NewFile
from tests.services.hotline import handed
from tests.services.hotline.complaining import step
from tests.services.hotline.conftest import Timed
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import CONDUCT, TEXT
from tests.services.hotline.test_call_races import Replicas, replicas
from tests.services.hotline.test_pages import Browser, kept, text_of
from tests.services.hotline.test_pages_files import of, reported
from tests.services.hotline.test_retention import OVER, erased, had_a_night
from tests.services.hotline.test_sheets import printed

__all__ = ["replicas"]
NAMED = {"who": "named", "full_name": "Trần Thị Ổi", "phone": "0912345678"}
ROADS = CONDUCT | {"category": "roads"}


@pytest.fixture
async def browser(timed: Timed) -> AsyncIterator[Browser]:
    found = Browser(timed.desk)
    yield found
    await found.http.aclose()


async def told(browser: Browser, number: str, code: str = "") -> str:
    """What the page of a report says to whoever has its number, and its code perhaps."""
    page = await browser.get("/hotline/status")
    shown = await browser.send(page, "/hotline/status", number=number, code=code)
    assert shown.status_code == 200, shown.text
    return text_of(shown)


async def test_the_desk_and_the_citizen_read_what_was_erased_and_when(browser: Browser, timed: Timed) -> None:
    desk = timed.desk
    number, code = kept(await reported(browser, of(handed.a_jpeg()), **NAMED))
    [complaint_id] = [row["complaint_id"] for row in await desk.rows("complaint")]
    await step(desk, complaint_id, "triage", ROADS)
    await step(desk, complaint_id, "take-up")
    await step(desk, complaint_id, "answer", {"text": "Đã sửa đèn."})
    assert "Đã sửa đèn." in await told(browser, number, code) and "Đã xóa" not in await told(browser, number, code)
    timed.clock.goes_to(OVER)
    await erased(timed)
    read = await told(browser, number, code)
    assert "Đã xóa vì hết thời hạn lưu Câu trả lời xóa ngày 09/06/2031" in read
    assert "Nhập thêm mã nhận để đọc câu trả lời" not in read
    unread = await told(browser, number)
    assert "Đã xóa" not in unread and "Nhập thêm mã nhận để đọc câu trả lời" in unread

    browser.sign_in("off-operator-1", "operator")
    path = f"/hotline/desk/{complaint_id}"
    case = await browser.get(path)
    for what in ("Nội dung phản ánh", "Tên và cách liên lạc của người báo", "Tệp kèm theo", "Câu trả lời"):
        assert f"{what} xóa ngày 09/06/2031" in text_of(case), what
    assert "có nêu tên, đã xóa" in text_of(case) and "Tải về tệp" not in text_of(case)
    shown = await browser.send(case, f"{path}/text", purpose="triage")
    assert shown.status_code == 200 and TEXT not in shown.text
    browser.sign_in("off-head-1", "head")
    assert (await browser.get(f"{path}/publication")).status_code == 200


async def test_where_a_referred_report_went_is_not_asked_for_with_a_code_that_was_given(
    browser: Browser, timed: Timed
) -> None:
    number, code = kept(await reported(browser, []))
    [complaint_id] = [row["complaint_id"] for row in await timed.desk.rows("complaint")]
    await step(timed.desk, complaint_id, "triage", ROADS)
    await step(timed.desk, complaint_id, "take-up")
    await step(timed.desk, complaint_id, "refer", {"body": "Điện lực Phú Bình", "told": "Điện lực sẽ gọi."})
    timed.clock.goes_to(OVER)
    await erased(timed)
    read = await told(browser, number, code)
    assert "Nơi đã chuyển tới xóa ngày" in read and "Nhập thêm mã nhận" not in read


async def test_a_sheet_whose_codes_were_erased_is_not_printed_again(browser: Browser, timed: Timed) -> None:
    sheet = await printed(timed.desk)
    browser.sign_in("off-operator-1", "operator")
    path = f"/hotline/desk/sheets/{sheet['sheet_id']}/call_sheet.pdf"
    assert (await browser.get(path)).status_code == 200
    timed.clock.goes_to(OVER)
    await erased(timed)
    refused = await browser.get(path)
    assert refused.status_code == 409 and "hết thời hạn lưu" in text_of(refused)


async def stored(desk: Desk, *contents: bytes, at: datetime = OVER) -> None:
    body, files = NewComplaint(channel="web", text=TEXT), [NewFile("png", each) for each in contents]
    await desk.service.db.write(file_with, body, files, None, desk.app.state.policy, at)


async def test_two_that_erase_at_once_erase_each_once_and_neither_a_file_that_comes_meanwhile(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "FIELDS_AT_ONCE", 3)
    monkeypatch.setattr(retention, "FILES_AT_ONCE", 2)
    for n in range(4):
        await stored(replicas.one, b"a picture", bytes((n,)), at=NOW)
    await had_a_night(replicas.one, OVER)
    erase = (retention.erase_what_is_over, replicas.one.app.state.policy, OVER)
    work: list[Any] = [desk.service.db.write(*erase) for _ in range(6) for desk in replicas.both]
    work += [stored(desk, b"a picture") for desk in replicas.both]
    await asyncio.gather(*work)
    while await replicas.one.service.db.write(*erase):
        pass
    assert [row["content"] for row in await replicas.one.rows("private_bytes")] == [b"a picture"]
    assert len(await replicas.other.rows("private_file")) == 2 == len(await replicas.other.rows("private"))
    assert len(await replicas.one.rows("private_erased")) == 4 + 8
