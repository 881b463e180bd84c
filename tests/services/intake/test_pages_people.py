"""Who is called what: by name and post once personnel's fact has arrived, by id until then; and what a copy says."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI

from services.intake import commands
from services.intake.handlers import FOLLOWS
from services.intake.pages.papers import ON_M01, m01_of
from services.intake.pages.people import people
from services.intake.projection import project
from shared.events import Event, Recorded, encode
from shared.events.personnel import OfficialAppointed, UnitOpened
from shared.texts import new_id
from shared.web.pdf import m01_pdf
from shared.worktime import VN
from tests.services.intake.conftest import FRIDAY_AFTERNOON, Visitor
from tests.services.intake.test_pages_counter import COUNTER, facts, handed_over
from tests.shared.web.conftest import text_of
from tests.support import UNIT, hand_over

SINCE = datetime(2025, 7, 1, tzinfo=VN)
CENTRE = UnitOpened(department_id="dep-hanh-chinh-cong", name="Trung tâm Một cửa", opened_at=SINCE)


def appointed(post: str = "Công chức tiếp nhận") -> OfficialAppointed:
    return OfficialAppointed(
        official_id="off-clerk-1",
        name="Trần Thu Hà",
        post=post,
        department_id="dep-hanh-chinh-cong",
        heads_up_to=None,
        roles=["clerk"],
        appointed_at=SINCE,
    )


def hears(intake: FastAPI, *told: Event, after: int = 0) -> None:
    """Personnel's facts arrive, as the consumer would hand them over."""
    when = FRIDAY_AFTERNOON
    bodies = [
        (seq, encode(Recorded(fact, new_id(), UNIT, 1, when, when))) for seq, fact in enumerate(told, start=after + 1)
    ]
    asyncio.run(intake.state.service.db.write(hand_over, "PERSONNEL", after, bodies, project, FOLLOWS))


def main_of(page: str) -> str:
    """What a page says below its masthead, where the reader's own badge stands."""
    return text_of(page.split("<main", 1)[1])


def m01_data(intake: FastAPI, dossier_id: str) -> dict[str, Any]:
    """What the Vietnamese M01 of a dossier is printed from now."""
    service, state = intake.state.service, intake.state

    async def read() -> dict[str, Any]:
        args = (dossier_id, ON_M01, "m01", "off-clerk-1", service.clock.now())
        printed = await service.db.write(commands.print_receipt, *args)
        known = await service.db.read(people)
        return m01_of(printed, known, service.settings, state.policy, state.pages._words["vi"])

    return asyncio.run(read())


def test_a_dossier_names_who_received_it_once_personnel_has_told(clerk: Visitor, intake: FastAPI) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    before = main_of(clerk.get(path).text)
    hears(intake, CENTRE, appointed())
    after = main_of(clerk.get(path).text)
    assert "Người nhận hồ sơ off-clerk-1" in before and "Bộ phận giải quyết dep-hanh-chinh-cong" in before
    assert "Người nhận hồ sơ Trần Thu Hà, Công chức tiếp nhận" in after
    assert "Bộ phận giải quyết Trung tâm Một cửa" in after
    assert after.count("Trần Thu Hà") == 2, "in the facts and on its way"
    assert "off-clerk-1" not in after and "dep-" not in after


def test_an_english_page_marks_a_vietnamese_post_as_such(clerk: Visitor, intake: FastAPI) -> None:
    path = f"{COUNTER}/{clerk.receive()}?lang=en"
    hears(intake, appointed())
    page = clerk.get(path).text
    assert page.count('<span lang="vi">Trần Thu Hà, Công chức tiếp nhận</span>') == 2
    assert "dep-hanh-chinh-cong" in page


def test_a_name_is_text_on_a_page_in_either_language(clerk: Visitor, intake: FastAPI) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    hears(intake, appointed("<b>Công chức</b>"))
    for lang in ("vi", "en"):
        page = clerk.get(f"{path}?lang={lang}").text
        assert "<b>Công chức" not in page and "&lt;b&gt;Công chức&lt;/b&gt;" in page


def test_the_last_appointment_counts(clerk: Visitor, intake: FastAPI) -> None:
    path = f"{COUNTER}/{clerk.receive()}"
    hears(intake, appointed())
    hears(intake, appointed("Giám đốc Trung tâm"), after=1)
    said = text_of(clerk.get(path).text)
    assert "Trần Thu Hà, Giám đốc Trung tâm" in said and "Công chức tiếp nhận" not in said


def test_the_citizen_is_not_told_who(clerk: Visitor, citizen: Visitor, intake: FastAPI) -> None:
    hears(intake, CENTRE, appointed())
    data = m01_data(intake, clerk.receive())
    page = citizen.submit(citizen.get("/intake/track"), "/intake/track", number=data["code"], code=data["lookup_code"])
    assert page.status_code == 200 and "Trần Thu Hà" not in page.text


def test_the_receipt_is_signed_by_a_name(clerk: Visitor, intake: FastAPI) -> None:
    dossier_id = clerk.receive()
    before = m01_data(intake, dossier_id)
    hears(intake, appointed())
    after = m01_data(intake, dossier_id)
    assert (before["receiver"], after["receiver"]) == ("off-clerk-1", "Trần Thu Hà, Công chức tiếp nhận")
    assert before | {"receiver": after["receiver"]} == after
    assert clerk.get(f"{COUNTER}/{dossier_id}/m01.pdf").content == m01_pdf(after)


def test_a_slip_says_where_and_from_whom(clerk: Visitor, intake: FastAPI) -> None:
    before = text_of(handed_over(clerk).text)
    hears(intake, CENTRE, appointed())
    after = text_of(handed_over(clerk).text)
    assert "Bộ phận giải quyết dep-hanh-chinh-cong Người trả kết quả off-clerk-1" in before
    assert "Bộ phận giải quyết Trung tâm Một cửa Người trả kết quả Trần Thu Hà, Công chức tiếp nhận" in after
    clerk.get(f"{COUNTER}?lang=en")
    assert "Handed over by Trần Thu Hà" in text_of(handed_over(clerk).text)


@pytest.mark.parametrize(("lang", "label"), [("vi", "In lại (bản sao)"), ("en", "Reprint (a copy)")])
def test_a_reprint_is_asked_for_and_says_that_it_is_a_copy(
    clerk: Visitor, intake: FastAPI, lang: str, label: str
) -> None:
    dossier_id = clerk.receive()
    path = f"{COUNTER}/{dossier_id}/m01.pdf?copy=1"
    page = clerk.get(f"{COUNTER}/{dossier_id}/receipt?lang={lang}").text
    assert label in page and f'href="{path}"' in page
    copy = clerk.get(f"{path}&lang=vi").content
    assert '"purpose":"m01_copy"' in facts(intake, "PrivateDataRead")[-1]
    data = m01_data(intake, dossier_id)
    assert copy == m01_pdf(data | {"is_copy": True}) != m01_pdf(data)
