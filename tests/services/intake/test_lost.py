"""Whoever lost the receipt: a clerk finds what they brought by their own number, and each look is recorded."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.commands import MOST_TOLD
from services.intake.rules import earlier
from services.intake.rules.applicant import READERS
from services.intake.tables import Dossier, Filing
from services.intake.tables.earlier import all_of
from shared.changes import table_of
from shared.engines import open_engine
from shared.mechanism import private
from tests.folded import damaged
from tests.services.intake.office import FRIDAY, Office
from tests.services.intake.test_earlier import before
from tests.services.intake.test_earlier_doors import NUMBER, copies, looked_up
from tests.services.intake.test_emergency_races import Replicas, replicas
from tests.services.intake.test_filings import A_FILING, NO
from tests.shared.line import rows
from tests.shared.plans import plans
from tests.support import client_of
from tests.system.running import A_DOSSIER

__all__ = ["replicas"]
SOMEBODY = {"citizen_id": NUMBER}
NOTHING: dict[str, Any] = {"cases": [], "more": False}
MOMENTS = st.integers(0, 9).map(lambda minutes: FRIDAY + timedelta(minutes=minutes))


async def brought(office: Office, status: int = 201, **changed: str) -> dict[str, Any]:
    return await office.post("clerk", "/dossiers/of-citizen", SOMEBODY | changed, status)


async def numbers(office: Office, **changed: str) -> list[str]:
    return [each["number"] for each in (await brought(office, **changed))["cases"]]


async def test_under_a_number_that_nobody_applied_with_nothing_is_told_and_that_is_recorded(office: Office) -> None:
    assert await brought(office) == NOTHING
    await office.receives()
    assert await brought(office, citizen_id="019203009999") == NOTHING
    assert [each["told"] for each in looked_up(office)] == [0, 0]


async def test_a_dossier_is_told_with_what_a_clerk_needs_and_nothing_of_the_person(office: Office) -> None:
    receipt = await office.post("clerk", "/dossiers", A_DOSSIER)
    other = A_DOSSIER["applicant"] | {"citizen_id": "019203009999"}
    await office.receives(body=A_DOSSIER | {"applicant": other})
    assert await brought(office) == {
        "cases": [
            {
                "kind": "dossier",
                "id": receipt["dossier_id"],
                "number": receipt["number"],
                "procedure": "1.001193",
                "status_code": 2,
                "received_at": FRIDAY.isoformat(),
                "due_at": receipt["due_at"],
                "leads_to": receipt["due_at"],
            }
        ],
        "more": False,
    }


async def test_it_is_found_wherever_it_stands_after_its_end_too(office: Office) -> None:
    path = await office.receives()
    for step, status in (("take-up", 4), ("complete", 9), ("hand-over", 10)):
        await office.post("clerk", f"{path}/{step}")
        assert [each["status_code"] for each in (await brought(office))["cases"]] == [status]
    await office.receives("withdraw")
    assert sorted(each["status_code"] for each in (await brought(office))["cases"]) == [7, 10]


async def test_of_several_the_newest_receipt_comes_first_whenever_it_was_written_down(office: Office) -> None:
    today = await office.post("clerk", "/dossiers", A_DOSSIER)
    office.clock.goes_to(FRIDAY + timedelta(minutes=5))
    from_paper = A_DOSSIER | {"received_at": (FRIDAY - timedelta(days=2)).isoformat()}
    older = await office.post("clerk", "/dossiers", from_paper)
    assert await numbers(office) == [today["number"], older["number"]]


async def test_what_was_filed_online_is_told_by_the_portals_number_until_it_is_a_dossier(office: Office) -> None:
    filing = await office.post("clerk", "/filings", A_FILING)
    (told,) = (await brought(office))["cases"]
    assert (told["kind"], told["id"], told["number"]) == ("filing", filing["filing_id"], A_FILING["portal_number"])
    assert (told["status_code"], told["received_at"], told["due_at"]) == (1, A_FILING["filed_at"], filing["answer_by"])
    papers = {"papers": ["giay_chung_sinh"]}
    receipt = await office.post("clerk", f"/filings/{filing['filing_id']}/accept", papers)
    assert await numbers(office) == [receipt["number"]]


async def test_a_filing_that_was_refused_is_not_told(office: Office) -> None:
    filing = await office.post("clerk", "/filings", A_FILING)
    await office.post("clerk", f"/filings/{filing['filing_id']}/refuse", NO)
    assert await brought(office) == NOTHING


async def test_a_number_that_was_put_right_is_the_one_that_finds_it(office: Office) -> None:
    path, right = await office.receives(), "019203005678"
    await office.post("clerk", f"{path}/correct", {"reason_code": "typing_error", "citizen_id": right})
    assert await brought(office) == NOTHING
    assert len(await numbers(office, citizen_id=right)) == 1


async def test_what_was_erased_is_found_by_nobody(office: Office) -> None:
    await office.receives()
    engine = open_engine(office.url, write=True)
    with engine.begin() as connection:
        connection.execute(private.delete())
    engine.dispose()
    assert await brought(office) == NOTHING


async def test_of_somebody_who_brings_many_the_newest_are_told_and_that_there_are_more(office: Office) -> None:
    for minute in range(MOST_TOLD):
        office.clock.goes_to(FRIDAY + timedelta(minutes=minute))
        await office.receives()
    assert (await brought(office))["more"] is False
    office.clock.goes_to(FRIDAY + timedelta(minutes=MOST_TOLD))
    await office.receives()
    found = await brought(office)
    told = [int(each["number"][-4:]) for each in found["cases"]]
    assert (told, found["more"]) == (list(range(MOST_TOLD + 1, 1, -1)), True)
    assert [each["told"] for each in looked_up(office)] == [MOST_TOLD] * 2, "what was not told was not read"


async def test_of_more_than_are_told_at_one_moment_the_highest_numbers_are(office: Office) -> None:
    """Of filings and dossiers together, each by its number."""
    for serial in range(MOST_TOLD + 1):
        await office.receives()
        filed = A_FILING | {"portal_number": f"G22.99.01-260605-{serial:06d}", "filed_at": "2026-06-05T07:59:00+07:00"}
        await office.post("clerk", "/filings", filed)
    found = await brought(office)
    assert [int(each["number"][-4:]) for each in found["cases"]] == list(range(MOST_TOLD + 1, 1, -1))
    assert {each["kind"] for each in found["cases"]} == {"dossier"} and found["more"]
    everything = await office.app.state.service.db.read(all_of, NUMBER, 2)
    assert [each.number for each in everything if each.kind == "filing"] == [
        f"G22.99.01-260605-{serial:06d}" for serial in (MOST_TOLD, MOST_TOLD - 1)
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"citizen_id": ""},
        {"citizen_id": "12"},
        {"citizen_id": "C1234567"},
        {"citizen_id": "0192030012345"},
        {"citizen_id": "01920300123x"},
        {"full_name": "Nguyễn Văn An"},
    ],
)
async def test_what_is_no_number_is_refused_with_a_code(office: Office, wrong: dict[str, str]) -> None:
    await office.receives()
    assert (await brought(office, 422, **wrong))["code"] == "invalid_request"
    assert looked_up(office) == []


async def test_another_communes_clerk_is_told_of_nobody(office: Office) -> None:
    await office.receives()
    async with client_of(office.app, office.folder, "clerk", unit="another-commune") as client:
        answer = await client.post("/dossiers/of-citizen", json=SOMEBODY)
    assert (answer.status_code, answer.json()["code"]) == (404, "counter_not_found")
    assert looked_up(office) == []


@pytest.mark.parametrize("role", ["officer", "head", "leader", "operator", "admin"])
async def test_who_does_not_receive_dossiers_asks_about_nobody(office: Office, role: str) -> None:
    await office.receives()
    assert (await office.post(role, "/dossiers/of-citizen", SOMEBODY, 403))["code"] == "role_missing"
    assert looked_up(office) == []


async def test_two_clerks_who_look_while_the_number_is_put_right_find_it_under_the_one_or_the_other(
    replicas: Replicas,
) -> None:
    one, right = replicas.one, "019203005678"
    path = await one.receives()
    correction = (f"{path}/correct", {"reason_code": "typing_error", "citizen_id": right})
    looks = [("/dossiers/of-citizen", SOMEBODY), ("/dossiers/of-citizen", {"citizen_id": right})]
    answers = await replicas.at_once("clerk", *looks, correction, *looks)
    assert {status for status, _ in answers} == {201}
    told = [answer["cases"] for _, answer in answers if "cases" in answer]
    assert len(told) == 8 and all(len(each) <= 1 for each in told)
    assert sorted(each["told"] for each in looked_up(one)) == sorted(map(len, told))
    assert (await numbers(one), len(await numbers(one, citizen_id=right))) == ([], 1)


async def test_two_clerks_who_look_and_receive_at_once_are_told_of_what_is_there_whole(replicas: Replicas) -> None:
    one = replicas.one
    await one.receives()
    asked = [("/dossiers/of-citizen", SOMEBODY), ("/dossiers", A_DOSSIER)] * 3
    answers = await replicas.at_once("clerk", *asked)
    assert {status for status, _ in answers} == {201}
    told = [answer["cases"] for _, answer in answers if "cases" in answer]
    received = {row["dossier_id"] for row in rows(one.url, table_of(Dossier))}
    assert len(told) == 6 and len(received) == 7
    assert all(each and {case["id"] for case in each} <= received for each in told)
    assert sorted(each["told"] for each in looked_up(one)) == sorted(map(len, told))


async def test_the_question_is_answered_by_its_indexes_among_thousands(office: Office) -> None:
    damaged(office.url)
    await office.receives()
    await office.post("clerk", "/filings", A_FILING)
    engine = open_engine(office.url, write=True)
    await asyncio.to_thread(copies, engine, 3000)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    found = plans(engine, lambda session: all_of(session, NUMBER, MOST_TOLD + 1))
    engine.dispose()
    for plan, table in zip(found, (Dossier, Filing), strict=True):
        name = f"ix_{table.__tablename__}_applicant_ref"
        assert "ix_private_citizen_id" in plan and name in plan, plan
        assert not re.search(r"\bSCAN\b|Seq Scan", plan), plan


# --- the rules


@given(st.lists(st.tuples(MOMENTS, st.integers(1, 9999)), max_size=12, unique=True))
def test_the_newest_comes_first_and_of_one_moment_the_higher_number(asked: list[tuple[datetime, int]]) -> None:
    cases = [before(f"{serial:04d}", at=at) for at, serial in asked]
    found = earlier.newest_first(cases)
    assert [(each.at, int(each.id)) for each in found] == sorted(asked, reverse=True)


def test_who_may_read_who_applied_is_whoever_may_act() -> None:
    assert {kind: set(roles) for kind, roles in READERS.items()} == {
        "dossier": {"clerk", "officer", "head", "leader"},
        "filing": {"clerk", "head", "leader"},
    }
