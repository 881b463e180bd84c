"""Reports that are alike, by example, sent through the HTTP door."""

from __future__ import annotations

from typing import Any

from tests.services.hotline.desk import Desk
from tests.services.hotline.reports import filed

RUBBISH = ("Rác chất đống bốc mùi hôi thối", "Mùi rác hôi thối, rác chất cao", "Đống rác hôi thối chưa dọn")
SANITATION = {"kind": "pakn", "category": "sanitation", "severity": "normal"}


def somebody(n: int) -> dict[str, str]:
    """A reporter with a telephone of their own."""
    return {"full_name": "Nguyễn Văn Bưởi", "phone": f"09876543{n:02d}"}


async def said(desk: Desk, n: int, text: str = "", place: str | None = "Xóm Đồng Cả", **kind: str) -> str:
    """Report number n, triaged: rubbish in one hamlet, by a person of their own."""
    text = text or RUBBISH[n % len(RUBBISH)]
    complaint_id = str((await filed(desk, text=text, place=place, reporter=somebody(n)))["complaint_id"])
    await triaged(desk, complaint_id, **kind)
    return complaint_id


async def triaged(desk: Desk, complaint_id: str, **kind: str) -> None:
    operator = desk.as_("off-operator-1", "operator")
    answer = await operator.post(f"/complaints/{complaint_id}/triage", json=SANITATION | kind)
    assert answer.status_code == 201, answer.text


async def clusters_at(desk: Desk) -> list[dict[str, Any]]:
    """What the desk sees."""
    answer = await desk.as_("off-operator-1", "operator").get("/clusters")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def cluster_at(desk: Desk, cluster_id: str) -> dict[str, Any]:
    answer = await desk.as_("off-operator-1", "operator").get(f"/clusters/{cluster_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
