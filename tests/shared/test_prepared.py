"""Prepared statements do what the statements themselves do, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import psycopg

from shared.engines import open_engine
from shared.mechanism import Instant, _upserting_one, counter
from shared.prepared import Prepared

metadata = sa.MetaData()
thing = sa.Table(
    "thing",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(40)),
    sa.Column("at", Instant),
    sa.Column("day", sa.Date),
    sa.Column("body", sa.LargeBinary),
    sa.Column("lines", sa.JSON),
    sa.Column("sure", sa.Boolean),
)
NAMES = ("key", "at", "day", "body", "lines", "sure")
ADD = Prepared(thing.insert().returning(thing.c.id), *NAMES)
ADD_MANY = Prepared(thing.insert(), *NAMES)
SURE = Prepared(sa.select(thing.c.id).where(thing.c.key == sa.bindparam("key"), thing.c.sure == sa.true()))
RENAME = Prepared(thing.update().where(thing.c.key == sa.bindparam("old")).values(key=sa.bindparam("new"), sure=False))

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=7))])
ROWS = st.fixed_dictionaries(
    {
        "key": st.none() | TEXT,
        "at": st.none() | st.datetimes(datetime(1950, 1, 1), datetime(2200, 1, 1), timezones=ZONES),
        "day": st.none() | st.dates(),
        "body": st.none() | st.binary(max_size=40),
        "lines": st.none() | st.lists(TEXT | st.integers(-9, 9), max_size=3),
        "sure": st.none() | st.booleans(),
    }
)


@pytest.fixture
def connection(database_url: str) -> Iterator[sa.Connection]:
    engine = open_engine(database_url, write=True)
    with engine.connect() as connection:
        metadata.create_all(connection)
        yield connection
        connection.rollback()
    engine.dispose()


def everything(connection: sa.Connection) -> list[tuple[Any, ...]]:
    return [tuple(row[1:]) for row in connection.execute(sa.select(thing).order_by(thing.c.id))]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=4))
def test_rows_are_written_as_the_statement_itself_writes_them(
    connection: sa.Connection, rows: list[dict[str, Any]]
) -> None:
    seen = []
    for how in (lambda: [connection.execute(thing.insert(), rows)], lambda: [ADD(connection, row) for row in rows]):
        with connection.begin_nested() as savepoint:
            how()
            seen.append(everything(connection))
            savepoint.rollback()
    with connection.begin_nested() as savepoint:
        ADD_MANY(connection, rows)
        seen.append(everything(connection))
        savepoint.rollback()
    assert seen[0] == seen[1] == seen[2] and len(seen[0]) == len(rows)


def test_fixed_values_of_a_statement_are_bound_with_those_given(connection: sa.Connection) -> None:
    row: dict[str, Any] = dict.fromkeys(NAMES) | {"key": "50 % 'sure'; --", "sure": True}
    ids = [ADD(connection, row).rows[0][0] for _ in range(2)]
    assert [row[0] for row in SURE(connection, {"key": row["key"]}).rows] == ids
    assert RENAME(connection, {"old": row["key"], "new": "other"}).touched == 2
    assert not SURE(connection, {"key": "other"}).rows
    assert [each[0] for each in everything(connection)] == ["other", "other"]


def test_a_value_that_is_missing_is_an_error_and_writes_nothing(connection: sa.Connection) -> None:
    with pytest.raises(KeyError):
        ADD(connection, {"key": "a"})
    assert everything(connection) == []


def test_on_postgresql_many_rows_of_an_insert_are_one_statement_and_those_of_an_upsert_are_not() -> None:
    dialect = psycopg.dialect()
    made = Prepared(counter.insert(), "series", "last")._make(dialect)
    rows = [made.bound({"series": name, "last": last}) for name, last in (("a", 1), ("b", 2))]
    assert made.together(rows) == (
        "INSERT INTO counter (series, last) VALUES (%s::VARCHAR, %s::INTEGER), (%s::VARCHAR, %s::INTEGER)",
        ["a", 1, "b", 2],
    )
    assert made.together(rows[:1]) is None and made.together(rows * 501) is None
    upsert = _upserting_one(counter, "postgresql", ("series", "last"))._make(dialect)
    assert upsert.together(rows) is None  # one that is named twice would be refused
    update = Prepared(counter.update().where(counter.c.series == sa.bindparam("of")), "of", "last")._make(dialect)
    assert update.together([{"of": "a", "last": 1}] * 2) is None
    assert Prepared(counter.insert(), "series", "last")._make(sqlite.dialect()).together([("a", 1), ("b", 2)]) is None
