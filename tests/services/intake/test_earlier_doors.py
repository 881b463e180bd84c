"""A clerk asks what somebody brought before: what is told, how much of it, in which order, and how fast."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from deploy.office import SERVICES
from services.intake import commands
from services.intake.models import NewDossier, OneSitting, SeenAcceptance
from services.intake.rules.earlier import Before
from services.intake.tables import Dossier, Filing
from services.intake.tables.earlier import all_of, dossiers_of, events_of, filings_of, unfinished_of
from shared.changes import table_of
from shared.engines import open_engine
from shared.errors import Refused
from shared.mechanism import event_log, private
from shared.worktime import VN
from tests.folded import damaged
from tests.services.intake.office import FRIDAY, Office
from tests.services.intake.test_earlier import (
    ALL_OF_IT,
    BIRTH,
    BIRTH_ABROAD,
    HOME,
    OF_THE_PROVINCE,
    RENT,
    STAY,
    WEDDING,
)
from tests.services.intake.test_emergency_races import Replicas, replicas
from tests.services.intake.test_filings import A_FILING, ASKED
from tests.shared.line import rows
from tests.shared.plans import plans
from tests.support import SetClock, app_of, client_of, migrated
from tests.system.running import A_DOSSIER

__all__ = ["replicas"]
NUMBER = A_DOSSIER["applicant"]["citizen_id"]
SOMEBODY = {"citizen_id": NUMBER, "procedure": BIRTH}
A_HOME = A_DOSSIER | {"procedure": HOME, "papers": ["ct01", "cho_o_hop_phap"]}
"""With a paper that lasts."""
UNMARRIED = "1.004873"
NOTHING: dict[str, Any] = {"duplicates": [], "hints": []}


async def known(office: Office, status: int = 201, **changed: str) -> dict[str, Any]:
    return await office.post("clerk", "/dossiers/earlier", SOMEBODY | changed, status)


def looked_up(office: Office) -> list[dict[str, Any]]:
    """The look-ups that were recorded, as JSON."""
    facts = [json.loads(row["body"]) for row in rows(office.url, event_log)]
    return [each["data"] for each in facts if "NumberLookedUp" in each["type"]]


async def test_of_whoever_comes_first_nothing_is_known_and_that_it_was_asked_is_recorded(office: Office) -> None:
    assert await known(office) == NOTHING
    await office.receives()
    assert await known(office, citizen_id="019203009999") == NOTHING
    assert [each["told"] for each in looked_up(office)] == [0, 0]


async def test_a_second_dossier_is_told_of_before_it_is_saved_and_received_all_the_same(office: Office) -> None:
    receipt = await office.post("clerk", "/dossiers", A_HOME)
    dossier = receipt["dossier_id"]
    assert await known(office, procedure=HOME) == {
        "duplicates": [
            {
                "kind": "dossier",
                "id": dossier,
                "number": receipt["number"],
                "status_code": 2,
                "received_at": FRIDAY.isoformat(),
                "due_at": receipt["due_at"],
                "leads_to": receipt["due_at"],
            }
        ],
        "hints": [{"paper": "cho_o_hop_phap", "dossier_id": dossier, "number": receipt["number"], "day": "2026-06-05"}],
    }
    office.clock.goes_to(FRIDAY + timedelta(minutes=5))
    await office.receives(body=A_HOME)
    assert len((await known(office, procedure=HOME))["duplicates"]) == 2


async def test_a_case_that_is_told_of_twice_counts_once(office: Office) -> None:
    """As a possible duplicate, and as where a paper lies."""
    await office.receives(body=A_HOME)
    found = await known(office, procedure=HOME)
    assert [each["id"] for each in found["duplicates"]] == [each["dossier_id"] for each in found["hints"]]
    assert [each["told"] for each in looked_up(office)] == [1]


async def test_it_is_told_of_until_the_result_is_handed_over_and_its_papers_after_that_too(office: Office) -> None:
    path = await office.receives(body=A_HOME)
    for step, status in (("take-up", 4), ("complete", 9)):
        await office.post("clerk", f"{path}/{step}")
        assert [each["status_code"] for each in (await known(office, procedure=HOME))["duplicates"]] == [status]
    await office.post("clerk", f"{path}/hand-over")
    after = await known(office, procedure=HOME)
    assert (after["duplicates"], [each["paper"] for each in after["hints"]]) == ([], ["cho_o_hop_phap"])


async def test_while_papers_are_awaited_it_leads_to_their_day_and_once_there_is_a_result_to_that(
    office: Office,
) -> None:
    path = await office.receives("take-up")
    papers = {"papers": ["giay_chung_sinh"]}
    asked = await office.post("clerk", f"{path}/ask-supplement", papers | {"reason_code": "papers_unclear"})
    (told,) = (await known(office))["duplicates"]
    assert told["leads_to"] == asked["supplement_by"] > told["due_at"]
    office.clock.goes_to(datetime(2026, 6, 9, 9, 0, tzinfo=VN))
    given = await office.post("clerk", f"{path}/supplement", papers)
    assert [each["leads_to"] for each in (await known(office))["duplicates"]] == [given["due_at"]]
    await office.post("clerk", f"{path}/complete")
    assert [each["leads_to"] for each in (await known(office))["duplicates"]] == ["2026-06-09T09:00:00+07:00"]


async def test_a_filing_that_waits_for_papers_leads_to_their_day(office: Office) -> None:
    filing = await office.post("clerk", "/filings", A_FILING)
    assert [each["leads_to"] for each in (await known(office))["duplicates"]] == [filing["answer_by"]]
    asked = await office.post("clerk", f"/filings/{filing['filing_id']}/ask", ASKED)
    assert [each["leads_to"] for each in (await known(office))["duplicates"]] == [asked["supplement_by"]]


async def receives_seen(office: Office, *seen: str, sitting: bool = False) -> str:
    """What a counter's page does: the id of the dossier, or the code of the refusal."""
    service, policy = office.app.state.service, office.app.state.policy
    command = commands.receive_and_return if sitting else commands.receive_dossier
    body = OneSitting(**A_DOSSIER) if sitting else NewDossier(**A_DOSSIER)
    call = (command, seen, body, "off-clerk-1", policy, office.clock.now())
    try:
        return str((await service.db.write(commands.receive_seen, *call)).dossier_id)
    except Refused as no:
        return no.code


async def test_of_two_desks_that_receive_for_one_person_at_once_the_later_one_is_asked(replicas: Replicas) -> None:
    for _ in range(5):
        there = {each["id"] for each in (await known(replicas.one))["duplicates"]}
        answers = await asyncio.gather(
            receives_seen(replicas.one, *there),
            receives_seen(replicas.other, *there),
            receives_seen(replicas.one, *there),
        )
        assert sorted(each == "possible_duplicate" for each in answers) == [False, True, True], answers
        (made,) = [each for each in answers if each != "possible_duplicate"]
        path = f"/dossiers/{made}"
        await replicas.one.post("clerk", f"{path}/withdraw")
    numbers = [row["number"][-4:] for row in rows(replicas.one.url, table_of(Dossier))]
    assert sorted(numbers) == ["0001", "0002", "0003", "0004", "0005"], "a refusal takes no number"


async def test_what_was_seen_is_received_and_something_newer_is_asked_about(office: Office) -> None:
    first = await receives_seen(office)
    assert await receives_seen(office) == "possible_duplicate"
    second = await receives_seen(office, first)
    assert await receives_seen(office, first) == "possible_duplicate" != await receives_seen(office, first, second)
    assert looked_up(office) == [], "nothing was said of anybody"


async def accepts_seen(office: Office, filing: str, *seen: str) -> str:
    """What the page of a filing does: the id of the dossier, or the code of the refusal."""
    service, policy = office.app.state.service, office.app.state.policy
    body = SeenAcceptance(papers=["giay_chung_sinh"], seen=[*seen])
    try:
        call = (filing, body, "off-clerk-1", policy, office.clock.now())
        return str((await service.db.write(commands.accept_seen, *call)).dossier_id)
    except Refused as no:
        return no.code


async def told_at(office: Office, filing: str) -> list[str]:
    """What the page of a filing shows as perhaps the same case."""
    service, policy = office.app.state.service, office.app.state.policy
    call = (filing, "off-clerk-1", policy, office.clock.now())
    return [each.id for each in (await service.db.write(commands.known_of_filer, *call)).duplicates]


async def two_filings(office: Office, serial: int) -> list[str]:
    """Two of one person for one procedure."""
    bodies = [A_FILING | {"portal_number": f"G22.99.01-260605-{serial + n:06d}"} for n in range(2)]
    return [(await office.post("clerk", "/filings", body))["filing_id"] for body in bodies]


async def test_of_two_desks_that_accept_for_one_person_at_once_the_later_one_is_asked(replicas: Replicas) -> None:
    for turn in range(5):
        one, other = await two_filings(replicas.one, 2 * turn)
        there = {*await told_at(replicas.one, one), *await told_at(replicas.one, other)}
        assert there >= {one, other}
        answers = await asyncio.gather(
            accepts_seen(replicas.one, one, *there), accepts_seen(replicas.other, other, *there)
        )
        assert sorted(each == "possible_duplicate" for each in answers) == [False, True], answers
        (made,) = [each for each in answers if each != "possible_duplicate"]
        await replicas.one.post("clerk", f"/dossiers/{made}/withdraw")
        left = other if answers[0] == made else one
        await replicas.one.post("clerk", f"/filings/{left}/withdraw")


async def test_a_filing_that_was_seen_with_what_else_there_is_is_accepted(office: Office) -> None:
    dossier = (await office.receives()).rsplit("/", 1)[1]
    one, other = await two_filings(office, 0)
    assert sorted(await told_at(office, one)) == sorted([dossier, other]), "and not itself"
    assert [each["told"] for each in looked_up(office)] == [2]
    for seen in ([], [dossier], [other], [one]):
        assert await accepts_seen(office, one, *seen) == "possible_duplicate"
    made = await accepts_seen(office, one, dossier, other)
    assert sorted(await told_at(office, other)) == sorted([dossier, made])
    assert len(looked_up(office)) == 2, "of nobody anything was said when it was accepted"


async def test_what_was_taken_back_is_with_the_citizen(office: Office) -> None:
    await office.receives("withdraw", body=A_HOME)
    assert await known(office, procedure=HOME) == NOTHING


async def test_a_paper_that_is_asked_for_again_is_told_of_once_it_came(office: Office) -> None:
    path = await office.receives("take-up", body=A_HOME)
    papers = {"papers": ["cho_o_hop_phap"]}
    await office.post("clerk", f"{path}/ask-supplement", papers | {"reason_code": "papers_unclear"})
    assert (await known(office, procedure=HOME))["hints"] == []
    office.clock.goes_to(datetime(2026, 6, 9, 9, 0, tzinfo=VN))
    await office.post("clerk", f"{path}/supplement", papers)
    assert [each["day"] for each in (await known(office, procedure=HOME))["hints"]] == ["2026-06-09"]


async def test_another_procedure_is_told_of_the_same_paper_and_of_no_duplicate(office: Office) -> None:
    await office.receives(body=A_HOME)
    found = await known(office, procedure=STAY)
    assert (found["duplicates"], [each["paper"] for each in found["hints"]]) == ([], ["cho_o_hop_phap"])
    assert await known(office, procedure=WEDDING) == NOTHING


async def test_a_birth_points_at_no_paper_of_another_childs(office: Office) -> None:
    papers = ["giay_chung_sinh", "uy_quyen"]
    await office.receives(body=A_DOSSIER | {"papers": papers})
    assert (await known(office))["hints"] == (await known(office, procedure=BIRTH_ABROAD))["hints"] == []


async def test_what_was_filed_online_is_told_of_by_the_portals_number_and_once_received_as_a_dossier(
    office: Office,
) -> None:
    filing = await office.post("clerk", "/filings", A_FILING)
    (told,) = (await known(office))["duplicates"]
    assert (told["kind"], told["id"], told["number"]) == ("filing", filing["filing_id"], A_FILING["portal_number"])
    assert (told["status_code"], told["due_at"]) == (1, filing["answer_by"])
    papers = {"papers": ["giay_chung_sinh"]}
    receipt = await office.post("clerk", f"/filings/{filing['filing_id']}/accept", papers)
    assert [each["number"] for each in (await known(office))["duplicates"]] == [receipt["number"]]


async def test_a_filing_that_ended_is_not_told_of(office: Office) -> None:
    filing = await office.post("clerk", "/filings", A_FILING)
    await office.post("clerk", f"/filings/{filing['filing_id']}/withdraw")
    assert await known(office) == NOTHING


async def test_a_number_that_was_put_right_is_the_one_that_is_known(office: Office) -> None:
    path, right = await office.receives(), "019203005678"
    await office.post("clerk", f"{path}/correct", {"reason_code": "typing_error", "citizen_id": right})
    assert await known(office) == NOTHING
    assert len((await known(office, citizen_id=right))["duplicates"]) == 1


D, F, P = "dossier", "filing", "from paper"
"""What somebody brings: a dossier, something filed online, a dossier that was received on paper."""


async def bring(office: Office, kind: str, minute: int, serial: int) -> str:
    """Received, or filed, so many minutes after eight; returns the number, which has a serial of its kind."""
    at = FRIDAY + timedelta(minutes=minute)
    if kind == D:
        office.clock.goes_to(at)
        return str((await office.post("clerk", "/dossiers", A_DOSSIER))["number"])
    office.clock.goes_to(at + timedelta(hours=1))
    if kind == P:
        return str((await office.post("clerk", "/dossiers", A_DOSSIER | {"received_at": at.isoformat()}))["number"])
    number = f"G22.99.01-260605-{serial:06d}"
    await office.post("clerk", "/filings", A_FILING | {"portal_number": number, "filed_at": at.isoformat()})
    return number


@pytest.mark.parametrize(
    ("brought", "told"),
    [
        ([], []),
        ([(D, 0)], [0]),
        ([(D, minute) for minute in range(5)], [4, 3, 2, 1, 0]),
        ([(D, minute) for minute in range(6)], [5, 4, 3, 2, 1]),
        ([(F, minute) for minute in range(6)], [5, 4, 3, 2, 1]),
        ([(F, 5), (F, 1), (F, 3), (F, 0), (F, 2), (F, 4)], [0, 5, 2, 4, 1]),
        ([(D, 0), (F, 1), (D, 2), (F, 3), (D, 4), (F, 5), (D, 6), (F, 7)], [7, 6, 5, 4, 3]),
        ([(F, 9), *((D, minute) for minute in range(6))], [0, 6, 5, 4, 3]),
        ([(D, 9), (P, 3), (P, 6)], [0, 2, 1]),  # by when they were received, not entered
        ([(D, 3), (D, 3), (D, 3), (D, 3), (D, 3), (D, 3)], [5, 4, 3, 2, 1]),  # of one moment the higher number
        ([(F, 3), (F, 3), (F, 3), (F, 3), (F, 3), (F, 3)], [5, 4, 3, 2, 1]),
    ],
)
async def test_of_somebody_who_brings_many_the_newest_five_are_told_of_the_newest_first(
    office: Office, brought: list[tuple[str, int]], told: list[int]
) -> None:
    numbers = [await bring(office, kind, minute, serial) for serial, (kind, minute) in enumerate(brought)]
    assert [each["number"] for each in (await known(office))["duplicates"]] == [numbers[place] for place in told]
    assert {each["told"] for each in looked_up(office)} == {len(told)}


@pytest.mark.parametrize(("newer", "pointed_at"), [(0, True), (19, True), (20, False)])
async def test_papers_are_looked_for_in_the_newest_twenty(office: Office, newer: int, pointed_at: bool) -> None:
    """The proof that a marriage was over came with the first of them alone."""
    numbers = []
    for minute in range(newer + 1):
        office.clock.goes_to(FRIDAY + timedelta(minutes=minute))
        papers = ["to_khai"] if minute else ["to_khai", "ly_hon_khai_tu"]
        made = await office.post("clerk", "/dossiers", A_DOSSIER | {"procedure": UNMARRIED, "papers": papers})
        numbers.append(made["number"])
    hints = (await known(office, procedure=UNMARRIED))["hints"]
    found = [(each["paper"], each["number"]) for each in hints]
    assert found == ([("ly_hon_khai_tu", numbers[0])] if pointed_at else [])


async def test_a_paper_of_a_procedures_file_is_told_of_for_the_months_that_it_says(
    database_url: str, tmp_path: Path
) -> None:
    file, clock = tmp_path / "theirs.toml", SetClock()
    file.write_text(OF_THE_PROVINCE, encoding="utf-8")
    clock.goes_to(FRIDAY)
    app = app_of("intake", database_url, tmp_path, clock, procedures_file=file)
    office = Office(app, tmp_path, clock, database_url)
    await office.receives(body=A_DOSSIER | {"procedure": RENT, "papers": ALL_OF_IT})
    told = []
    for days in (0, 6 * 31, 6 * 31 + 1):
        clock.goes_to(FRIDAY + timedelta(days=days))
        told.append("hop_dong" in {each["paper"] for each in (await known(office, procedure=RENT))["hints"]})
    assert told == [True, True, False]
    async with office.who("clerk") as client:
        (shown,) = [each for each in (await client.get("/procedures")).json() if each["code"] == RENT]
    assert [each["code"] for each in shown["papers"]] == ALL_OF_IT and "reuse_months" not in shown["papers"][0]
    app.state.service.db.close()


@pytest.mark.parametrize(
    ("ask", "most", "of"),
    [
        (lambda session: unfinished_of(session, NUMBER, BIRTH), 5, D),
        (lambda session: filings_of(session, NUMBER, BIRTH), 5, F),
        (lambda session: dossiers_of(session, NUMBER, {BIRTH}), 20, D),
        (lambda session: [each for each in all_of(session, NUMBER, 3) if each.kind == D], 3, D),
        (lambda session: [each for each in all_of(session, NUMBER, 3) if each.kind == F], 3, F),
    ],
)
async def test_each_question_answers_with_so_many_the_newest_first(
    office: Office, ask: Callable[[Session], list[Before]], most: int, of: str
) -> None:
    for kind in (D, F):
        for minute in range(21):
            await bring(office, kind, minute % 20, minute)  # the first and the last at one moment
    found = await office.app.state.service.db.read(ask)
    assert [(each.at - FRIDAY) // timedelta(minutes=1) for each in found] == [*range(19, 0, -1), 0, 0][:most]
    assert [each.kind for each in found] == [of] * most


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"procedure": "9.999999"}, 404, "unknown_procedure"),
        ({"citizen_id": "12"}, 422, "invalid_request"),
        ({"full_name": "Nguyễn Văn An"}, 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_its_code(
    office: Office, changed: dict[str, str], status: int, code: str
) -> None:
    assert (await known(office, status, **changed))["code"] == code


async def test_another_communes_clerk_is_told_of_nobody(office: Office) -> None:
    await office.receives()
    async with client_of(office.app, office.folder, "clerk", unit="another-commune") as client:
        answer = await client.post("/dossiers/earlier", json=SOMEBODY)
    assert (answer.status_code, answer.json()["code"]) == (404, "counter_not_found")
    assert looked_up(office) == []


async def test_two_clerks_who_ask_and_receive_at_once_are_both_served(replicas: Replicas) -> None:
    one = replicas.one
    await one.receives()
    answers = await replicas.at_once("clerk", *[("/dossiers/earlier", SOMEBODY), ("/dossiers", A_DOSSIER)] * 3)
    assert {status for status, _ in answers} == {201}
    told = [answer for _, answer in answers if "duplicates" in answer]
    assert len(told) == 6 and all(each["duplicates"] for each in told)
    # a dossier is told of whole or not at all: each that is told of has its row
    received = {row["dossier_id"] for row in rows(one.url, table_of(Dossier))}
    said = [
        {same["id"] for same in each["duplicates"]} | {hint["dossier_id"] for hint in each["hints"]} for each in told
    ]
    assert set.union(*said) <= received and len(received) == 7
    assert sorted(each["told"] for each in looked_up(one)) == sorted(map(len, said))
    assert len((await known(one))["duplicates"]) == 5


# --- the questions and their indexes


def copies(engine: sa.Engine, count: int) -> None:
    """So many more dossiers, filings and events as the first of each, each of somebody else."""
    with engine.begin() as connection:
        for table, key, number in ((Dossier, "dossier_id", "number"), (Filing, "filing_id", "portal_number")):
            first = dict(connection.execute(sa.select(table_of(table))).mappings().one())
            refs = [f"prs_{key}_{n * 7919 % count}" for n in range(count)]
            more = [
                {key: f"{first[key][:20]}{n}", number: f"N-{n}", "applicant_ref": ref} for n, ref in enumerate(refs)
            ]
            connection.execute(table_of(table).insert(), [first | each for each in more])
            kept = {"purpose": "procedure", "kept_until": FRIDAY}
            of_each = [{"ref": ref, "field": "citizen_id", "value": f"{n:012d}"} for n, ref in enumerate(refs)]
            of_each += [{"ref": ref, "field": "full_name", "value": "Nguyễn Văn An"} for ref in refs]
            connection.execute(private.insert(), [kept | each for each in of_each])
        first = dict(connection.execute(sa.select(event_log).limit(1)).mappings().one())
        del first["position"]
        more = [{"event_id": f"event-{n}", "aggregate": f"{first['aggregate'][:20]}{n}"} for n in range(count)]
        connection.execute(event_log.insert(), [first | each for each in more])


async def test_each_question_is_answered_by_its_index_among_thousands(office: Office) -> None:
    damaged(office.url)
    path = await office.receives()
    await office.post("clerk", "/filings", A_FILING)
    engine = open_engine(office.url, write=True)
    await asyncio.to_thread(copies, engine, 3000)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    same, papers, filed, log = plans(
        engine,
        lambda session: unfinished_of(session, NUMBER, BIRTH),
        lambda session: dossiers_of(session, NUMBER, {BIRTH, BIRTH_ABROAD}),
        lambda session: filings_of(session, NUMBER, BIRTH),
        lambda session: events_of(session, [path.rsplit("/", 1)[1], "another"]),
    )
    engine.dispose()
    for plan, of in ((same, "dossier"), (papers, "dossier"), (filed, "filing")):
        assert "ix_private_citizen_id" in plan and f"ix_{of}_applicant_ref" in plan, plan
    assert "event_log_aggregate_version" in log or "sqlite_autoindex_event_log" in log, log
    assert not [plan for plan in (same, papers, filed, log) if re.search(r"\bSCAN\b|Seq Scan", plan)]


@pytest.mark.parametrize("service", SERVICES)
def test_the_index_on_numbers_is_intakes_alone(service: str, database_url: str) -> None:
    engine = open_engine(migrated(service, database_url), write=False)
    names = {each["name"] for each in sa.inspect(engine).get_indexes("private")}
    engine.dispose()
    assert names - {"ix_private_kept_until"} == ({"ix_private_citizen_id"} if service == "intake" else set())
