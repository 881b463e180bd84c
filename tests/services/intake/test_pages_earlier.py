"""The counter says what somebody brought before, while the form is filled and when the date is worked out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.web.checks import hidden_fields
from shared.web.security import SAME_ORIGIN
from tests.services.intake.conftest import A_BIRTH, Visitor
from tests.services.intake.test_pages_counter import facts
from tests.shared.web.conftest import text_of

COUNTER, PART = "/intake/counter", "/intake/counter/part/earlier"
WARNED = "Có thể trùng: người này có hồ sơ cùng thủ tục chưa xong"
HINTED = "Đã nộp trong hồ sơ H55.27.05-260605-0001, ngày 05/06/2026."
WORK_OUT = A_BIRTH | {"do": "date", "papers": []}


def worked_out(clerk: Visitor, lang: str = "vi", **changed: Any) -> httpx.Response:
    """The page after F8."""
    page = clerk.submit(clerk.get(f"{COUNTER}?lang={lang}"), COUNTER, **WORK_OUT | changed)
    assert page.status_code == 200, page.text
    return page


def asked(clerk: Visitor, **changed: Any) -> httpx.Response:
    """The part that a script asks for."""
    token = hidden_fields(clerk.get(COUNTER).text.split("</form>")[1])["csrf"]
    typed = {"csrf": token, "procedure": "khai sinh", "citizen_id": "0192 0300 1234"} | changed
    return clerk.ask("POST", PART, data=typed, headers=SAME_ORIGIN)


def note(page: str) -> str:
    """The warning, as it is read; nothing without one."""
    found = re.search(r'<div class="note near">.*?</div>', page, re.DOTALL)
    return text_of(found[0]) if found else ""


def test_of_whoever_comes_first_nothing_is_said(clerk: Visitor, intake: FastAPI) -> None:
    page = worked_out(clerk).text
    assert note(page) == "" and "data-beside" not in page and "data-remark" not in page
    assert asked(clerk).text.strip() == ""
    assert facts(intake, "PrivateDataRead") == []


def test_a_possible_duplicate_is_told_with_its_link_its_state_and_its_date_and_refuses_nothing(
    clerk: Visitor, intake: FastAPI
) -> None:
    dossier_id = clerk.receive()
    page = worked_out(clerk).text
    said = note(page)
    assert WARNED in said and "Chờ người giải quyết" in said and "hẹn trả 17:00 thứ Hai 08/06" in said
    assert f'href="{COUNTER}/{dossier_id}" target="_blank">H55.27.05-260605-0001</a>' in page
    assert len(facts(intake, "DossierReceived")) == 1
    clerk.receive()
    assert note(worked_out(clerk).text).count("hẹn trả") == 2


def test_a_paper_that_lies_here_is_told_of_in_the_list_and_not_ticked(clerk: Visitor) -> None:
    clerk.receive()
    page = worked_out(clerk).text
    box = re.search(r'<label class="check">(?:(?!</label>).)*value="giay_chung_sinh".*?</label>', page, re.DOTALL)
    assert box and HINTED in box[0] and "checked" not in box[0]
    assert page.split("</ask-again>")[1].count("data-remark") == 1, "the other papers never came"


def test_the_same_in_english(clerk: Visitor) -> None:
    clerk.receive()
    page = worked_out(clerk, "en").text
    assert "Possible duplicate" in note(page) and "promised for 17:00, Mon 8 Jun" in note(page)
    assert "Handed in with dossier H55.27.05-260605-0001, on 5 June 2026." in page


def test_the_part_for_a_form_that_is_being_filled_says_the_same_and_no_more(clerk: Visitor, intake: FastAPI) -> None:
    clerk.receive()
    part = asked(clerk)
    assert part.status_code == 200 and "<html" not in part.text and part.headers["cache-control"] == "no-store"
    assert note(part.text) == note(worked_out(clerk).text)
    assert re.search(rf'<template data-beside="papers=giay_chung_sinh">.*{re.escape(HINTED)}.*</template>', part.text)
    for private in ("Hường", "019203001234", "0192 0300 1234", "0912"):
        assert private not in part.text
    reading, _ = facts(intake, "PrivateDataRead")
    assert '"purpose":"at_counter"' in reading and '"reader":"off-clerk-1"' in reading and '["citizen_id"]' in reading


@pytest.mark.parametrize(
    "typed",
    [
        {"citizen_id": ""},
        {"citizen_id": "0192"},
        {"citizen_id": "0192 0300 123x"},
        {"procedure": "đăng ký"},
        {"procedure": ""},
    ],
)
def test_while_it_is_not_clear_who_or_what_nothing_is_asked(
    clerk: Visitor, intake: FastAPI, typed: dict[str, str]
) -> None:
    clerk.receive()
    assert asked(clerk, **typed).text.strip() == ""
    assert facts(intake, "PrivateDataRead") == []


def test_a_page_that_is_refused_still_says_it(clerk: Visitor) -> None:
    clerk.receive()
    refused = clerk.submit(clerk.get(COUNTER), COUNTER, **A_BIRTH | {"papers": "uy_quyen"})
    assert refused.status_code == 422 and WARNED in note(refused.text) and HINTED in refused.text


def test_a_filing_online_is_told_of_by_the_portals_number(clerk: Visitor) -> None:
    typed = {
        "portal_number": "G22.99.01-260605-000123",
        "filed_day": "05/06/2026",
        "filed_clock": "14:30",
        "procedure": "khai sinh",
        "citizen_id": "019203001234",
        "full_name": "Nguyễn Thị Hường",
    }
    made = clerk.submit(clerk.get(f"{COUNTER}/filings/new"), f"{COUNTER}/filings", **typed)
    page = worked_out(clerk).text
    assert f'href="{made.headers["location"]}" target="_blank">G22.99.01-260605-000123</a>' in page
    assert "Mới đăng ký · trả lời trước" in note(page)


def test_without_the_token_of_the_form_nobody_is_told_anything(clerk: Visitor, intake: FastAPI) -> None:
    clerk.receive()
    answer = asked(clerk, csrf="x")
    assert answer.status_code == 403 and WARNED not in answer.text
    assert facts(intake, "PrivateDataRead") == []


@pytest.mark.parametrize("role", ["officer", "head", "leader", "operator", "admin"])
def test_who_does_not_receive_dossiers_is_told_nothing(
    come: Callable[..., Visitor], clerk: Visitor, intake: FastAPI, role: str
) -> None:
    clerk.receive()
    answer = come(role).ask("POST", PART, data={"procedure": "1.001193"}, headers=SAME_ORIGIN)
    assert answer.status_code == 403
    assert facts(intake, "PrivateDataRead") == []


def test_another_communes_clerk_is_led_to_the_sign_in(come: Callable[..., Visitor]) -> None:
    answer = come("clerk", unit="dai-tu").ask("POST", PART, data={}, headers=SAME_ORIGIN | {"Accept": "text/html"})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/personnel/sign-in")
