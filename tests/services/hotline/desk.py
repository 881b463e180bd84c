"""A hotline on a database of its own, with people in it, and what tests ask of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session

from services.hotline.handlers import FOLLOWS
from services.hotline.projection import project
from shared.events import Event, Recorded, encode
from shared.events.personnel import OfficialAppointed, Role
from shared.mechanism import event_log, private
from shared.service import Service
from shared.texts import new_id
from tests.support import UNIT, client_of, hand_over

NOW = datetime(2026, 6, 5, 14, 10, tzinfo=UTC)  # 21:10 on a Friday in Hanoi


@dataclass
class Desk:
    """The application, its database, and the stream of personnel as far as it has been handled."""

    app: FastAPI
    folder: Path
    handled: int = 0
    address: str = field(default_factory=lambda: f"address-{new_id()}")
    """Where its callers come from: the limits of one test are not another's."""

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    def as_(self, official: str | None, *roles: str, unit: str = UNIT) -> httpx.AsyncClient:
        """A client signed in as an official, or nobody."""
        client = client_of(self.app, self.folder, *roles, official=official or "nobody", unit=unit)
        client.headers["X-Forwarded-For"] = self.address
        return client

    async def hears(self, *facts: Event) -> None:
        """Facts of personnel arrive, as the consumer hands them over."""
        now = self.service.clock.now()
        bodies = [
            (self.handled + n, encode(Recorded(event, new_id(), UNIT, 1, now, now))) for n, event in enumerate(facts, 1)
        ]
        await self.service.db.write(hand_over, "PERSONNEL", self.handled, bodies, project, FOLLOWS)
        self.handled += len(facts)

    async def appoints(
        self,
        official: str,
        heads_up_to: str | None = None,
        relatives: list[str] | None = None,
        roles: list[Role] | None = None,
    ) -> None:
        """Personnel appoints somebody."""
        await self.hears(an_official(official, heads_up_to, relatives, roles))

    async def envelopes(self) -> list[dict[str, Any]]:
        """Every event in the log, in its envelope."""
        return [orjson.loads(body) for body in await self.service.db.read(_bodies)]

    async def events(self, name: str = "") -> list[dict[str, Any]]:
        """The data of every event in the log, of one name when it is given."""
        return [each["data"] for each in await self.envelopes() if not name or f".{name}." in each["type"]]

    async def log(self) -> str:
        """Every byte of the log, for what must not be in it."""
        return b"\n".join(await self.service.db.read(_bodies)).decode()

    async def kept(self, ref: str) -> dict[str, str]:
        """The private fields under a reference."""
        return await self.service.db.read(_kept, ref)

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of one of its tables."""
        return await self.service.db.read(_rows, table)


ROLES: dict[str, list[Role]] = {
    "off-chair": ["leader"],
    "off-leader-1": ["leader"],
    "off-leader-2": ["leader"],
    "off-head-1": ["head"],
    "off-operator-1": ["operator"],
    "off-clerk-1": ["clerk", "officer"],
}
"""What the people of the office may do; whoever else is appointed is an officer."""


def an_official(
    official: str, heads_up_to: str | None = None, relatives: list[str] | None = None, roles: list[Role] | None = None
) -> OfficialAppointed:
    """An official by example."""
    return OfficialAppointed(
        official_id=official,
        name=f"Trần {official}",
        post="Công chức",
        department_id="dep-hanh-chinh-cong",
        heads_up_to=heads_up_to,
        relatives=relatives or [],
        roles=roles or ROLES.get(official, ["officer"]),
        appointed_at=NOW,
    )


OFFICE = [
    an_official("off-chair"),
    an_official("off-leader-1", "off-chair"),
    an_official("off-leader-2", "off-chair"),
    an_official("off-head-1", "off-leader-1"),
    an_official("off-operator-1", "off-head-1"),
    an_official("off-clerk-1", "off-head-1", relatives=["off-leader-2"]),
]


def _bodies(session: Session) -> list[bytes]:
    return list(session.connection().execute(sa.select(event_log.c.body).order_by(event_log.c.position)).scalars())


def _kept(session: Session, ref: str) -> dict[str, str]:
    rows = session.connection().execute(sa.select(private.c.field, private.c.value).where(private.c.ref == ref))
    return {row.field: row.value for row in rows}


def _rows(session: Session, table: str) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in session.connection().execute(sa.text(f"SELECT * FROM {table} ORDER BY 1"))]
