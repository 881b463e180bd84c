"""Sheets of paper for calls while the system is down, through the HTTP door, on a real database."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlmodel import Session

from services.hotline.commands import sheets as commands
from services.hotline.commands.sheets import Paper
from services.hotline.rulebook.calls import load
from services.hotline.rules import sheets
from shared.texts import code_sha256
from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import REPORTER, TEXT, filed
from tests.services.hotline.test_calls import attributed

BOOK = load()
RULE = sheets.call_sheet_rule(BOOK, NOW)


def operator(desk: Desk, official: str = "off-operator-1") -> httpx.AsyncClient:
    return desk.as_(official, "operator")


async def printed(desk: Desk, numbers: int = 3) -> dict[str, Any]:
    """A sheet by example."""
    answer = await operator(desk).post("/sheets", json={"numbers": numbers})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["sheet"]
    return found


def a_call(sheet: dict[str, Any], place: int = 1, **changed: Any) -> dict[str, Any]:
    """What was written beside a number of a sheet, a moment after it was printed."""
    number = sheet["numbers"][place - 1]["number"]
    return {"number": number, "taken_at": sheet["allotted_at"], "text": TEXT, "reporter": REPORTER} | changed


async def entered(desk: Desk, sheet: dict[str, Any], body: dict[str, Any]) -> httpx.Response:
    return await operator(desk).post(f"/sheets/{sheet['sheet_id']}/enter", json=body)


async def voided(desk: Desk, sheet: dict[str, Any], *places: int, reason: str = "not_needed") -> httpx.Response:
    body = {"numbers": [sheet["numbers"][place - 1]["number"] for place in places], "reason_code": reason}
    return await operator(desk).post(f"/sheets/{sheet['sheet_id']}/void", json=body)


def later(sheet: dict[str, Any], **passed: float) -> str:
    """A moment so long after a sheet was printed."""
    return (datetime.fromisoformat(sheet["allotted_at"]) + timedelta(**passed)).isoformat()


async def test_a_sheet_takes_its_numbers_from_the_series_of_all_reports(desk: Desk) -> None:
    assert (await filed(desk))["number"] == "PA-260605-0001"
    sheet = await printed(desk)
    assert [each["number"] for each in sheet["numbers"]] == [f"PA-260605-{n:04d}" for n in (2, 3, 4)]
    assert sheet["open"] == 3 and {each["state"] for each in sheet["numbers"]} == {"open"}
    assert (await filed(desk))["number"] == "PA-260605-0005"
    public = await desk.as_(None).get("/status/PA-260605-0002")
    assert (public.status_code, public.json()["code"]) == (404, "complaint_not_found")


async def test_no_number_is_given_twice_however_many_are_asked_for_at_once(desk: Desk) -> None:
    asked: list[Any] = [filed(desk) if n % 3 else printed(desk, 5) for n in range(12)]
    answers = await asyncio.gather(*asked)
    single = [answer["number"] for answer in answers if "number" in answer]
    on_paper = [each["number"] for answer in answers if "numbers" in answer for each in answer["numbers"]]
    assert sorted([*single, *on_paper]) == [f"PA-260605-{n:04d}" for n in range(1, 8 + 4 * 5 + 1)]


async def test_a_call_on_paper_is_a_report_with_its_number_its_code_and_the_time_at_which_they_called(
    desk: Desk,
) -> None:
    sheet = await printed(desk)
    [(_, code), *_others] = (await paper(desk, sheet)).lines
    done = await entered(desk, sheet, a_call(sheet))
    assert done.status_code == 201, done.text
    assert (done.json()["number"], done.json()["filed_at"]) == ("PA-260605-0001", sheet["allotted_at"])
    assert done.json()["due_at"] == "2026-06-29T07:00:00+07:00"
    [event] = await desk.events("ComplaintFiled")
    assert (event["entered_late"], event["channel"], event["taken_by"]) == (True, "phone", "off-operator-1")
    assert event["receipt_sha256"] == code_sha256(code)
    [used] = await desk.events("CallSheetNumberUsed")
    assert (used["number"], used["complaint_id"], used["used_by"]) == (
        "PA-260605-0001",
        done.json()["complaint_id"],
        "off-operator-1",
    )
    status = await desk.as_(None).get("/status/PA-260605-0001", params={"code": code.lower()})
    assert status.status_code == 200
    view = (await operator(desk).get(f"/complaints/{done.json()['complaint_id']}")).json()
    assert view["entered_late"] is True
    assert {each["started_at"] for each in view["clocks"]} == {sheet["allotted_at"]}
    assert {each["code"] for each in view["clocks"]} >= {"pakn_answer", "call_answer"}
    assert await desk.kept(event["text_ref"]) == {"text": TEXT}
    assert await desk.kept(event["reporter_ref"]) == REPORTER


async def paper(desk: Desk, sheet: dict[str, Any]) -> Paper:
    return await desk.service.db.write(commands.paper_of, sheet["sheet_id"], "off-operator-1", desk.service.clock.now())


async def test_the_log_says_when_they_called_and_when_it_was_entered(desk: Desk) -> None:
    sheet = await printed(desk)
    object.__setattr__(desk.service.clock, "start", NOW + timedelta(hours=10))
    await entered(desk, sheet, a_call(sheet, taken_at=later(sheet, hours=3)))
    facts = [json.loads(body) for body in await desk.service.db.read(_bodies)]
    [fact] = [each for each in facts if "ComplaintFiled" in each["type"]]
    assert datetime.fromisoformat(fact["time"]) == datetime.fromisoformat(later(sheet, hours=3))
    assert datetime.fromisoformat(fact["recordedtime"]) - datetime.fromisoformat(fact["time"]) > timedelta(hours=6)


def _bodies(session: Session) -> list[bytes]:
    return list(session.connection().execute(sa.text("SELECT body FROM event_log ORDER BY position")).scalars())


async def test_the_codes_of_a_sheet_are_in_no_event_and_reading_them_is_recorded(desk: Desk) -> None:
    sheet = await printed(desk)
    found = await paper(desk, sheet)
    assert [number for number, _ in found.lines] == [each["number"] for each in sheet["numbers"]]
    assert len({code for _, code in found.lines}) == 3
    log = await desk.log()
    assert all(code not in log and code not in json.dumps(sheet) for _, code in found.lines)
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["purpose"], reading["reader"], len(reading["fields"])) == ("call_sheet", "off-operator-1", 3)


async def test_every_number_of_a_sheet_comes_to_be_used_or_void_with_who_and_why(desk: Desk) -> None:
    sheet = await printed(desk)
    await entered(desk, sheet, a_call(sheet))
    moved = (await voided(desk, sheet, 2, 3)).json()["sheet"]
    assert moved["open"] == 0
    told = [(each["state"], each["reason_code"], each["accounted_by"]) for each in moved["numbers"]]
    assert told == [("used", None, "off-operator-1")] + [("void", "not_needed", "off-operator-1")] * 2
    assert moved == (await operator(desk).get(f"/sheets/{sheet['sheet_id']}")).json()
    facts = await desk.events("CallSheetNumberVoided")
    assert [fact["number"] for fact in facts] == ["PA-260605-0002", "PA-260605-0003"]


async def test_which_report_has_a_number_is_told_to_whoever_entered_it_alone(desk: Desk) -> None:
    """Whoever is accused would learn from a report that they cannot open that it is theirs."""
    sheet = await printed(desk)
    done = (await entered(desk, sheet, a_call(sheet))).json()
    path = f"/sheets/{sheet['sheet_id']}"
    shown = [(await operator(desk, who).get(path)).json()["numbers"][0] for who in ("off-operator-1", "off-clerk-1")]
    assert [each["complaint_id"] for each in shown] == [done["complaint_id"], None]
    assert {each["state"] for each in shown} == {"used"}


async def test_whoever_entered_a_report_about_themselves_is_not_told_it_either(desk: Desk) -> None:
    sheet = await printed(desk)
    report = (await entered(desk, sheet, a_call(sheet))).json()["complaint_id"]
    await attributed(desk, report, "off-operator-1")
    shown = await operator(desk).get(f"/sheets/{sheet['sheet_id']}")
    assert shown.json()["numbers"][0]["complaint_id"] is None and report not in shown.text


async def test_sheets_with_numbers_to_account_for_stand_first(desk: Desk) -> None:
    done, first, second = [await printed(desk, 2) for _ in range(3)]
    await voided(desk, done, 1, 2)
    await voided(desk, second, 1)
    shown = (await desk.as_("off-leader-1", "leader").get("/sheets")).json()
    assert [(each["sheet_id"], each["open"]) for each in shown] == [
        (first["sheet_id"], 2),
        (second["sheet_id"], 1),
        (done["sheet_id"], 0),
    ]


async def test_numbers_are_void_all_together_or_not_at_all(desk: Desk) -> None:
    sheet = await printed(desk)
    await entered(desk, sheet, a_call(sheet, 2))
    refused = await voided(desk, sheet, 1, 2, 3)
    assert (refused.status_code, refused.json()["code"]) == (409, "number_not_open")
    assert await desk.events("CallSheetNumberVoided") == []


async def test_of_one_number_that_is_entered_and_voided_at_once_one_is_true(desk: Desk) -> None:
    sheet = await printed(desk)
    asked = [entered(desk, sheet, a_call(sheet)) if n % 2 else voided(desk, sheet, 1) for n in range(6)]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert len(await desk.events("CallSheetNumberUsed")) + len(await desk.events("CallSheetNumberVoided")) == 1
    assert len(await desk.events("ComplaintFiled")) == len(await desk.events("CallSheetNumberUsed"))


async def test_whoever_took_the_call_is_named_and_does_not_verify_it(desk: Desk) -> None:
    sheet = await printed(desk)
    done = await entered(desk, sheet, a_call(sheet, taken_by="off-leader-1"))
    path = f"/complaints/{done.json()['complaint_id']}"
    await operator(desk).post(f"{path}/triage", json={"kind": "pakn", "category": "conduct", "severity": "normal"})
    about = {"official_id": "off-clerk-1", "conduct": "delay"}
    assert (await operator(desk).post(f"{path}/attribute", json=about)).status_code == 201
    finding = {"finding": "true", "conduct": "delay", "evidence": "Camera."}
    refused = await desk.as_("off-leader-1", "leader").post(f"{path}/verify", json=finding)
    assert (refused.status_code, refused.json()["code"]) == (403, "same_person")


async def test_what_cannot_have_been_is_not_entered(desk: Desk) -> None:
    sheet, other = await printed(desk), await printed(desk)
    bodies = [
        (a_call(sheet, taken_at=later(sheet, seconds=-1)), 422, "before_the_sheet"),
        (a_call(sheet, taken_at=later(sheet, hours=1)), 422, "not_in_the_past"),
        (a_call(sheet, taken_by="off-nobody"), 422, "unknown_official"),
        (a_call(other), 404, "number_not_found"),
        (a_call(sheet, number="PA-260605-9999"), 404, "number_not_found"),
        (a_call(sheet, number="../../etc"), 422, "invalid_request"),
        (a_call(sheet, text=""), 422, "invalid_request"),
    ]
    answers = [await entered(desk, sheet, body) for body, _, _ in bodies]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [each[1:] for each in bodies]
    assert await desk.events("ComplaintFiled") == [] and await desk.kept("text") == {}


async def test_a_sheet_with_too_many_numbers_takes_none(desk: Desk) -> None:
    refused = await operator(desk).post("/sheets", json={"numbers": RULE.most_numbers + 1})
    assert (refused.status_code, refused.json()["code"]) == (422, "too_many_numbers")
    assert (await filed(desk))["number"] == "PA-260605-0001"


@pytest.mark.parametrize("roles", [("clerk",), ("head", "leader")])
async def test_an_operator_alone_prints_enters_and_voids(desk: Desk, roles: tuple[str, ...]) -> None:
    sheet = await printed(desk)
    other, path = desk.as_("off-head-1", *roles), f"/sheets/{sheet['sheet_id']}"
    answers = [
        await other.post("/sheets", json={"numbers": 1}),
        await other.post(f"{path}/enter", json=a_call(sheet)),
        await other.post(f"{path}/void", json={"numbers": ["PA-260605-0001"], "reason_code": "lost"}),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(403, "role_missing")] * 3


async def test_another_units_operator_finds_no_sheet(desk: Desk) -> None:
    sheet = await printed(desk)
    stranger, path = desk.as_("off-operator-1", "operator", unit="phu-xuyen"), f"/sheets/{sheet['sheet_id']}"
    answers = [
        await stranger.get("/sheets"),
        await stranger.get(path),
        await stranger.post("/sheets", json={"numbers": 1}),
        await stranger.post(f"{path}/enter", json=a_call(sheet)),
        await stranger.post(f"{path}/void", json={"numbers": ["PA-260605-0001"], "reason_code": "lost"}),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "sheet_not_found")] * 5


async def test_a_sheet_printed_twice_with_one_key_is_one_sheet(desk: Desk) -> None:
    headers = {"Idempotency-Key": "k1-of-some-length"}
    answers = [await operator(desk).post("/sheets", json={"numbers": 2}, headers=headers) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert len(await desk.events("CallSheetPrinted")) == 1
    assert datetime.fromisoformat(answers[0].json()["sheet"]["allotted_at"]) >= NOW.astimezone(UTC)
