"""A filing online that is accepted for a visit to the counter: the visit is closed in the same commit."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.intake.tables import Filing, Visit
from shared.changes import table_of
from shared.events import decode
from shared.events.intake import DossierReceived
from shared.mechanism import event_log
from tests.services.intake.office import Office
from tests.services.intake.test_door import books, passes, stages
from tests.services.intake.test_filings import A_FILING, ALL, ASKED
from tests.services.intake.visitors import LEFT, called, guided, opened, seen
from tests.shared.line import rows


async def filed(office: Office) -> str:
    return f"/filings/{(await office.post('clerk', '/filings', A_FILING))['filing_id']}"


async def test_the_visit_is_closed_as_received_with_the_dossier_of_the_filing(office: Office) -> None:
    path, ticket = await filed(office), await called(office, procedure=None, purpose="ask")
    receipt = await office.post("clerk", f"{path}/accept", ALL | {"visit": ticket["visit_id"]})
    (row,) = rows(office.url, table_of(Visit))
    assert (row["outcome"], row["dossier_id"]) == ("received", receipt["dossier_id"])
    assert (row["purpose"], row["procedure"]) == ("file", "1.001193"), "what they came for, as it turned out"
    assert office.kinds()[-3:] == ["dossier_received", "filing_accepted", "visit_closed"]
    assert [each["dossiers"] for each in await seen(office, "/visits/trips")] == [1]


@pytest.mark.parametrize(
    ("visit", "status", "code"),
    [("nothing", 404, "visit_not_found"), ("waiting", 409, "visit_not_called"), ("closed", 409, "visit_not_open")],
)
async def test_a_filing_is_accepted_for_a_called_visit_or_not_at_all(
    office: Office, visit: str, status: int, code: str
) -> None:
    path, made = await filed(office), {"waiting": opened, "closed": guided}
    name = (await made[visit](office))["visit_id"] if visit in made else visit
    before = len(office.kinds())
    assert (await office.post("clerk", f"{path}/accept", ALL | {"visit": name}, status))["code"] == code
    assert len(office.kinds()) == before
    assert [row["status"] for row in rows(office.url, table_of(Filing))] == [1]


@pytest.mark.parametrize(("step", "body"), [("accept", ALL), ("ask", ASKED)])
async def test_nothing_is_done_with_a_filing_for_a_visit_that_another_desk_has_by_now(
    office: Office, step: str, body: dict[str, Any]
) -> None:
    path, ticket = await filed(office), await called(office)
    await office.post("clerk", f"/visits/{ticket['visit_id']}/call", {"desk": "8", "from_desk": "2"})
    about = body | {"visit": ticket["visit_id"]}
    told = await office.post("clerk", f"{path}/{step}", about | {"visit_desk": "2"}, 409)
    assert (told["code"], told["desk"]) == ("visit_at_another_desk", "8")
    assert office.kinds()[-1] == "visit_called"
    await office.post("clerk", f"{path}/{step}", about | {"visit_desk": "8"})


async def test_a_filing_that_lacks_a_paper_leaves_the_visit_open(office: Office) -> None:
    path, ticket = await filed(office), await called(office)
    lacking: dict[str, Any] = {"papers": [], "visit": ticket["visit_id"]}
    assert (await office.post("clerk", f"{path}/accept", lacking, 422))["code"] == "papers_missing"
    assert [each["status"] for each in await seen(office, "/visits")] == ["called"]


async def test_a_filing_is_accepted_without_a_visit_as_ever(office: Office) -> None:
    path = await filed(office)
    await called(office)
    await office.post("clerk", f"{path}/accept", ALL)
    assert [each["status"] for each in await seen(office, "/visits")] == ["called"]


async def test_papers_that_are_asked_for_at_a_visit_leave_it_open_and_remembered_until_the_dossier_is_received(
    office: Office,
) -> None:
    path, ticket = await filed(office), await called(office, procedure=None, purpose="ask")
    visit = ticket["visit_id"]
    await office.post("clerk", f"{path}/ask", ASKED | {"visit": visit})
    assert office.kinds()[-1] == "filing_supplement_requested"
    assert [each["status"] for each in await seen(office, "/visits")] == ["called"]
    assert (await seen(office, path))["visit_id"] == visit
    receipt = await office.post("clerk", f"{path}/accept", ALL | {"visit": visit})
    (row,) = rows(office.url, table_of(Visit))
    assert (row["outcome"], row["dossier_id"]) == ("received", receipt["dossier_id"])
    assert (await seen(office, path))["visit_id"] == visit


async def test_asked_without_a_visit_none_is_remembered(office: Office) -> None:
    path = await filed(office)
    await called(office)
    await office.post("clerk", f"{path}/ask", ASKED)
    assert (await seen(office, path))["visit_id"] is None


@pytest.mark.parametrize(
    ("visit", "status", "code"),
    [("nothing", 404, "visit_not_found"), ("waiting", 409, "visit_not_called"), ("closed", 409, "visit_not_open")],
)
async def test_papers_are_asked_for_at_a_called_visit_or_not_at_all(
    office: Office, visit: str, status: int, code: str
) -> None:
    path, made = await filed(office), {"waiting": opened, "closed": guided}
    name = (await made[visit](office))["visit_id"] if visit in made else visit
    before = len(office.kinds())
    assert (await office.post("clerk", f"{path}/ask", ASKED | {"visit": name}, status))["code"] == code
    assert len(office.kinds()) == before


async def test_papers_are_asked_for_before_another_desk_closes_the_visit_or_not_at_it(
    office: Office, twin: Office
) -> None:
    path, ticket = await filed(office), await called(office)
    visit = ticket["visit_id"]
    async with office.who("clerk") as one, twin.who("clerk", "off-clerk-2") as other:
        asked, closed = await asyncio.gather(
            one.post(f"{path}/ask", json=ASKED | {"visit": visit}), other.post(f"/visits/{visit}/close", json=LEFT)
        )
    assert closed.status_code == 201 and asked.status_code in (201, 409)
    assert asked.status_code == 201 or asked.json()["code"] == "visit_not_open"
    assert (await seen(office, path))["visit_id"] == (visit if asked.status_code == 201 else None)
    kinds = [each for each in office.kinds() if each in ("filing_supplement_requested", "visit_closed")]
    assert kinds == ["filing_supplement_requested", "visit_closed"][asked.status_code == 409 :]


async def test_what_was_filed_online_by_whoever_came_with_a_booking_bears_it(shut: Office) -> None:
    booked = await books(shut)
    visit = (await passes(shut, booked))["visit_id"]
    await shut.post("clerk", f"/visits/{visit}/call", {"desk": "2"})
    path = await filed(shut)
    await shut.post("clerk", f"{path}/ask", ASKED | {"visit": visit})
    await shut.post("clerk", f"{path}/accept", ALL | {"visit": visit})
    facts = [fact.event for row in rows(shut.url, event_log) if (fact := decode(row["body"])) is not None]
    (received,) = [each for each in facts if isinstance(each, DossierReceived)]
    assert received.booking_id == booked["booking_id"]
    assert await stages(shut) == [("closed", "001", "received")]


async def test_a_visit_is_closed_once_by_its_filing_or_by_another_desk(office: Office, twin: Office) -> None:
    path, ticket = await filed(office), await called(office)
    visit = ticket["visit_id"]
    async with office.who("clerk") as one, twin.who("clerk", "off-clerk-2") as other:
        answers = await asyncio.gather(
            one.post(f"{path}/accept", json=ALL | {"visit": visit}), other.post(f"/visits/{visit}/close", json=LEFT)
        )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert [answer.json()["code"] for answer in answers if answer.status_code == 409] == ["visit_not_open"]
    assert office.kinds().count("visit_closed") == 1
    (row,) = rows(office.url, table_of(Visit))
    assert office.kinds().count("filing_accepted") == (row["outcome"] == "received")


async def test_one_filing_accepted_for_two_visits_at_once_closes_one(office: Office, twin: Office) -> None:
    path, tickets = await filed(office), [await called(office) for _ in range(2)]
    async with office.who("clerk") as one, twin.who("clerk", "off-clerk-2") as other:
        asked = zip((one, other), tickets, strict=True)
        answers = await asyncio.gather(
            *(each.post(f"{path}/accept", json=ALL | {"visit": ticket["visit_id"]}) for each, ticket in asked)
        )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert (office.kinds().count("dossier_received"), office.kinds().count("visit_closed")) == (1, 1)
