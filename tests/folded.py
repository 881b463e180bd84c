"""After every test: the rows of each database that it used are still the fold of the events in its log.

Whoever makes a database says of what its rows are the fold (`held`); `new_database` asks when the test is over. A test
that damages rows or log on purpose says so (`damaged`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from shared.changes import Change, Projection, apply, table_of
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
    with _reader(sa.make_url(url).get_backend_name()).at(url) as live:
        bodies = live.execute(sa.select(event_log.c.body).order_by(event_log.c.position)).scalars().all()
        facts = [recorded for body in bodies if (recorded := decode(body)) is not None]
        changes = [change for fact in facts for change in fold.projection(fact)]
        changed, filled = {table_of(change.table) for change in changes}, _filled(live, fold.tables)
        asked = [table for table in fold.tables if table in changed or table.name in filled]  # others are empty in both
        found = {table.name: _rows(live, table) for table in asked}
    with _rows_of(changes, changed) as shadow:
        expected = {table.name: _rows(shadow, table) if table in changed else [] for table in asked}
    assert found == expected, "the rows are not the fold of the log"


class _Reader:
    """An engine that goes from database to database and keeps the questions that it has compiled."""

    def __init__(self) -> None:
        self.where: sa.URL | None = None
        self.engine: sa.Engine | None = None

    @contextmanager
    def at(self, url: str) -> Iterator[sa.Connection]:
        """One snapshot of a database."""
        self.where = sa.make_url(url)
        if self.engine is None:
            self.engine = open_engine(url, write=False)
            sa.event.listen(self.engine, "do_connect", self._connects)
        try:
            with self.engine.connect() as connection:
                yield connection
        finally:
            self.engine.dispose()

    def _connects(self, dialect: sa.Dialect, _record: object, args: list[Any], values: dict[str, Any]) -> None:
        assert self.where is not None
        args[:], here = dialect.create_connect_args(self.where)
        values.update(here)


@cache
def _reader(_backend: str) -> _Reader:
    return _Reader()


def _filled(live: sa.Connection, tables: Collection[sa.Table]) -> set[str]:
    """The names of those of these tables that have rows."""
    quoted = live.dialect.identifier_preparer.format_table
    asked = [f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM {quoted(table)})" for table in tables]
    return set(live.exec_driver_sql(" UNION ALL ".join(asked)).scalars()) if asked else set()


@contextmanager
def _rows_of(changes: list[Change], changed: Collection[sa.Table]) -> Iterator[sa.Connection]:
    """A database in which there is nothing but what these changes make."""
    with _nothing(frozenset(table.metadata for table in changed)).connect() as connection:
        for table in changed:
            table.create(connection, checkfirst=True)
        connection.commit()
        apply(connection, changes)
        yield connection
        connection.rollback()


@cache
def _nothing(_tables: frozenset[sa.MetaData]) -> sa.Engine:
    """A database in memory for tables whose names differ; it keeps its questions too, and no row."""
    return sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool, **JSON)


def _rows(connection: sa.Connection, table: sa.Table) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)


def _sample(kind: type[Event]) -> Recorded[Event]:
    now = datetime(2026, 6, 5, tzinfo=UTC)
    return Recorded(kind.sample(), "00000000-0000-7000-8000-000000000000", "unit", 1, now, now)
