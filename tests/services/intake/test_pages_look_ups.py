"""Whoever has looked up as many numbers as an hour has is told so, and from when on it goes again; dossiers are
received all the same."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from services.intake.rulebook.look_ups import LookUpLimit, LookUpLimits
from shared.clock import Clock
from tests.services.intake.conftest import A_BIRTH, Visitor
from tests.services.intake.office import FRIDAY
from tests.services.intake.test_pages_counter import facts
from tests.services.intake.test_pages_earlier import A_HOME, HINTED, HOME, WARNED, asked, note, worked_out
from tests.services.intake.test_pages_lost import COUNTER, LOST, find, told
from tests.shared.web.conftest import text_of
from tests.support import SetClock

MOST = 2
AGAIN = {
    "vi": "Bạn đã tra cứu theo số định danh đủ số lần của một giờ. Tra cứu lại được từ 16:01.",
    "en": "You have looked up as many numbers as one hour allows. You can look up again from 16:01.",
}


@pytest.fixture
def clock() -> Clock:
    """It stands at 15:01."""
    return SetClock()


@pytest.fixture(autouse=True)
def _few(intake: FastAPI) -> None:
    row = LookUpLimit(per_hour=MOST, confidence="design", valid_from=FRIDAY.date(), basis="thử")
    intake.state.policy = replace(intake.state.policy, look_ups=LookUpLimits((row,)))


def used_up(clerk: Visitor) -> None:
    """All that the hour has, for somebody who is not known here."""
    for _ in range(MOST):
        assert told(find(clerk, "019203009999")) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_at_a_lost_receipt_it_is_said_at_the_field_with_what_was_typed(clerk: Visitor, lang: str) -> None:
    clerk.receive()
    used_up(clerk)
    page = find(clerk, lang=lang)
    assert page.status_code == 429 and f'<a href="#citizen_id">{AGAIN[lang]}</a>' in page.text
    assert 'value="0192 0300 1234"' in page.text and "H55.27.05-" not in page.text
    assert "Chỉ có hộ chiếu?" not in page.text and ("Trong lúc chờ" if lang == "vi" else "Meanwhile") in page.text
    for href in (f"{COUNTER}/open", f"{COUNTER}/book"):
        assert f'<a href="{href}">' in page.text


def test_the_last_of_the_hour_is_still_answered(clerk: Visitor) -> None:
    clerk.receive()
    for _ in range(MOST):
        assert len(told(find(clerk))) == 1
    assert find(clerk).status_code == 429


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_at_the_counter_it_is_said_and_the_form_goes_on(clerk: Visitor, lang: str) -> None:
    clerk.receive(**A_HOME)
    before = worked_out(clerk, **HOME).text
    assert WARNED in note(before) and HINTED in before
    assert told(find(clerk, "019203009999")) == []
    page = worked_out(clerk, lang, **HOME)
    said = note(page.text)
    assert AGAIN[lang] in said and HINTED not in page.text and "H55.27.05-260605-0001</a> ·" not in said
    assert ("Vẫn nhận hồ sơ như thường." if lang == "vi" else "Dossiers are received as usual.") in said
    saved = clerk.submit(page, COUNTER, **A_BIRTH | A_HOME)
    assert saved.status_code == 303


def test_the_part_for_a_form_that_is_being_filled_says_the_same(clerk: Visitor) -> None:
    used_up(clerk)
    part = asked(clerk)
    assert part.status_code == 200 and AGAIN["vi"] in note(part.text)
    assert asked(clerk, citizen_id="0192").text.strip() == "", "nobody is meant yet"


def test_what_is_refused_is_no_look_up(clerk: Visitor, intake: FastAPI) -> None:
    used_up(clerk)
    answers: list[httpx.Response] = [find(clerk), worked_out(clerk), asked(clerk)]
    assert [each.status_code for each in answers] == [429, 200, 200]
    assert len(facts(intake, "NumberLookedUp")) == MOST


def test_the_page_says_before_anything_is_typed_that_each_look_up_is_recorded(clerk: Visitor) -> None:
    assert "Mỗi lần tìm đều được ghi lại, cả khi không thấy gì." in text_of(clerk.get(LOST).text)
    assert "Each look-up is recorded, also one that finds nothing." in text_of(clerk.get(f"{LOST}?lang=en").text)
