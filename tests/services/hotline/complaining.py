"""Khiếu nại by example, through the HTTP door."""

from __future__ import annotations

from typing import Any

from tests.services.hotline.desk import Desk
from tests.services.hotline.reports import filed

KIND = {"kind": "khieu_nai", "category": "land", "severity": "normal"}
GUIDANCE = {"issuer": "commune_chair", "told": "Mang theo quyết định số 12 và giấy tờ nhà."}


async def complained(desk: Desk, **changed: Any) -> str:
    """A report that turned out to be a khiếu nại."""
    complaint_id = str((await filed(desk, **changed))["complaint_id"])
    done = await step(desk, complaint_id, "triage", KIND)
    assert done["kind"] == "khieu_nai"
    return complaint_id


async def step(desk: Desk, complaint_id: str, act: str, body: Any = None, by: str = "off-operator-1") -> dict[str, Any]:
    """A step that was taken."""
    roles = ("operator",) if by == "off-operator-1" else ("leader",)
    answer = await desk.as_(by, *roles).post(f"/complaints/{complaint_id}/{act}", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found
