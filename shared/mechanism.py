"""The mechanism's own tables, the same in every service's database. No business here, and nothing here is replayed.

event_log     the truth: append-only, its bytes are what the stream holds
outbox        positions still to publish, put there by a trigger of the log
publication   position → stream sequence: what the stream is known to hold
tracking      how far each stream has been handled, how many facts that were and which was the last, moved by
              compare-and-set in the handler's transaction, and only by the inflow that claimed it last
parked        events that could not be handled (dead letters), with their cause
private       a citizen's data and texts, by random reference
idempotency   answers given, by key
counter       number series without gap or double
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from shared.prepared import Prepared
from shared.transaction import turn_of


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept in UTC on both databases and given back aware."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC) if dialect.name != "sqlite" else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData()
Big = sa.BigInteger().with_variant(sa.Integer, "sqlite")

event_log = sa.Table(
    "event_log",
    metadata,
    sa.Column("position", Big, primary_key=True, autoincrement=True),
    sa.Column("event_id", sa.String(36), nullable=False, unique=True),
    sa.Column("aggregate", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.UniqueConstraint("aggregate", "version", name="uq_event_log_aggregate_version"),
    sqlite_autoincrement=True,
)
outbox = sa.Table("outbox", metadata, sa.Column("position", Big, primary_key=True, autoincrement=False))
publication = sa.Table(
    "publication",
    metadata,
    sa.Column("position", Big, primary_key=True, autoincrement=False),
    sa.Column("stream_seq", Big, nullable=False, unique=True),
    sa.Column("published_at", Instant, nullable=False),
)
tracking = sa.Table(
    "tracking",
    metadata,
    sa.Column("stream", sa.String(64), primary_key=True),
    sa.Column("last_seq", Big, nullable=False),
    sa.Column("claim", sa.Integer, nullable=False, server_default="0"),  # how often an inflow began from here
    sa.Column("sha256", sa.String(64)),  # of the bytes at last_seq
    sa.Column("handed", Big),  # how many facts of these filters stood up to there
    sa.Column("filters", sa.Text),
)
parked = sa.Table(
    "parked",
    metadata,
    sa.Column("stream", sa.String(64), primary_key=True),
    sa.Column("stream_seq", Big, primary_key=True, autoincrement=False),
    sa.Column("event_id", sa.String(64), nullable=False),
    sa.Column("aggregate", sa.String(200), nullable=False, index=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("cause", sa.String(500), nullable=False),
    sa.Column("parked_at", Instant, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),  # waiting, redrive, done
    sa.Column("published", sa.Boolean, nullable=False),
)
private = sa.Table(
    "private",
    metadata,
    sa.Column("ref", sa.String(64), primary_key=True),
    sa.Column("field", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("purpose", sa.String(80), nullable=False),
    sa.Column("kept_until", Instant, nullable=False),
)
idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("scope", sa.String(200), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("answered_at", Instant, nullable=False),
)

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("series", sa.String(64), primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

_GUARDS = {
    "sqlite": (
        "CREATE TRIGGER event_log_no_{what} BEFORE {WHAT} ON event_log"
        " BEGIN SELECT RAISE(ABORT, 'event_log is append-only'); END"
    ),
    "postgresql": (
        "CREATE TRIGGER event_log_no_{what} BEFORE {WHAT} ON event_log"
        " FOR EACH STATEMENT EXECUTE FUNCTION event_log_append_only()"
    ),
}


_TO_PUBLISH = {
    "sqlite": (
        "CREATE TRIGGER event_log_to_publish AFTER INSERT ON event_log"
        " BEGIN INSERT INTO outbox (position) VALUES (NEW.position); END",
    ),
    "postgresql": (
        "CREATE FUNCTION event_log_to_publish() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN INSERT INTO outbox (position) VALUES (NEW.position); RETURN NULL; END $$",
        "CREATE TRIGGER event_log_to_publish AFTER INSERT ON event_log"
        " FOR EACH ROW EXECUTE FUNCTION event_log_to_publish()",
    ),
}


def create(connection: sa.Connection) -> None:
    """Make all of the mechanism in a new database."""
    for step in STEPS.values():
        step(connection)


def _tables(connection: sa.Connection) -> None:
    """The tables; the event log refuses UPDATE and DELETE from then on."""
    metadata.create_all(connection)
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.exec_driver_sql(
            "CREATE FUNCTION event_log_append_only() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'event_log is append-only'; END $$"
        )
    for what in ("update", "delete"):
        connection.exec_driver_sql(_GUARDS[dialect].format(what=what, WHAT=what.upper()))


def _outbox_by_trigger(connection: sa.Connection) -> None:
    """Whoever appends to the log has it published: the database itself sees to it, in the same transaction."""
    for statement in _TO_PUBLISH[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def _what_was_handled(connection: sa.Connection) -> None:
    """An older release knew how far it had come, and neither which fact stood there nor how many came before."""
    known = {column["name"] for column in sa.inspect(connection).get_columns("tracking")}
    for name, kind in (("sha256", "VARCHAR(64)"), ("handed", "BIGINT"), ("filters", "TEXT")):
        if name not in known:
            connection.exec_driver_sql(f"ALTER TABLE tracking ADD COLUMN {name} {kind}")


STEPS: Mapping[str, Callable[[sa.Connection], None]] = {
    "mechanism": _tables,
    "mechanism_0002_outbox_by_trigger": _outbox_by_trigger,
    "mechanism_0003_what_was_handled": _what_was_handled,
}
"""How the mechanism came to be, step by step: a database is brought up to date by those that it lacks. The first makes
the tables as they are now, so a step that adds a column looks first whether it is there."""


_NEXT_NUMBER = Prepared(
    sa.text(
        "INSERT INTO counter (series, last) VALUES (:series, 1)"
        " ON CONFLICT (series) DO UPDATE SET last = counter.last + 1 RETURNING last"
    )
)


_NUMBER_TAKEN = Prepared(
    counter.update().where(counter.c.series == sa.bindparam("of")).values(last=sa.bindparam("taken"))
)


def next_number(connection: sa.Connection, series: str) -> int:
    """The next number of a series, from 1. The series stays locked until this transaction ends, so no gap is left; of a
    group of functions the first asks for a number, and the others know it."""
    turn, key = turn_of(connection), (counter, series)
    if turn and key in turn.kept:
        number = int(turn.kept[key]) + 1
        _NUMBER_TAKEN.later(connection, {"of": series, "taken": number}, of=series)
    else:
        number = int(_NEXT_NUMBER(connection, {"series": series}).rows[0][0])
    if turn:
        turn.kept[key] = number
    return number


_PASSED_BY = Prepared(
    sa.text(
        "INSERT INTO counter (series, last) VALUES (:series, :number) ON CONFLICT (series) DO UPDATE SET last ="
        " CASE WHEN counter.last < excluded.last THEN excluded.last ELSE counter.last END RETURNING last"
    )
)


def pass_by(connection: sa.Connection, series: str, number: int) -> None:
    """This number of a series was given elsewhere: the next one here is a later one."""
    last = int(_PASSED_BY(connection, {"series": series, "number": number}).rows[0][0])
    if turn := turn_of(connection):
        turn.kept[counter, series] = last


def upsert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    """Insert these rows, replacing those with the same primary key. Rows of one call have the same columns."""
    statement = _upserting(table, connection.dialect.name, tuple(rows[0]))
    statement.later(connection, rows if len(rows) > 1 else rows[0])


@cache
def _upserting(table: sa.Table, dialect: str, columns: tuple[str, ...]) -> Prepared:
    """Made once: putting such a statement together takes ten times as long as running it."""
    insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    keys = [column.name for column in table.primary_key.columns]
    others = {name: insert.excluded[name] for name in columns if name not in keys}
    statement = (
        insert.on_conflict_do_update(index_elements=keys, set_=others)
        if others
        else insert.on_conflict_do_nothing(index_elements=keys)
    )
    return Prepared(statement, *columns)
