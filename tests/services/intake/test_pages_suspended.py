"""Deadlines that an act suspends, through pages without JavaScript: reviewed by a head, and seen by whoever waits."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import Session

from services.intake.models import MOST_DATES
from shared.events.intake import DossierReceived
from shared.record import record
from shared.texts import new_id
from shared.worktime import Calendar, Limit, promise
from tests.services.intake.conftest import FRIDAY_AFTERNOON, Visitor, lookup_code, number
from tests.services.intake.emergency import MONDAY_MORNING, OTHER, SUSPENDED
from tests.services.intake.test_pages_emergencies import (
    A_BUSINESS,
    APOLOGISE,
    DECLARED,
    EMERGENCY,
    PROMISES,
    kinds,
    text_of,
)
from tests.services.intake.test_pages_filings import registered
from tests.support import SetClock

CARRY, REVIEW = f"{EMERGENCY}/carry-forward", f"{EMERGENCY}/suspended"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def dossiers(clerk: Visitor, leader: Visitor, clock: SetClock) -> list[str]:
    """Three businesses of Friday; it is Monday morning, and an act suspends deadlines for two weeks."""
    found = [clerk.receive(**A_BUSINESS) for _ in range(3)]
    answer = declares(leader)
    assert answer.status_code == 303, text_of(answer)
    clock.goes_to(MONDAY_MORNING)
    return found


def declares(leader: Visitor, **changed: str) -> httpx.Response:
    return leader.submit(leader.get(EMERGENCY), EMERGENCY, **DECLARED | SUSPENDED | changed)


def test_without_its_last_day_it_is_refused_beside_the_field(leader: Visitor, database_url: str) -> None:
    answer = declares(leader, last_day="")
    assert answer.status_code == 422 and 'href="#last_day"' in answer.text
    assert "phải ghi ngày cuối" in text_of(answer) and 'value="84/NQ-CP"' in answer.text
    assert kinds(database_url) == []


def test_all_that_runs_is_reviewed_in_one_step_and_nobody_is_apologised_to(
    dossiers: list[str], head: Visitor, clerk: Visitor, database_url: str
) -> None:
    clerk.receive()  # a birth is urgent
    clerk.submit(clerk.get(f"/intake/counter/{dossiers[2]}"), f"/intake/counter/{dossiers[2]}/take-up")
    assert f'href="{REVIEW}"' in head.get(EMERGENCY).text
    assert head.get(PROMISES).headers["location"] == REVIEW
    page = head.get(REVIEW)
    said = text_of(page)
    assert page.text.count('name="dossiers"') == page.text.count(" checked") == 3
    assert "tạm dừng theo 84/NQ-CP từ thứ Hai 08/06/2026 đến hết thứ Hai 22/06/2026" in said
    assert "10/06/2026" in said and "25/06/2026" in said and "tính tiếp từ 07:00 thứ Ba 23/6/2026" in said
    assert all(f'href="/intake/counter/{each}"' in page.text for each in dossiers)
    assert said.count("Đã nhận, chờ người giải quyết chưa ai nhận việc") == 2
    assert "Đang giải quyết off-clerk-1" in said, "where it is, and who has it"
    nothing = head.submit(page, CARRY)
    assert nothing.status_code == 422 and 'href="#dossiers"' in nothing.text and " checked" not in nothing.text
    done = head.submit(page, CARRY, dossiers=dossiers[:1])
    assert done.headers["location"] == f"{REVIEW}?done=1"
    again = head.submit(page, CARRY, dossiers=dossiers)
    assert again.headers["location"] == f"{REVIEW}?done=2"
    after = head.get(f"{REVIEW}?done=2")
    assert "Đã chuyển ngày hẹn của 2 hồ sơ" in text_of(after) and "Không còn hồ sơ nào" in text_of(after)
    assert kinds(database_url).count("dossier_deadline_suspended") == 3
    assert "dossier_rescheduled" not in kinds(database_url)


@pytest.mark.parametrize(
    ("lang", "both", "way"),
    [
        ("vi", "Ngày hẹn cũ là thứ Tư 10/06/2026. Đây là ngày mới.", "Thời hạn tạm dừng theo 84/NQ-CP, ngày hẹn"),
        ("en", "The date before was Wednesday 10 June 2026. This is the new one.", "Deadlines suspended by 84/NQ-CP"),
    ],
)
def test_whoever_waits_sees_both_dates_and_the_act_in_their_language(
    dossiers: list[str], head: Visitor, clerk: Visitor, citizen: Visitor, lang: str, both: str, way: str
) -> None:
    head.submit(head.get(REVIEW), CARRY, dossiers=dossiers)
    receipt = clerk.get(f"/intake/counter/{dossiers[0]}/receipt").text
    typed = {"number": number(receipt), "code": lookup_code(receipt)}
    said = text_of(citizen.submit(citizen.get(f"/intake/track?lang={lang}"), "/intake/track", **typed))
    assert both in said and way in said and "nhận 00:00" not in said and "in at 00:00" not in said
    desk = text_of(clerk.get(f"/intake/counter/{dossiers[0]}?lang={lang}"))
    assert both in desk and way in desk and "off-head-1" in desk
    left = "còn 3 ngày làm việc" if lang == "vi" else "3 working days left"
    assert left in said and left in desk, "counted without the suspended days"


def test_a_filing_says_until_when_papers_may_come_without_the_suspended_days(
    dossiers: list[str], clerk: Visitor
) -> None:
    filed = {"procedure": OTHER, "filed_day": "05/06/2026", "filed_clock": "08:00"}
    assert "14/07/2026" in text_of(clerk.get(registered(clerk, **filed)))


def test_the_page_says_how_many_are_left_when_there_are_more_than_it_shows(
    dossiers: list[str], head: Visitor, intake: FastAPI
) -> None:
    """A hundred more than a list shows, and three of the counter."""
    asyncio.run(_many(intake, MOST_DATES + 97))
    page = head.get(REVIEW)
    assert page.text.count('name="dossiers"') == MOST_DATES
    assert "Còn 100 hồ sơ nữa, hiện ra sau khi gửi" in text_of(page)
    done = head.submit(page, CARRY, dossiers=re.findall(r'name="dossiers" value="([^"]*)"', page.text))
    assert done.headers["location"] == f"{REVIEW}?done={MOST_DATES}"
    rest = head.get(REVIEW)
    assert rest.text.count('name="dossiers"') == 100 and "hồ sơ nữa" not in text_of(rest)


async def _many(intake: FastAPI, count: int) -> None:
    """So many businesses of Friday afternoon, received before the act."""

    def receive(session: Session) -> None:
        made = promise(Limit.working_days(3), FRIDAY_AFTERNOON, Calendar())
        values = {"procedure": OTHER, "received_at": FRIDAY_AFTERNOON, "variant": None, "due_at": made.due_at}
        values |= {"due_arithmetic": made.as_data()}
        for each in range(count):
            own = {"dossier_id": new_id(), "number": f"H55.27.05-260605-{each + 5000}"}
            record(session, DossierReceived.sample().model_copy(update=values | own), at=FRIDAY_AFTERNOON)

    await intake.state.service.db.write(receive)


def test_the_control_slip_has_a_row_of_it(dossiers: list[str], head: Visitor, clerk: Visitor) -> None:
    head.submit(head.get(REVIEW), CARRY, dossiers=dossiers)
    slip = clerk.get(f"/intake/counter/{dossiers[0]}/m06.pdf")
    assert slip.status_code == 200 and slip.headers["content-type"] == "application/pdf"


def test_pages_say_that_what_is_urgent_goes_on(dossiers: list[str], citizen: Visitor) -> None:
    said = text_of(citizen.get("/intake/"))
    assert "Thời hạn giải quyết tạm dừng theo 84/NQ-CP. Việc cấp thiết vẫn tính như thường." in said
    page = text_of(citizen.get(f"/intake/procedures/{OTHER}/page"))
    assert "khi thời hạn tạm dừng theo 84/NQ-CP: tính từ 07:00 thứ Ba 23/6/2026" in page
    assert "tạm dừng theo" not in re.sub("Thời hạn giải quyết tạm dừng theo", "", _urgent(citizen))


def _urgent(citizen: Visitor) -> str:
    return text_of(citizen.get("/intake/procedures/1.001193/page"))


def test_without_such_an_act_there_is_nothing_to_review(head: Visitor, leader: Visitor, clock: SetClock) -> None:
    assert "Không có văn bản nào đang cho tạm dừng thời hạn" in text_of(head.get(REVIEW))
    leader.submit(leader.get(EMERGENCY), EMERGENCY, **DECLARED)
    clock.goes_to(MONDAY_MORNING)
    assert "Không có văn bản nào đang cho tạm dừng thời hạn" in text_of(head.get(REVIEW))
    assert REVIEW not in head.get(EMERGENCY).text


def test_an_apology_sent_from_an_old_page_leads_to_the_review_and_is_not_given(
    dossiers: list[str], head: Visitor, database_url: str
) -> None:
    old = httpx.Response(200, text=head.get(REVIEW).text.replace(CARRY, APOLOGISE))
    answer = head.submit(old, APOLOGISE, dossiers=dossiers)
    assert answer.status_code == 303 and answer.headers["location"] == REVIEW
    assert "dossier_rescheduled" not in kinds(database_url)


@pytest.mark.parametrize(("role", "method", "path"), [("clerk", "GET", REVIEW), ("officer", "POST", CARRY)])
def test_it_opens_to_heads_and_leaders_alone(come: Callable[..., Visitor], role: str, method: str, path: str) -> None:
    headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    assert come(role).ask(method, path, headers=headers).status_code == 403
