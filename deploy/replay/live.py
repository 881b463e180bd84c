"""The live database of a service, seen in one snapshot and never written to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from deploy.refusal import Refusal
from shared.inbox import DONE, LET_GO
from shared.mechanism import event_log, outbox, parked, publication, tracking

AT_ONCE = 1000


@dataclass(frozen=True)
class Live:
    """One read snapshot: whatever the service does meanwhile, all answers are of the same moment."""

    connection: sa.Connection

    def tracking(self) -> dict[str, int]:
        """How far each followed stream had been handled."""
        return {row.stream: row.last_seq for row in self.connection.execute(sa.select(tracking))}

    def published(self) -> int:
        """The highest sequence of the own stream that the service knew."""
        return int(self.connection.execute(sa.select(sa.func.max(publication.c.stream_seq))).scalar() or 0)

    def pending(self) -> list[tuple[int, bytes]]:
        """Events still to publish: (position, body)."""
        query = sa.select(event_log.c.position, event_log.c.body).join(
            outbox, outbox.c.position == event_log.c.position
        )
        return [(row.position, row.body) for row in self.connection.execute(query.order_by(event_log.c.position))]

    def lost(self) -> list[int]:
        """Positions of the log that are neither published nor to be: they would never reach the stream."""
        query = sa.select(event_log.c.position).where(
            event_log.c.position.not_in(sa.select(publication.c.position)),
            event_log.c.position.not_in(sa.select(outbox.c.position)),
        )
        return list(self.connection.execute(query.order_by(event_log.c.position)).scalars())

    def published_bytes(self) -> Iterator[tuple[int, int, bytes]]:
        """(stream sequence, log position, body) of every published event, in the stream's order."""
        columns = (publication.c.stream_seq, event_log.c.position, event_log.c.body)
        query = sa.select(*columns).join(event_log, event_log.c.position == publication.c.position)
        for row in self._stream(query.order_by(publication.c.stream_seq)):
            yield row[0], row[1], row[2]

    def parked(self) -> dict[str, frozenset[int]]:
        """Followed events that were set aside and not applied, or were let go, by stream."""
        found: dict[str, set[int]] = {}
        not_applied = sa.or_(parked.c.state != DONE, parked.c.cause.startswith(LET_GO))
        for row in self.connection.execute(sa.select(parked).where(not_applied)):
            found.setdefault(row.stream, set()).add(row.stream_seq)
        return {stream: frozenset(numbers) for stream, numbers in found.items()}

    def rows(self, table: sa.Table) -> Iterator[tuple[Any, ...]]:
        """All rows of a table in the order of its key, the same on both databases."""
        yield from self._stream(sa.select(*table.columns).order_by(*_by_key(table, self.connection.dialect)))

    def _stream(self, query: sa.Select[Any]) -> Iterator[tuple[Any, ...]]:
        result = self.connection.execution_options(yield_per=AT_ONCE).execute(query)
        for row in result:
            yield tuple(row)


def _by_key(table: sa.Table, dialect: sa.Dialect) -> list[sa.ColumnElement[Any]]:
    """The key's columns; text by its code points, which PostgreSQL's own order is not."""
    named = dialect.name == "postgresql"
    return [
        sa.collate(column, "C") if named and isinstance(column.type, sa.String) else column
        for column in table.primary_key.columns
    ]


@contextmanager
def snapshot(url: str) -> Iterator[Live]:
    """One snapshot of a database, read-only; given up at the end. Raises Refusal when it cannot be opened."""
    engine = _engine(sa.make_url(url))
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")
            connection.execute(
                sa.select(event_log.c.position).limit(1)
            ).all()  # the snapshot is taken by the first read
            yield Live(connection)
    except sa.exc.DBAPIError as error:
        raise Refusal(
            f"The database cannot be read ({error.orig}): is it the service's, and brought up to date?"
        ) from error
    finally:
        engine.dispose()


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        engine = sa.create_engine(url, poolclass=sa.pool.NullPool, connect_args={"connect_timeout": 5})
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    path = Path(url.database or "")
    if not path.is_file():
        raise Refusal(f"There is no database {path}: name the installation with --home, or --database-url.")
    address = f"sqlite:///file:{quote(str(path.absolute()))}?mode=ro&uri=true"
    return sa.create_engine(address, poolclass=sa.pool.NullPool, connect_args={"isolation_level": None, "timeout": 30})
