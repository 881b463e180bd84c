"""Visits when two act at once, in one process or in two: a number is one person's, and each visit ends once."""

from __future__ import annotations

import asyncio

import httpx

from services.intake.tables import Visit
from shared.changes import table_of
from tests.services.intake.office import Office
from tests.services.intake.visitors import (
    A_LIST,
    LEFT,
    TO_FILE,
    called,
    guided,
    opened,
)
from tests.shared.line import rows
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


def won_and_told(answers: list[httpx.Response]) -> tuple[str, str]:
    """The desk that has the visit, and the one that the other was told of; the other has called nobody."""
    assert sorted(answer.status_code for answer in answers) == [201, 409], [answer.text for answer in answers]
    (won,) = [answer.json()["visit"]["desk"] for answer in answers if answer.status_code == 201]
    (told,) = [answer.json() for answer in answers if answer.status_code == 409]
    assert told["code"] == "visit_at_another_desk" and told["detail"]
    return won, told["desk"]


async def test_of_two_desks_that_call_one_number_at_once_one_has_it_and_the_other_is_told_which(office: Office) -> None:
    for _ in range(4):
        path = f"/visits/{(await opened(office))['visit_id']}/call"
        async with office.who("clerk") as one, office.who("clerk", "off-clerk-2") as other:
            asked = [each.post(path, json={"desk": desk}) for each, desk in ((one, "1"), (other, "2"))]
            won, told = won_and_told(await asyncio.gather(*asked))
        assert won == told
    assert office.kinds().count("visit_called") == 4


async def test_desks_of_two_processes_that_call_one_number_at_once_call_it_once(office: Office, twin: Office) -> None:
    paths = [f"/visits/{(await opened(office))['visit_id']}/call" for _ in range(8)]
    async with office.who("clerk") as one, twin.who("clerk", "off-clerk-2") as other:
        for path in paths:
            asked = [each.post(path, json={"desk": desk}) for each, desk in ((one, "1"), (other, "2"))]
            won, told = won_and_told(await asyncio.gather(*asked))
            assert won == told
    assert {row["status"] for row in rows(office.url, table_of(Visit))} == {"called"}
    assert office.kinds().count("visit_called") == len(paths)


async def test_the_next_number_and_the_same_number_called_at_once_are_never_one(office: Office, twin: Office) -> None:
    """One desk calls whoever is next, another calls that very number."""
    for _ in range(6):
        first, second = await opened(office), await opened(office)
        async with office.who("clerk") as one, twin.who("clerk", "off-clerk-2") as other:
            this = other.post(f"/visits/{first['visit_id']}/call", json={"desk": "2"})
            following, called = await asyncio.gather(one.post("/visits/call-next", json={"desk": "1"}), this)
        assert following.status_code == 201
        got = following.json()["visit"]["visit_id"]
        if called.status_code == 409:
            assert (called.json()["code"], got) == ("visit_at_another_desk", first["visit_id"])
            await office.post("clerk", "/visits/call-next", {"desk": "2"})
        else:
            assert got == second["visit_id"], "whoever is being called is passed over"
    assert office.kinds().count("visit_called") == office.kinds().count("visit_opened")


async def test_a_desk_that_calls_its_number_twice_at_once_has_the_same_answer_twice(office: Office) -> None:
    path = f"/visits/{(await opened(office))['visit_id']}/call"
    async with office.who("clerk") as clerk:
        answers = await asyncio.gather(*(clerk.post(path, json={"desk": "2"}) for _ in range(3)))
        key = {"Idempotency-Key": "a-key-of-this-call"}
        first, again = await asyncio.gather(*(clerk.post(path, json={"desk": "2"}, headers=key) for _ in range(2)))
    assert [(answer.status_code, answer.json()["visit"]["desk"]) for answer in answers] == [(201, "2")] * 3
    assert (first.status_code, again.content) == (201, first.content)
    assert office.kinds().count("visit_called") == 4, "each call again is a call, and a repeated key is none"


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


async def test_a_desk_closes_its_number_before_another_one_takes_it_over_or_not_at_all(
    office: Office, twin: Office
) -> None:
    for _ in range(6):
        path = f"/visits/{(await called(office))['visit_id']}"
        async with office.who("clerk") as one, twin.who("clerk", "off-clerk-2") as other:
            closed, taken = await asyncio.gather(
                one.post(f"{path}/close", json=LEFT | {"desk": "2"}),
                other.post(f"{path}/call", json={"desk": "3", "from_desk": "2"}),
            )
        assert sorted((closed.status_code, taken.status_code)) == [201, 409]
        if closed.status_code == 409:
            assert (closed.json()["code"], closed.json()["desk"]) == ("visit_at_another_desk", "3")
        else:
            assert taken.json()["code"] == "visit_not_open"
    ended = [(row["status"], row["desk"], row["outcome"]) for row in rows(office.url, table_of(Visit))]
    assert set(ended) <= {("closed", "2", "left"), ("called", "3", None)} and len(ended) == 6


async def test_two_dossiers_for_one_visit_at_once_make_one(office: Office) -> None:
    ticket = await called(office)
    body = A_DOSSIER | {"visit": ticket["visit_id"]}
    async with office.who("clerk") as one, office.who("clerk", "off-clerk-2") as other:
        answers = await asyncio.gather(*(each.post("/dossiers", json=body) for each in (one, other)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert office.kinds().count("dossier_received") == office.kinds().count("visit_closed") == 1
