"""Visits to the counter by example: a ticket, a call, a list; and the ends that a clerk may write down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shared.mechanism import event_log
from shared.worktime import VN
from tests.services.intake.office import Office
from tests.shared.line import rows
from tests.support import client_of

TO_FILE: dict[str, Any] = {"purpose": "file", "procedure": "1.001193", "channel": "kiosk"}
A_LIST: dict[str, Any] = {
    "outcome": "guided",
    "procedure": "1.001193",
    "papers": ["giay_chung_sinh"],
    "details": "Xin lại giấy chứng sinh ở bệnh viện.",
}
NO: dict[str, Any] = {
    "outcome": "refused",
    "reason_code": "not_competent",
    "basis": "118/2025/NĐ-CP, Điều 17",
    "details": "Nộp ở xã khác.",
}
SERVED: dict[str, Any] = {"outcome": "served", "purpose": "ask"}
LEFT: dict[str, Any] = {"outcome": "left"}
CLOSING, MIDNIGHT = datetime(2026, 6, 5, 17, 0, tzinfo=VN), datetime(2026, 6, 6, 0, 0, tzinfo=VN)


async def opened(office: Office, **changed: Any) -> dict[str, Any]:
    async with client_of(office.app, office.folder) as anybody:
        answer = await anybody.post("/visits", json=TO_FILE | changed)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def called(office: Office, **changed: Any) -> dict[str, Any]:
    """A new visit, called to the second desk."""
    ticket = await opened(office, **changed)
    await office.post("clerk", f"/visits/{ticket['visit_id']}/call", {"desk": "2"})
    return ticket


async def guided(office: Office, **changed: Any) -> dict[str, Any]:
    ticket = await called(office, **changed)
    await office.post("clerk", f"/visits/{ticket['visit_id']}/close", A_LIST)
    return ticket


async def seen(office: Office, path: str) -> Any:
    async with office.who("clerk") as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def bodies(office: Office) -> bytes:
    return b"".join(bytes(row["body"]) for row in rows(office.url, event_log))
