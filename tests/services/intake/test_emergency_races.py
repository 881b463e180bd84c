"""Two processes of one office in an emergency: at the last place, at the door, at the declaration, at the apology."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.intake import jobs
from services.intake.tables import Booking, Emergency
from shared.changes import table_of
from tests.services.intake.emergency import (
    A_BUSINESS,
    A_DECLARATION,
    MONDAY_MORNING,
    NINE,
    SUSPENDED,
    a_booking,
)
from tests.services.intake.office import FRIDAY, Office
from tests.shared.line import rows
from tests.support import SetClock, app_of


@dataclass
class Replicas:
    """Two applications on one database, each with a writer of its own."""

    one: Office
    other: Office

    async def at_once(self, role: str, *asked: tuple[str, Any]) -> list[tuple[int, dict[str, Any]]]:
        """Every request to both, all at the same time: status and answer of each."""
        async with AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(each.who(role)) for each in (self.one, self.other)]
            calls = [client.post(path, json=body) for path, body in asked for client in clients]
            return [(answer.status_code, answer.json()) for answer in await asyncio.gather(*calls)]


@pytest.fixture
async def replicas(database_url: str, tmp_path: Path) -> AsyncIterator[Replicas]:
    clock = SetClock()
    clock.goes_to(FRIDAY)
    offices = []
    for _ in range(2):
        app = app_of("intake", database_url, tmp_path, clock, rate_factor=10_000)
        offices.append(Office(app, tmp_path, clock, database_url))
    yield Replicas(*offices)
    for office in offices:
        office.app.state.service.db.close()


def refusals(answers: list[tuple[int, dict[str, Any]]]) -> set[str]:
    """The codes of those that were refused; whatever else happened is none."""
    assert {status for status, _ in answers} <= {201, 409}
    return {answer["code"] for status, answer in answers if status == 409}


async def test_one_emergency_is_declared(replicas: Replicas) -> None:
    answers = await replicas.at_once("leader", *[("/emergencies", A_DECLARATION)] * 3)
    assert Counter(status for status, _ in answers) == {201: 1, 409: 5}
    assert refusals(answers) == {"emergency_declared"}
    assert len(rows(replicas.one.url, table_of(Emergency))) == 1


async def test_a_slot_is_filled_and_never_more(replicas: Replicas) -> None:
    await replicas.one.post("leader", "/emergencies", A_DECLARATION)
    replicas.one.clock.goes_to(MONDAY_MORNING)
    room, slots = A_DECLARATION["per_slot"], [NINE + timedelta(days=day, minutes=30) for day in range(5)]
    for slot in slots:
        answers = await replicas.at_once("clerk", *[("/bookings", a_booking(slot_at=slot.isoformat()))] * 3)
        assert Counter(status for status, _ in answers) == {201: room, 409: 6 - room}
        assert refusals(answers) == {"slot_full"}
    assert len(rows(replicas.one.url, table_of(Booking))) == room * len(slots)


async def test_a_booked_visitor_is_checked_once(replicas: Replicas) -> None:
    await replicas.one.post("leader", "/emergencies", A_DECLARATION)
    replicas.one.clock.goes_to(MONDAY_MORNING)
    booked = await replicas.one.post("clerk", "/bookings", a_booking())
    answers = await replicas.at_once("clerk", ("/screenings", {"booking_id": booked["booking_id"], "passed": True}))
    assert Counter(status for status, _ in answers) == {201: 1, 409: 1}
    assert refusals(answers) == {"already_screened"}
    kinds = replicas.one.kinds()
    assert (kinds.count("visitor_screened"), kinds.count("visit_opened")) == (1, 1)


async def test_nobody_is_apologised_to_twice(replicas: Replicas) -> None:
    emergency = await replicas.one.post("leader", "/emergencies", A_DECLARATION)
    ids = [(await replicas.one.post("clerk", "/dossiers", A_BUSINESS))["dossier_id"] for _ in range(12)]
    path = f"/emergencies/{emergency['emergency_id']}/apologise"
    answers = await replicas.at_once("head", *[(path, {"dossiers": ids})] * 2)
    assert refusals(answers) == set()
    assert sorted(each for _, answer in answers for each in answer["apologised"]) == sorted(ids)
    assert replicas.one.kinds().count("dossier_rescheduled") == len(ids)


async def test_no_date_is_carried_forward_twice(replicas: Replicas) -> None:
    ids = [(await replicas.one.post("clerk", "/dossiers", A_BUSINESS))["dossier_id"] for _ in range(12)]
    emergency = await replicas.one.post("leader", "/emergencies", A_DECLARATION | SUSPENDED)
    path = f"/emergencies/{emergency['emergency_id']}/carry-forward"
    answers = await replicas.at_once("head", *[(path, {"dossiers": ids})] * 2)
    assert refusals(answers) == set()
    assert sorted(each for _, answer in answers for each in answer["carried"]) == sorted(ids)
    assert replicas.one.kinds().count("dossier_deadline_suspended") == len(ids)


async def test_no_date_is_given_back_twice(replicas: Replicas) -> None:
    ids = [(await replicas.one.post("clerk", "/dossiers", A_BUSINESS))["dossier_id"] for _ in range(12)]
    emergency = await replicas.one.post("leader", "/emergencies", A_DECLARATION | SUSPENDED)
    path = f"/emergencies/{emergency['emergency_id']}"
    await replicas.one.post("head", f"{path}/carry-forward", {"dossiers": ids})
    await replicas.one.post("leader", f"{path}/take-back", {"reason_code": "wrong_days"})
    answers = await replicas.at_once("head", *[(f"{path}/give-back", {"dossiers": ids})] * 2)
    assert refusals(answers) == set()
    assert sorted(each for _, answer in answers for each in answer["given_back"]) == sorted(ids)
    assert replicas.one.kinds().count("dossier_date_given_back") == len(ids)


async def test_it_is_taken_back_once_and_whatever_was_carried_forward_meanwhile_is_there_to_be_given_back(
    replicas: Replicas,
) -> None:
    ids = [(await replicas.one.post("clerk", "/dossiers", A_BUSINESS))["dossier_id"] for _ in range(12)]
    emergency = await replicas.one.post("leader", "/emergencies", A_DECLARATION | SUSPENDED)
    path = f"/emergencies/{emergency['emergency_id']}"
    carries = replicas.at_once("head", *[(f"{path}/carry-forward", {"dossiers": [each]}) for each in ids])
    takes = replicas.at_once("leader", (f"{path}/take-back", {"reason_code": "not_issued"}))
    carried, taken = await asyncio.gather(carries, takes)
    assert refusals(taken) == {"emergency_taken_back"} and refusals(carried) <= {"emergency_not_open"}
    assert replicas.one.kinds().count("emergency_taken_back") == 1
    moved = sorted(each for status, answer in carried if status == 201 for each in answer["carried"])
    async with replicas.one.who("head") as client:
        shown = (await client.get(f"{path}/moved")).json()
    assert sorted(each["dossier_id"] for each in shown["dossiers"]) == moved


async def test_on_its_day_a_head_and_the_clock_carry_a_date_forward_once(replicas: Replicas) -> None:
    ids = [(await replicas.one.post("clerk", "/dossiers", A_BUSINESS))["dossier_id"] for _ in range(4)]
    emergency = await replicas.one.post("leader", "/emergencies", A_DECLARATION | SUSPENDED)
    path = f"/emergencies/{emergency['emergency_id']}/carry-forward"
    replicas.one.clock.goes_to(MONDAY_MORNING + timedelta(days=2))
    ticks = [jobs.tell_next_overdue(each.app.state.service.db, each.clock) for each in (replicas.one, replicas.other)]
    answers, *_ = await asyncio.gather(replicas.at_once("head", (path, {"dossiers": ids})), *ticks)
    assert refusals(answers) == set()
    assert replicas.one.kinds().count("dossier_deadline_suspended") == len(ids)
    assert "dossier_overdue" not in replicas.one.kinds()
