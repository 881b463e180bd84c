"""An intake office as its API's callers meet it, on a real database and with a clock that the test sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from shared.mechanism import event_log, private
from shared.worktime import VN
from tests.shared.line import rows
from tests.support import SetClock, client_of
from tests.system.running import A_DOSSIER

FRIDAY = datetime(2026, 6, 5, 8, 0, tzinfo=VN)


@dataclass
class Office:
    """An intake office, whoever works there, and its clock."""

    app: FastAPI
    folder: Path
    clock: SetClock
    url: str

    def who(self, role: str, official: str | None = None) -> httpx.AsyncClient:
        return client_of(self.app, self.folder, role, official=official or f"off-{role}-1")

    async def post(self, role: str, path: str, body: Any = None, status: int = 201) -> dict[str, Any]:
        async with self.who(role) as client:
            answer = await client.post(path, json=body)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def receives(self, *steps: str, body: Mapping[str, Any] = A_DOSSIER) -> str:
        """The path of a new dossier, after these steps of a clerk."""
        path = f"/dossiers/{(await self.post('clerk', '/dossiers', body))['dossier_id']}"
        for step in steps:
            await self.post("clerk", f"{path}/{step}")
        return path

    def kinds(self) -> list[str]:
        """What was recorded, in order."""
        return [row["subject"].rsplit(".", 1)[1] for row in rows(self.url, event_log)]

    def kept(self) -> list[str]:
        """The texts written to citizens."""
        return [row["value"] for row in rows(self.url, private) if row["field"] == "text"]
