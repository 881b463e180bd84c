"""A survey on a database of its own, and results handed over to it, as the consumer would."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session

from services.survey.handlers import FOLLOWS
from services.survey.projection import project
from shared.events import Event, Recorded, encode
from shared.events.intake import ResultHandedOver
from shared.mechanism import event_log, private
from shared.service import Service
from shared.texts import new_code, new_id
from tests.support import UNIT, client_of, hand_over

NOW = datetime(2026, 6, 8, 9, 42, 17, tzinfo=UTC)  # 16:42 on a Monday in Hanoi
RATING: dict[str, Any] = {
    "overall": "very_satisfied",
    "attitude": 2,
    "convenience": 1,
    "ready_on_the_day": True,
    "channel": "web",
}


@dataclass
class Box:
    """The application, its database, and the streams as far as they have been handled."""

    app: FastAPI
    folder: Path
    handled: dict[str, int] = field(default_factory=dict)
    address: str = field(default_factory=lambda: f"address-{new_id()}")

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    @property
    def public(self) -> httpx.AsyncClient:
        """Anybody."""
        client = client_of(self.app, self.folder)
        client.headers["X-Forwarded-For"] = self.address
        return client

    async def hears(self, *facts: Event, ids: list[str] | None = None) -> None:
        """Facts of one stream arrive, in order."""
        stream, now = facts[0].stream(), self.service.clock.now()
        before = self.handled.get(stream, 0)
        named = zip(facts, ids or [new_id() for _ in facts], strict=True)
        bodies = [
            (before + n, encode(Recorded(fact, event_id, UNIT, 4, now, now)))
            for n, (fact, event_id) in enumerate(named, 1)
        ]
        await self.service.db.write(hand_over, stream, before, bodies, project, FOLLOWS)
        self.handled[stream] = before + len(facts)

    async def slip(self, department: str = "dep-hanh-chinh-cong", at: datetime = NOW) -> str:
        """The code on the slip of a result handed over."""
        code = new_code()
        await self.hears(a_result(code, department, at))
        return code

    async def rates(self, code: str, **changed: Any) -> httpx.Response:
        """Somebody uses a slip."""
        return await self.public.post("/ratings", json={"slip_code": code, **RATING, **changed})

    async def envelopes(self, name: str) -> list[dict[str, Any]]:
        """Every event of one name in the log, with its envelope."""
        found = [orjson.loads(body) for body in await self.service.db.read(_bodies)]
        return [each for each in found if f".{name}." in each["type"]]

    async def kept(self, ref: str) -> dict[str, str]:
        """The private fields under a reference."""
        return await self.service.db.read(_kept, ref)


def a_result(code: str, department: str = "dep-hanh-chinh-cong", at: datetime = NOW) -> ResultHandedOver:
    """A result handed over, by example."""
    return ResultHandedOver(
        dossier_id=new_id(),
        handed_over_at=at,
        handed_over_by="off-clerk-1",
        procedure="1.001193",
        department=department,
        due_at=at,
        slip_code_sha256=hashlib.sha256(code.encode()).hexdigest(),
    )


def _bodies(session: Session) -> list[bytes]:
    return list(session.connection().execute(sa.select(event_log.c.body).order_by(event_log.c.position)).scalars())


def _kept(session: Session, ref: str) -> dict[str, str]:
    rows = session.connection().execute(sa.select(private.c.field, private.c.value).where(private.c.ref == ref))
    return {row.field: row.value for row in rows}
