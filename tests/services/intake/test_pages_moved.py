"""A receipt that is looked at or printed after its date was moved says why, and when: on the page, in the form M01, on
its copy and in large print, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI

from shared.worktime import VN
from tests.services.intake.conftest import Visitor
from tests.services.intake.emergency import MONDAY_MORNING
from tests.services.intake.test_pages_counter import COUNTER
from tests.services.intake.test_pages_mistake import GIVE_BACK, MISTAKE, MOVED, WRONG_YEAR, takes_back
from tests.services.intake.test_pages_people import m01_data
from tests.services.intake.test_pages_steps import ASKED, THERE, own_page, take
from tests.services.intake.test_pages_suspended import A_BUSINESS, CARRY, REVIEW, declares
from tests.shared.web.conftest import text_of
from tests.shared.web.pdf_text import pages_of, squeezed, text_of_pdf
from tests.support import SetClock

Come = Callable[..., Visitor]
FORMS = ("", "?copy=1", "?large=1")
LANGUAGES = ("vi", "en")
APOLOGISED = {
    "vi": "Ngày 05/06/2026, đã xin lỗi và hẹn lại: hệ thống gặp sự cố.",
    "en": "On 5 June 2026, we apologised and gave a new date: the system had a failure.",
}
SUPPLEMENTED = {
    "vi": "Ngày 09/06/2026, đã nhận đủ giấy tờ bổ sung: ngày hẹn được tính lại.",
    "en": "On 9 June 2026, all the papers that were asked for had come: the date was counted again.",
}
SUSPENDED = {
    "vi": "Ngày 08/06/2026, ngày hẹn chuyển về sau: thời hạn tạm dừng theo 84/NQ-CP từ 08/06/2026 đến hết 22/06/2026.",
    "en": "On 8 June 2026, the date was carried forward: deadlines are suspended by 84/NQ-CP from 8 June 2026 to the "
    "end of 22 June 2026.",
}

GIVEN_BACK = {
    "vi": "Ngày 15/06/2026, ngày hẹn sớm trở lại: tạm dừng thời hạn theo 84/NQ-CP là ghi sai.",
    "en": "On 15 June 2026, the date was brought back: suspension under 84/NQ-CP was recorded wrong.",
}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def apologise(come: Come, path: str) -> None:
    typed = {"working_days": "3", "reason_code": "system_outage"}
    assert take(come("head"), path, "reschedule", **typed).status_code == 303


def supplement(clerk: Visitor, clock: SetClock, path: str, day: int = 9) -> None:
    """Asked for on Friday at 15:01, there on a morning."""
    for step, typed in (("take-up", {}), ("ask-supplement", ASKED)):
        assert take(clerk, path, step, **typed).status_code == 303
    clock.goes_to(datetime(2026, 6, day, 10, 0, tzinfo=VN))
    assert take(clerk, path, "supplement", **THERE).status_code == 303


def unsaid(clerk: Visitor, path: str, *reasons: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """What the page or a form of it does not say of these reasons, in which language; and where their order is another
    one, or the form has not one sheet."""
    wrong: list[tuple[str, str, str]] = []
    for lang in LANGUAGES:
        expected = [each[lang] for each in reasons]
        page = text_of(clerk.get(f"{path}/receipt?lang={lang}").text)
        wrong += [(lang, "page", each) for each in expected if each not in page]
        if sorted(expected, key=page.find) != expected:
            wrong.append((lang, "page", "order"))
        for form in FORMS:
            pdf = clerk.get(f"{path}/m01.pdf{form}").content
            wrong += [(lang, form or "pdf", each) for each in expected if squeezed(each) not in text_of_pdf(pdf)]
            if len(pages_of(pdf)) != 1:
                wrong.append((lang, form or "pdf", "sheets"))
    return wrong


def test_after_an_apology_its_reason_and_its_day_stand_beside_the_new_date(come: Come, clerk: Visitor) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    before = text_of(clerk.get(f"{path}/receipt").text)
    assert "thay cho ngày hẹn" not in before and "xin lỗi và hẹn lại:" not in before
    apologise(come, path)
    assert "Nay hẹn trả kết quả" in text_of(clerk.get(f"{path}/receipt").text)
    assert unsaid(clerk, path, APOLOGISED) == []


def test_after_papers_came_it_is_said_that_the_date_was_counted_again(clerk: Visitor, clock: SetClock) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    supplement(clerk, clock, path)
    assert unsaid(clerk, path, SUPPLEMENTED) == []


def test_after_an_act_its_number_and_its_days_are_said(come: Come, clerk: Visitor, clock: SetClock) -> None:
    dossier = clerk.receive(**A_BUSINESS)
    assert declares(come("leader")).status_code == 303
    clock.goes_to(MONDAY_MORNING)
    head = come("head")
    assert head.submit(head.get(REVIEW), CARRY, dossiers=[dossier]).status_code == 303
    assert unsaid(clerk, f"{COUNTER}/{dossier}", SUSPENDED) == []


def carried_by_mistake(come: Come, clerk: Visitor, clock: SetClock) -> str:
    """A dossier whose date was carried forward on Monday by an act that was recorded wrong; its id."""
    dossier, head = clerk.receive(**A_BUSINESS), come("head")
    assert declares(come("leader"), **WRONG_YEAR).status_code == 303
    clock.goes_to(MONDAY_MORNING)
    assert head.submit(head.get(REVIEW), CARRY, dossiers=[dossier]).status_code == 303
    return dossier


def give_it_back(come: Come, dossier: str) -> None:
    takes_back(come("leader"))
    head = come("head")
    assert head.submit(head.get(MOVED), GIVE_BACK, dossiers=[dossier]).status_code == 303


def test_an_act_that_was_a_mistake_explains_both_the_later_and_the_earlier_date(
    come: Come, clerk: Visitor, clock: SetClock
) -> None:
    dossier = carried_by_mistake(come, clerk, clock)
    clock.goes_to(datetime(2026, 6, 15, 9, 0, tzinfo=VN))
    give_it_back(come, dossier)
    wrong = {"vi": ("22/06/2026", "04/06/2027"), "en": ("22 June 2026", "4 June 2027")}
    later = {lang: said.replace(*wrong[lang]) for lang, said in SUSPENDED.items()}
    assert unsaid(clerk, f"{COUNTER}/{dossier}", later, GIVEN_BACK) == []


def test_a_date_that_was_moved_twice_says_both_in_their_order(come: Come, clerk: Visitor, clock: SetClock) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    apologise(come, path)
    supplement(clerk, clock, path, 15)
    days = {"vi": ("09/06", "15/06"), "en": ("9 June", "15 June")}
    assert (
        unsaid(clerk, path, APOLOGISED, {lang: said.replace(*days[lang]) for lang, said in SUPPLEMENTED.items()}) == []
    )


def test_papers_that_came_after_the_date_had_passed_move_nothing_and_explain_nothing(
    clerk: Visitor, clock: SetClock
) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    take(clerk, path, "take-up")
    clock.goes_to(datetime(2026, 6, 9, 9, 0, tzinfo=VN))
    steps: tuple[tuple[str, dict[str, Any]], ...] = (("ask-supplement", ASKED), ("supplement", THERE))
    for step, typed in steps:
        assert take(clerk, path, step, **typed).status_code == 303
    said = text_of(clerk.get(f"{path}/receipt").text)
    assert "được tính lại" not in said and "thay cho ngày hẹn" not in said


def test_papers_that_came_after_an_apologised_date_had_passed_are_no_reason_beside_the_apology(
    come: Come, clerk: Visitor, clock: SetClock
) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    apologise(come, path)
    take(clerk, path, "take-up")
    clock.goes_to(datetime(2026, 6, 11, 9, 0, tzinfo=VN))
    steps: tuple[tuple[str, dict[str, Any]], ...] = (("ask-supplement", ASKED), ("supplement", THERE))
    for step, typed in steps:
        assert take(clerk, path, step, **typed).status_code == 303
    assert unsaid(clerk, path, APOLOGISED) == []
    assert "được tính lại" not in text_of(clerk.get(f"{path}/receipt?lang=vi").text)


def test_a_date_that_was_moved_and_given_back_exactly_needs_no_reason(
    come: Come, clerk: Visitor, clock: SetClock, intake: FastAPI
) -> None:
    dossier = carried_by_mistake(come, clerk, clock)
    path = f"{COUNTER}/{dossier}"
    assert "84/NQ-CP" in text_of(clerk.get(f"{path}/receipt").text)
    assert m01_data(intake, dossier)["since_because"] != []
    give_it_back(come, dossier)
    assert m01_data(intake, dossier)["since_because"] == []
    said = text_of(clerk.get(f"{path}/receipt").text)
    assert "84/NQ-CP" not in said and "thay cho ngày hẹn" not in said
    assert "84/NQ-CP" not in text_of_pdf(clerk.get(f"{path}/m01.pdf").content)


NEW_DATE = "Đây là ngày mới"


def test_whoever_waits_is_told_of_an_apology_until_papers_gave_another_date(
    come: Come, clerk: Visitor, citizen: Visitor, clock: SetClock
) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    apologise(come, path)
    assert text_of(own_page(clerk, citizen, path)).count(NEW_DATE) == 1
    supplement(clerk, clock, path, 15)
    assert NEW_DATE not in text_of(own_page(clerk, citizen, path))


def test_the_page_of_whoever_waits_and_the_desk_tell_only_what_moved_the_date_last(
    come: Come, clerk: Visitor, citizen: Visitor, clock: SetClock
) -> None:
    """Moved by an act that stands, then by a mistaken one, and given back to the date of the first."""
    dossier, head, leader = clerk.receive(**A_BUSINESS), come("head"), come("leader")
    path = f"{COUNTER}/{dossier}"
    assert declares(leader, last_day="9/6/2026").status_code == 303
    assert head.submit(head.get(REVIEW), CARRY, dossiers=[dossier]).status_code == 303
    clock.goes_to(datetime(2026, 6, 10, 8, 0, tzinfo=VN))
    assert declares(leader, first_day="11/6/2026", **WRONG_YEAR).status_code == 303
    assert head.submit(head.get(REVIEW), CARRY, dossiers=[dossier]).status_code == 303
    page = leader.get(MISTAKE)
    wrong = re.findall(r'name="emergency" value="([^"]*)"', page.text)[0]
    assert leader.submit(page, MISTAKE, emergency=wrong, reason_code="wrong_days").status_code == 303
    carried, given_back = "Thời hạn giải quyết tạm dừng theo", "là ghi sai, nên ngày hẹn trước đó"
    before = [text_of(own_page(clerk, citizen, path)), text_of(clerk.get(path).text)]
    assert [(carried in each, given_back in each, each.count(NEW_DATE)) for each in before] == [(True, False, 1)] * 2
    assert head.submit(head.get(MOVED), GIVE_BACK, dossiers=[dossier]).status_code == 303
    after = [text_of(own_page(clerk, citizen, path)), text_of(clerk.get(path).text)]
    assert [(carried in each, given_back in each, each.count(NEW_DATE)) for each in after] == [(False, True, 1)] * 2
    assert all("12/06/2026" in each for each in after)


def test_while_papers_are_awaited_no_reason_is_given_for_a_date_that_does_not_hold(come: Come, clerk: Visitor) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    take(clerk, path, "take-up")
    apologise(come, path)
    take(clerk, path, "ask-supplement", **ASKED)
    said = text_of(clerk.get(f"{path}/receipt").text)
    assert "ngày hẹn mới được báo khi đã đủ" in said and APOLOGISED["vi"] not in said
