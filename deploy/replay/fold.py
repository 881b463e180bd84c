"""Folding streams through a service's projection into a database of its own, in bulk."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from deploy import office
from deploy.replay.checks import Checks
from deploy.replay.live import Live, snapshot
from deploy.replay.reading import last_sequence, read_stream
from shared.changes import Projection, apply
from shared.engines import JSON
from shared.events import Event, Recorded, Unreadable, decode, stream_of
from shared.nats_client import NatsClient

IN_A_TRANSACTION = 1000

Progress = Callable[[int, int], None]
"""Told how many messages have been read, and of how many."""


def silent(_done: int, _of: int) -> None:
    """No progress shown."""


@dataclass(frozen=True, slots=True)
class Source:
    """A stream to fold: up to `last`, those kinds (none: all), without what was parked."""

    stream: str
    last: int
    kinds: Collection[type[Event]] | None = None
    left_out: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Fact:
    """An event and where it was read."""

    stream: str
    seq: int
    recorded: Recorded[Event]

    @property
    def where(self) -> str:
        """`INTAKE 42`."""
        return f"{self.stream} {self.seq}"


@dataclass
class Walk:
    """Reads the sources one after the other (their order cannot matter), then what the log has not published yet."""

    client: NatsClient
    sources: list[Source]
    pending: list[tuple[int, bytes]] = field(default_factory=list)
    at: datetime | None = None
    progress: Progress = silent

    async def facts(self, checks: Checks) -> AsyncIterator[list[Fact]]:
        """The events to fold, in batches; what is wrong with the rest is told to `checks`. Raises Refusal."""
        read, total = 0, sum(source.last for source in self.sources) + len(self.pending)
        for source in self.sources:
            checks.begin(source.stream)
            async for batch in read_stream(self.client, source.stream, source.last):
                yield self._chosen(source, [(message.seq, message.body) for message in batch], checks)
                read += len(batch)
                self.progress(read, total)
            checks.end(source.last)
        if self.pending:
            checks.begin_log()
            own = Source(f"log of {self.sources[0].stream}", 0)
            yield self._chosen(own, self.pending, checks)

    def _chosen(self, source: Source, messages: Iterable[tuple[int, bytes]], checks: Checks) -> list[Fact]:
        found = []
        for seq, body in messages:
            recorded, left_out = None, seq in source.left_out
            try:
                recorded = None if left_out else decode(body)
            except Unreadable as error:
                checks.fault(f"{source.stream} {seq} cannot be read: {error}")
            checks.message(seq, body, recorded)
            if recorded is not None and self._wanted(source, recorded):
                found.append(Fact(source.stream, seq, recorded))
        return found

    def _wanted(self, source: Source, recorded: Recorded[Event]) -> bool:
        if source.kinds is not None and type(recorded.event) not in source.kinds:
            return False
        return self.at is None or recorded.recorded <= self.at


@dataclass
class Shadow:
    """The tables of a service in a temporary database, filled by nothing but its projection."""

    connection: sa.Connection
    metadata: sa.MetaData
    projection: Projection
    events: int = 0

    def take(self, facts: list[Fact]) -> None:
        """Fold these events, in their order, in one transaction."""
        with self.connection.begin():
            apply(self.connection, (change for fact in facts for change in self.projection(fact.recorded)))
        self.events += len(facts)

    def rows(self, table: sa.Table) -> Iterator[tuple[Any, ...]]:
        """All rows of a table in the order of its key."""
        query = sa.select(*table.columns).order_by(*table.primary_key.columns)
        with self.connection.begin():
            for row in self.connection.execute(query):
                yield tuple(row)


@contextmanager
def shadow_of(service: str) -> Iterator[Shadow]:
    """An empty shadow of a service's tables; gone afterwards."""
    metadata = tables_of(service)
    with tempfile.TemporaryDirectory(prefix="motcua-replay-") as folder:
        engine = sa.create_engine(f"sqlite:///{Path(folder) / service}.db", poolclass=sa.pool.NullPool, **JSON)
        try:
            with engine.connect() as connection:
                for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=MEMORY", "cache_size=-65536"):
                    connection.exec_driver_sql(f"PRAGMA {pragma}")
                metadata.create_all(connection)
                connection.commit()
                yield Shadow(connection, metadata, office.projection(service))
        finally:
            engine.dispose()


def tables_of(service: str) -> sa.MetaData:
    """The tables of a service that hold the fold of events."""
    metadata: sa.MetaData = office.module(service, "tables").Table.metadata
    return metadata


async def fold(walk: Walk, shadow: Shadow, checks: Checks) -> None:
    """Everything the walk finds, into the shadow, about a thousand events a transaction."""
    waiting: list[Fact] = []
    async for facts in walk.facts(checks):
        waiting += facts
        if len(waiting) >= IN_A_TRANSACTION:
            shadow.take(waiting)
            waiting = []
    if waiting:
        shadow.take(waiting)


def canonical(row: Iterable[Any]) -> bytes:
    """One row as bytes, the same for the same values on every database."""
    return orjson.dumps(list(row), default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


@dataclass(frozen=True, slots=True)
class TableDigest:
    """What a table holds: its rows counted, and SHA-256 over them, canonical, in the order of their key."""

    name: str
    rows: int
    sha256: str


def digest_of(table: sa.Table, rows: Iterable[tuple[Any, ...]]) -> TableDigest:
    """The digest of a table's rows."""
    count, hashed = 0, hashlib.sha256()
    for row in rows:
        hashed.update(canonical(row) + b"\n")
        count += 1
    return TableDigest(table.name, count, hashed.hexdigest())


@dataclass(frozen=True)
class Folded:
    """A replay: what was read, how fast, and what it amounts to."""

    service: str
    events: int
    seconds: float
    sources: list[Source]
    tables: list[TableDigest]
    faults: list[str]
    parked_known: bool
    """Whether the database could say what was parked."""


async def replay(
    service: str,
    client: NatsClient,
    *,
    at: datetime | None = None,
    database_url: str | None = None,
    progress: Progress = silent,
) -> Folded:
    """Fold what the streams hold now; `at`: only what was recorded until then. Raises Refusal.

    The database is asked for nothing but the numbers of parked events, and only where one is named.
    """
    with ExitStack() as stack:
        live = stack.enter_context(snapshot(database_url)) if database_url else None
        sources = await sources_now(service, client, live)
        shadow = stack.enter_context(shadow_of(service))
        checks, began = Checks(), time.perf_counter()
        await fold(Walk(client, sources, at=at, progress=progress), shadow, checks)
        seconds = time.perf_counter() - began
        tables = [digest_of(table, shadow.rows(table)) for table in shadow.metadata.sorted_tables]
        return Folded(service, shadow.events, seconds, sources, tables, checks.faults, live is not None)


async def sources_now(service: str, client: NatsClient, live: Live | None) -> list[Source]:
    """The own stream and the followed ones, as far as they go now."""
    left_out = live.parked() if live else {}
    sources = [Source(stream_of(service), await last_sequence(client, stream_of(service)))]
    for stream in followed(service):
        last = await last_sequence(client, stream)
        sources.append(Source(stream, last, kinds_followed(service, stream), left_out.get(stream, frozenset())))
    return sources


def followed(service: str) -> list[str]:
    """The streams of other services that a service follows."""
    return [stream for stream in office.streams_followed(service) if stream != stream_of(service)]


def kinds_followed(service: str, stream: str) -> frozenset[type[Event]]:
    """The events of a stream that a service follows."""
    return frozenset(event for event in office.follows(service) if event.stream() == stream)
