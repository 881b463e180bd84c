"""An app that speaks GeoReport: what it sends, and that each answer is as the standard says."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs

from tests.services.hotline.desk import Desk
from tests.services.hotline.reports import CONDUCT

BASE = "/open311/v2"
KEY, OTHER_KEY, OLD_KEY = "k" * 48, "o" * 48, "x" * 48
JSON = "application/json; charset=utf-8"
SCHEMAS = {
    file.stem: jsonschema_rs.validator_for(json.loads(file.read_text()), validate_formats=True)
    for file in sorted((Path(__file__).parent / "schemas").glob("*.json"))
}
PERSONAL = {
    "first_name": "Bưởi",
    "last_name": "Nguyễn Văn",
    "phone": "0987 654 321",
    "email": "buoi@example.vn",
    "description": "Ổ gà trước nhà tôi, số 12, gọi 0912345678.",
    "address_string": "Xóm Đồng Cả, gần nhà văn hóa",
    "lat": "21.594412",
    "long": "105.848077",
    "media_url": "https://anh.example.vn/buoi/1.jpg",
    "device_id": "thiet-bi-77",
    "account_id": "tai-khoan-9",
}
A_REPORT = {"service_code": "roads"} | PERSONAL


def keys_file(folder: Path) -> Path:
    """The apps of these tests, as an operator writes them."""
    rows = [("xa-minh", KEY, ""), ("tinh", OTHER_KEY, ""), ("xa-minh", OLD_KEY, "valid_to = 2026-06-01\n")]
    file = folder / "apps.toml"
    file.write_text(
        "\n".join(
            f'[[app]]\ncode = "{code}"\nsha256 = "{sha256(key.encode()).hexdigest()}"\n'
            f'basis = "Thỏa thuận số {n}"\nvalid_from = 2026-01-0{n}\n{more}'
            for n, (code, key, more) in enumerate(rows, 1)
        )
    )
    return file


@dataclass
class App:
    """An app, and every answer that it had."""

    desk: Desk
    answers: list[httpx.Response] = field(default_factory=list)

    async def get(self, path: str, schema: str, expected: int = 200, **query: Any) -> Any:
        """What is answered with the status expected, which is as this schema says."""
        client = self.desk.as_(None)
        return self._checked(await client.get(f"{BASE}/{path}", params=query), schema, expected)

    async def post(self, status: int = 201, *, headers: dict[str, str] | None = None, **fields: str) -> Any:
        """What is answered to a report, with this app's key unless told."""
        data = {"api_key": KEY} | A_REPORT | fields
        sent = {name: value for name, value in data.items() if value != ""}
        answer = await self.desk.as_(None).post(f"{BASE}/requests.json", data=sent, headers=headers)
        return self._checked(answer, "created" if status == 201 else "errors", status)

    async def filed(self, **fields: str) -> str:
        """The number of a report that was filed."""
        (created,) = await self.post(**fields)
        return str(created["service_request_id"])

    async def refused(self, path: str, expected: int, **query: Any) -> str:
        """What an app is told with this status."""
        (error,) = await self.get(path, "errors", expected, **query)
        assert error["code"] == expected
        return str(error["description"])

    def _checked(self, answer: httpx.Response, schema: str, status: int) -> Any:
        self.answers.append(answer)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"].startswith("application/json")
        found = answer.json()
        SCHEMAS[schema].validate(found)
        return found


async def sorted_out(desk: Desk, number: str, **said: str) -> str:
    """A human says what a report is: a report of roads, unless told. Returns its id."""
    rows = await desk.rows("complaint")
    complaint_id = str(next(row["complaint_id"] for row in rows if row["number"] == number))
    body = CONDUCT | {"category": "roads"} | said
    done = await desk.as_("off-operator-1", "operator").post(f"/complaints/{complaint_id}/triage", json=body)
    assert done.status_code == 201, done.text
    return complaint_id


async def answered(desk: Desk, complaint_id: str) -> None:
    """The office answers."""
    body = {"text": "Đã vá ổ gà trước nhà ông Bưởi."}
    done = await desk.as_("off-head-1", "head").post(f"/complaints/{complaint_id}/answer", json=body)
    assert done.status_code == 201, done.text
