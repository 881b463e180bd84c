"""Visits when two act at once, in one process or in two: a number is one person's, and each visit ends once."""

from __future__ import annotations

import asyncio

from tests.services.intake.office import Office
from tests.services.intake.visitors import (
    A_LIST,
    LEFT,
    TO_FILE,
    called,
    guided,
    opened,
)
from tests.support import client_of
from tests.system.running import A_DOSSIER


async def test_sixteen_who_take_a_number_at_once_get_one_each_without_a_gap(office: Office) -> None:
    async with client_of(office.app, office.folder) as anybody:
        answers = await asyncio.gather(*(anybody.post("/visits", json=TO_FILE) for _ in range(16)))
    tickets = [answer.json()["ticket"] for answer in answers]
    assert sorted(tickets) == [f"{n:03d}" for n in range(1, 17)]
    assert [answer.json()["before"] for answer in answers] == [int(ticket) - 1 for ticket in tickets]


async def test_a_list_links_one_visit_though_two_bring_its_code_at_once(office: Office) -> None:
    first = await guided(office)
    async with client_of(office.app, office.folder) as anybody:
        body = TO_FILE | {"code": first["code"]}
        answers = await asyncio.gather(*(anybody.post("/visits", json=body) for _ in range(4)))
    trips = sorted((answer.json()["trip"], answer.json()["not_linked"]) for answer in answers)
    assert trips == [(1, "already_linked")] * 3 + [(2, None)]


async def test_two_clerks_who_call_at_once_call_two_and_never_the_same(office: Office) -> None:
    tickets = [(await opened(office))["ticket"] for _ in range(3)]
    async with office.who("clerk") as one, office.who("clerk", "off-clerk-2") as other:
        asked = [each.post("/visits/call-next", json={"desk": "1"}) for each in (one, other, one, other)]
        answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 409]
    got = [answer.json()["visit"]["ticket"] for answer in answers if answer.status_code == 201]
    assert sorted(got) == tickets
    (none,) = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert none == "nobody_waiting"


async def test_clerks_at_two_processes_never_call_the_same(office: Office, twin: Office) -> None:
    tickets = [(await opened(office))["ticket"] for _ in range(8)]
    async with office.who("clerk") as one, twin.who("clerk", "off-clerk-2") as other:
        asked = [each.post("/visits/call-next", json={"desk": "1"}) for _ in range(4) for each in (one, other)]
        answers = await asyncio.gather(*asked)
    assert sorted(answer.json()["visit"]["ticket"] for answer in answers) == tickets


async def test_numbers_of_two_processes_have_no_gap_and_no_double(office: Office, twin: Office) -> None:
    async with client_of(office.app, office.folder) as one, client_of(twin.app, office.folder) as other:
        answers = await asyncio.gather(*(each.post("/visits", json=TO_FILE) for _ in range(8) for each in (one, other)))
    assert sorted(answer.json()["ticket"] for answer in answers) == [f"{n:03d}" for n in range(1, 17)]


async def test_a_list_links_one_visit_though_two_processes_take_its_code(office: Office, twin: Office) -> None:
    lists = [(await guided(office))["code"] for _ in range(6)]
    async with client_of(office.app, office.folder) as one, client_of(twin.app, office.folder) as other:
        for code in lists:
            body = TO_FILE | {"code": code}
            answers = await asyncio.gather(*(each.post("/visits", json=body) for each in (one, other)))
            assert sorted(answer.json()["trip"] for answer in answers) == [1, 2]


async def test_two_clerks_who_close_one_visit_at_once_leave_one_outcome(office: Office) -> None:
    ticket = await called(office)
    path = f"/visits/{ticket['visit_id']}/close"
    async with office.who("clerk") as one, office.who("clerk", "off-clerk-2") as other:
        answers = await asyncio.gather(one.post(path, json=A_LIST), other.post(path, json=LEFT))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert office.kinds().count("visit_closed") == 1


async def test_two_dossiers_for_one_visit_at_once_make_one(office: Office) -> None:
    ticket = await called(office)
    body = A_DOSSIER | {"visit": ticket["visit_id"]}
    async with office.who("clerk") as one, office.who("clerk", "off-clerk-2") as other:
        answers = await asyncio.gather(*(each.post("/dossiers", json=body) for each in (one, other)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert office.kinds().count("dossier_received") == office.kinds().count("visit_closed") == 1
