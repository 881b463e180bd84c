"""A filing online that is accepted for a visit to the counter: the visit is closed in the same commit."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.intake.tables import Filing, Visit
from shared.changes import table_of
from tests.services.intake.office import Office
from tests.services.intake.test_filings import A_FILING, ALL
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
