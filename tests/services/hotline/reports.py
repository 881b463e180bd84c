"""Reports by example, sent through the HTTP door."""

from __future__ import annotations

from typing import Any

from tests.services.hotline.desk import Desk

TEXT = "Cán bộ ở quầy 2 đòi thêm tiền, tên là Trần Thu Hà, gọi tôi theo số 0912345678."
REPORTER = {"full_name": "Nguyễn Văn Bưởi", "phone": "0987 654 321", "email": "buoi@example.vn"}
CONDUCT = {"kind": "pakn", "category": "conduct", "severity": "normal"}
FINDING = {"finding": "true", "conduct": "harassment", "evidence": "Camera ngày 4/6, hai người làm chứng."}


async def filed(desk: Desk, **changed: Any) -> dict[str, Any]:
    """A report from the web, with a reporter."""
    body = {"channel": "web", "text": TEXT, "place": "Xóm Đồng Cả", "reporter": REPORTER} | changed
    answer = await desk.as_(None).post("/complaints", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def about_conduct(desk: Desk, accused: str | None = "off-clerk-1") -> str:
    """A report triaged as one about conduct, and attributed."""
    complaint_id = str((await filed(desk))["complaint_id"])
    triaged = await desk.as_("off-operator-1", "operator").post(f"/complaints/{complaint_id}/triage", json=CONDUCT)
    assert triaged.status_code == 201, triaged.text
    if accused:
        body = {"official_id": accused, "conduct": "harassment"}
        done = await desk.as_("off-operator-1", "operator").post(f"/complaints/{complaint_id}/attribute", json=body)
        assert done.status_code == 201, done.text
        assert done.json()["attributed"] is True
    return complaint_id
