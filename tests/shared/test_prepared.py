"""Prepared statements do what the statements themselves do, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from shared.engines import open_engine
from shared.mechanism import Instant, _upserting, counter
from shared.prepared import MOST_AT_ONCE, Prepared
from shared.transaction import WriterSession, begin

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

DIALECTS = [sa.make_url(url).get_dialect()() for url in ("sqlite://", "postgresql+psycopg://")]
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


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_what_is_put_into_rows_of_several_columns_goes_together(dialect: sa.Dialect) -> None:
    names = ("series", "last")

    def texts(prepared: Prepared, *rows: Any) -> Any:
        made = prepared._make(dialect)
        together = made.together([made.bound(dict(zip(names, row, strict=False))) for row in rows])
        return together and list(together)

    insert, mine = "INSERT INTO counter (series, last) VALUES ", dialect.name == "sqlite"
    plain = Prepared(counter.insert(), *names)
    two = "(?, ?), (?, ?)" if mine else "($1::VARCHAR, $2::INTEGER), ($3::VARCHAR, $4::INTEGER)"
    assert texts(plain, ("a", 1), ("b", 2)) == [(insert + two, ("a", 1, "b", 2))]
    assert texts(plain, ("a", 1)) is None
    many = texts(plain, *((f"s{n}", n) for n in range(MOST_AT_ONCE + 2)))
    assert [(text.count("), (") + 1, len(values)) for text, values in many] == [(MOST_AT_ONCE, 128), (2, 4)]

    put, more = _upserting(counter, dialect.name, ("series", "last")), " ON CONFLICT (series) DO UPDATE SET last = "
    both, again = texts(put, ("a", 1), ("b", 2), ("a", 3))
    assert both == (f"{insert}{two}{more}excluded.last", ("a", 1, "b", 2))
    assert again[1] == ("a", 3), "a key twice in one statement is refused by PostgreSQL"
    met = texts(_upserting(counter, dialect.name, ("series",)), ("a",), ("a",), ("b",))
    assert [values for _, values in met] == [("a",), ("a", "b")]


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_what_does_anything_else_goes_row_by_row(dialect: sa.Dialect) -> None:
    """An answer, a value that is counted on from the row's own, an update: of many rows they are not the same."""
    insert: Any = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}[dialect.name](counter)
    counted = insert.on_conflict_do_update(index_elements=["series"], set_={"last": counter.c.last + 1})
    where = insert.on_conflict_do_update(
        index_elements=["series"], set_={"last": insert.excluded.last}, where=counter.c.last < insert.excluded.last
    )
    for statement in (insert.returning(counter.c.last), counted, where, counter.update().values(series="a")):
        made = Prepared(statement, "series", "last")._make(dialect)
        assert made.together([("a", 1), ("b", 2)]) is None, made.text


def _over_another(insert: Any) -> Any:
    return insert.on_conflict_do_update(index_elements=["series"], set_={"last": insert.excluded.last})


def _beside_another(insert: Any) -> Any:
    return insert.on_conflict_do_nothing(index_elements=["series"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    said=st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9)), min_size=2, max_size=9),
    conflict=st.sampled_from([_over_another, _beside_another]),
)
def test_rows_that_go_together_are_as_if_each_had_gone_alone(
    connection: sa.Connection, said: list[tuple[str, int]], conflict: Any
) -> None:
    dialect = connection.dialect.name
    insert = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}[dialect](counter)
    put, found = Prepared(conflict(insert), "series", "last"), []
    counter.create(connection, checkfirst=True)
    for together in (False, True):
        connection.execute(counter.delete())
        with WriterSession(connection) as session:
            turn = begin(session)
            for series, last in said:
                put.later(connection, {"series": series, "last": last})
                if not together:
                    turn.send()
            turn.send()
            turn.end()
            found.append(sorted(map(tuple, connection.execute(sa.select(counter)))))
    assert found[0] == found[1] and len(found[0]) == len({series for series, _ in said})
