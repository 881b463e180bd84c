"""Comparing: the live rows of a service against the fold of the streams, row by row."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from deploy.options import connected
from deploy.replay.checks import Checks
from deploy.replay.fold import (
    Progress,
    Source,
    Walk,
    canonical,
    fold,
    followed,
    kinds_followed,
    shadow_of,
    silent,
)
from deploy.replay.live import Live, snapshot
from shared.changes import Change, Key, table_of
from shared.events import stream_of
from shared.nats_client import NatsClient

Row = tuple[Any, ...]
AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Behind:
    """The last event that touched a row."""

    event_id: str
    type: str
    where: str
    """Stream and sequence, or position in the log."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the streams say."""

    key: dict[str, Any]
    columns: dict[str, tuple[Any, Any]]
    """What differs: (live, from the streams); empty where values must not be shown or a whole row is missing."""
    missing: str | None
    """`live` or `streams`: where there is no such row."""
    behind: Behind | None = None


@dataclass(frozen=True, slots=True)
class TableVerdict:
    """One table compared: rows and SHA-256 as the streams say, the live one's, and how many rows differ."""

    name: str
    rows: int
    sha256: str
    live_sha256: str
    different: int
    first: Difference | None = None


@dataclass(frozen=True)
class Comparison:
    """What the live database and the streams say of each other."""

    service: str
    events: int
    seconds: float
    sources: list[Source]
    pending: int
    """Events folded from the log, because they had not been published yet."""
    tables: list[TableVerdict]
    faults: list[str]
    more_faults: int = 0

    @property
    def equal(self) -> bool:
        """Whether every row is the fold of the streams, and streams and log are sound."""
        return not self.faults and not any(table.different for table in self.tables)


async def compare(
    service: str,
    *,
    database_url: str,
    nats_url: str,
    seed: Path | None,
    name: str = AUDITOR,
    home: Path | None = None,
    progress: Progress = silent,
) -> Comparison:
    """Fold the streams as far as one snapshot of the live database goes, and compare. Sends and changes nothing.

    Raises Refusal when the database or the streams cannot be read.
    """
    client = await reader(nats_url, seed, name, home)
    try:
        with snapshot(database_url) as live, shadow_of(service) as shadow:
            walk = Walk(client, _sources(service, live), live.pending(), progress=progress)
            checks, began = Checks(live.published_bytes(), compared=True), time.perf_counter()
            await fold(walk, shadow, checks)
            seconds = time.perf_counter() - began
            for position in live.lost():
                checks.fault(f"position {position} of the log is neither published nor waiting to be")
            verdicts = [
                compare_rows(table, live.rows(table), shadow.rows(table)) for table in shadow.metadata.sorted_tables
            ]
            if any(verdict.first for verdict in verdicts):
                verdicts = await _explained(verdicts, walk, shadow.metadata, shadow.projection)
            found = (shadow.events, seconds, walk.sources, len(walk.pending), verdicts, checks.faults, checks.more)
            return Comparison(service, *found)
    finally:
        await client.close()


async def reader(nats_url: str, seed: Path | None, name: str = AUDITOR, home: Path | None = None) -> NatsClient:
    """A connection that only reads; `home` when the address is that of a home. Raises Refusal."""
    return await connected(nats_url, name=name, seed=seed, home=home)


def _sources(service: str, live: Live) -> list[Source]:
    positions, left_out = live.tracking(), live.parked()
    return [Source(stream_of(service), live.published())] + [
        Source(stream, positions.get(stream, 0), kinds_followed(service, stream), left_out.get(stream, frozenset()))
        for stream in followed(service)
    ]


def compare_rows(table: sa.Table, live: Iterator[Row], folded: Iterator[Row]) -> TableVerdict:
    """Merge two tables in the order of their keys."""
    hashes, count, different, first = (hashlib.sha256(), hashlib.sha256()), 0, 0, None
    for left, right in _pairs(table, live, folded):
        left_bytes, right_bytes = (canonical(row) if row is not None else b"" for row in (left, right))
        for hashed, row in zip(hashes, (left_bytes, right_bytes), strict=True):
            if row:
                hashed.update(row + b"\n")
        count += right is not None
        if left_bytes != right_bytes:
            different += 1
            first = first or _difference(table, left, right)
    return TableVerdict(table.name, count, hashes[1].hexdigest(), hashes[0].hexdigest(), different, first)


def _pairs(table: sa.Table, live: Iterator[Row], folded: Iterator[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    left, right = next(live, None), next(folded, None)
    while left is not None or right is not None:
        left_key, right_key = (_key(table, row) if row is not None else None for row in (left, right))
        if right_key is None or (left_key is not None and left_key < right_key):
            yield left, None
            left = next(live, None)
        elif left_key is None or right_key < left_key:
            yield None, right
            right = next(folded, None)
        else:
            yield left, right
            left, right = next(live, None), next(folded, None)


def _key(table: sa.Table, row: Sequence[Any]) -> Key:
    return tuple(row[place] for place, column in enumerate(table.columns) if column.primary_key)


def _difference(table: sa.Table, live: Row | None, folded: Row | None) -> Difference:
    names = [column.name for column in table.columns]
    row = live if live is not None else folded
    assert row is not None
    key = {name: row[names.index(name)] for name in table.primary_key.columns.keys()}  # noqa: SIM118  # no mapping
    if live is None or folded is None:
        return Difference(key, {}, "live" if live is None else "streams")
    if is_private(table):
        return Difference(key, {}, None)
    pairs = {name: (left, right) for name, left, right in zip(names, live, folded, strict=True)}
    return Difference(
        key, {name: pair for name, pair in pairs.items() if canonical(pair[:1]) != canonical(pair[1:])}, None
    )


def is_private(table: sa.Table) -> bool:
    """Whether a table's values must never be shown."""
    return "private" in table.name or bool(table.info.get("private"))


async def _explained(
    verdicts: list[TableVerdict], walk: Walk, metadata: sa.MetaData, projection: Any
) -> list[TableVerdict]:
    """Walk once more, to name the last event behind each first difference."""
    wanted: dict[tuple[str, Key], Behind | None] = {
        (each.name, tuple(each.first.key.values())): None for each in verdicts if each.first
    }
    async for facts in walk.facts(Checks()):
        for fact in facts:
            for change in projection(fact.recorded):
                touched = _touched(change)
                if touched in wanted:
                    wanted[touched] = Behind(fact.recorded.id, fact.recorded.event.event_type(), fact.where)
    return [
        _with(each, wanted.get((each.name, tuple(each.first.key.values()))) if each.first else None)
        for each in verdicts
    ]


def _touched(change: Change) -> tuple[str, Key]:
    return table_of(change.table).name, change.key if isinstance(change.key, tuple) else (change.key,)


def _with(verdict: TableVerdict, behind: Behind | None) -> TableVerdict:
    if verdict.first is None:
        return verdict
    first = Difference(verdict.first.key, verdict.first.columns, verdict.first.missing, behind)
    return TableVerdict(verdict.name, verdict.rows, verdict.sha256, verdict.live_sha256, verdict.different, first)
