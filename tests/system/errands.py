"""What people do at a running office, step by step over HTTP: the errands that the journeys of this folder share."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import httpx

from tests.system.running import RunningOffice

TRAVEL_SECONDS = 15.0
"""How long a fact may be under way from one service to another on a busy machine."""
SATISFIED: dict[str, Any] = {
    "overall": "satisfied",
    "attitude": 2,
    "convenience": 1,
    "ready_on_the_day": True,
    "channel": "web",
}
REPORT = "Công chức tiếp nhận bắt đi lại ba lần và đòi thêm giấy không có trong danh mục."
EVIDENCE = "Biên bản làm việc với hai bên, có chữ ký."


def post_when_known(client: httpx.Client, path: str, body: Any = None, *, unknown: int = 404) -> dict[str, Any]:
    """One request, repeated under one key while it is refused because a fact is still under way.

    Raises AssertionError with the answer when it stays refused or is refused for something else."""
    headers, deadline = {"Idempotency-Key": str(uuid4())}, time.monotonic() + TRAVEL_SECONDS
    while True:
        answer = client.post(path, json=body, headers=headers)
        if answer.status_code == 201:
            found: dict[str, Any] = answer.json()
            return found
        assert answer.status_code == unknown and time.monotonic() < deadline, f"{path}: {answer.text}"
        time.sleep(0.05)


def refusal(client: httpx.Client, path: str, body: Any = None) -> tuple[int, str]:
    """The status and the stable code with which a request is refused."""
    answer = client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.is_client_error, f"{path}: {answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def carry(office: RunningOffice, dossier_id: str, *steps: str) -> dict[str, Any]:
    """Take a dossier through steps (`take-up`, `complete`, `hand-over`) as a clerk; returns the last answer."""
    moved: dict[str, Any] = {}
    with office.client("clerk") as clerk:
        for step in steps:
            moved = office.post(clerk, f"/intake/dossiers/{dossier_id}/{step}")
    return moved


def rate(office: RunningOffice, slip_code: str, **changes: Any) -> dict[str, Any]:
    """Use a slip, as a citizen, as soon as the survey has it."""
    with office.client() as citizen:
        return post_when_known(citizen, "/survey/ratings", {**SATISFIED, "slip_code": slip_code, **changes})


def file_report(office: RunningOffice, **changes: Any) -> str:
    """A report on the web; returns its id."""
    with office.client() as citizen:
        filed = office.post(citizen, "/hotline/complaints", {"channel": "web", "text": REPORT, **changes})
    return str(filed["complaint_id"])


def triage_as_conduct(office: RunningOffice, complaint_id: str) -> None:
    """The operator says that a report is about an official's conduct."""
    with office.client("operator") as operator:
        kind = {"kind": "pakn", "category": "conduct", "severity": "normal"}
        office.post(operator, f"/hotline/complaints/{complaint_id}/triage", kind)


def attribute(office: RunningOffice, complaint_id: str, accused: str) -> None:
    """A second leader, who will not verify it, says whose conduct it is, as soon as the hotline knows the official."""
    with office.client("leader", official="off-leader-2") as leader:
        about = {"official_id": accused, "conduct": "harassment"}
        post_when_known(leader, f"/hotline/complaints/{complaint_id}/attribute", about)


def verify(office: RunningOffice, complaint_id: str, **changes: Any) -> dict[str, Any]:
    """A leader checked it: it is true."""
    with office.client("leader") as leader:
        found = {"finding": "true", "conduct": "harassment", "evidence": EVIDENCE, **changes}
        return office.post(leader, f"/hotline/complaints/{complaint_id}/verify", found)


def verified_report(office: RunningOffice, accused: str) -> dict[str, Any]:
    """A report of harassment, filed, triaged, attributed and verified; returns the last answer."""
    complaint_id = file_report(office)
    triage_as_conduct(office, complaint_id)
    attribute(office, complaint_id, accused)
    return verify(office, complaint_id)


def flags_on(office: RunningOffice, accused: str) -> list[dict[str, Any]]:
    """The flags on an official, as an impartial leader sees them."""
    with office.client("leader") as leader:
        return [flag for flag in leader.get("/notifier/flags").json() if flag["official_id"] == accused]
