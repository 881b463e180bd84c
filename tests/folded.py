"""After every test: the rows of each database that it used are still the fold of the events in its log.

Whoever makes a database says of what its rows are the fold (`held`); `new_database` asks when the test is over. A test
that damages rows or log on purpose says so (`damaged`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from shared.changes import Projection, apply, table_of
from shared.engines import JSON, open_engine
from shared.events import Event, Recorded, decode
from shared.mechanism import event_log


@dataclass(frozen=True)
class _Fold:
    """Which tables own events alone fill, and how."""

    tables: Collection[sa.Table]
    projection: Projection


_held: dict[str, _Fold] = {}


def held(url: str, tables: Collection[sa.Table], projection: Projection, follows: Collection[type[Event]] = ()) -> None:
    """The rows of these tables in this database are the fold of its log; those that followed facts fill are not asked
    for, since their facts lie in other logs."""
    foreign = {table_of(change.table) for kind in follows for change in projection(_sample(kind))}
    _held[url] = _Fold([table for table in tables if table not in foreign], projection)


def damaged(url: str) -> None:
    """This database is not asked: the test made it what it is."""
    _held.pop(url, None)


def assert_folds(url: str) -> None:
    """The rows in this database are what a replay of its log would make."""
    fold = _held.pop(url, None)
    if fold is None:
        return
    engine = open_engine(url, write=False)
    try:
        with engine.connect() as live:
            bodies = live.execute(sa.select(event_log.c.body).order_by(event_log.c.position)).scalars().all()
            found = {table.name: _rows(live, table) for table in fold.tables}
    finally:
        engine.dispose()
    facts = [recorded for body in bodies if (recorded := decode(body)) is not None]
    changes = [change for fact in facts for change in fold.projection(fact)]
    shadow = sa.create_engine("sqlite://", **JSON)
    try:
        with shadow.begin() as connection:
            for table in {table_of(change.table) for change in changes} | {*fold.tables}:
                table.create(connection)
            apply(connection, changes)
            expected = {table.name: _rows(connection, table) for table in fold.tables}
    finally:
        shadow.dispose()
    assert found == expected, "the rows are not the fold of the log"


def _rows(connection: sa.Connection, table: sa.Table) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)


def _sample(kind: type[Event]) -> Recorded[Event]:
    now = datetime(2026, 6, 5, tzinfo=UTC)
    return Recorded(kind.sample(), "00000000-0000-7000-8000-000000000000", "unit", 1, now, now)
