"""Visits to the counter through the API, on a real database: each ends once, with an outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.intake.tables import Visit
from shared.changes import table_of
from shared.mechanism import private
from tests.services.intake.office import Office
from tests.services.intake.visitors import (
    A_LIST,
    LEFT,
    NO,
    SERVED,
    TO_FILE,
    bodies,
    called,
    guided,
    opened,
    seen,
)
from tests.shared.line import rows
from tests.support import client_of
from tests.system.running import A_DOSSIER


async def test_guided_in_writing_linked_by_the_code_and_received_at_the_second_trip(office: Office) -> None:
    first = await guided(office)
    assert (first["ticket"], first["before"], first["trip"]) == ("001", 0, 1)
    second = await called(office, code=first["code"].lower().replace("-", " "), procedure=None)
    assert (second["ticket"], second["trip"], second["not_linked"]) == ("002", 2, None)
    body = A_DOSSIER | {"visit": second["visit_id"]}
    receipt = await office.post("clerk", "/dossiers", body)
    row = {each["visit_id"]: each for each in rows(office.url, table_of(Visit))}[second["visit_id"]]
    assert (row["outcome"], row["dossier_id"], row["procedure"]) == ("received", receipt["dossier_id"], "1.001193")
    assert row["previous_visit"] == first["visit_id"]
    assert office.kinds() == [
        "visit_opened",
        "visit_called",
        "visit_closed",
        "visit_opened",
        "visit_called",
        "dossier_received",
        "visit_closed",
    ]
    assert await seen(office, "/visits/trips") == [
        {"procedure": "1.001193", "dossiers": 1, "mean_trips": 2.0, "one_trip": 0, "one_trip_share": 0.0}
    ]
    assert first["code"].encode() not in bodies(office) and b"b\xe1\xbb\x87nh vi\xe1\xbb\x87n" not in bodies(office)
    assert office.kept() == [A_LIST["details"]]


async def test_what_is_received_at_one_sitting_closes_its_visit_too(office: Office) -> None:
    ticket = await called(office, procedure=None)
    copies = A_DOSSIER | {"procedure": "2.000815", "papers": ["ban_chinh", "ban_sao"], "visit": ticket["visit_id"]}
    receipt = await office.post("clerk", "/dossiers/at-one-sitting", copies)
    (row,) = rows(office.url, table_of(Visit))
    assert (row["outcome"], row["dossier_id"], row["procedure"]) == ("received", receipt["dossier_id"], "2.000815")


@pytest.mark.parametrize(
    ("visit", "status", "code"),
    [("nothing", 404, "visit_not_found"), ("waiting", 409, "visit_not_called"), ("closed", 409, "visit_not_open")],
)
async def test_a_dossier_is_received_for_a_called_visit_or_not_at_all(
    office: Office, visit: str, status: int, code: str
) -> None:
    made = {"waiting": opened, "closed": guided}
    name = (await made[visit](office))["visit_id"] if visit in made else visit
    before = len(office.kinds())
    for path in ("/dossiers", "/dossiers/at-one-sitting"):
        assert (await office.post("clerk", path, A_DOSSIER | {"visit": name}, status))["code"] == code
    assert len(office.kinds()) == before


async def test_a_dossier_that_is_refused_leaves_its_visit_open(office: Office) -> None:
    ticket = await called(office)
    lacking = A_DOSSIER | {"papers": [], "visit": ticket["visit_id"]}
    assert (await office.post("clerk", "/dossiers", lacking, 422))["code"] == "papers_missing"
    assert [each["status"] for each in await seen(office, "/visits")] == ["called"]


@pytest.mark.parametrize(("end", "outcome"), [(NO, "refused"), (SERVED, "served"), (LEFT, "left"), (A_LIST, "guided")])
async def test_a_visit_ends_once(office: Office, end: dict[str, Any], outcome: str) -> None:
    ticket = await called(office)
    path = f"/visits/{ticket['visit_id']}/close"
    moved = await office.post("clerk", path, end)
    assert (moved["visit"]["outcome"], moved["visit"]["closed_by"]) == (outcome, "off-clerk-1")
    for again in (NO, SERVED, LEFT, A_LIST):
        late = await office.post("clerk", path, again, 409)
        assert (late["code"], late["outcome"]) == ("visit_not_open", outcome)
    assert (await office.post("clerk", path.replace("close", "call"), {"desk": "1"}, 409))["code"] == "visit_not_open"
    assert office.kinds() == ["visit_opened", "visit_called", "visit_closed"]
    assert office.kept() == ([end["details"]] if "details" in end else [])


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"papers": ["giay_la"]}, 422, "unknown_paper"),
        ({"papers": []}, 422, "invalid_request"),
        ({"procedure": "9.999999"}, 404, "unknown_procedure"),
        ({"procedure": "2.002396", "papers": ["x"]}, 409, "not_at_the_counter"),
        (NO | {"papers": []}, 422, "invalid_request"),
        (NO | {"basis": "Nguyễn Văn An"}, 422, "invalid_request"),
        ({"outcome": "received"}, 422, "invalid_request"),
        ({"outcome": "waited"}, 422, "invalid_request"),
        ({"outcome": "unrecorded"}, 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_said_of_a_visit_is_refused_by_name_and_writes_nothing(
    office: Office, changed: dict[str, Any], status: int, code: str
) -> None:
    ticket = await called(office)
    body = changed if {"basis"} & changed.keys() else A_LIST | changed
    assert (await office.post("clerk", f"/visits/{ticket['visit_id']}/close", body, status))["code"] == code
    assert office.kinds() == ["visit_opened", "visit_called"] and office.kept() == []


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"procedure": "9.999999"}, 404, "unknown_procedure"),
        ({"procedure": "2.002396"}, 409, "not_at_the_counter"),
        ({"purpose": "Nguyễn Văn An"}, 422, "invalid_request"),
        ({"full_name": "Nguyễn Văn An"}, 422, "invalid_request"),
        ({"channel": "counter"}, 401, "not_signed_in"),
        ({"channel": "booking"}, 422, "invalid_request"),
    ],
)
async def test_what_no_ticket_says_is_refused_and_takes_no_number(
    office: Office, changed: dict[str, Any], status: int, code: str
) -> None:
    async with client_of(office.app, office.folder) as anybody:
        answer = await anybody.post("/visits", json=TO_FILE | changed)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert office.kinds() == []
    assert (await opened(office))["ticket"] == "001"


async def test_only_a_clerk_opens_a_visit_at_the_counter(office: Office) -> None:
    body = TO_FILE | {"channel": "counter"}
    assert (await office.post("officer", "/visits", body, 403))["code"] == "role_missing"
    assert (await office.post("clerk", "/visits", body))["ticket"] == "001"


async def test_a_code_that_links_to_nothing_keeps_nobody_from_a_number(office: Office) -> None:
    waits, first = await opened(office), await guided(office)
    tried = [("0000-0000-0000-0000", "unknown_code"), (waits["code"], "not_guided"), (first["code"], None)]
    for code, why in [*tried, (first["code"], "already_linked")]:
        ticket = await opened(office, code=code)
        assert (ticket["not_linked"], ticket["trip"]) == (why, 1 if why else 2)
    assert [row["ticket"] for row in rows(office.url, table_of(Visit))] == [f"00{n}" for n in range(1, 7)]


async def test_the_longest_waiting_is_called_first_and_the_list_shows_who_waits(office: Office) -> None:
    first, second, third = [await opened(office, purpose=purpose) for purpose in ("file", "collect", "ask")]
    moved = await office.post("clerk", "/visits/call-next", {"desk": "3"})
    assert (moved["visit"]["visit_id"], moved["visit"]["desk"]) == (first["visit_id"], "3")
    again = await office.post("clerk", f"/visits/{first['visit_id']}/call", {"desk": "4", "from_desk": "3"})
    assert again["visit"]["desk"] == "4"
    listed = [(each["ticket"], each["status"]) for each in await seen(office, "/visits")]
    assert listed == [(second["ticket"], "waiting"), (third["ticket"], "waiting"), (first["ticket"], "called")]


async def test_another_desk_is_told_which_one_has_the_visit_and_takes_it_over_by_naming_that(office: Office) -> None:
    path = f"/visits/{(await called(office))['visit_id']}/call"
    for body in ({"desk": "3"}, {"desk": "3", "from_desk": "1"}):
        told = await office.post("clerk", path, body, 409)
        assert (told["code"], told["desk"]) == ("visit_at_another_desk", "2")
    assert (await office.post("clerk", path, {"desk": "2"}))["visit"]["desk"] == "2"
    assert (await office.post("clerk", path, {"desk": "3", "from_desk": "2"}))["visit"]["desk"] == "3"
    wrong = await office.post("clerk", path, {"desk": "3", "from_desk": "Nguyễn Văn An"}, 422)
    assert wrong["code"] == "invalid_request"
    assert office.kinds() == ["visit_opened", "visit_called", "visit_called", "visit_called"]


@pytest.mark.parametrize("end", [A_LIST, NO, SERVED, LEFT], ids=lambda end: str(end["outcome"]))
async def test_a_desk_that_has_lost_a_number_says_nothing_of_it_any_more(office: Office, end: dict[str, Any]) -> None:
    path = f"/visits/{(await called(office))['visit_id']}"
    await office.post("clerk", f"{path}/call", {"desk": "8", "from_desk": "2"})
    told = await office.post("clerk", f"{path}/close", end | {"desk": "2"}, 409)
    assert (told["code"], told["desk"]) == ("visit_at_another_desk", "8")
    assert [each["status"] for each in await seen(office, "/visits")] == ["called"] and office.kept() == []
    closed = await office.post("clerk", f"{path}/close", end | {"desk": "8"})
    assert (closed["visit"]["outcome"], closed["visit"]["desk"]) == (end["outcome"], "8")


@pytest.mark.parametrize("where", ["/dossiers", "/dossiers/at-one-sitting"])
async def test_nothing_is_received_for_a_number_that_another_desk_has_by_now(office: Office, where: str) -> None:
    ticket = await called(office, procedure=None)
    await office.post("clerk", f"/visits/{ticket['visit_id']}/call", {"desk": "8", "from_desk": "2"})
    before = len(office.kinds())
    copies = A_DOSSIER | {"procedure": "2.000815", "papers": ["ban_chinh", "ban_sao"], "visit": ticket["visit_id"]}
    told = await office.post("clerk", where, copies | {"visit_desk": "2"}, 409)
    assert (told["code"], told["desk"], len(office.kinds())) == ("visit_at_another_desk", "8", before)
    await office.post("clerk", where, copies | {"visit_desk": "8"})
    assert [row["outcome"] for row in rows(office.url, table_of(Visit))] == ["received"]


async def test_without_a_visit_its_desk_says_nothing(office: Office) -> None:
    await office.post("clerk", "/dossiers", A_DOSSIER | {"visit_desk": "2"})
    assert office.kinds() == ["dossier_received"]


async def test_the_view_of_a_visit_names_what_comes_next(office: Office) -> None:
    files, asks = await opened(office), await opened(office, purpose="ask", procedure=None)

    async def steps() -> dict[str, list[str]]:
        return {each["visit_id"]: each["steps"] for each in await seen(office, "/visits")}

    assert await steps() == {files["visit_id"]: ["call"], asks["visit_id"]: ["call"]}
    for ticket in (files, asks):
        moved = await office.post("clerk", f"/visits/{ticket['visit_id']}/call", {"desk": "2"})
        assert moved["visit"]["steps"] == (await steps())[ticket["visit_id"]]
    assert await steps() == {files["visit_id"]: ["receive", "close", "call"], asks["visit_id"]: ["close", "call"]}
    await office.post("clerk", "/dossiers", A_DOSSIER | {"visit": files["visit_id"]})
    ended = await office.post("clerk", f"/visits/{asks['visit_id']}/close", SERVED)
    assert (ended["visit"]["steps"], await steps()) == ([], {})


async def test_another_unit_sees_and_moves_nothing(office: Office, tmp_path: Path) -> None:
    path = f"/visits/{(await called(office))['visit_id']}"
    async with client_of(office.app, tmp_path, "clerk", unit="xa-khac") as client:
        for where, body in ((f"{path}/close", LEFT), (f"{path}/call", {"desk": "1"})):
            answer = await client.post(where, json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "visit_not_found")
        for answer in (
            await client.get("/visits"),
            await client.post("/visits/call-next", json={"desk": "1"}),
            await client.post("/visits", json=TO_FILE | {"channel": "counter"}),
        ):
            assert answer.json()["code"] == "counter_not_found"
    assert office.kinds() == ["visit_opened", "visit_called"]


async def test_a_visit_that_is_not_there_is_said_to_be_not_there(office: Office) -> None:
    for step, body in (("close", LEFT), ("call", {"desk": "1"})):
        assert (await office.post("clerk", f"/visits/nothing/{step}", body, 404))["code"] == "visit_not_found"


async def test_the_code_is_kept_for_printing_alone(office: Office) -> None:
    ticket = await opened(office)
    (kept,) = rows(office.url, private)
    assert (kept["field"], kept["value"], kept["purpose"]) == ("visit_code", ticket["code"], "visit")
