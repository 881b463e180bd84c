"""What I can still save today: what the page shows in the morning, and to whom."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import pytest
from fastapi import FastAPI

from services.intake.jobs import tell_next_uncollected
from services.intake.rules import ROLES
from shared.worktime import VN
from tests.services.intake.conftest import Visitor, number
from tests.services.intake.test_pages_filings import registered
from tests.services.intake.test_pages_people import appointed, hears, main_of
from tests.services.intake.test_pages_steps import take
from tests.support import SetClock

COUNTER = "/intake/counter"
TODAY = f"{COUNTER}/today"
TITLES = ("Hẹn hôm nay, còn kịp", "Hẹn ngày làm việc tới: hôm nay", "Đã lỡ hẹn: làm ngay")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()  # Friday, 15:01: what comes in now is due on Monday at 17:00


def shown(visitor: Visitor, query: str = "") -> list[str]:
    """The headings that the page has."""
    said = main_of(visitor.get(TODAY + query).text)
    return [title for title in TITLES if title in said]


@pytest.mark.parametrize(
    ("moment", "titles"),
    [
        ("2026-06-05T15:02", TITLES[1:2]),  # still Friday: on Monday, so today is the last whole day
        ("2026-06-08T07:00", TITLES[:1]),
        ("2026-06-08T17:01", TITLES[2:]),
    ],
)
def test_a_promise_moves_from_the_next_day_to_today_and_then_is_missed(
    clerk: Visitor, clock: SetClock, moment: str, titles: tuple[str, ...]
) -> None:
    clerk.receive()
    clock.goes_to(datetime.fromisoformat(moment).replace(tzinfo=VN))
    assert shown(clerk) == list(titles)
    assert "chưa ai nhận việc" in main_of(clerk.get(TODAY).text)


def test_after_closing_nothing_is_said_of_a_last_day(clerk: Visitor, clock: SetClock) -> None:
    clerk.receive()
    clock.goes_to(datetime(2026, 6, 6, 9, 0, tzinfo=VN))  # a Saturday
    said = main_of(clerk.get(TODAY).text)
    assert "Hẹn ngày làm việc tới" in said and "trọn vẹn" not in said


def test_without_anything_near_the_page_says_so_in_both_languages(clerk: Visitor) -> None:
    assert shown(clerk) == []
    assert "Không lời hẹn nào gấp" in main_of(clerk.get(TODAY).text)
    assert "No promise is near" in main_of(clerk.get(f"{TODAY}?lang=en").text)


def test_what_waits_for_the_citizen_or_is_finished_is_not_the_offices_to_save(clerk: Visitor, clock: SetClock) -> None:
    asked, done = (f"{COUNTER}/{clerk.receive()}" for _ in range(2))
    for path in (asked, done):
        take(clerk, path, "take-up")
    take(clerk, asked, "ask-supplement", papers=["giay_chung_sinh"], reason_code="papers_unclear")
    take(clerk, done, "complete")
    assert shown(clerk) == []


def test_what_another_holds_is_theirs_and_everybodys_when_asked(
    clerk: Visitor, come: Callable[..., Visitor], intake: FastAPI
) -> None:
    hears(intake, appointed())
    path, officer = f"{COUNTER}/{clerk.receive()}", come("officer")
    its = number(clerk.get(path).text)
    assert its in main_of(officer.get(TODAY).text)  # nobody's yet
    take(clerk, path, "take-up")
    mine, theirs = main_of(clerk.get(TODAY).text), main_of(officer.get(TODAY).text)
    assert its in mine and "Trần Thu Hà" in mine
    assert its not in theirs and "1 hồ sơ nữa" in theirs
    assert its in main_of(officer.get(f"{TODAY}?whose=all").text)
    assert "1 more dossier)" in main_of(officer.get(f"{TODAY}?lang=en").text)


def test_a_filing_that_has_to_be_answered_stands_among_the_promises(clerk: Visitor, clock: SetClock) -> None:
    registered(clerk)
    assert shown(clerk) in ([TITLES[0]], [TITLES[1]])
    assert "Mới đăng ký" in main_of(clerk.get(TODAY).text)


@pytest.mark.parametrize("role", ["clerk", "officer", "head", "leader"])
def test_whoever_works_at_the_desk_sees_it(come: Callable[..., Visitor], role: str) -> None:
    assert role in {each for roles in ROLES.values() for each in roles}
    assert come(role).get(TODAY).status_code == 200


def test_who_is_not_signed_in_does_not(citizen: Visitor) -> None:
    assert citizen.get(TODAY).status_code in (303, 401)


def test_a_result_that_waits_says_how_long_and_whether_its_citizen_was_reminded(
    clerk: Visitor, clock: SetClock, intake: FastAPI
) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    for step in ("take-up", "complete"):
        take(clerk, path, step)
    assert "có hôm nay" in main_of(clerk.get(f"{COUNTER}/open").text)
    clock.goes_to(datetime(2026, 6, 15, 9, 0, tzinfo=VN))
    assert "chờ 6 ngày làm việc" in main_of(clerk.get(f"{COUNTER}/open").text)
    service = intake.state.service
    assert asyncio.run(tell_next_uncollected(service.db, clock, intake.state.policy))
    page = f"{COUNTER}/open"
    assert "chờ 6 ngày làm việc, đã nhắc người dân" in main_of(clerk.get(page).text)
    assert "has waited 6 working days, the citizen was reminded" in main_of(clerk.get(f"{page}?lang=en").text)
