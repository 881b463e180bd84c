"""Every time limit of intake is counted with the days that acts suspend left out, for what is not urgent; and with
them, for what is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.intake.jobs import tell_next_uncollected
from services.intake.rules import suspensions
from shared.errors import Refused
from shared.worktime import VN, Limit, promise
from tests.services.intake.emergency import A_BUSINESS, MONDAY_MORNING, OTHER, URGENT
from tests.services.intake.office import FRIDAY, Office
from tests.services.intake.test_suspensions import CALENDAR, a_case, act, calendar_of, declares
from tests.system.operations import A_FEE, A_FILING, WITH_A_FEE
from tests.system.running import A_DOSSIER

ASKED = {"papers": ["giay_de_nghi"], "reason_code": "papers_unclear"}
ASKED_OF_A_BIRTH = {"papers": ["giay_chung_sinh"], "reason_code": "papers_unclear"}
STOP = {"basis": "118/2025/NĐ-CP, Điều 19"}
AFTER_15 = datetime(2026, 6, 29, 8, 0, tzinfo=VN)
"""Fifteen working days from Friday the fifth are over; without those that are suspended they are not."""


def june(day: int, hour: int = 8) -> datetime:
    return datetime(2026, 6, day, hour, 0, tzinfo=VN)


async def test_the_citizens_days_for_papers_that_are_asked_for_meanwhile(office: Office) -> None:
    path = await office.receives("take-up", body=A_BUSINESS)
    await declares(office)
    office.clock.goes_to(june(9, 10))
    asked = await office.post("clerk", f"{path}/ask-supplement", ASKED)
    assert asked["supplement_by"] == "2026-07-14T07:00:00+07:00"


async def test_what_is_left_once_papers_are_there(office: Office) -> None:
    path = await office.receives("take-up", body=A_BUSINESS)
    await office.post("clerk", f"{path}/ask-supplement", ASKED)
    await declares(office)
    office.clock.goes_to(june(10, 10))
    there = await office.post("clerk", f"{path}/supplement", {"papers": ["giay_de_nghi"]})
    assert there["due_at"] == "2026-06-26T07:00:00+07:00"


async def test_the_citizens_days_for_a_payment(office: Office) -> None:
    path = await office.receives("take-up", body=WITH_A_FEE)
    await office.post("clerk", f"{path}/ask-fee", A_FEE)
    await declares(office)
    office.clock.goes_to(AFTER_15)
    no = await office.post("head", f"{path}/stop", STOP | {"reason_code": "fee_unpaid"}, 409)
    assert (no["code"], no["fee_by"]) == ("fee_not_lapsed", "2026-07-13T08:00:00+07:00")


async def test_how_long_a_result_waits_without_a_word(office: Office) -> None:
    service, policy = office.app.state.service, office.app.state.policy
    await office.receives("take-up", "complete", body=A_BUSINESS)
    await declares(office)
    told = []
    for moment in (june(15), june(29), june(29) + timedelta(minutes=1)):
        office.clock.goes_to(moment)
        told.append(await tell_next_uncollected(service.db, office.clock, policy))
    assert told == [False, False, True]


async def test_the_date_of_a_filing_that_is_received_meanwhile(office: Office) -> None:
    office.clock.goes_to(FRIDAY + timedelta(minutes=30))
    filing = A_FILING | {"procedure": OTHER, "papers": ["giay_de_nghi"], "filed_at": FRIDAY.isoformat()}
    filed = (await office.post("clerk", "/filings", filing))["filing_id"]
    await declares(office)
    office.clock.goes_to(june(9, 10))
    receipt = await office.post("clerk", f"/filings/{filed}/accept", {"papers": ["giay_de_nghi"]})
    assert receipt["due_at"] == "2026-06-26T07:00:00+07:00"


# --- what is urgent goes on


@pytest.mark.parametrize(
    ("procedure", "lapsed"), [(URGENT, True), (OTHER, False)], ids=["an urgent one", "one that is not"]
)
def test_the_time_for_papers_of_what_is_urgent_lapses_as_it_was_told(procedure: str, lapsed: bool) -> None:
    told = promise(Limit.working_days(15), FRIDAY, CALENDAR).as_data()
    call = (told, [act()], procedure, AFTER_15, CALENDAR if lapsed else calendar_of(act()))
    if lapsed:
        suspensions.check_papers_lapsed(*call)
        return
    with pytest.raises(Refused) as no:
        suspensions.check_papers_lapsed(*call)
    assert no.value.code == "papers_time_suspended"


async def test_papers_of_a_birth_that_never_came_stop_it_while_an_act_suspends_other_time_limits(
    office: Office,
) -> None:
    path = await office.receives("take-up", body=A_DOSSIER)
    await office.post("clerk", f"{path}/ask-supplement", ASKED_OF_A_BIRTH)
    office.clock.goes_to(FRIDAY + timedelta(minutes=30))
    filing: dict[str, Any] = A_FILING | {"filed_at": FRIDAY.isoformat()}
    filed = f"/filings/{(await office.post('clerk', '/filings', filing))['filing_id']}"
    await office.post("clerk", f"{filed}/ask", ASKED_OF_A_BIRTH)
    await declares(office)
    office.clock.goes_to(AFTER_15 + timedelta(hours=1))
    stopped = await office.post("head", f"{path}/stop", STOP | {"reason_code": "supplement_lapsed"})
    assert stopped["status_code"] == 8
    await office.post("clerk", f"{filed}/close")


@pytest.mark.parametrize(("procedure", "moved"), [(URGENT, False), (OTHER, True)])
def test_the_date_of_what_is_urgent_is_never_carried_forward(procedure: str, moved: bool) -> None:
    event = suspensions.carried(a_case(procedure=procedure), act(), None, CALENDAR)
    assert (event is not None) is moved


async def test_a_birth_is_late_on_its_day_and_its_result_too(office: Office) -> None:
    """Nothing of its time is given back when it is ready."""
    path = await office.receives("take-up", body=A_DOSSIER)
    await declares(office)
    office.clock.goes_to(MONDAY_MORNING + timedelta(days=1))
    done = await office.post("clerk", f"{path}/complete")
    assert done["outcome"] == "late"
    assert "dossier_deadline_suspended" not in office.kinds()
