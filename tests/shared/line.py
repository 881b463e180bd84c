"""A line at a counter, small enough to test the mechanism with: real events, two tables, plain functions.

Dossiers come in, are taken up and completed; whoever follows them notes each fact in a table that would show it twice.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel

from shared import mechanism
from shared.changes import Change, Drop, Patch, put, table_of
from shared.clock import Clock
from shared.database import Database
from shared.engines import open_engine
from shared.events import Event, Recorded, encode
from shared.events.intake import DossierCompleted, DossierReceived, DossierTakenUp, ResultHandedOver
from shared.mechanism import Instant
from shared.record import Recorder
from shared.texts import new_id
from tests.folded import held
from tests.support import UNIT

NOW = datetime(2026, 6, 5, 8, 1, 17, 250_000, tzinfo=UTC)


class Table(SQLModel, registry=registry()):
    """Base of these tests' tables."""


class Line(Table, table=True):
    """A dossier in the line: the fold of its events. What is handed over leaves it."""

    dossier_id: str = Field(primary_key=True, max_length=64)
    status: str = Field(max_length=16)
    official_id: str | None = Field(default=None, max_length=64)
    received_at: datetime = Field(sa_type=Instant)


class Effect(Table, table=True):
    """What a handler did, in its order, as often as it did it."""

    id: int | None = Field(default=None, primary_key=True)
    stream: str = Field(max_length=16)
    name: str = Field(max_length=64)


def project(recorded: Recorded[Event]) -> Iterable[Change]:
    """What intake's events mean for the line."""
    match recorded.event:
        case DossierReceived() as event:
            yield put(Line, dossier_id=event.dossier_id, status="received", received_at=event.received_at)
        case DossierTakenUp() as event:
            yield Patch(Line, event.dossier_id, {"status": "taken up", "official_id": event.official_id})
        case DossierCompleted() as event:
            yield Patch(Line, event.dossier_id, {"status": "completed"})
        case ResultHandedOver() as event:
            yield Drop(Line, event.dossier_id)


def nothing(_recorded: Recorded[Event]) -> Iterable[Change]:
    """The projection of a service whose rows are not looked at."""
    return ()


def note(session: Session, recorded: Recorded[Any]) -> None:
    """A handler that leaves a trace."""
    stream, name = recorded.event.stream(), recorded.event.aggregate
    session.connection().execute(table_of(Effect).insert().values(stream=stream, name=name))


def received(dossier: str) -> DossierReceived:
    return DossierReceived.sample().model_copy(update={"dossier_id": dossier})


def taken_up(dossier: str, official: str = "off-officer-1") -> DossierTakenUp:
    return DossierTakenUp.sample().model_copy(update={"dossier_id": dossier, "official_id": official})


def completed(dossier: str) -> DossierCompleted:
    return DossierCompleted.sample().model_copy(update={"dossier_id": dossier})


def handed_over(dossier: str) -> ResultHandedOver:
    return ResultHandedOver.sample().model_copy(update={"dossier_id": dossier})


def body_of(event: Event, sequence: int = 1) -> bytes:
    """An event as its service would publish it."""
    return encode(Recorded(event, new_id(), UNIT, sequence, NOW, NOW))


def a_recorder(service: str = "intake", projection: Any = project) -> Recorder:
    return Recorder(service, UNIT, projection, Clock(NOW))


def with_tables(url: str) -> str:
    """The database of this address, with the mechanism's tables and the line's."""
    engine = open_engine(url, write=True)
    with engine.begin() as connection:
        mechanism.create(connection)
        Table.metadata.create_all(connection)
    engine.dispose()
    return url


@contextmanager
def a_database(url: str, service: str = "intake", projection: Any = project) -> Iterator[Database]:
    """A service's database with its tables, closed afterwards."""
    db = Database(url, a_recorder(service, projection))
    held(url, [table_of(Line)], projection)
    try:
        yield db
    finally:
        db.close()


@asynccontextmanager
async def held_up(db: Database) -> AsyncIterator[None]:
    """What is asked for meanwhile arrives in one group."""
    held, go = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        held.set()
        assert go.wait(10)

    holding = asyncio.ensure_future(db.write(hold))
    await asyncio.to_thread(held.wait, 5)
    yield
    await asyncio.sleep(0)
    go.set()
    await holding


@contextmanager
def looking(url: str) -> Iterator[sa.Connection]:
    """A connection of its own, to see what is committed."""
    engine = open_engine(url, write=False)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def rows(url: str, table: sa.Table | type[SQLModel]) -> list[dict[str, Any]]:
    """The committed rows of a table, by key."""
    found = table if isinstance(table, sa.Table) else table_of(table)
    with looking(url) as connection:
        query = sa.select(found).order_by(*found.primary_key.columns)
        return [dict(row._mapping) for row in connection.execute(query)]


def effects(url: str, stream: str = "INTAKE") -> list[str]:
    """What was handled of a stream, in order."""
    return [row["name"] for row in rows(url, Effect) if row["stream"] == stream]


async def until(check: Callable[[], Any] | Callable[[], Awaitable[Any]], seconds: float = 10.0) -> Any:
    """What `check` answers, as soon as that is true; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        answer = check()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.03)


def take_the_lock_away(url: str) -> None:
    """What a network that breaks does on PostgreSQL, and a restored folder on SQLite."""
    where = sa.make_url(url)
    if where.get_backend_name() == "sqlite":
        Path(str(where.database)).with_suffix(".leader").unlink()
        return
    engine = sa.create_engine(where, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database"
    with engine.connect() as connection:
        gone = connection.exec_driver_sql(f"{cut} WHERE locktype = 'advisory' AND d.datname = current_database()")
        assert len(gone.all()) == 1
