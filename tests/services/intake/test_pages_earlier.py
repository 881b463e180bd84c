"""The counter says what somebody brought before, while the form is filled and when the date is worked out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.intake.pages import filed, standing
from services.intake.rules import FilingStatus, Status
from shared.web.checks import hidden_fields
from shared.web.language import read_english
from shared.web.security import SAME_ORIGIN
from shared.worktime import VN
from tests.services.intake.conftest import A_BIRTH, Visitor, lookup_code, seen_on
from tests.services.intake.test_pages_counter import facts
from tests.services.intake.test_pages_filings import ASKED
from tests.services.intake.test_pages_filings import take as step_of_filing
from tests.services.intake.test_pages_kept import shown, switches
from tests.shared.web.conftest import text_of
from tests.support import SetClock

COUNTER, PART = "/intake/counter", "/intake/counter/part/earlier"
WARNED = "Có thể trùng: người này có hồ sơ cùng thủ tục chưa xong"
HINTED = "Đã nộp trong hồ sơ H55.27.05-260605-0001, ngày 05/06/2026."
WORK_OUT = A_BIRTH | {"do": "date", "papers": []}
A_HOME = {"procedure": "1.004222", "papers": ["ct01", "cho_o_hop_phap"]}
"""With a paper that lasts."""
HOME = {"procedure": A_HOME["procedure"]}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


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
    assert ['"told":0' in each for each in facts(intake, "NumberLookedUp")] == [True, True]


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
    clerk.receive(**A_HOME)
    page = worked_out(clerk, **HOME).text
    box = re.search(r'<label class="check">(?:(?!</label>).)*value="cho_o_hop_phap".*?</label>', page, re.DOTALL)
    assert box and HINTED in box[0] and "checked" not in box[0]
    assert page.split("</ask-again>")[1].count("data-remark") == 1, "the form is written anew"


def test_the_same_in_english(clerk: Visitor) -> None:
    clerk.receive()
    page = worked_out(clerk, "en").text
    assert "Possible duplicate" in note(page) and "promised for 17:00, Mon 8 Jun" in note(page)
    clerk.receive(**A_HOME)
    page = worked_out(clerk, "en", **HOME).text
    assert "Handed in with dossier H55.27.05-260605-0002, on 5 June 2026." in page


def test_the_part_for_a_form_that_is_being_filled_says_the_same_and_no_more(clerk: Visitor, intake: FastAPI) -> None:
    clerk.receive(**A_HOME)
    part = asked(clerk, **HOME)
    assert part.status_code == 200 and "<html" not in part.text and part.headers["cache-control"] == "no-store"
    assert note(part.text) == note(worked_out(clerk, **HOME).text)
    assert re.search(rf'<template data-beside="papers=cho_o_hop_phap">.*{re.escape(HINTED)}.*</template>', part.text)
    for private in ("Hường", "019203001234", "0192 0300 1234", "0912"):
        assert private not in part.text
    look_up, _ = facts(intake, "NumberLookedUp")
    assert '"purpose":"at_counter"' in look_up and '"looked_up_by":"off-clerk-1"' in look_up and '"told":1' in look_up


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
    assert facts(intake, "NumberLookedUp") == []


def test_a_page_that_is_refused_still_says_it(clerk: Visitor) -> None:
    clerk.receive(**A_HOME)
    refused = clerk.submit(clerk.get(COUNTER), COUNTER, **A_BIRTH | HOME | {"papers": "ct01"})
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
    step_of_filing(clerk, made.headers["location"], "ask", **ASKED)
    said = note(worked_out(clerk).text)
    assert "Chờ bổ sung giấy tờ · bổ sung chậm nhất 15:01 thứ Sáu 26/06" in said and "trả lời trước" not in said


AWAITED = {"ask_supplement-papers": "giay_chung_sinh", "ask_supplement-reason_code": "papers_unclear"}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("vi", ("bổ sung chậm nhất 15:01 thứ Sáu 26/06", "đã hết hạn bổ sung 15:01 thứ Sáu 26/06")),
        ("en", ("papers awaited until 15:01, Fri 26 Jun", "papers were due by 15:01, Fri 26 Jun")),
    ],
)
def test_while_papers_are_awaited_their_day_is_told_and_not_the_date_that_holds_no_longer(
    clerk: Visitor, clock: SetClock, lang: str, words: tuple[str, str]
) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    clerk.submit(clerk.get(path), f"{path}/take-up")
    clerk.submit(clerk.get(path), f"{path}/ask-supplement", **AWAITED)
    for day, said in zip((5, 29), words, strict=True):
        clock.goes_to(datetime(2026, 6, day, 16, 0, tzinfo=VN))
        told = note(worked_out(clerk, lang).text)
        assert said in told and "08/06" not in told and "8 Jun" not in told


def test_of_a_result_that_waits_it_is_told_since_when(clerk: Visitor) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    for step in ("take-up", "complete"):
        clerk.submit(clerk.get(path), f"{path}/{step}")
    told = note(worked_out(clerk).text)
    assert "Chờ người dân đến nhận kết quả · có kết quả từ 15:01 thứ Sáu 05/06" in told and "hẹn trả" not in told


@pytest.mark.parametrize("status", Status)
def test_every_state_of_a_dossier_has_words_before_its_moment_in_a_list(status: Status) -> None:
    english = read_english(Path(standing.__file__).parent / "locale" / "en.po")
    assert {standing.before_moment(status, past) for past in (False, True)} <= {*english}


@pytest.mark.parametrize("status", FilingStatus)
def test_every_state_of_a_filing_has_words_before_its_moment_in_a_list(status: FilingStatus) -> None:
    english = read_english(Path(filed.__file__).parent / "locale" / "en.po")
    assert {*filed.IN_LIST[status]} <= {*english}


# --- a form that is sent before anybody saw what may be the same

ASKED_AGAIN = "Người này có hồ sơ cùng thủ tục chưa xong. Hãy xem, rồi bấm lần nữa nếu người dân vẫn cần nộp."
A_COPY = {"procedure": "2.000815", "papers": ["ban_chinh", "ban_sao"]}


def test_the_first_press_shows_what_may_be_the_same_with_all_that_was_typed_and_the_second_receives(
    clerk: Visitor, intake: FastAPI
) -> None:
    before = clerk.receive()
    typed = A_BIRTH | {
        "papers": ["giay_chung_sinh", "uy_quyen"],
        "received_day": "05/06/2026",
        "received_clock": "9:00",
    }
    first = clerk.submit(clerk.get(COUNTER), COUNTER, **typed)
    assert first.status_code == 409 and len(facts(intake, "DossierReceived")) == 1
    assert f'<a href="#seen">{ASKED_AGAIN}</a>' in first.text and '<ul id="seen">' in first.text
    assert "H55.27.05-260605-0001" in note(first.text) and "Vẫn nhận và mở giấy hẹn" in first.text
    assert 'role="alert" tabindex="-1" autofocus' in first.text and "Chưa gửi được" not in first.text
    for name, value in typed.items():
        assert name == "do" or {*shown(first, name)} == ({*value} if isinstance(value, list) else {value}), name
    assert seen_on(first) == [before]
    second = clerk.submit(first, COUNTER, **typed)
    assert second.status_code == 303 and len(facts(intake, "DossierReceived")) == 2
    assert clerk.submit(first, COUNTER, **typed).headers["location"] == second.headers["location"], "a double click"


def test_the_same_question_in_english(clerk: Visitor) -> None:
    clerk.receive()
    first = clerk.submit(clerk.get(f"{COUNTER}?lang=en"), COUNTER, **A_BIRTH)
    assert first.status_code == 409 and "Not saved yet: possible duplicate" in first.text
    assert "Receive all the same, open the receipt" in first.text


def test_what_is_done_while_the_citizen_waits_is_asked_about_too(clerk: Visitor, intake: FastAPI) -> None:
    clerk.receive(**A_COPY)
    typed = A_BIRTH | A_COPY | {"do": "return"}
    first = clerk.submit(clerk.get(COUNTER), COUNTER, **typed)
    assert first.status_code == 409 and "Vẫn nhận và trả ngay" in first.text
    assert facts(intake, "ResultHandedOver") == []
    slip = clerk.submit(first, COUNTER, **typed)
    assert slip.status_code == 200 and lookup_code(slip.text) and len(facts(intake, "ResultHandedOver")) == 1


def test_who_saw_it_when_the_date_was_worked_out_is_not_asked_again(clerk: Visitor) -> None:
    clerk.receive()
    page = worked_out(clerk)
    assert "Vẫn nhận và mở giấy hẹn" in page.text and "Chưa lưu" not in page.text
    assert clerk.submit(page, COUNTER, **A_BIRTH).status_code == 303


def test_what_a_script_showed_counts_as_seen(clerk: Visitor) -> None:
    clerk.receive()
    shown_by_script = seen_on(asked(clerk))
    assert len(shown_by_script) == 1
    assert clerk.submit(clerk.get(COUNTER), COUNTER, **A_BIRTH, seen=shown_by_script).status_code == 303


def summary(page: httpx.Response) -> list[tuple[str, str]]:
    """Where each line leads that has the focus, and what it says."""
    (said,) = re.findall(r'<div class="errors" role="alert" tabindex="-1" autofocus>.*?</div>', page.text, re.DOTALL)
    return re.findall(r'<a href="#([^"]*)">([^<]*)</a>', said)


@pytest.mark.parametrize("wrong", [{"papers": "uy_quyen"}, {"full_name": ""}, {"received_day": "hôm qua"}])
def test_a_press_that_fails_for_something_else_too_names_what_may_be_the_same(
    clerk: Visitor, intake: FastAPI, wrong: dict[str, str]
) -> None:
    before = clerk.receive()
    first = clerk.submit(clerk.get(COUNTER), COUNTER, **A_BIRTH | wrong)
    assert first.status_code == 422 and seen_on(first) == [before] and 'id="seen"' in first.text
    told = summary(first)
    assert len(told) >= 2 and ("seen", ASKED_AGAIN) in told and "Chưa lưu" not in first.text
    again = clerk.submit(first, COUNTER, **A_BIRTH | wrong)
    assert again.status_code == 422 and "seen" not in dict(summary(again)), "it was named"
    assert clerk.submit(again, COUNTER, **A_BIRTH).status_code == 303
    assert len(facts(intake, "DossierReceived")) == 2


def test_a_press_that_fails_names_what_is_newer_than_the_page(clerk: Visitor) -> None:
    clerk.receive()
    page = worked_out(clerk)
    newer = clerk.receive()
    wrong = clerk.submit(page, COUNTER, **A_BIRTH | {"full_name": ""})
    assert ("seen", ASKED_AGAIN) in summary(wrong) and newer in seen_on(wrong)


def test_what_may_be_the_same_is_named_in_the_summary_in_english_too(clerk: Visitor) -> None:
    clerk.receive()
    wrong = clerk.submit(clerk.get(f"{COUNTER}?lang=en"), COUNTER, **A_BIRTH | {"full_name": ""})
    assert "press once more if they still need another" in dict(summary(wrong))["seen"]


def test_of_whoever_comes_first_a_summary_names_only_what_is_wrong(clerk: Visitor) -> None:
    wrong = clerk.submit(clerk.get(COUNTER), COUNTER, **A_BIRTH | {"full_name": ""})
    assert [where for where, _ in summary(wrong)] == ["full_name"]


def test_what_came_after_the_page_was_shown_is_asked_about(clerk: Visitor) -> None:
    clerk.receive()
    page = worked_out(clerk)
    newer = clerk.receive()
    late = clerk.submit(page, COUNTER, **A_BIRTH)
    assert late.status_code == 409 and newer in seen_on(late) and len(seen_on(late)) == 2


def test_what_was_seen_of_somebody_else_is_not_seen(clerk: Visitor) -> None:
    other = clerk.receive(citizen_id="019203009999")
    clerk.receive()
    answer = clerk.submit(clerk.get(COUNTER), COUNTER, **A_BIRTH, seen=other)
    assert answer.status_code == 409 and other not in seen_on(answer)


def test_in_the_other_language_what_was_asked_about_is_shown_still(clerk: Visitor) -> None:
    clerk.receive()
    first = clerk.submit(clerk.get(COUNTER), COUNTER, **A_BIRTH)
    english = switches(clerk, first, COUNTER, **A_BIRTH)
    assert english.status_code == 200 and "Possible duplicate" in note(english.text)
    assert clerk.submit(english, COUNTER, **A_BIRTH).status_code == 303


def test_without_the_token_of_the_form_nobody_is_told_anything(clerk: Visitor, intake: FastAPI) -> None:
    clerk.receive()
    answer = asked(clerk, csrf="x")
    assert answer.status_code == 403 and WARNED not in answer.text
    assert facts(intake, "NumberLookedUp") == []


@pytest.mark.parametrize("role", ["officer", "head", "leader", "operator", "admin"])
def test_who_does_not_receive_dossiers_is_told_nothing(
    come: Callable[..., Visitor], clerk: Visitor, intake: FastAPI, role: str
) -> None:
    clerk.receive()
    answer = come(role).ask("POST", PART, data={"procedure": "1.001193"}, headers=SAME_ORIGIN)
    assert answer.status_code == 403
    assert facts(intake, "NumberLookedUp") == []


def test_another_communes_clerk_is_led_to_the_sign_in(come: Callable[..., Visitor]) -> None:
    answer = come("clerk", unit="dai-tu").ask("POST", PART, data={}, headers=SAME_ORIGIN | {"Accept": "text/html"})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/personnel/sign-in")
