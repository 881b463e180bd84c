"""HTTP as all services speak it: every failure is a problem document that says what to do and repeats nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import httpx
import pytest
import structlog
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session
from structlog.testing import capture_logs

from shared.causes import name_request
from shared.doors import Asked, Door, Limited, Needs, address_of, asked, household_of
from shared.errors import Refused
from shared.http import problem
from shared.mechanism import event_log, idempotency
from shared.nats_client import make_seed
from shared.record import record
from shared.service import Service
from shared.settings import ServiceSettings
from shared.texts import CitizenId, Code, Line
from shared.tokens import issue
from tests.shared.line import project, received, rows
from tests.support import UNIT, keys

SECRET = "Nguyễn Văn An"
KEY = "0b8f6a52-6a0e-4b52-9a2e-3d1f6f0c8e11"
PERSON = {"name": SECRET, "citizen_id": "019203001234", "channel": "counter"}


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Line
    citizen_id: CitizenId
    channel: Literal["counter", "online"]
    born: date | None = None


class Receipt(BaseModel):
    dossier: str


router = APIRouter()
Once = Annotated[Asked[None], Depends(asked)]


def receive(session: Session, name: str) -> Receipt:
    record(session, received(f"d-{name}"))
    return Receipt(dossier=f"d-{name}")


def doomed(session: Session) -> Receipt:
    session.connection().exec_driver_sql("INSERT INTO file (id, drawer) VALUES (1, 77)")
    return Receipt(dossier="never")


@router.post("/people", status_code=201)
async def people(body: Person, service: Door, once: Once) -> Response:
    return await once(receive, body.citizen_id)


@router.post("/people/asked", status_code=201)
async def people_asked(body: Person, once: Once) -> Response:
    return await once.guarded(receive, body.citizen_id)


@router.get("/people/{code}")
async def person(code: Code, service: Door) -> Receipt:
    if code == "bug":
        raise KeyError(SECRET)
    if code == "refused":
        raise Refused("closed", "Come tomorrow.", until="08:00")
    return await service.db.read(lambda session: Receipt(dossier=str(session.connection().dialect.name)))


@router.get("/texts")
async def texts(service: Door) -> Receipt:
    """What is shown is recorded."""
    return await service.db.write(receive, "read")


@router.post("/doomed")
async def doomed_door(once: Once) -> Response:
    return await once(doomed)


@router.get("/clerks", dependencies=[Needs("clerk"), Limited("2/minute")])
async def clerks() -> Receipt:
    return Receipt(dossier="none")


@pytest.fixture
def service(tmp_path: Path, url: str) -> Service:
    (tmp_path / "intake.nk").write_text(make_seed()[0])
    settings = ServiceSettings(
        unit=UNIT,
        database_url=url,
        nats_seed_file=tmp_path / "intake.nk",
        signin_public_key_file=keys(tmp_path)[1],
    )
    return Service("intake", settings, projection=project)


@pytest.fixture
async def client(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    app = service.app("a counter", router)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
        yield client
    service.db.close()


def the_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document in an answer: whole, and without a word of what was sent."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", answer.headers["x-request-id"])
    found: dict[str, Any] = answer.json()
    assert (found["status"], found["code"], found["type"]) == (status, code, f"urn:motcua:problem:{code}")
    assert found["title"] and found["detail"]
    assert "Nguy" not in answer.text and "019203001234" not in answer.text
    return found


JSON = {"content-type": "application/json"}
WRONG_BODIES = {
    "not JSON": b"{",
    "not UTF-8": b'{"name": "\xff"}',
    "no object": b'["Nguy\\u1ec5n"]',
    "nothing": b"",
    "a lone surrogate": json.dumps(PERSON | {"name": "Nguy\ud800"}).encode(),
    "a NUL": json.dumps(PERSON | {"name": "Nguy\0"}).encode(),
    "a surrogate in a key": json.dumps(PERSON | {"\ud800": 1}).encode(),
    "a name for a key": json.dumps(PERSON | {SECRET: 1}).encode(),
    "a wrong number": json.dumps(PERSON | {"citizen_id": "01920300123x"}).encode(),
    "a name for a choice": json.dumps(PERSON | {"channel": SECRET}).encode(),
    "a name for a date": json.dumps(PERSON | {"born": SECRET}).encode(),
    "too deep": b"[" * 100_000,
    "a number without end": b'{"name": ' + b"9" * 6000 + b"}",
    "a NaN": b'{"name": NaN}',
}


@pytest.mark.parametrize("body", WRONG_BODIES.values(), ids=WRONG_BODIES)
async def test_a_wrong_body_is_described_and_not_repeated(client: httpx.AsyncClient, url: str, body: bytes) -> None:
    answer = await client.post("/people", content=body, headers=JSON)
    problem = the_problem(answer, answer.status_code, "invalid_request")
    assert problem["status"] in (400, 422)
    errors = problem.get("errors", [])
    assert len(errors) >= (problem["status"] == 422) and all(set(error) == {"where", "what"} for error in errors)
    assert rows(url, event_log) == []


@pytest.mark.parametrize("declared", [True, False], ids=["as declared", "in pieces"])
async def test_a_megabyte_is_too_large(client: httpx.AsyncClient, declared: bool) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b"x" * 100_000

    content: Any = b"x" * 1_100_000 if declared else pieces()
    problem = the_problem(await client.post("/people", content=content, headers=JSON), 413, "too_large")
    assert "1 MB" in problem["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/people/a/b/c", 404, "not_found"),
        ("DELETE", "/people", 405, "method_not_allowed"),
        ("GET", "/people/%00", 422, "invalid_request"),
        ("GET", "/people/%ed%a0%80", 422, "invalid_request"),
        ("GET", "/people/refused", 409, "closed"),
        ("GET", "/people/bug", 500, "internal_error"),
        ("GET", "/clerks", 401, "not_signed_in"),
    ],
)
async def test_every_failure_is_a_problem(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str
) -> None:
    problem = the_problem(await client.request(method, path), status, code)
    if code == "closed":
        assert problem["until"] == "08:00"
    if status == 401:
        assert (await client.get(path)).headers["www-authenticate"] == "Bearer"


async def test_a_forged_sign_in_is_no_sign_in(client: httpx.AsyncClient) -> None:
    for token in ("x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."):
        answer = await client.get("/clerks", headers={"Authorization": f"Bearer {token}"})
        the_problem(answer, 401, "not_signed_in")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_database_that_is_gone_is_503_and_nothing_was_saved(
    client: httpx.AsyncClient, service: Service, url: str
) -> None:
    assert (await client.get("/people/d-1")).status_code == 200
    service.db.close()
    for answer in (await client.get("/people/d-1"), await client.post("/people", json=PERSON)):
        the_problem(answer, 503, "database_unavailable")
        assert answer.headers["retry-after"] == "5"
    ready = await client.get("/readyz")
    assert ready.status_code == 503 and ready.json()["reasons"] == ["database: Closed"]
    assert (await client.get("/livez")).status_code == 503


async def test_an_unknown_outcome_says_how_to_find_out(client: httpx.AsyncClient, service: Service, url: str) -> None:
    def drawers(session: Session) -> None:
        reference = "drawer INTEGER REFERENCES drawer (id) DEFERRABLE INITIALLY DEFERRED"
        session.connection().exec_driver_sql("CREATE TABLE drawer (id INTEGER PRIMARY KEY)")
        session.connection().exec_driver_sql(f"CREATE TABLE file (id INTEGER PRIMARY KEY, {reference})")

    await service.db.write(drawers)
    problem = the_problem(await client.post("/doomed", headers={"Idempotency-Key": KEY}), 503, "outcome_unknown")
    assert "same Idempotency-Key" in problem["detail"]


async def test_the_request_id_is_ours_or_the_callers_and_stands_in_the_event(
    client: httpx.AsyncClient, url: str
) -> None:
    theirs = "4f1c0d3a9b7e4c2d8a5f6e7d8c9b0a1f"
    answer = await client.post("/people", json=PERSON, headers={"X-Request-Id": theirs, "Idempotency-Key": KEY})
    assert answer.status_code == 201 and answer.headers["x-request-id"] == theirs
    assert json.loads(rows(url, event_log)[0]["body"])["correlationid"] == theirs
    again = await client.post("/people", json=PERSON, headers={"X-Request-Id": "bad id", "Idempotency-Key": KEY})
    assert again.json() == answer.json() and "bad" not in again.headers["x-request-id"]
    assert len(rows(url, event_log)) == 1


@pytest.mark.parametrize(
    "named",
    [
        "Nguyen.Van.An",
        "019203001234",
        "0912-345-678",
        "call-7",
        "a" * 65,
        "019204777231----",
        "01920300123400000000000000000000",
        "00000000-0000-0000-0000-019203001234",
    ],
)
async def test_a_request_id_that_may_name_somebody_is_not_taken(
    client: httpx.AsyncClient, url: str, named: str
) -> None:
    answer = await client.post("/people", json=PERSON, headers={"X-Request-Id": named})
    assert answer.status_code == 201 and answer.headers["x-request-id"] != named
    assert json.loads(rows(url, event_log)[0]["body"])["correlationid"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("theirs", [f"{'0' * 20}019204777231-4bf92f3577b34da6", f"{'4b' * 16}-0000905777231000"])
async def test_a_trace_that_may_name_somebody_is_not_taken(client: httpx.AsyncClient, url: str, theirs: str) -> None:
    await client.post("/people", json=PERSON, headers={"traceparent": f"00-{theirs}-01"})
    assert "traceparent" not in json.loads(rows(url, event_log)[0]["body"])


async def test_what_a_stranger_sent_is_not_told_to_who_guesses_the_key(
    client: httpx.AsyncClient, url: str, tmp_path: Path
) -> None:
    """All strangers share one name, and an answer may hold the code of a receipt."""
    problem = the_problem(
        await client.post("/people", json=PERSON, headers={"Idempotency-Key": "1"}), 422, "idempotency_key_short"
    )
    assert "16" in problem["detail"] and rows(url, event_log) == []
    for unit, status in (("elsewhere", 422), (UNIT, 201)):
        official = issue(keys(tmp_path)[0], "off-clerk-1", unit, ["clerk"])
        headers = {"Idempotency-Key": "1", "Authorization": f"Bearer {official}"}
        assert (await client.post("/people", json=PERSON, headers=headers)).status_code == status


async def test_what_is_guarded_is_known_again_and_by_no_hash_that_could_be_tried_out(
    service: Service, client: httpx.AsyncClient, url: str
) -> None:
    body, headers = json.dumps(PERSON).encode(), {"Idempotency-Key": KEY, "content-type": "application/json"}
    first, again = [await client.post("/people/asked", content=body, headers=headers) for _ in range(2)]
    assert first.status_code == 201 and first.content == again.content and len(rows(url, event_log)) == 1
    another = json.dumps(PERSON | {"citizen_id": "019203009999"})
    the_problem(await client.post("/people/asked", content=another, headers=headers), 422, "idempotency_key_reused")
    said = b"\0".join([b"POST", b"/people/asked", body])
    (kept,) = rows(url, idempotency)
    assert kept["fingerprint"] == service.fingerprint(said) != hashlib.sha256(said).hexdigest()


def test_a_fingerprint_is_of_the_services_own_seed_and_without_one_of_its_key(url: str, tmp_path: Path) -> None:
    """The same in every process of a service, and another in another service's."""

    def made(seed: Path | None, public: Path) -> str:
        settings = ServiceSettings(unit=UNIT, database_url=url, nats_seed_file=seed, signin_public_key_file=public)
        service = Service("intake", settings, projection=project)
        service.db.close()
        return service.fingerprint(b"019203001234")

    one, other, here, there = tmp_path / "one.nk", tmp_path / "other.nk", tmp_path / "here", tmp_path / "there"
    for file in (one, other):
        file.write_text(make_seed()[0])
    for folder in (here, there):
        folder.mkdir()
    ours, theirs = keys(here)[1], keys(there)[1]
    found = [made(one, ours), made(other, ours), made(None, ours), made(None, theirs)]
    assert len({*found, hashlib.sha256(b"019203001234").hexdigest()}) == 5 and {len(each) for each in found} == {64}
    assert found[0] == made(one, theirs) and found[2] == made(None, ours)


@pytest.mark.parametrize(("more", "seconds"), [({}, "60"), ({"retry_after": 1380}, "1380")])
def test_a_refusal_of_too_many_says_how_long_to_wait(more: dict[str, int], seconds: str) -> None:
    assert problem(429, "too_many", "Wait.", **more).headers["retry-after"] == seconds
    assert problem(503, "busy", "Wait.").headers["retry-after"] == "5"
    assert "retry-after" not in problem(409, "closed", "Come tomorrow.").headers


async def test_a_log_line_names_the_route_and_no_person(client: httpx.AsyncClient) -> None:
    structlog.reset_defaults()
    with capture_logs() as lines:
        await client.get("/people/019203001234")
        await client.post("/people", json=PERSON | {"channel": SECRET})
        await client.get(f"/{SECRET}")
    requests = [line for line in lines if line["event"] == "request"]
    assert [(line["route"], line["status"]) for line in requests] == [
        ("/people/{code}", 200),
        ("/people", 422),
        ("unmatched", 404),
    ]
    assert "019203001234" not in str(lines) and SECRET not in str(lines)


async def test_an_unexpected_error_is_logged_under_the_id_that_was_answered(client: httpx.AsyncClient) -> None:
    structlog.reset_defaults()
    with capture_logs(processors=[name_request]) as lines:
        answer = await client.get("/people/bug")
    (failed,) = [line for line in lines if line["event"] == "request.failed"]
    assert failed["request_id"] == answer.headers["x-request-id"]
    assert (failed["service"], failed["method"], failed["route"]) == ("intake", "GET", "/people/{code}")
    assert failed["error"].startswith("KeyError at person:") and failed["frames"][-1].endswith(" person")
    assert SECRET not in str(failed)


@pytest.mark.parametrize(
    "kind", [{}, {"content-type": "text/plain"}, {"content-type": "application/x-www-form-urlencoded"}]
)
async def test_a_body_under_another_name_is_told_under_which_to_come(
    client: httpx.AsyncClient, kind: dict[str, str]
) -> None:
    answer = await client.post("/people", content=json.dumps(PERSON), headers=kind)
    assert "send Content-Type: application/json" in the_problem(answer, 422, "invalid_request")["detail"]
    for read in ("application/json; charset=utf-8", "application/cloudevents+json"):
        wrong = await client.post(
            "/people", content=json.dumps(PERSON | {"channel": "x"}), headers={"content-type": read}
        )
        assert "Content-Type" not in the_problem(wrong, 422, "invalid_request")["detail"]


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/people/d-1", "/people/refused", "/nowhere"])
async def test_head_is_answered_as_get_is_without_the_body(client: httpx.AsyncClient, path: str) -> None:
    got, headed = await client.get(path), await client.head(path)
    assert (headed.status_code, headed.content) == (got.status_code, b"")
    assert headed.headers["content-type"] == got.headers["content-type"]
    assert headed.headers["content-length"] == got.headers["content-length"] and got.content


@pytest.mark.parametrize(
    ("headers", "query"),
    [({"Authorization": "Bearer x"}, ""), ({"Cookie": "motcua_session=x"}, ""), ({}, "?code=8CS2-7Z5Y-RF4R-740R")],
    ids=["a token", "a cookie", "a receipt code"],
)
async def test_head_reads_nothing_that_a_get_would_record_as_read(
    client: httpx.AsyncClient, url: str, headers: dict[str, str], query: str
) -> None:
    headed = await client.head(f"/texts{query}", headers=headers)
    assert (headed.status_code, headed.headers["allow"], headed.content) == (405, "GET", b"")
    assert headed.headers["content-type"] == "application/problem+json" and headed.headers["x-request-id"]
    assert rows(url, event_log) == []
    assert (await client.get(f"/texts{query}", headers=headers)).status_code == 200
    assert len(rows(url, event_log)) == 1


async def test_readiness_names_what_does_not_work(client: httpx.AsyncClient, service: Service) -> None:
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["nats: not connected; requests are accepted and published later"]
    assert (await client.get("/livez")).json() == {"alive": True}
    metrics = (await client.get("/metrics")).text
    assert "motcua_outbox_events 0.0" in metrics and "motcua_leads 0.0" in metrics


@pytest.mark.parametrize(
    ("lines", "proxies", "address"),
    [
        (["10.0.0.7"], 0, "192.0.2.1"),
        (["10.0.0.7"], 1, "10.0.0.7"),
        (["6.6.6.6, 10.0.0.7"], 1, "10.0.0.7"),
        (["6.6.6.6", "10.0.0.7"], 1, "10.0.0.7"),
        (["6.6.6.6", "10.0.0.7", "172.16.0.1"], 2, "10.0.0.7"),
        (["10.0.0.7"], 2, "192.0.2.1"),
    ],
)
def test_an_address_is_what_the_last_proxies_said_over_all_lines(lines: list[str], proxies: int, address: str) -> None:
    """A proxy may add a line of its own below the caller's: of the first line alone the caller decides."""
    headers = [(b"x-forwarded-for", line.encode()) for line in lines]
    request = Request({"type": "http", "headers": headers, "client": ("192.0.2.1", 1)})
    assert address_of(request, proxies) == address


@pytest.mark.parametrize(
    ("address", "household"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("unknown", "unknown"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
    ],
)
def test_whoever_has_a_network_of_ipv6_has_one_budget(address: str, household: str) -> None:
    assert household_of(address) == household
