"""Whoever lost the receipt, through pages without JavaScript: looked up, opened, and given a copy."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.intake.commands import MOST_TOLD
from shared.web.security import SAME_ORIGIN
from tests.services.intake.conftest import Visitor
from tests.services.intake.test_pages_counter import facts
from tests.shared.web.conftest import text_of

COUNTER, LOST = "/intake/counter", "/intake/counter/lost"
NUMBER, ON_CARD = "0192 0300 1234", "019203001234|123456789|Nguyễn Thị Hường|01011990|Nữ|Xóm Đồng Cả|01012022"
READY = re.compile(r'<input id="citizen_id"[^>]* value=""[^>]* data-key="F4"[^>]* autofocus>')
"""The field, empty and waiting for a card."""
NONE = "Không có hồ sơ nào của số này ở đây"


def find(clerk: Visitor, number: str = NUMBER, lang: str = "vi") -> httpx.Response:
    return clerk.submit(clerk.get(f"{LOST}?lang={lang}"), LOST, citizen_id=number)


def told(page: httpx.Response) -> list[str]:
    """The rows of the table, as they are read."""
    assert page.status_code == 200, page.text
    return [text_of(each) for each in re.findall(r"<tr><th scope=\"row\">.*?</tr>", page.text, re.DOTALL)]


def test_the_counter_leads_there_by_a_key_and_loses_nothing_that_was_typed(clerk: Visitor) -> None:
    assert f'<a href="{LOST}" target="_blank" data-key="F3">' in clerk.get(COUNTER).text
    page = clerk.get(LOST).text
    assert READY.search(page)


@pytest.mark.parametrize("typed", [NUMBER, "019203001234", ON_CARD])
def test_a_number_however_it_is_typed_or_scanned_finds_the_dossier(clerk: Visitor, typed: str) -> None:
    dossier = clerk.receive()
    page = find(clerk, typed)
    (row,) = told(page)
    assert "H55.27.05-260605-0001" in row and "Đăng ký khai sinh" in row and "nhận 15:01 thứ Sáu 05/06/2026" in row
    assert "Đã nhận, chờ người giải quyết" in row and "hẹn trả 17:00 thứ Hai 08/06" in row
    assert f'href="{COUNTER}/{dossier}" target="_blank">H55.27.05-260605-0001</a>' in page.text
    assert "<title>1 hồ sơ của người này" in page.text


def test_the_answer_says_nothing_of_the_person_and_keeps_no_number(clerk: Visitor) -> None:
    clerk.receive()
    page = find(clerk)
    for word in ("Hường", "019203001234", NUMBER, "0912", "Xóm Đồng Cả"):
        assert word not in page.text
    assert page.headers["cache-control"] == "no-store" and READY.search(page.text), "for the next person's card"


def test_the_receipt_is_printed_again_from_there_as_a_copy(clerk: Visitor, intake: FastAPI) -> None:
    dossier = clerk.receive()
    (href,) = re.findall(r'<a href="([^"]*m01[^"]*)" target="_blank">', find(clerk).text)
    assert href == f"{COUNTER}/{dossier}/m01.pdf?copy=1"
    copy = clerk.get(href)
    assert copy.headers["content-type"] == "application/pdf"
    assert '"purpose":"m01_copy"' in facts(intake, "PrivateDataRead")[-1]


def test_what_was_handed_over_and_what_was_taken_back_are_there_too(clerk: Visitor) -> None:
    ended = clerk.receive()
    clerk.submit(clerk.get(f"{COUNTER}/{ended}"), f"{COUNTER}/{ended}/withdraw")
    clerk.receive()
    newest, oldest = told(find(clerk))
    assert "-0002" in newest and "-0001" in oldest and "Đã rút hồ sơ" in oldest
    assert "đã rút 15:01 thứ Sáu 05/06" in oldest and "hẹn trả" not in oldest and "08/06" not in oldest


def test_what_came_to_its_end_is_told_with_its_day_and_not_with_the_date_of_before(
    come: Callable[..., Visitor], clerk: Visitor
) -> None:
    stopped, handed_over = (f"{COUNTER}/{clerk.receive()}" for _ in range(2))
    for path in (stopped, handed_over):
        clerk.submit(clerk.get(path), f"{path}/take-up")
    why = {"stop-reason_code": "not_eligible", "stop-basis": "118/2025/NĐ-CP, Điều 19"}
    head = come("head")
    assert head.submit(head.get(stopped), f"{stopped}/stop", **why).status_code == 200
    for step in ("complete", "hand-over"):
        clerk.submit(clerk.get(handed_over), f"{handed_over}/{step}")
    said = " ".join(told(find(clerk)))
    assert "đã dừng 15:01 thứ Sáu 05/06" in said and "đã trả 15:01 thứ Sáu 05/06" in said and "hẹn trả" not in said


def test_a_filing_online_is_there_without_a_receipt(clerk: Visitor) -> None:
    typed = {
        "portal_number": "G22.99.01-260605-000123",
        "filed_day": "05/06/2026",
        "filed_clock": "14:30",
        "procedure": "khai sinh",
        "citizen_id": NUMBER,
        "full_name": "Nguyễn Thị Hường",
    }
    made = clerk.submit(clerk.get(f"{COUNTER}/filings/new"), f"{COUNTER}/filings", **typed)
    page = find(clerk)
    (row,) = told(page)
    assert f'href="{made.headers["location"]}" target="_blank"' in page.text and "m01.pdf" not in page.text
    assert "nộp 14:30 thứ Sáu 05/06/2026" in row and "Mới đăng ký" in row
    assert "trả lời trước" in row and "chưa có giấy hẹn" in row


def test_the_same_in_english(clerk: Visitor) -> None:
    clerk.receive()
    page = find(clerk, lang="en")
    (row,) = told(page)
    assert "received 15:01, Friday 5 June 2026" in row and "promised for 17:00, Mon 8 Jun" in row
    assert "<title>1 dossier of this person" in page.text and "Reprint (a copy)" in row


def test_when_nothing_is_found_it_says_where_to_look_next_and_keeps_what_was_typed(
    clerk: Visitor, intake: FastAPI
) -> None:
    clerk.receive()
    page = find(clerk, "019203009999")
    said = text_of(page.text)
    assert page.status_code == 200 and NONE in said and 'value="019203009999"' in page.text
    assert not READY.search(page.text) and '<section class="card" tabindex="-1" autofocus' in page.text
    for next_step in ("Người khác đã đi nộp?", "Nộp ở xã khác?", "số chứng minh cũ?", "Chỉ có hộ chiếu?"):
        assert next_step in said
    for href in (f"{COUNTER}/open", f"{COUNTER}/book"):
        assert f'<a href="{href}">' in page.text and clerk.get(href).status_code == 200
    (look_up,) = facts(intake, "NumberLookedUp")
    assert '"told":0' in look_up and "019203009999" not in look_up


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Hãy nhập số định danh."),
        ("C1234567", "Số định danh phải đủ 12 chữ số (hoặc 9 chữ số của chứng minh cũ)."),
        ("0192", "Số định danh phải đủ 12 chữ số (hoặc 9 chữ số của chứng minh cũ)."),
        ("---", "Số định danh phải đủ 12 chữ số (hoặc 9 chữ số của chứng minh cũ)."),
    ],
)
def test_what_is_no_number_is_said_at_its_field_with_what_was_typed(
    clerk: Visitor, intake: FastAPI, typed: str, said: str
) -> None:
    clerk.receive()
    page = find(clerk, typed)
    assert page.status_code == 422 and f'<a href="#citizen_id">{said}</a>' in page.text
    assert f'value="{typed}"' in page.text and "Chỉ có hộ chiếu?" in page.text and "<title>Lỗi: " in page.text
    assert facts(intake, "NumberLookedUp") == []


def test_of_many_the_newest_are_shown_and_it_is_said_that_there_are_more(clerk: Visitor) -> None:
    for _ in range(MOST_TOLD):
        clerk.receive()
    page = find(clerk)
    assert len(told(page)) == MOST_TOLD and "mới nhất." not in text_of(page.text)
    clerk.receive()
    page = find(clerk)
    assert len(told(page)) == MOST_TOLD and f"Chỉ hiện {MOST_TOLD} hồ sơ mới nhất." in text_of(page.text)


def test_each_look_is_a_fact_of_its_own(clerk: Visitor, intake: FastAPI) -> None:
    clerk.receive()
    form = clerk.get(LOST)
    for _ in range(2):
        assert len(told(clerk.submit(form, LOST, citizen_id=NUMBER))) == 1
    first, second = facts(intake, "NumberLookedUp")
    for look_up in (first, second):
        assert '"purpose":"lost_receipt"' in look_up and '"looked_up_by":"off-clerk-1"' in look_up
        assert "019203001234" not in look_up


def test_without_the_token_of_the_form_nobody_is_found(clerk: Visitor, intake: FastAPI) -> None:
    clerk.receive()
    answer = clerk.ask("POST", LOST, data={"citizen_id": NUMBER, "csrf": "x"}, headers=SAME_ORIGIN)
    assert answer.status_code == 403 and "H55.27.05" not in answer.text
    assert facts(intake, "NumberLookedUp") == []


@pytest.mark.parametrize("role", ["officer", "head", "leader", "operator", "admin"])
def test_who_does_not_receive_dossiers_finds_nobody(
    come: Callable[..., Visitor], clerk: Visitor, intake: FastAPI, role: str
) -> None:
    clerk.receive()
    other = come(role)
    answers = [other.get(LOST), other.ask("POST", LOST, data={"citizen_id": NUMBER}, headers=SAME_ORIGIN)]
    assert [each.status_code for each in answers] == [403, 403]
    assert facts(intake, "NumberLookedUp") == []


def test_another_communes_clerk_is_led_to_the_sign_in(come: Callable[..., Visitor]) -> None:
    stranger: Any = come("clerk", unit="dai-tu")
    answer = stranger.ask("POST", LOST, data={}, headers=SAME_ORIGIN | {"Accept": "text/html"})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/personnel/sign-in")
