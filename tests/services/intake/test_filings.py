"""Filings online: what came at the portal is received as a dossier, or ends without one, by the office's own clock."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from services.intake import rules
from services.intake.jobs import tell_next_unanswered
from services.intake.rulebook import load, states
from services.intake.rulebook.states import FilingStatus, FilingStep
from services.intake.rules import FILING_ROLES, Filed
from services.intake.tables import Filing
from shared.changes import table_of
from shared.dated import WrongRow
from shared.errors import Refused
from shared.events import Event
from shared.events.filing import FilingClosed
from shared.events.intake import DossierReceived
from shared.mechanism import event_log, private
from shared.worktime import VN, Calendar
from tests.services.intake.office import FRIDAY, Office
from tests.shared.line import rows
from tests.support import client_of
from tests.system.running import A_DOSSIER

MOVES = states.load()
CALENDAR = Calendar()
BIRTH = load().in_force("1.001193", date(2026, 6, 5))
THURSDAY = FRIDAY - timedelta(days=1)
A_FILING: dict[str, Any] = {
    "portal_number": "G22.99.01-260604-000123",
    "procedure": "1.001193",
    "applicant": A_DOSSIER["applicant"],
    "papers": [],
    "filed_at": "2026-06-05T07:30:00+07:00",
}
ALL = {"papers": ["giay_chung_sinh"]}
ASKED = ALL | {"reason_code": "papers_missing", "details": "Thiếu giấy chứng sinh."}
NO = {"reason_code": "not_competent", "basis": "118/2025/NĐ-CP, Điều 17", "details": "Nộp ở xã khác."}

TABLE: dict[FilingStep, tuple[dict[int, int], str]] = {
    "accept": ({1: 2, 5: 2}, "filing_not_acceptable"),
    "ask": ({1: 5}, "filing_not_askable"),
    "refuse": ({1: 3}, "filing_not_refusable"),
    "withdraw": ({1: 7, 5: 7}, "filing_not_withdrawable"),
    "close": ({5: 8}, "filing_not_closable"),
}
"""Transcribed from the domain's table (§2.3), not from the rulebook."""
WAITED = FRIDAY + timedelta(days=30)


def filed(status: FilingStatus) -> Filed:
    until = FRIDAY if status is FilingStatus.SUPPLEMENT_AWAITED else None
    return Filed("f-1", "1.001193", "dep-1", status, FRIDAY, until)


def taken(step: FilingStep, of: Filed, now: datetime = WAITED) -> int:
    """The state after a step."""
    assert BIRTH is not None
    if step == "accept":
        dossier = DossierReceived.sample().model_copy(update={"received_at": now})
        return rules.accept(MOVES, of, dossier).status_code
    events: dict[str, Any] = {
        "ask": lambda: rules.ask(MOVES, of, BIRTH, ["giay_chung_sinh"], "papers_missing", None, "off-1", now, CALENDAR),
        "refuse": lambda: rules.refuse(MOVES, of, "not_competent", "118/2025/NĐ-CP", None, "off-1", now),
        "withdraw": lambda: rules.withdraw_filing(MOVES, of, "off-1", now),
        "close": lambda: rules.close_filing(MOVES, of, "off-1", now),
    }
    event = events[step]()
    assert isinstance(event, Event)
    code: int = event.model_dump()["status_code"]
    return code


def test_the_table_names_every_step() -> None:
    assert set(TABLE) == set(get_args(FilingStep)) == {row.step for row in MOVES.filings} == set(FILING_ROLES)


@pytest.mark.parametrize("step", TABLE)
@pytest.mark.parametrize("status", FilingStatus)
def test_a_step_leads_where_the_table_says_or_is_refused_with_its_code(step: FilingStep, status: FilingStatus) -> None:
    leads, code = TABLE[step]
    if int(status) in leads:
        assert taken(step, filed(status)) == leads[int(status)]
        return
    with pytest.raises(Refused) as refused:
        taken(step, filed(status))
    assert (refused.value.code, refused.value.more) == (code, {"status_code": int(status)})


@pytest.mark.parametrize("status", FilingStatus)
def test_what_a_page_offers_is_what_the_rules_allow(status: FilingStatus) -> None:
    offered = rules.filing_steps(MOVES, filed(status), WAITED)
    assert set(offered) == {step for step, (leads, _) in TABLE.items() if int(status) in leads}


def test_it_is_closed_only_once_the_citizens_time_is_over() -> None:
    waiting = replace(filed(FilingStatus.SUPPLEMENT_AWAITED), supplement_by=WAITED)
    assert "close" not in rules.filing_steps(MOVES, waiting, WAITED)
    with pytest.raises(Refused) as refused:
        taken("close", waiting, WAITED)
    assert (refused.value.code, refused.value.more) == ("filing_not_lapsed", {"supplement_by": WAITED.isoformat()})
    assert taken("close", waiting, WAITED + timedelta(seconds=1)) == 8


@pytest.mark.parametrize(
    ("filed_at", "look_by", "answer_by", "why"),
    [
        ("2026-06-04T09:00", "2026-06-04T11:00", "2026-06-05T09:00", "two hours, and eight"),
        ("2026-06-04T10:30", "2026-06-04T14:30", "2026-06-05T10:30", "lunch counts for nothing"),
        ("2026-06-04T15:59", "2026-06-05T07:59", "2026-06-05T15:59", "still before the last hour: one minute counts"),
        ("2026-06-04T16:00", "2026-06-05T09:00", "2026-06-05T17:00", "in the last hour: from tomorrow"),
        ("2026-06-04T16:59", "2026-06-05T09:00", "2026-06-05T17:00", "in the last hour: from tomorrow"),
        ("2026-06-05T16:30", "2026-06-08T09:00", "2026-06-08T17:00", "a Friday's last hour: from Monday"),
        ("2026-06-06T10:00", "2026-06-08T09:00", "2026-06-08T17:00", "on a Saturday: from Monday"),
        ("2026-06-04T05:00", "2026-06-04T09:00", "2026-06-04T17:00", "before opening: from opening"),
    ],
)
def test_the_office_has_two_working_hours_to_look_and_eight_to_answer(
    filed_at: str, look_by: str, answer_by: str, why: str
) -> None:
    assert BIRTH is not None
    at = datetime.fromisoformat(filed_at).replace(tzinfo=VN)
    event = rules.register(
        MOVES,
        BIRTH,
        filing_id="f-1",
        portal_number=A_FILING["portal_number"],
        papers=[],
        applicant_ref="prs_1",
        filed_at=at,
        official="off-1",
        calendar=CALENDAR,
    )
    assert (event.look_by.isoformat(), event.answer_by.isoformat()) == (f"{look_by}:00+07:00", f"{answer_by}:00+07:00")
    assert event.answer_by_arithmetic["due_at"] == event.answer_by.isoformat(), why


async def test_a_filing_lacks_a_paper_is_received_and_its_promise_counts_from_then(office: Office) -> None:
    new = await office.post("clerk", "/filings", A_FILING)
    assert (new["status_code"], new["answer_by"]) == (1, "2026-06-08T07:30:00+07:00")
    path = f"/filings/{new['filing_id']}"
    lacking = await office.post("clerk", f"{path}/accept", {"papers": []}, 422)
    assert (lacking["code"], lacking["missing"]) == ("papers_missing", ["giay_chung_sinh"])
    asked = await office.post("clerk", f"{path}/ask", ASKED)
    assert (asked["status_code"], asked["supplement_by"]) == (5, "2026-06-26T08:00:00+07:00")
    again = await office.post("clerk", f"{path}/ask", ASKED, 409)
    assert again["code"] == "filing_not_askable"
    office.clock.goes_to(datetime(2026, 6, 8, 15, 30, tzinfo=VN))
    receipt = await office.post("clerk", f"{path}/accept", ALL)
    assert receipt["due_at"] == "2026-06-09T17:00:00+07:00"  # a birth, after 15:00: tomorrow
    assert receipt["number"].endswith("-260608-0001")
    async with office.who("officer") as client:
        dossier = (await client.get(f"/dossiers/{receipt['dossier_id']}")).json()
        seen = (await client.get(path)).json()
        status = await client.get(f"/status/{receipt['number']}", params={"code": receipt["lookup_code"]})
        assert (await client.get("/filings")).json() == []
    assert (dossier["channel"], dossier["status_code"]) == ("online", 2)
    assert (seen["status_code"], seen["dossier_id"], seen["asked_papers"]) == (2, receipt["dossier_id"], None)
    assert status.status_code == 200
    assert office.kinds() == [
        "filing_registered",
        "filing_supplement_requested",
        "dossier_received",
        "filing_accepted",
    ]
    assert office.kept() == ["Thiếu giấy chứng sinh."]
    kept = {row["field"]: row["value"] for row in rows(office.url, private) if row["field"] != "text"}
    assert kept["full_name"] == A_DOSSIER["applicant"]["full_name"] and kept["lookup_code"] == receipt["lookup_code"]
    assert len({row["ref"] for row in rows(office.url, private) if row["field"] != "text"}) == 1


async def test_who_receives_it_second_is_told_and_makes_no_second_dossier(office: Office) -> None:
    path = f"/filings/{(await office.post('clerk', '/filings', A_FILING))['filing_id']}"
    await office.post("clerk", f"{path}/accept", ALL)
    late = await office.post("clerk", f"{path}/accept", ALL, 409)
    assert (late["code"], late["status_code"]) == ("filing_not_acceptable", 2)
    assert office.kinds() == ["filing_registered", "dossier_received", "filing_accepted"]


@pytest.mark.parametrize(
    ("step", "body", "state", "kind"),
    [("refuse", NO, 3, "filing_refused"), ("withdraw", None, 7, "filing_withdrawn")],
)
async def test_it_ends_without_a_dossier(office: Office, step: str, body: Any, state: int, kind: str) -> None:
    path = f"/filings/{(await office.post('clerk', '/filings', A_FILING))['filing_id']}"
    moved = await office.post("clerk", f"{path}/{step}", body)
    assert moved["status_code"] == state
    async with office.who("clerk") as client:
        seen = (await client.get(path)).json()
    assert (seen["ended_at"], seen["dossier_id"]) == (FRIDAY.isoformat(), None)
    assert office.kinds() == ["filing_registered", kind]
    assert office.kept() == (["Nộp ở xã khác."] if body else [])


async def test_papers_that_never_came_close_it_after_fifteen_working_days(office: Office) -> None:
    path = f"/filings/{(await office.post('clerk', '/filings', A_FILING))['filing_id']}"
    await office.post("clerk", f"{path}/ask", ASKED)
    assert (await office.post("clerk", f"{path}/close", status=409))["code"] == "filing_not_lapsed"
    office.clock.goes_to(datetime(2026, 6, 26, 8, 1, tzinfo=VN))
    assert (await office.post("clerk", f"{path}/close"))["status_code"] == 8
    (body,) = [row["body"] for row in rows(office.url, event_log) if row["subject"].endswith("filing_closed")]
    data = json.loads(bytes(body))["data"]
    assert (data["reason_code"], data["basis"]) == ("supplement_lapsed", "NĐ 297/2025/NĐ-CP")


def test_what_was_closed_before_a_reason_was_recorded_was_closed_for_the_one_that_there_is() -> None:
    before = {"filing_id": "f-1", "status_code": 8, "closed_by": "off-1", "closed_at": FRIDAY.isoformat()}
    event = FilingClosed.model_validate(before)
    assert (event.reason_code, event.basis) == ("supplement_lapsed", None)


async def test_its_unanswered_time_is_told_once_and_an_answered_one_never(office: Office) -> None:
    service = office.app.state.service
    first = await office.post("clerk", "/filings", A_FILING)
    second = await office.post("clerk", "/filings", A_FILING | {"portal_number": "G22.99.01-260604-000124"})
    await office.post("clerk", f"/filings/{second['filing_id']}/ask", ASKED)
    assert not await tell_next_unanswered(service.db, service.clock)
    office.clock.goes_to(datetime(2026, 6, 8, 7, 30, 1, tzinfo=VN))
    assert await tell_next_unanswered(service.db, service.clock)
    assert not await tell_next_unanswered(service.db, service.clock)
    assert office.kinds()[-1] == "filing_unanswered" and office.kinds().count("filing_unanswered") == 1
    told = [row["filing_id"] for row in rows(office.url, table_of(Filing)) if row["unanswered_told"]]
    assert told == [first["filing_id"]]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"filed_at": "2026-06-05T08:00:00+07:00"}, 422, "not_in_the_past"),
        ({"filed_at": "2026-05-01T08:00:00+07:00"}, 422, "too_long_ago"),
        ({"procedure": "9.999999"}, 404, "unknown_procedure"),
        ({"procedure": "2.002396"}, 409, "not_at_the_counter"),
        ({"papers": ["giay_la"]}, 422, "unknown_paper"),
        ({"portal_number": "Nguyễn Văn An"}, 422, "invalid_request"),
        ({"portal_number": "G22.99.01-260604-019203001234"}, 422, "invalid_request"),
        ({"papers": ["giay_chung_sinh"], "received_at": "2026-06-05T07:00:00+07:00"}, 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_registered_is_refused_by_name(
    office: Office, changed: dict[str, Any], status: int, code: str
) -> None:
    refused = await office.post("clerk", "/filings", A_FILING | changed, status)
    assert refused["code"] == code
    assert office.kinds() == [] and rows(office.url, private) == []


async def test_one_number_of_the_portal_is_registered_once(office: Office) -> None:
    first = await office.post("clerk", "/filings", A_FILING)
    again = await office.post("clerk", "/filings", A_FILING, 409)
    assert (again["code"], again["filing_id"]) == ("filing_known", first["filing_id"])


async def test_a_number_whose_filing_ended_may_be_registered_again_a_received_one_not(
    office: Office,
) -> None:
    for _ in range(3):  # a mistake in writing it down, again and again
        first = await office.post("clerk", "/filings", A_FILING)
        await office.post("clerk", f"/filings/{first['filing_id']}/withdraw")
    second = await office.post("clerk", "/filings", A_FILING)
    await office.post("clerk", f"/filings/{second['filing_id']}/accept", ALL)
    again = await office.post("clerk", "/filings", A_FILING, 409)
    assert (again["code"], again["filing_id"]) == ("filing_known", second["filing_id"])


async def test_two_who_register_it_at_once_make_one_filing(office: Office) -> None:
    async with office.who("clerk") as one, office.who("clerk", "off-clerk-2") as other:
        answers = await asyncio.gather(*(each.post("/filings", json=A_FILING) for each in (one, other)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert office.kinds() == ["filing_registered"]


async def test_of_two_who_ask_and_refuse_at_once_one_is_told_of_the_other(office: Office, twin: Office) -> None:
    path = f"/filings/{(await office.post('clerk', '/filings', A_FILING))['filing_id']}"
    async with office.who("clerk") as one, twin.who("clerk", "off-clerk-2") as other:
        asked, refused = await asyncio.gather(
            one.post(f"{path}/ask", json=ASKED), other.post(f"{path}/refuse", json=NO)
        )
    assert sorted(answer.status_code for answer in (asked, refused)) == [201, 409]
    late = asked if asked.status_code == 409 else refused
    assert late.json()["code"] == ("filing_not_askable" if late is asked else "filing_not_refusable")
    assert len(office.kinds()) == 2


def test_the_same_number_comes_to_the_same_id_and_after_an_end_to_another() -> None:
    first = rules.filing_id_of("G22.99.01-260604-000123", None)
    assert first == rules.filing_id_of("G22.99.01-260604-000123", None)
    again = rules.filing_id_of("G22.99.01-260604-000123", first)
    assert len({first, again, rules.filing_id_of("G22.99.01-260604-000124", None)}) == 3


async def test_the_kind_of_case_is_said_when_it_has_been_looked_at(office: Office) -> None:
    path = f"/filings/{(await office.post('clerk', '/filings', A_FILING))['filing_id']}"
    wrong = await office.post("clerk", f"{path}/accept", ALL | {"variant": "la"}, 422)
    assert wrong["code"] == "unknown_variant"
    receipt = await office.post("clerk", f"{path}/accept", ALL | {"variant": "verify"})
    assert receipt["due_at"] == "2026-06-10T08:00:00+07:00"
    async with office.who("clerk") as client:
        dossier = (await client.get(f"/dossiers/{receipt['dossier_id']}")).json()
    assert (dossier["variant"], f"/filings/{dossier['filing_id']}") == ("verify", path)


async def test_all_that_was_asked_for_has_to_be_there_and_is_awaited_to_the_end(office: Office) -> None:
    path = f"/filings/{(await office.post('clerk', '/filings', A_FILING))['filing_id']}"
    await office.post("clerk", f"{path}/ask", ASKED | {"papers": ["uy_quyen"]})
    lacking = await office.post("clerk", f"{path}/accept", ALL, 422)
    assert (lacking["code"], lacking["missing"]) == ("papers_missing", ["uy_quyen"])
    for moment in (FRIDAY, datetime(2026, 6, 26, 8, 1, tzinfo=VN)):  # whether their time is over or not
        office.clock.goes_to(moment)
        no = await office.post("clerk", f"{path}/refuse", NO | {"reason_code": "papers_missing"}, 409)
        assert (no["code"], no["status_code"]) == ("filing_not_refusable", 5)
    assert office.kept() == ["Thiếu giấy chứng sinh."]
    assert (await office.post("clerk", f"{path}/close"))["status_code"] == 8


async def test_another_unit_sees_and_moves_nothing(office: Office, tmp_path: Path) -> None:
    path = f"/filings/{(await office.post('clerk', '/filings', A_FILING))['filing_id']}"
    async with client_of(office.app, tmp_path, "clerk", unit="xa-khac") as client:
        for method, where in [("GET", path), ("POST", f"{path}/withdraw"), ("POST", f"{path}/close")]:
            answer = await client.request(method, where)
            assert (answer.status_code, answer.json()["code"]) == (404, "filing_not_found")
        assert (await client.get("/filings")).json()["code"] == "counter_not_found"
        assert (await client.post("/filings", json=A_FILING)).json()["code"] == "counter_not_found"
    assert office.kinds() == ["filing_registered"]


@pytest.mark.parametrize(
    ("found", "wrong"),
    [
        ('step = "accept"\nfrom = [1, 5]\nto = 2', 'step = "accept"\nfrom = [1, 5]\nto = 3'),
        ('step = "ask"\nfrom = [1]\nto = 5', 'step = "ask"\nfrom = [1]\nto = 2'),
        ('step = "ask"\nfrom = [1]\nto = 5', 'step = "ask"\nfrom = [4]\nto = 5'),
    ],
)
def test_a_move_of_a_filing_that_no_event_could_say_is_refused(tmp_path: Path, found: str, wrong: str) -> None:
    text = Path(states.__file__).with_name("states.toml").read_text(encoding="utf-8")
    assert found in text
    file = tmp_path / "states.toml"
    file.write_text(text.replace(found, wrong), encoding="utf-8")
    with pytest.raises(WrongRow):
        states.load(file)


def test_whatever_is_waited_for_has_its_time(tmp_path: Path) -> None:
    text = Path(states.__file__).with_name("states.toml").read_text(encoding="utf-8")
    file = tmp_path / "states.toml"
    file.write_text(re.sub(r'\[\[patience]]\nstep = "resubmit".*?\n\n', "", text, flags=re.DOTALL), encoding="utf-8")
    with pytest.raises(WrongRow, match="patience has no row for resubmit"):
        states.load(file)
