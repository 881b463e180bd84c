"""Every operation of every API, as its documents list them: who may, what is not there, what is wrong, what is once."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa

from deploy import office as topology
from tests.system.errands import flags_on
from tests.system.operations import (
    A_BOOKING,
    A_CALL,
    A_CALL_BACK,
    A_CALL_ON_PAPER,
    A_CHECK,
    A_COMPLAINT,
    A_COPY,
    A_CORRECTION,
    A_DAY,
    A_DECISION,
    A_DECLARATION,
    A_FEE,
    A_FILING,
    A_FINDING,
    A_GUIDANCE,
    A_GUIDE,
    A_HAND_OVER,
    A_LIFT,
    A_LOOK,
    A_MISSED_CALL,
    A_PARTING,
    A_PETITION,
    A_PLEDGE,
    A_POSTPONEMENT,
    A_RATING,
    A_REASON,
    A_REFERRAL,
    A_REFUSAL,
    A_SHEET,
    A_SHIFT,
    A_SPLIT,
    A_TRIAGE,
    A_VISIT,
    AN_ADMISSION,
    AN_ATTRIBUTION,
    AN_END,
    APOLOGIES,
    ASKED_PAPERS,
    CARRIED_FORWARD,
    GIVEN_BACK,
    NOBODY,
    OF_THE_PROVINCE,
    OPERATIONS,
    ROLES,
    TAKEN_BACK,
    TOLD,
    VOID_NUMBERS,
    WITH_A_FEE,
    WITHHELD,
    Operation,
)
from tests.system.operations_aside import OPEN311, SIGNED
from tests.system.running import RunningOffice, eventually
from tests.system.wrong_bodies import wrong_bodies

NEEDS_A_TOKEN = [each for each in OPERATIONS if each.roles is not None]
NEEDS_A_ROLE = [each for each in NEEDS_A_TOKEN if each.roles != ROLES]
OF_A_CASE = [each for each in OPERATIONS if each.of_a_case]
TELLS_OF_SOMEBODY = ("intake POST /dossiers/earlier", "intake POST /dossiers/of-citizen")
"""Whose answers are kept nowhere, and each is recorded: a key would be no help."""
PREVIEW = "hotline POST /complaints/{complaint_id}/preview"
"""Nothing is done, and what is answered is private."""
NOTED_NOWHERE = ("hotline POST /denunciations", "hotline POST /complaints/{complaint_id}/denunciation")
"""What is kept with a key would say that somebody denounced, and when."""
WITHOUT_KEY = (*TELLS_OF_SOMEBODY, PREVIEW, *NOTED_NOWHERE, *map(str, SIGNED))
WITH_A_BODY = [each for each in OPERATIONS if each.body is not None]
UNREADABLE = (b"", b"{", b'{"a":', b"\xff\xfe{}", b"[" * 100_000, b'"', b"NaN", b"9" * 5_000, b"a=b&c=d")
STRANGE_IDS = ("%00", "%ED%A0%80", "%0d%0aX-Injected:%201", "x" * 3_000, "..%2f..%2fetc", "%F0%9F%8F%A0", "-", "%25")


@pytest.fixture(scope="module")
def office(api_office: RunningOffice) -> RunningOffice:
    return api_office


@pytest.fixture(scope="module")
def client(office: RunningOffice) -> Iterator[httpx.Client]:
    """Nobody in particular."""
    with office.client() as client:
        yield client


def ask(client: httpx.Client, operation: Operation, token: str = "", **more: Any) -> httpx.Response:
    """Ask for an operation with its body, about nothing that is there."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if operation.body is not None and not more.keys() & {"content", "json"}:
        more["json"] = operation.body
    return client.request(operation.method, operation.url(), headers=headers | more.pop("headers", {}), **more)


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and code of a refusal, which is a problem document whatever was asked."""
    assert answer.is_client_error, f"{answer.request.url}: {answer.status_code} {answer.text[:500]}"
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:500]
    problem = answer.json()
    assert problem["status"] == answer.status_code and problem["detail"] and problem["title"]
    assert re.fullmatch(r"[a-z][a-z_]+", problem["code"])
    assert problem["type"] == f"urn:motcua:problem:{problem['code']}"
    return answer.status_code, problem["code"]


def recorded(office: RunningOffice) -> dict[str, int]:
    """How far the event log of each service reaches."""
    found = {}
    for service in topology.SERVICES:
        engine = sa.create_engine(office.database_url(service))
        with engine.connect() as connection:
            found[service] = connection.execute(sa.text("SELECT max(position) FROM event_log")).scalar() or 0
        engine.dispose()
    return found


def token_for(office: RunningOffice, operation: Operation, **more: str) -> str:
    """A token with which an operation may be asked for."""
    return office.token(*(operation.roles or ("clerk",)), **more)


def test_the_table_of_operations_is_what_the_documents_list(client: httpx.Client) -> None:
    listed = {
        f"{service} {method.upper()} {path}"
        for service in topology.SERVICES
        for path, methods in client.get(f"/{service}/openapi.json").json()["paths"].items()
        for method in methods
    }
    assert listed == {str(each) for each in (*OPERATIONS, *OPEN311, *SIGNED)}


@pytest.mark.parametrize(
    "endless", [b"GET /intake/procedures HTTP/1.1\r\nHost: a\r\nX-A: ", b"GET /intake/procedures?"]
)
def test_headers_and_addresses_without_end_are_cut_off(office: RunningOffice, endless: bytes) -> None:
    """One connection that never came to the end of its headers kept every service from its beat."""
    address = urlsplit(office.url)
    with (
        socket.create_connection((address.hostname, address.port), timeout=10) as connection,
        closing(connection.makefile("rb")) as answer,
    ):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)  # else 4 MB wait here for a busy server
        connection.sendall(endless)
        sent = 0
        with suppress(ConnectionError):
            while sent < 4_000_000:
                connection.sendall(b"a" * 16_384)
                sent += 16_384
        assert sent < 4_000_000
        with suppress(ConnectionError):
            assert answer.readline() in (b"HTTP/1.1 431 Request Header Fields Too Large\r\n", b"")


@pytest.mark.parametrize("service", topology.SERVICES)
def test_what_writes_says_that_it_takes_an_idempotency_key(client: httpx.Client, service: str) -> None:
    for path, methods in client.get(f"/{service}/openapi.json").json()["paths"].items():
        for method, operation in methods.items():
            keys = [each for each in operation.get("parameters", []) if each["name"] == "idempotency-key"]
            takes = method == "post" and path != "/session" and f"{service} POST {path}" not in WITHOUT_KEY
            assert len(keys) == takes, f"{method} {path}"
            for key in keys:
                assert key["in"] == "header" and not key["required"]
                assert re.fullmatch(key["schema"]["pattern"], "x" * 200)
                assert not re.fullmatch(key["schema"]["pattern"], "x" * 201)


@pytest.mark.parametrize("operation", NEEDS_A_TOKEN, ids=str)
def test_without_a_valid_token_it_is_refused(client: httpx.Client, operation: Operation) -> None:
    for token in ("", "nonsense", "a.b.c"):
        answer = ask(client, operation, token)
        assert refused(answer) == (401, "not_signed_in")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("operation", NEEDS_A_ROLE, ids=str)
def test_with_every_role_but_the_right_one_it_is_refused(
    office: RunningOffice, client: httpx.Client, operation: Operation
) -> None:
    others = [role for role in ROLES if role not in (operation.roles or ())]
    assert refused(ask(client, operation, office.token(*others))) == (403, "role_missing")


@pytest.mark.parametrize("operation", NEEDS_A_TOKEN, ids=str)
def test_to_another_unit_nothing_is_there(office: RunningOffice, client: httpx.Client, operation: Operation) -> None:
    answer = ask(client, operation, office.token(*ROLES, unit="another-commune"))
    status, code = refused(answer)
    assert status == 404 and code.endswith("_not_found")


@pytest.mark.parametrize("operation", OF_A_CASE, ids=str)
def test_what_is_not_there_is_not_found(office: RunningOffice, client: httpx.Client, operation: Operation) -> None:
    assert refused(ask(client, operation, token_for(office, operation)))[0] == 404


@pytest.mark.parametrize("operation", OF_A_CASE, ids=str)
def test_a_strange_id_is_refused_like_any_other(
    office: RunningOffice, client: httpx.Client, operation: Operation
) -> None:
    headers = {"Authorization": f"Bearer {token_for(office, operation)}"}
    for strange in STRANGE_IDS:
        url = operation.url().replace(NOBODY, strange)
        answer = client.request(operation.method, url, headers=headers, json=operation.body)
        assert refused(answer)[0] in (404, 405, 422)


@pytest.mark.parametrize("operation", WITH_A_BODY, ids=str)
def test_a_wrong_body_is_refused_and_changes_nothing(
    office: RunningOffice, client: httpx.Client, operation: Operation
) -> None:
    before, token = recorded(office), token_for(office, operation)
    for what, body in wrong_bodies(operation.body):
        answer = ask(client, operation, token, content=json.dumps(body), headers={"Content-Type": "application/json"})
        assert refused(answer) == (422, "invalid_request"), f"{what}: {answer.text[:300]}"
    assert recorded(office) == before


@pytest.mark.parametrize("operation", WITH_A_BODY, ids=str)
def test_a_body_that_cannot_be_read_is_refused_and_changes_nothing(
    office: RunningOffice, client: httpx.Client, operation: Operation
) -> None:
    before, token = recorded(office), token_for(office, operation)
    for content in UNREADABLE:
        for kind in ("application/json", "text/plain", "multipart/form-data"):
            answer = ask(client, operation, token, content=content, headers={"Content-Type": kind})
            assert refused(answer)[0] in (400, 403, 415, 422), (content[:20], kind)
    assert recorded(office) == before


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.method == "POST"], ids=str)
def test_a_body_of_two_megabytes_is_too_large(
    office: RunningOffice, client: httpx.Client, operation: Operation
) -> None:
    before, token = recorded(office), token_for(office, operation)
    huge = b'{"text": "' + b"x" * 2_000_000 + b'"}'
    for headers, content in (
        ({}, huge),
        ({"Transfer-Encoding": "chunked"}, iter([huge[:1_000_000], huge[1_000_000:]])),
    ):
        answer = ask(client, operation, token, content=content, headers=headers | {"Content-Type": "application/json"})
        assert refused(answer) == (413, "too_large")
    assert recorded(office) == before


@pytest.mark.parametrize("service", topology.SERVICES)
def test_what_no_operation_is_for_is_a_problem_document_too(client: httpx.Client, service: str) -> None:
    assert refused(client.get(f"/{service}/nonsense/at/all")) == (404, "not_found")
    path = next(each.path for each in OPERATIONS if each.service == service and not each.of_a_case)
    answer = client.delete(f"/{service}{path}")
    assert refused(answer) == (405, "method_not_allowed") and answer.headers["allow"]


@pytest.mark.parametrize("key", ["", "x" * 201, "có dấu".encode(), "a b"])
def test_a_key_that_cannot_be_kept_is_refused(office: RunningOffice, client: httpx.Client, key: str | bytes) -> None:
    (operation,) = [each for each in OPERATIONS if str(each) == "intake POST /dossiers"]
    answer = ask(client, operation, token_for(office, operation), headers={"Idempotency-Key": key})
    assert refused(answer) == (422, "invalid_request")


class Once:
    """Asks everything three times: as it is, again with its key, and under the same key for something else."""

    def __init__(self, office: RunningOffice, client: httpx.Client) -> None:
        self.office, self.client, self.asked = office, client, set[str]()

    def __call__(self, name: str, body: Any = None, *, official: str | None = None, **ids: str) -> dict[str, Any]:
        (operation,) = [each for each in OPERATIONS if str(each) == name]
        token = self.office.token(*(operation.roles or ("clerk",)), official=official)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        url = operation.url(**ids)
        answer = eventually(lambda: self._taken(self.client.post(url, json=body, headers=headers)), 15)
        assert self.client.post(url, json=body, headers=headers).content == answer.content
        other = self.client.post(url, json=another(body or {"and": "more"}), headers=headers)
        assert refused(other) == (422, "idempotency_key_reused")
        self.asked.add(name)
        found: dict[str, Any] = answer.json()
        return found

    @staticmethod
    def _taken(answer: httpx.Response) -> httpx.Response | None:
        """The answer; none while a fact that it needs is under way (404)."""
        assert answer.status_code in (201, 404), answer.text
        return answer if answer.status_code == 201 else None


def another(body: dict[str, Any]) -> dict[str, Any]:
    """The same in other words: valid, and not what was asked before."""
    return dict(reversed(list(body.items()))) if len(body) > 1 else {name: _another(body[name]) for name in body}


OTHER_CODES = {TAKEN_BACK["reason_code"]: "wrong_act", WITHHELD["reason_code"]: "off_topic"}
"""Of a few codes each, another one."""


def _another(value: Any) -> Any:
    if isinstance(value, list):
        return [*value, *value]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value in OTHER_CODES:
        return OTHER_CODES[value]
    if value.isdecimal():
        return f"{value[:-1]}{9 - int(value[-1])}"  # of the same length: a card's number has only that one
    return f"{value} Xin cảm ơn." if " " in value else f"{value}-x"


def a_dossiers_way(once: Once) -> None:
    """Received, taken up, postponed, supplemented, paid for, completed, handed over and rated; and the other ends."""

    def step(name: str, body: Any = None, of: str = "") -> dict[str, Any]:
        return once(f"intake POST /dossiers/{{dossier_id}}/{name}", body, dossier_id=of or dossier)

    dossier, other, third = (once("intake POST /dossiers", WITH_A_FEE)["dossier_id"] for _ in range(3))
    step("assign", {"official_id": "off-officer-1"})
    for each in (dossier, third):
        step("take-up", of=each)
    step("reschedule", A_POSTPONEMENT)
    step("correct", A_CORRECTION)
    step("ask-supplement", ASKED_PAPERS)
    step("supplement", {"papers": ASKED_PAPERS["papers"]})
    step("ask-fee", A_FEE)
    step("pay-fee", {"amount": A_FEE["amount"], "paid_by": "cash"})
    step("complete")
    once("survey POST /ratings", A_RATING | {"slip_code": step("hand-over", A_HAND_OVER)["slip_code"]})
    step("withdraw", of=other)
    step("stop", AN_END, of=third)
    once("intake POST /dossiers/at-one-sitting", A_COPY)
    once("intake POST /dossiers/taken-over", OF_THE_PROVINCE | {"number": "H55.27.05-260605-990002"})


def some_filings_ways(once: Once) -> None:
    """Received after a question, refused, and taken back."""

    def filed(serial: int) -> str:
        number = f"G22.99.02-260605-{serial:06d}"
        return str(once("intake POST /filings", A_FILING | {"portal_number": number})["filing_id"])

    def step(name: str, body: Any, of: str) -> None:
        once(f"intake POST /filings/{{filing_id}}/{name}", body, filing_id=of)

    first = filed(1)
    step("ask", ASKED_PAPERS, first)
    step("accept", {"papers": ASKED_PAPERS["papers"]}, first)
    step("refuse", A_REFUSAL, filed(2))
    step("withdraw", None, filed(3))


def a_visits_way(once: Once) -> None:
    """Called, called again, and sent home with a list."""
    once("intake POST /visits", A_VISIT)
    visit = once("intake POST /visits/call-next", A_CALL)["visit"]["visit_id"]
    once("intake POST /visits/{visit_id}/call", A_CALL, visit_id=visit)
    once("intake POST /visits/{visit_id}/close", A_GUIDANCE, visit_id=visit)


def an_emergencys_way(once: Once) -> None:
    """Declared, a visit booked and cancelled, a check at the door, nobody left to apologise to, and lifted; and one
    that suspends deadlines, with no date to carry forward; it was recorded wrong, and there is none to give back."""
    emergency = once("intake POST /emergencies", A_DECLARATION)["emergency_id"]
    seen = once.client.get("/intake/bookings/slots", params={"procedure": A_BOOKING["procedure"]}).json()
    slot = next(each["slot_at"] for each in seen["slots"] if each["left"])
    booked = once("intake POST /bookings", A_BOOKING | {"slot_at": slot})
    once("intake POST /bookings/cancel", {"code": booked["code"]})
    once("intake POST /screenings", A_CHECK)
    once("intake POST /emergencies/{emergency_id}/apologise", APOLOGIES, emergency_id=emergency)
    once("intake POST /emergencies/{emergency_id}/lift", A_LIFT, emergency_id=emergency)
    suspending = once(
        "intake POST /emergencies", A_DECLARATION | {"deadlines": "suspended", "deadlines_act": "84/NQ-CP"}
    )
    carried = {"emergency_id": suspending["emergency_id"]}
    once("intake POST /emergencies/{emergency_id}/carry-forward", CARRIED_FORWARD, **carried)
    once("intake POST /emergencies/{emergency_id}/lift", A_LIFT, **carried)
    once("intake POST /emergencies/{emergency_id}/take-back", TAKEN_BACK, **carried)
    once("intake POST /emergencies/{emergency_id}/give-back", GIVEN_BACK, **carried)


def a_reports_way(once: Once) -> None:
    """A report that is another body's, and comes back to us; and one that is nothing for the line."""
    filed = once("hotline POST /complaints", A_COMPLAINT)
    report, told = filed["complaint_id"], TOLD | {"code": filed["receipt_code"]}
    of: dict[str, Any] = {"complaint_id": report, "official": "off-operator-1"}
    once("hotline POST /complaints/{complaint_id}/triage", A_TRIAGE | {"category": "roads"}, **of)
    once("hotline POST /complaints/{complaint_id}/assign", {"official_id": "off-officer-1"}, **of)
    mine: dict[str, Any] = {"complaint_id": report, "official": "off-officer-1"}
    once("hotline POST /complaints/{complaint_id}/take-up", **mine)
    once("hotline POST /complaints/{complaint_id}/give-back", A_REASON, **mine)
    once("hotline POST /complaints/{complaint_id}/assign", {"official_id": "off-officer-1"}, **of)
    once("hotline POST /complaints/{complaint_id}/ask-supplement", {"question": "Ở số nhà nào?"}, **mine)
    once("hotline POST /status/{number}/supplement", told, number=filed["number"])
    once("hotline POST /complaints/{complaint_id}/refer", A_REFERRAL, **mine)
    once("hotline POST /complaints/{complaint_id}/answer", {"text": "Đã xử lý."}, **mine)
    its_answer_is_published(once, report)
    once("hotline POST /status/{number}/reopen", told, number=filed["number"])
    once("hotline POST /complaints/{complaint_id}/assign", {"official_id": "off-officer-1"}, **of)
    once("hotline POST /complaints/{complaint_id}/ask-supplement", {"question": "Ở số nhà nào?"}, **mine)
    once("hotline POST /complaints/{complaint_id}/supplement", {"text": "Số nhà 12."}, **of)
    once("hotline POST /complaints/{complaint_id}/reject", A_REASON, complaint_id=report, official="off-leader-1")
    two_of_one_thing(once)
    other = once("hotline POST /complaints", A_COMPLAINT)
    once("hotline POST /status/{number}/withdraw", TOLD | {"code": other["receipt_code"]}, number=other["number"])


def two_of_one_thing(once: Once) -> None:
    """One merged into the other, and separated again."""
    lead, other = (once("hotline POST /complaints", A_COMPLAINT) for _ in range(2))
    for each in (lead, other):
        of: dict[str, Any] = {"complaint_id": each["complaint_id"], "official": "off-operator-1"}
        once("hotline POST /complaints/{complaint_id}/triage", A_TRIAGE | {"category": "roads"}, **of)
    once("hotline POST /complaints/{complaint_id}/merge", {"into": lead["number"]}, **of)
    once("hotline POST /complaints/{complaint_id}/separate", A_REASON, **of)


def its_answer_is_published(once: Once, report: str) -> None:
    """Looked at, published, and taken down."""
    of: dict[str, Any] = {"complaint_id": report, "official": "off-leader-1"}
    with once.office.client("leader", official="off-leader-1") as leader:
        seen = leader.post(f"/hotline/complaints/{report}/preview", json=A_LOOK)
    assert seen.status_code == 200, seen.text
    body = A_LOOK | {"text_sha256": seen.json()["text_sha256"]}
    once("hotline POST /complaints/{complaint_id}/publish", body, **of)
    once("hotline POST /complaints/{complaint_id}/withhold", WITHHELD, **of)


def a_complaints_way(once: Once) -> None:
    """Split in two, guided to the competent body, which is asked again and takes it up."""
    of: dict[str, Any] = {"complaint_id": once("hotline POST /complaints", A_COMPLAINT)["complaint_id"]}
    of["official"] = "off-operator-1"
    once("hotline POST /complaints/{complaint_id}/split", A_SPLIT, **of)
    once("hotline POST /complaints/{complaint_id}/triage", A_TRIAGE | {"kind": "khieu_nai", "category": "land"}, **of)
    once("hotline POST /complaints/{complaint_id}/guide", A_GUIDE, **of)
    once("hotline POST /complaints/{complaint_id}/ask-body", **of)
    once("hotline POST /complaints/{complaint_id}/admit", AN_ADMISSION, **of)


def a_missed_calls_way(once: Once) -> None:
    """Noted, and called back in vain."""
    call = once("hotline POST /calls", A_MISSED_CALL)["call"]["call_id"]
    once("hotline POST /calls/{call_id}/call-back", A_CALL_BACK, call_id=call)


def a_sheets_way(once: Once) -> None:
    """Printed, one call entered from it, and what is left is void."""
    sheet = once("hotline POST /sheets", A_SHEET)["sheet"]
    (first, *rest), of = [each["number"] for each in sheet["numbers"]], {"sheet_id": sheet["sheet_id"]}
    taken = A_CALL_ON_PAPER | {"number": first, "taken_at": sheet["allotted_at"]}
    once("hotline POST /sheets/{sheet_id}/enter", taken, **of)
    once("hotline POST /sheets/{sheet_id}/void", VOID_NUMBERS | {"numbers": rest}, **of)


def a_clusters_way(once: Once) -> None:
    """Two people report one matter at one place; then somebody finds that it is two."""
    reports = []
    for n in range(2):
        who = {"full_name": "Trần Thị Bình", "phone": f"098765431{n}"}
        body = {"channel": "web", "text": "Bãi rác bốc mùi hôi thối", "place": "Xóm Cầu Đá", "reporter": who}
        reports.append(once("hotline POST /complaints", body)["complaint_id"])
        said = A_TRIAGE | {"category": "sanitation"}
        once("hotline POST /complaints/{complaint_id}/triage", said, complaint_id=reports[-1])
    headers = {"Authorization": f"Bearer {once.office.token('operator')}"}
    (cluster,) = once.client.get("/hotline/clusters", headers=headers).json()
    parting = A_PARTING | {"complaint_ids": reports[:1]}
    once("hotline POST /clusters/{cluster_id}/split", parting, cluster_id=cluster["cluster_id"])
    petition = once("hotline POST /petitions", A_PETITION)["petition"]["petition_id"]
    once("hotline POST /petitions/{petition_id}/came-back", {"ordered": True}, petition_id=petition)


def a_flags_way(once: Once) -> None:
    """Two reports, and all that follows from them."""
    for _ in range(2):
        report = once("hotline POST /complaints", A_COMPLAINT)["complaint_id"]
        for step, who, body in (
            ("triage", "off-operator-1", A_TRIAGE),
            ("attribute", "off-operator-1", AN_ATTRIBUTION),
            ("verify", "off-leader-1", A_FINDING),
        ):
            once(f"hotline POST /complaints/{{complaint_id}}/{step}", body, official=who, complaint_id=report)
        once("hotline POST /complaints/{complaint_id}/answer", {"text": "Đã xử lý."}, complaint_id=report)
    (flag,) = [row["flag_id"] for row in eventually(lambda: flags_on(once.office, "off-clerk-1"), 20)]
    leader: dict[str, Any] = {"official": "off-leader-1", "flag_id": flag}
    once("notifier POST /flags/{flag_id}/review", {"proceed": True}, **leader)
    once("notifier POST /flags/{flag_id}/inform", **leader)
    once("notifier POST /flags/{flag_id}/explain", {"text": "Tôi đã xin lỗi."}, flag_id=flag, official="off-clerk-1")
    once("notifier POST /flags/{flag_id}/decide", A_DECISION | {"evidence": []}, **leader)


KEYLESS = {
    "personnel POST /session",
    "intake POST /filings/{filing_id}/close",
    "intake POST /bookings/{booking_id}/arrive",
    "intake POST /bookings/{booking_id}/serve",
    "hotline POST /complaints/{complaint_id}/close",
    "hotline POST /line-tests/{test_id}/record",
    "hotline POST /risks/{subject_id}/step",
}
"""A sign-in takes no key; a filing is closed after fifteen working days, a report when its reporter had their time, a
booked visitor comes on their day, the line is tried out at night, and a matter is weighed every few minutes, by a clock
that a test of its own sets."""


def test_a_repeated_key_gets_the_same_bytes_and_is_good_for_nothing_else(
    office: RunningOffice, client: httpx.Client
) -> None:
    once = Once(office, client)
    a_dossiers_way(once)
    some_filings_ways(once)
    a_visits_way(once)
    an_emergencys_way(once)
    a_reports_way(once)
    a_complaints_way(once)
    a_missed_calls_way(once)
    a_sheets_way(once)
    a_clusters_way(once)
    a_flags_way(once)
    once("hotline POST /shift/hand-over", A_SHIFT)
    year = client.get("/personnel/pledges/coverage").json()["year"]
    once("personnel POST /pledges", A_PLEDGE | {"year": year}, official="off-clerk-1")
    once("personnel POST /calendar/days", A_DAY)
    assert once.asked == {str(each) for each in OPERATIONS if each.method == "POST"} - KEYLESS - set(WITHOUT_KEY)


@pytest.mark.parametrize("name", TELLS_OF_SOMEBODY)
def test_what_tells_of_somebody_is_asked_anew_whatever_key_it_is_asked_with(
    office: RunningOffice, client: httpx.Client, name: str
) -> None:
    (operation,) = [each for each in OPERATIONS if str(each) == name]
    headers, bodies = {"Idempotency-Key": str(uuid4())}, [operation.body, operation.body, another(operation.body)]
    token = token_for(office, operation)
    answers = [ask(client, operation, token, json=body, headers=headers) for body in bodies]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    engine = sa.create_engine(office.database_url("intake"))
    with engine.connect() as connection:
        keys = connection.execute(sa.text("SELECT key FROM idempotency")).scalars().all()
    engine.dispose()
    assert headers["Idempotency-Key"] not in keys
