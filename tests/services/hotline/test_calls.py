"""Calls that nobody took, through the HTTP door, on a real database."""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.services.hotline.desk import NOW, Desk
from tests.services.hotline.reports import filed

PHONE = "0987 111 222"


def ago(minutes: float) -> str:
    """A moment so long before the desk's evening."""
    return (NOW - timedelta(minutes=minutes)).isoformat()


def operator(desk: Desk, official: str = "off-operator-1") -> httpx.AsyncClient:
    return desk.as_(official, "operator")


async def missed(desk: Desk, **body: Any) -> dict[str, Any]:
    """Somebody called in vain and an operator noted it."""
    answer = await operator(desk).post("/calls", json={"phone": PHONE} | body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()["call"]
    return found


async def tried(desk: Desk, call: dict[str, Any], outcome: str, attempt: int = 1, **more: Any) -> httpx.Response:
    """An operator says what came of calling back."""
    body = {"outcome": outcome, "attempt": attempt} | more
    return await operator(desk).post(f"/calls/{call['call_id']}/call-back", json=body)


async def test_a_missed_call_is_to_be_called_back_within_half_an_hour_at_night(desk: Desk) -> None:
    call = await missed(desk)
    assert (call["status"], call["attempts"], call["used_percent"]) == ("waiting", 0, 0)
    assert call["call_back_by"].startswith("2026-06-05T21:40:")
    assert any("30 phút" in line for line in call["call_back_because"])
    [event] = await desk.events("CallMissed")
    assert event["rule"] == "call_back@2022-06-23" and event["noted_by"] == "off-operator-1"


async def test_the_number_is_in_no_event_and_its_reading_is_recorded(desk: Desk) -> None:
    call = await missed(desk)
    assert PHONE not in await desk.log() and PHONE not in json.dumps(call)
    path = f"/calls/{call['call_id']}"
    assert PHONE not in (await operator(desk).get(path)).text
    [event] = await desk.events("CallMissed")
    assert await desk.kept(event["number_ref"]) == {"phone": PHONE}
    assert (await operator(desk).head(f"{path}/number")).status_code == 405
    assert (await operator(desk).get(f"{path}/number")).json() == {"call_id": call["call_id"], "phone": PHONE}
    [reading] = await desk.events("PrivateDataRead")
    assert (reading["ref"], reading["purpose"], reading["reader"]) == (
        event["number_ref"],
        "call_back",
        "off-operator-1",
    )
    [kept] = [row for row in await desk.rows("private") if row["ref"] == event["number_ref"]]
    assert str(kept["kept_until"]).startswith("2026-09-03")


async def test_whoever_hid_their_number_is_counted_and_is_nobodys_to_call_back(desk: Desk) -> None:
    call = await missed(desk, phone=None)
    assert (call["status"], call["call_back_by"], call["used_percent"]) == ("no_number", None, None)
    assert (await operator(desk).get("/calls")).json() == []
    refused = await tried(desk, call, "reached")
    assert (refused.status_code, refused.json()["code"]) == (409, "call_not_waiting")
    number = await operator(desk).get(f"/calls/{call['call_id']}/number")
    assert (number.status_code, number.json()["code"]) == (409, "call_not_waiting")
    assert await desk.events("PrivateDataRead") == []


async def test_whose_time_is_used_up_most_stands_on_top(desk: Desk) -> None:
    near = await missed(desk, missed_at=ago(20))
    late = await missed(desk, missed_at=ago(45))
    new = await missed(desk)
    again = await missed(desk, missed_at=ago(60))
    assert (await tried(desk, again, "not_reached")).status_code == 201  # an hour from now
    closed = await missed(desk)
    assert (await tried(desk, closed, "reached")).status_code == 201
    shown = (await desk.as_("off-head-1", "head").get("/calls")).json()
    assert [each["call_id"] for each in shown[:2]] == [late["call_id"], near["call_id"]]
    assert {each["call_id"] for each in shown[2:]} == {new["call_id"], again["call_id"]}
    assert [each["used_percent"] for each in shown[:2]] == [150, 66]


async def test_nobody_answered_and_another_try_is_due_until_the_last_one(desk: Desk) -> None:
    call = await missed(desk)
    first = (await tried(desk, call, "not_reached")).json()["call"]
    assert (first["status"], first["attempts"]) == ("waiting", 1)
    assert first["call_back_by"].startswith("2026-06-05T22:10:")
    assert (await tried(desk, call, "not_reached", 2)).json()["call"]["status"] == "waiting"
    last = (await tried(desk, call, "not_reached", 3)).json()["call"]
    assert (last["status"], last["attempts"], last["call_back_by"]) == ("not_reached", 3, None)
    assert (last["closed_by"], last["call_back_because"]) == ("off-operator-1", [])
    more = await tried(desk, call, "reached", 4)
    assert (more.status_code, more.json()["code"]) == (409, "call_not_waiting")


async def test_a_call_becomes_the_report_that_the_desk_took(desk: Desk) -> None:
    call = await missed(desk, missed_at=ago(5))
    body = {"channel": "phone", "text": "Cột điện đổ"}
    report = (await operator(desk).post("/complaints", json=body)).json()["complaint_id"]
    moved = (await tried(desk, call, "reported", complaint_id=report)).json()["call"]
    assert (moved["status"], moved["complaint_id"]) == ("reported", report)
    [event] = await desk.events("CallBackTried")
    assert (event["outcome"], event["complaint_id"], event["next_by"]) == ("reported", report, None)


async def test_a_call_becomes_no_report_that_was_not_taken_from_it(desk: Desk) -> None:
    call = await missed(desk)
    web = (await filed(desk))["complaint_id"]
    answers = [
        await tried(desk, call, "reported"),
        await tried(desk, call, "reported", complaint_id=web),
        await tried(desk, call, "reported", complaint_id="no-such-report"),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (422, "report_missing"),
        (409, "report_not_of_call"),
        (404, "complaint_not_found"),
    ]
    assert await desk.events("CallBackTried") == []


async def test_whom_a_report_is_about_links_no_call_to_it(desk: Desk) -> None:
    """Else whoever is accused would learn from the answer that a report of theirs is there."""
    call = await missed(desk, missed_at=ago(5))
    report = (await operator(desk).post("/complaints", json={"channel": "phone", "text": "Đòi tiền"})).json()
    await attributed(desk, report["complaint_id"], "off-clerk-1")
    body = {"outcome": "reported", "attempt": 1, "complaint_id": report["complaint_id"]}
    accused = operator(desk, "off-clerk-1")
    answer = await accused.post(f"/calls/{call['call_id']}/call-back", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "complaint_not_found")


async def test_which_report_a_call_became_is_told_to_whoever_took_it_alone(desk: Desk) -> None:
    """Whoever is accused would learn from a report that they cannot open that it is theirs."""
    call = await missed(desk, missed_at=ago(5))
    report = (await operator(desk).post("/complaints", json={"channel": "phone", "text": "Đòi tiền"})).json()
    await tried(desk, call, "reported", complaint_id=report["complaint_id"])
    path = f"/calls/{call['call_id']}"
    shown = [(await operator(desk, who).get(path)).json() for who in ("off-operator-1", "off-clerk-1")]
    assert [each["complaint_id"] for each in shown] == [report["complaint_id"], None]
    assert {each["status"] for each in shown} == {"reported"}


async def test_whoever_took_a_report_about_themselves_is_not_told_it_either(desk: Desk) -> None:
    call = await missed(desk, missed_at=ago(5))
    report = (await operator(desk).post("/complaints", json={"channel": "phone", "text": "Đòi tiền"})).json()
    await tried(desk, call, "reported", complaint_id=report["complaint_id"])
    await attributed(desk, report["complaint_id"], "off-operator-1")
    shown = await operator(desk).get(f"/calls/{call['call_id']}")
    assert shown.json()["complaint_id"] is None and report["complaint_id"] not in shown.text


async def attributed(desk: Desk, complaint_id: str, accused: str) -> None:
    """Somebody else triages a report as one about conduct and says whose."""
    other, path = operator(desk, "off-operator-2"), f"/complaints/{complaint_id}"
    kind = {"kind": "pakn", "category": "conduct", "severity": "normal"}
    assert (await other.post(f"{path}/triage", json=kind)).status_code == 201
    about = {"official_id": accused, "conduct": "harassment"}
    assert (await other.post(f"{path}/attribute", json=about)).status_code == 201


async def test_of_six_who_called_back_at_once_one_is_taken_down(desk: Desk) -> None:
    call = await missed(desk)
    outcomes = ["reached", "not_reached"] * 3
    answers = await asyncio.gather(*(tried(desk, call, outcome) for outcome in outcomes))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes <= {"tried_meanwhile", "call_not_waiting"}
    assert len(await desk.events("CallBackTried")) == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [(ago(-1), "not_in_the_past"), (ago(60 * 24 * 8), "too_long_ago")],
)
async def test_when_they_called_is_past_and_not_long_past(desk: Desk, given: str, code: str) -> None:
    answer = await operator(desk).post("/calls", json={"phone": PHONE, "missed_at": given})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await desk.rows("private") == [] and await desk.events("CallMissed") == []


async def test_a_call_noted_afterwards_bears_both_moments(desk: Desk) -> None:
    call = await missed(desk, missed_at=ago(50))
    assert call["missed_at"].startswith("2026-06-05T20:20:") and call["used_percent"] == 166


async def test_whose_call_was_missed_is_not_found_by_trying_numbers_out(desk: Desk) -> None:
    body = json.dumps({"phone": PHONE}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": "0a6f3c1e-5a2f-4f6c-9a52-6b7f0a3c9d15"}
    first, again = [await operator(desk).post("/calls", content=body, headers=headers) for _ in range(2)]
    assert first.status_code == 201 and first.content == again.content
    [kept] = [row for row in await desk.rows("idempotency") if row["key"] == headers["Idempotency-Key"]]
    assert kept["fingerprint"] != hashlib.sha256(b"\0".join([b"POST", b"/calls", body])).hexdigest()
    assert len(await desk.events("CallMissed")) == 1


@pytest.mark.parametrize("roles", [("clerk",), ("head", "leader"), ("admin",)])
async def test_an_operator_alone_notes_a_call_reads_its_number_and_calls_back(
    desk: Desk, roles: tuple[str, ...]
) -> None:
    call = await missed(desk)
    other, path = desk.as_("off-head-1", *roles), f"/calls/{call['call_id']}"
    answers = [
        await other.post("/calls", json={"phone": PHONE}),
        await other.get(f"{path}/number"),
        await other.post(f"{path}/call-back", json={"outcome": "reached", "attempt": 1}),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(403, "role_missing")] * 3


async def test_another_units_operator_finds_no_call(desk: Desk) -> None:
    call = await missed(desk)
    stranger, path = desk.as_("off-operator-1", "operator", unit="phu-xuyen"), f"/calls/{call['call_id']}"
    answers = [
        await stranger.get("/calls"),
        await stranger.get(path),
        await stranger.get(f"{path}/number"),
        await stranger.post("/calls", json={"phone": PHONE}),
        await stranger.post(f"{path}/call-back", json={"outcome": "reached", "attempt": 1}),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "call_not_found")] * 5


@pytest.mark.parametrize(
    "change", [{"phone": "ba số một"}, {"phone": "0987\x00111222"}, {"missed_at": "hôm qua"}, {"caller": "Bưởi"}]
)
async def test_bad_input_is_refused_in_words(desk: Desk, change: dict[str, Any]) -> None:
    body = json.dumps({"phone": PHONE} | change)
    answer = await operator(desk).post("/calls", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert await desk.rows("private") == []
