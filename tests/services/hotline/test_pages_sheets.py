"""The pages about sheets of paper, as a browser without JavaScript sees them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import get_args

import pytest

from services.hotline.pages import sheet_words
from services.hotline.rules.sheets import NumberState
from shared.events.calls import VoidReason
from shared.web import checks
from shared.web.security import SAME_ORIGIN
from shared.worktime import VN
from tests.services.hotline.desk import Desk
from tests.services.hotline.test_pages import TEXT, Browser, form_of, switched, text_of
from tests.services.hotline.test_sheets import a_call, entered, printed
from tests.shared.web.pdf_text import squeezed, text_of_pdf

SHEETS = "/hotline/desk/sheets"


@pytest.fixture
async def browser(desk: Desk) -> AsyncIterator[Browser]:
    found = Browser(desk)
    found.sign_in("off-operator-1", "operator")
    yield found
    await found.http.aclose()


async def test_a_sheet_is_printed_one_call_entered_and_the_rest_made_void(browser: Browser, desk: Desk) -> None:
    empty = await browser.get(SHEETS)
    assert "Chưa in phiếu nào" in text_of(empty)
    made = await browser.send(empty, SHEETS, numbers="3")
    path = made.headers["location"]
    assert made.status_code == 303 and path.startswith(f"{SHEETS}/")
    object.__setattr__(desk.service.clock, "start", datetime(2026, 6, 6, 7, 30, tzinfo=VN))
    entry = await browser.get(f"{path}/enter")
    assert re.findall(r'<option value="(PA-[0-9-]+)"', entry.text) == [f"PA-260605-{n:04d}" for n in (1, 2, 3)]
    typed = {"number": "PA-260605-0002", "taken_clock": "23h50", "taken_day": "5/6/2026", "who": "anonymous"}
    done = await browser.send(entry, f"{path}/enter", **typed, text=TEXT)
    assert (done.status_code, done.headers["location"]) == (303, path)
    [event] = await desk.events("ComplaintFiled")
    assert (event["filed_at"], event["entered_late"]) == ("2026-06-05T23:50:00+07:00", True)
    case = await browser.get(f"/hotline/desk/{event['complaint_id']}")
    assert "gọi điện, ghi trên giấy rồi nhập sau" in text_of(case)
    page = await browser.get(path)
    assert f'href="/hotline/desk/{event["complaint_id"]}"' in page.text
    both = ["PA-260605-0001", "PA-260605-0003"]
    held = checks.hidden_fields(form_of(page.text, f"{path}/void")) | {"reason_code": "not_needed"}
    voided = await browser.http.post(f"{path}/void", data={**held, "numbers": both}, headers=SAME_ORIGIN)
    assert (voided.status_code, voided.headers["location"]) == (303, path)
    whole = await browser.get(path)
    assert text_of(whole).count("Không có ai gọi") == 2 and "Trần off-operator-1" in text_of(whole)
    assert "/enter" not in whole.text and "<form" not in whole.text.split("<main")[1]


async def test_the_paper_bears_each_number_with_its_code_and_what_to_say(browser: Browser, desk: Desk) -> None:
    sheet = await printed(desk, 5)
    answer = await browser.get(f"{SHEETS}/{sheet['sheet_id']}/call_sheet.pdf")
    assert answer.headers["content-type"] == "application/pdf" and "no-store" in answer.headers["cache-control"]
    said = text_of_pdf(answer.content)
    codes = await desk.kept((await desk.events("CallSheetPrinted"))[0]["codes_ref"])
    assert len(codes) == 5
    for number, code in codes.items():
        assert number in said and code in said
    for each in ("đường dây này không nhận tố cáo", "công an 113", "cấp cứu y tế 115"):
        assert squeezed(each) in said
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["purpose"], reading["reader"]) == ("call_sheet", "off-operator-1")
    again = await browser.get(f"{SHEETS}/{sheet['sheet_id']}/call_sheet.pdf")
    assert again.content == answer.content


async def test_an_entry_says_all_that_is_wrong_at_once_and_keeps_what_was_typed(browser: Browser, desk: Desk) -> None:
    path = f"{SHEETS}/{(await printed(desk))['sheet_id']}/enter"
    page = await browser.get(path)
    wrong = await browser.send(page, path, place="Xóm 3", taken_day="hôm qua", who="named")
    assert wrong.status_code == 422 and 'value="Xóm 3"' in wrong.text and 'value="hôm qua"' in wrong.text
    assert re.findall(r'<li><a href="#(\w+)">', wrong.text) == ["number", "taken_day", "taken_clock", "text"]
    assert await desk.events("ComplaintFiled") == []


@pytest.mark.parametrize(
    ("changed", "field", "says"),
    [
        ({"taken_clock": "20:00"}, "taken_clock", "Lúc ấy phiếu chưa được in"),
        ({"taken_clock": "23:59"}, "taken_clock", "Thời điểm này chưa tới"),
        ({"taken_day": "05/05/2026"}, "taken_day", "Việc này đã quá lâu"),
        ({"number": "PA-260605-0099"}, "number", "Phiếu này không có số ấy."),
        ({"taken_by": "off-nobody"}, "taken_by", "Không có cán bộ này trong xã."),
        ({"number": "PA 1"}, "number", "chưa đúng"),
    ],
)
async def test_what_the_rules_refuse_is_said_at_its_field(
    browser: Browser, desk: Desk, changed: dict[str, str], field: str, says: str
) -> None:
    sheet = await printed(desk)
    object.__setattr__(desk.service.clock, "start", datetime(2026, 6, 5, 22, 0, tzinfo=VN))
    path = f"{SHEETS}/{sheet['sheet_id']}/enter"
    typed = {"number": "PA-260605-0001", "taken_clock": "21:30", "text": TEXT, "who": "anonymous"} | changed
    refused = await browser.send(await browser.get(path), path, **typed)
    assert refused.status_code in (404, 422) and f'href="#{field}"' in refused.text and says in text_of(refused)
    assert TEXT in refused.text and await desk.events("ComplaintFiled") == []


async def test_a_number_that_was_entered_meanwhile_is_said_to_be(browser: Browser, desk: Desk) -> None:
    sheet = await printed(desk)
    path = f"{SHEETS}/{sheet['sheet_id']}"
    page, entry = await browser.get(path), await browser.get(f"{path}/enter")
    await entered(desk, sheet, a_call(sheet))
    object.__setattr__(desk.service.clock, "start", datetime(2026, 6, 5, 22, 0, tzinfo=VN))
    typed = {"number": "PA-260605-0001", "taken_clock": "21:30", "text": TEXT, "who": "anonymous"}
    refused = await browser.send(entry, f"{path}/enter", **typed)
    assert refused.status_code == 409 and "Số này đã nhập hoặc đã bỏ rồi" in text_of(refused) and TEXT in refused.text
    void = await browser.send(page, f"{path}/void", numbers="PA-260605-0001", reason_code="lost")
    assert void.status_code == 409 and "Số này đã nhập hoặc đã bỏ rồi" in text_of(void)


async def test_numbers_and_a_reason_are_chosen(browser: Browser, desk: Desk) -> None:
    path = f"{SHEETS}/{(await printed(desk))['sheet_id']}"
    page = await browser.get(path)
    wrong = await browser.send(page, f"{path}/void")
    assert wrong.status_code == 422 and 'href="#numbers"' in wrong.text and 'href="#reason_code"' in wrong.text
    odd = await browser.send(page, f"{path}/void", numbers="../etc", reason_code="lost")
    assert odd.status_code == 422 and "Phiếu này không có số ấy." in text_of(odd)
    assert await desk.events("CallSheetNumberVoided") == []


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("nhiều", 422), ("0", 422), ("21", 422), ("20", 303)])
async def test_how_many_numbers_a_sheet_has_is_said_at_its_field(
    browser: Browser, desk: Desk, typed: str, status: int
) -> None:
    answer = await browser.send(await browser.get(SHEETS), SHEETS, numbers=typed)
    assert answer.status_code == status and ('href="#numbers"' in answer.text) is (status == 422)
    assert len(await desk.events("CallSheetPrinted")) == (status == 303)


async def test_a_double_click_prints_one_sheet(browser: Browser, desk: Desk) -> None:
    page = await browser.get(SHEETS)
    answers = [await browser.send(page, SHEETS, numbers="2") for _ in range(2)]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(await desk.events("CallSheetPrinted")) == 1


async def test_when_the_database_is_gone_a_call_comes_back_whole(browser: Browser, desk: Desk) -> None:
    path = f"{SHEETS}/{(await printed(desk))['sheet_id']}/enter"
    page = await browser.get(path)
    desk.service.db.close()
    typed = {"number": "PA-260605-0001", "taken_clock": "21:10", "text": TEXT, "who": "anonymous"}
    answer = await browser.send(page, path, **typed)
    assert answer.status_code == 503 and TEXT in answer.text


async def test_what_was_typed_stays_in_the_other_language(browser: Browser, desk: Desk) -> None:
    path = f"{SHEETS}/{(await printed(desk))['sheet_id']}/enter"
    english = await switched(browser, await browser.get(path), path, text=TEXT, taken_clock="21:10")
    assert "Enter a call from a sheet" in text_of(english) and TEXT in english.text and 'value="21:10"' in english.text


async def test_a_head_sees_what_became_of_each_number_and_no_code(browser: Browser, desk: Desk) -> None:
    sheet = await printed(desk)
    path = f"{SHEETS}/{sheet['sheet_id']}"
    browser.sign_in("off-head-1", "head")
    listed, opened = await browser.get(SHEETS), await browser.get(path)
    assert sheet["sheet_id"] in listed.text and "PA-260605-0003" in opened.text
    assert all("<form" not in page.text.split("<main")[1] for page in (listed, opened))
    assert (await browser.get(f"{path}/call_sheet.pdf")).status_code == 403
    assert (await browser.get(f"{path}/enter")).status_code == 403
    browser.sign_in("off-operator-1", "operator")
    for missing in (f"{SHEETS}/no-such-sheet", f"{SHEETS}/no-such-sheet/enter", f"{SHEETS}/no-such/call_sheet.pdf"):
        assert (await browser.get(missing)).status_code == 404


@pytest.mark.parametrize("path", ["/hotline/", "/hotline/desk/call"])
async def test_who_is_in_danger_is_told_whom_to_call_before_anything_else(browser: Browser, path: str) -> None:
    page = await browser.get(path)
    assert re.findall(r'href="tel:(11\d)"', page.text.split('id="typed"')[0]) == ["113", "114", "115"]
    assert "công an 113" in text_of(page) and "police 113" in text_of(await browser.get(f"{path}?lang=en"))
    said = text_of(await browser.get(f"{path}?lang=vi"))
    assert "đường dây này không nhận tố cáo" in said
    assert ("Người gọi muốn tố cáo thì đọc:" in said) is (path == "/hotline/desk/call")


def test_every_code_of_a_sheet_has_its_words() -> None:
    assert set(sheet_words.NUMBER_STATES) == set(get_args(NumberState))
    assert set(sheet_words.VOID_REASONS) == set(get_args(VoidReason))
