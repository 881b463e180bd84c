"""Deadlines that an act suspends: what is promised meanwhile counts no such day, and what was promised before is
carried forward, reviewed by a head or, on its day, by the clock."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import jobs
from services.intake.commands import new_dates
from services.intake.rulebook.states import Status
from services.intake.rules import Case, suspensions
from services.intake.rules.suspensions import Suspended, counted_with, suspended_by
from shared.errors import Refused
from shared.events import Event, decode
from shared.events.intake import DossierDeadlineSuspended, DossierOverdue
from shared.mechanism import event_log
from shared.worktime import VN, Calendar, Limit, Promise, promise
from tests.services.intake.emergency import (
    A_BUSINESS,
    A_DECLARATION,
    A_LIFT,
    LAST,
    MONDAY,
    MONDAY_MORNING,
    OTHER,
    SUSPENDED,
    URGENT,
    declared,
)
from tests.services.intake.office import FRIDAY, Office
from tests.shared.line import rows
from tests.support import client_of
from tests.system.operations import A_FILING
from tests.system.running import A_DOSSIER

CALENDAR = Calendar()
OLD, NEW = "2026-06-10T08:00:00+07:00", "2026-06-25T08:00:00+07:00"
"""Of a business received on Friday at eight."""


def act(**changed: Any) -> Suspended:
    found = suspended_by(declared(suspended_under="84/NQ-CP", **changed))
    assert found is not None
    return found


def a_case(**changed: Any) -> Case:
    """A business received on Friday, before anybody knew."""
    made = promise(Limit.working_days(3), FRIDAY, CALENDAR)
    case = Case("d-1", OTHER, "dep-1", Status.IN_PROGRESS, made.due_at, False, due_arithmetic=made.as_data())
    return replace(case, **changed)


def calendar_of(suspended: Suspended) -> Calendar:
    return counted_with(CALENDAR, [suspended], OTHER)


# --- the rules


@pytest.mark.parametrize(
    ("changed", "first", "last"),
    [
        ({}, MONDAY, LAST),
        ({"lifted": True, "lifted_on": date(2026, 6, 15)}, MONDAY, date(2026, 6, 15)),
        ({"lifted": True, "lifted_on": MONDAY}, MONDAY, MONDAY),
    ],
)
def test_it_lasts_to_its_last_day_or_the_day_it_is_lifted(changed: dict[str, Any], first: date, last: date) -> None:
    days = act(**changed).days
    assert (days.first, days.last, days.basis) == (first, last, "84/NQ-CP")


@pytest.mark.parametrize(
    "changed",
    [
        {"suspended_under": None},
        {"suspended_under": "84/NQ-CP", "last_day": None},
        {"suspended_under": "84/NQ-CP", "lifted": True, "lifted_on": MONDAY - timedelta(days=1)},
    ],
)
def test_nothing_is_suspended_without_an_act_without_an_end_and_when_it_never_began(changed: dict[str, Any]) -> None:
    assert suspended_by(declared(**changed)) is None


def test_an_urgent_procedure_is_counted_as_ever() -> None:
    assert counted_with(CALENDAR, [act()], URGENT) is CALENDAR
    assert counted_with(CALENDAR, [act()], OTHER).suspensions == (act().days,)
    assert counted_with(CALENDAR, [], OTHER) is CALENDAR


def test_a_date_is_carried_forward_with_its_arithmetic_its_act_and_who_reviewed_it() -> None:
    (event,) = suspensions.carry_forward(a_case(), act(), [act()], "off-head-1", MONDAY_MORNING, calendar_of(act()))
    assert (event.old_due_at.isoformat(), event.due_at.isoformat()) == (OLD, NEW)
    assert (event.basis, event.first_day, event.last_day) == ("84/NQ-CP", MONDAY, LAST)
    assert (event.emergency_id, event.reviewed_by) == ("e-1", "off-head-1")
    assert Promise.from_data(event.due_arithmetic).due_at == event.due_at


@pytest.mark.parametrize(
    ("changed", "now", "code"),
    [
        ({"procedure": URGENT}, MONDAY_MORNING, "dossier_urgent"),
        ({"status": Status.SUPPLEMENT_AWAITED}, MONDAY_MORNING, "clock_stands"),
        ({"status": Status.COMPLETED}, MONDAY_MORNING, "clock_stands"),
        ({}, datetime(2026, 6, 10, 8, 0, tzinfo=VN), "date_passed"),
    ],
)
def test_what_cannot_be_carried_forward_says_why(changed: dict[str, Any], now: datetime, code: str) -> None:
    with pytest.raises(Refused) as no:
        suspensions.carry_forward(a_case(**changed), act(), [act()], "off-1", now, calendar_of(act()))
    assert (no.value.code, no.value.status) == (code, 409)


def test_it_is_given_once_and_after_an_apology_too() -> None:
    event = suspensions.carried(a_case(rescheduled=True), act(), "off-1", calendar_of(act()))
    assert event is not None
    case = a_case(due_at=event.due_at, due_arithmetic=event.due_arithmetic)
    with pytest.raises(Refused) as no:
        suspensions.carry_forward(case, act(), [act()], "off-1", MONDAY_MORNING, calendar_of(act()))
    assert no.value.code == "nothing_suspended"


@given(days=st.integers(1, 30), first=st.integers(-3, 40), length=st.integers(0, 60), asked=st.integers(0, 4000))
def test_a_date_never_becomes_earlier_and_never_lies_in_the_suspension(
    days: int, first: int, length: int, asked: int
) -> None:
    received = FRIDAY + timedelta(minutes=asked)
    begins = FRIDAY.date() + timedelta(days=first)
    suspended = act(first_day=begins, last_day=begins + timedelta(days=length))
    made = promise(Limit.working_days(days), received, CALENDAR)
    case = a_case(due_at=made.due_at, due_arithmetic=made.as_data())
    event = suspensions.carried(case, suspended, None, calendar_of(suspended))
    if event is None:
        lost = [each for each in range(length + 1) if CALENDAR.is_working_day(begins + timedelta(days=each))]
        spared = [begins + timedelta(days=each) for each in lost]
        assert not any(made.counted_from.date() < day < made.due_at.date() for day in spared)
        return
    assert event.due_at > case.due_at and event.due_at.date() > suspended.days.last
    assert Promise.from_data(event.due_arithmetic).due_at == event.due_at


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"lifted": True, "lifted_on": MONDAY, "suspended_under": "84/NQ-CP"}, "emergency_not_open"),
        ({}, "deadlines_go_on"),
    ],
)
def test_only_an_open_emergency_with_an_act_carries_forward(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as no:
        suspensions.check_suspends(declared(**changed), MONDAY_MORNING)
    assert no.value.code == code


# --- on a real database


async def declares(office: Office, **changed: Any) -> str:
    answer = await office.post("leader", "/emergencies", A_DECLARATION | SUSPENDED | changed)
    return f"/emergencies/{answer['emergency_id']}"


async def several(office: Office, count: int) -> list[str]:
    """Businesses received on Friday: due on Wednesday."""
    return [(await office.post("clerk", "/dossiers", A_BUSINESS))["dossier_id"] for _ in range(count)]


async def seen(office: Office, path: str, role: str = "head", **query: str) -> Any:
    async with office.who(role) as client:
        return (await client.get(path, params=query)).json()


def facts(office: Office, kind: type[Event]) -> list[Any]:
    found = [decode(row["body"]) for row in rows(office.url, event_log)]
    return [each.event for each in found if each is not None and isinstance(each.event, kind)]


async def tick(office: Office) -> bool:
    return await jobs.tell_next_overdue(office.app.state.service.db, office.clock)


async def test_an_act_that_suspends_needs_its_last_day(office: Office) -> None:
    no = await office.post("leader", "/emergencies", A_DECLARATION | SUSPENDED | {"last_day": None}, 422)
    assert no["code"] == "suspension_without_end" and office.kinds() == []


async def test_what_is_promised_meanwhile_counts_from_the_first_day_after_and_says_so(office: Office) -> None:
    await declares(office)
    office.clock.goes_to(datetime(2026, 6, 9, 10, 0, tzinfo=VN))
    receipt = await office.post("clerk", "/dossiers", A_BUSINESS | {"at_door": True})
    assert receipt["due_at"] == "2026-06-26T07:00:00+07:00"
    assert any("tạm dừng theo 84/NQ-CP" in each for each in receipt["due_because"])
    birth = await office.post("clerk", "/dossiers", A_DOSSIER)
    assert birth["due_at"] == "2026-06-09T17:00:00+07:00", "what is urgent goes on"
    quoted = await seen(office, f"/procedures/{OTHER}/promise", "clerk")
    assert quoted["due_at"] == receipt["due_at"]


async def test_the_offices_hours_for_a_filing_and_the_citizens_days_for_papers_stand_still_too(office: Office) -> None:
    await declares(office)
    office.clock.goes_to(datetime(2026, 6, 9, 10, 0, tzinfo=VN))
    filing = A_FILING | {"procedure": OTHER, "papers": ["giay_de_nghi"], "filed_at": office.clock.now().isoformat()}
    office.clock.goes_to(datetime(2026, 6, 9, 10, 30, tzinfo=VN))
    moved = await office.post("clerk", "/filings", filing)
    assert moved["answer_by"] == "2026-06-23T17:00:00+07:00"
    asked = {"papers": ["giay_de_nghi"], "reason_code": "papers_unclear"}
    waiting = await office.post("clerk", f"/filings/{moved['filing_id']}/ask", asked)
    assert waiting["supplement_by"] == "2026-07-14T07:00:00+07:00"


async def test_papers_asked_for_before_it_are_awaited_longer_by_what_it_suspends(office: Office) -> None:
    """Fifteen working days from Friday the fifth: until the 26th, and with eleven suspended until 13 July."""
    asked = {"papers": ["giay_de_nghi"], "reason_code": "papers_unclear"}
    (dossier,) = await several(office, 1)
    await office.post("clerk", f"/dossiers/{dossier}/take-up")
    await office.post("clerk", f"/dossiers/{dossier}/ask-supplement", asked)
    office.clock.goes_to(FRIDAY + timedelta(minutes=30))
    filing = A_FILING | {"procedure": OTHER, "papers": ["giay_de_nghi"], "filed_at": FRIDAY.isoformat()}
    filed = f"/filings/{(await office.post('clerk', '/filings', filing))['filing_id']}"
    await office.post("clerk", f"{filed}/ask", asked)
    await declares(office)
    office.clock.goes_to(datetime(2026, 6, 29, 8, 0, tzinfo=VN))
    stop = {"reason_code": "supplement_lapsed", "basis": "118/2025/NĐ-CP, Điều 19"}
    for role, path, body in (
        ("head", f"/dossiers/{dossier}/stop", stop),
        ("clerk", f"{filed}/close", None),
    ):
        no = await office.post(role, path, body, 409)
        assert (no["code"], no["supplement_by"][:10]) == ("papers_time_suspended", "2026-07-13")
    office.clock.goes_to(datetime(2026, 7, 14, 8, 0, tzinfo=VN))
    await office.post("head", f"/dossiers/{dossier}/stop", stop)
    await office.post("clerk", f"{filed}/close")


async def test_an_apology_meanwhile_counts_from_the_first_day_after(office: Office) -> None:
    await declares(office)
    (dossier,) = [(await office.post("clerk", "/dossiers", A_BUSINESS))["dossier_id"]]
    office.clock.goes_to(MONDAY_MORNING)
    body = {"working_days": 4, "reason_code": "staff_absent"}
    moved = await office.post("head", f"/dossiers/{dossier}/reschedule", body)
    assert moved["due_at"] == "2026-06-29T07:00:00+07:00"


async def test_the_first_morning_is_shown_and_carried_forward_without_an_apology(office: Office) -> None:
    first, second = await several(office, 2)
    await office.receives()  # a birth is urgent
    paused = (await several(office, 1))[0]
    await office.post("clerk", f"/dossiers/{paused}/take-up")
    asked = {"papers": ["giay_de_nghi"], "reason_code": "papers_unclear"}
    await office.post("clerk", f"/dossiers/{paused}/ask-supplement", asked)
    path = await declares(office)
    await several(office, 1)  # promised with the act
    office.clock.goes_to(MONDAY_MORNING)
    shown = await seen(office, f"{path}/suspended")
    assert {each["dossier_id"]: each["new_due_at"] for each in shown["dossiers"]} == {first: NEW, second: NEW}
    assert (shown["in_all"], shown["until"]) == (2, "2026-06-22")
    body = {"dossiers": [first, paused]}  # the second was unticked
    done = await office.post("head", f"{path}/carry-forward", body)
    left = [{"dossier_id": paused, "code": "clock_stands"}]
    assert done == {"carried": [first], "left_alone": left, "remaining": 0}
    (event,) = facts(office, DossierDeadlineSuspended)
    assert (event.dossier_id, event.reviewed_by, event.basis) == (first, "off-head-1", "84/NQ-CP")
    moved, stands = await seen(office, f"/dossiers/{first}"), await seen(office, f"/dossiers/{second}")
    assert (moved["due_at"], moved["rescheduled"], stands["due_at"]) == (NEW, False, OLD)
    again = await office.post("head", f"{path}/carry-forward", body)
    assert again["carried"] == []
    body = {"working_days": 15, "reason_code": "staff_absent"}
    await office.post("head", f"/dossiers/{first}/reschedule", body)  # the one apology is still there


async def test_in_such_an_emergency_nobody_is_apologised_to_and_in_another_nothing_carried(office: Office) -> None:
    ids = await several(office, 1)
    path = await declares(office)
    office.clock.goes_to(MONDAY_MORNING)
    no = await office.post("head", f"{path}/apologise", {"dossiers": ids}, 409)
    assert no["code"] == "deadlines_suspended"
    assert (await seen(office, f"{path}/promises"))["code"] == "deadlines_suspended"
    await office.post("leader", f"{path}/lift", A_LIFT)
    answer = await office.post("leader", "/emergencies", A_DECLARATION | {"first_day": "2026-06-09"})
    other = f"/emergencies/{answer['emergency_id']}"
    assert (await office.post("head", f"{other}/carry-forward", {"dossiers": ids}, 409))["code"] == "deadlines_go_on"
    assert (await seen(office, f"{other}/suspended"))["code"] == "deadlines_go_on"


async def test_it_goes_on_where_it_stopped_and_carries_each_once(office: Office) -> None:
    ids = await several(office, new_dates.BATCH + 10)
    path = await declares(office)
    remaining = []
    for _ in range(3):
        remaining.append((await office.post("head", f"{path}/carry-forward", {"dossiers": ids}))["remaining"])
    assert remaining == [10, 0, 0]
    assert office.kinds().count("dossier_deadline_suspended") == len(ids)


async def test_two_heads_at_once_carry_each_date_once(office: Office) -> None:
    ids = await several(office, 6)
    path = await declares(office)
    async with office.who("head") as one, office.who("leader") as other:
        calls = [each.post(f"{path}/carry-forward", json={"dossiers": ids}) for each in (one, other, one, other)]
        answers = await asyncio.gather(*calls)
    assert [answer.status_code for answer in answers] == [201] * 4
    assert sorted(id for answer in answers for id in answer.json()["carried"]) == sorted(ids)
    assert sorted(each.dossier_id for each in facts(office, DossierDeadlineSuspended)) == sorted(ids)


async def test_a_date_that_nobody_reviewed_is_carried_forward_on_its_day_and_not_told_to_be_missed(
    office: Office,
) -> None:
    (dossier,) = await several(office, 1)
    birth = (await office.receives()).removeprefix("/dossiers/")
    await declares(office)
    office.clock.goes_to(datetime(2026, 6, 9, 23, 0, tzinfo=VN))
    assert await tick(office), "the birth of Friday is late: it is urgent"
    assert not await tick(office), "until its day a head may review it"
    office.clock.goes_to(datetime(2026, 6, 10, 0, 1, tzinfo=VN))
    assert await tick(office) and not await tick(office)
    (event,) = facts(office, DossierDeadlineSuspended)
    assert (event.dossier_id, event.reviewed_by, event.due_at.isoformat()) == (dossier, None, NEW)
    assert [each.dossier_id for each in facts(office, DossierOverdue)] == [birth]
    office.clock.goes_to(datetime(2026, 6, 25, 8, 1, tzinfo=VN))
    assert await tick(office)
    assert [each.due_at for each in facts(office, DossierOverdue)][1:] == [datetime.fromisoformat(NEW)]


async def test_after_a_stop_what_an_act_suspends_is_carried_forward_before_anything_is_told(office: Office) -> None:
    (dossier,) = await several(office, 1)
    await declares(office)
    office.clock.goes_to(datetime(2026, 6, 24, 8, 0, tzinfo=VN))
    assert await tick(office) and not await tick(office)
    assert [each.dossier_id for each in facts(office, DossierDeadlineSuspended)] == [dossier]
    assert facts(office, DossierOverdue) == []


async def test_a_result_on_a_suspended_day_is_not_late_though_nobody_was_there_on_its_day(office: Office) -> None:
    (dossier,) = await several(office, 1)
    await office.post("clerk", f"/dossiers/{dossier}/take-up")
    await declares(office)
    office.clock.goes_to(datetime(2026, 6, 11, 10, 0, tzinfo=VN))
    done = await office.post("clerk", f"/dossiers/{dossier}/complete")
    assert (done["outcome"], done["due_at"]) == ("early", NEW)
    assert office.kinds()[-2:] == ["dossier_deadline_suspended", "dossier_completed"]


async def test_what_was_late_before_it_stays_late(office: Office) -> None:
    (dossier,) = await several(office, 1)
    office.clock.goes_to(datetime(2026, 6, 10, 9, 0, tzinfo=VN))
    assert await tick(office)
    path = await declares(office, first_day="2026-06-10")
    assert (await seen(office, f"{path}/suspended"))["dossiers"] == []
    done = await office.post("head", f"{path}/carry-forward", {"dossiers": [dossier]})
    assert done["left_alone"] == [{"dossier_id": dossier, "code": "date_passed"}]
    assert not await tick(office)


async def test_lifted_early_what_was_carried_forward_stands_and_the_next_promise_counts_from_the_day_after(
    office: Office,
) -> None:
    (dossier,) = await several(office, 1)
    path = await declares(office)
    office.clock.goes_to(MONDAY_MORNING)
    await office.post("head", f"{path}/carry-forward", {"dossiers": [dossier]})
    office.clock.goes_to(datetime(2026, 6, 15, 10, 0, tzinfo=VN))
    await office.post("leader", f"{path}/lift", A_LIFT)
    same_day = await office.post("clerk", "/dossiers", A_BUSINESS)
    assert same_day["due_at"] == "2026-06-19T07:00:00+07:00", "on the day of the lifting nothing counts yet"
    office.clock.goes_to(datetime(2026, 6, 16, 8, 0, tzinfo=VN))
    assert (await office.post("clerk", "/dossiers", A_BUSINESS))["due_at"] == "2026-06-19T08:00:00+07:00"
    assert (await seen(office, f"/dossiers/{dossier}"))["due_at"] == NEW


async def test_whoever_holds_the_code_sees_both_dates_and_the_act(office: Office) -> None:
    receipt = await office.post("clerk", "/dossiers", A_BUSINESS)
    path = await declares(office)
    await office.post("head", f"{path}/carry-forward", {"dossiers": [receipt["dossier_id"]]})
    found = await seen(office, f"/status/{receipt['number']}", "clerk", code=receipt["lookup_code"])
    assert (found["due_at"], found["old_due_at"], found["suspended_under"]) == (NEW, OLD, "84/NQ-CP")
    assert found["rescheduled"] is False


async def test_the_office_uses_up_no_suspended_day_and_the_citizens_clock_runs(office: Office) -> None:
    (dossier,) = await several(office, 1)
    await declares(office)
    office.clock.goes_to(datetime(2026, 6, 23, 9, 0, tzinfo=VN))
    way = await seen(office, f"/dossiers/{dossier}/way")
    assert (way["clocks"]["office_minutes"], way["clocks"]["citizen_minutes"]) == (480 - 60 + 120, 12 * 480 + 60)


async def test_another_unit_carries_nothing_forward(office: Office, tmp_path: Path) -> None:
    ids = await several(office, 1)
    path = await declares(office)
    async with client_of(office.app, tmp_path, "head", unit="xa-khac") as client:
        shown = await client.get(f"{path}/suspended")
        carried = await client.post(f"{path}/carry-forward", json={"dossiers": ids})
    assert {(each.status_code, each.json()["code"]) for each in (shown, carried)} == {(404, "emergency_not_found")}
    assert facts(office, DossierDeadlineSuspended) == []
