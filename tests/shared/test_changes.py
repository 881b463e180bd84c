"""Changes: folded and written in bulk, they leave the rows that one-at-a-time would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.changes import Change, Drop, Patch, apply, put, table_of
from shared.engines import open_engine


class Table(SQLModel, registry=registry()):
    """Base of these tests' tables."""


class Desk(Table, table=True):
    desk: str = Field(primary_key=True, max_length=8)
    clerk: str | None = Field(default=None, max_length=40)
    tickets: int = 0


class Day(Table, table=True):
    """A key of two parts, of which one is no text; and no other column."""

    desk: str = Field(primary_key=True, max_length=8)
    day: date = Field(primary_key=True)


class Sign(Table, table=True):
    desk: str = Field(primary_key=True, max_length=8)
    lines: list[str] | None = Field(default=None, sa_type=sa.JSON)


@pytest.fixture
def connection(database_url: str) -> Iterator[sa.Connection]:
    engine = open_engine(database_url, write=True)
    with engine.connect() as connection:
        Table.metadata.create_all(connection)
        yield connection
        connection.rollback()
    engine.dispose()


def everything(connection: sa.Connection) -> dict[str, list[tuple[Any, ...]]]:
    tables = [table_of(model) for model in (Desk, Day, Sign)]
    return {
        table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))]
        for table in tables
    }


DESKS = st.sampled_from(["a", "b", "c"])
DAYS = st.builds(Day, desk=DESKS, day=st.dates(date(2026, 6, 1), date(2026, 6, 3)))
COLUMNS = st.dictionaries(st.just("clerk"), st.sampled_from(["An", "Bình", None])).flatmap(
    lambda one: st.dictionaries(st.just("tickets"), st.integers(0, 9)).map(lambda two: one | two)
)
LINES = st.none() | st.lists(st.sampled_from(["mở", "đóng"]), max_size=2)
CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(put, st.just(Desk), desk=DESKS, clerk=st.sampled_from(["An", None]), tickets=st.integers(0, 9)),
    st.builds(Patch, st.just(Desk), DESKS, COLUMNS),
    st.builds(Drop, st.just(Desk), DESKS),
    DAYS.map(lambda row: put(Day, desk=row.desk, day=row.day)),
    DAYS.map(lambda row: Drop(Day, (row.desk, row.day))),
    st.builds(put, st.just(Sign), desk=DESKS, lines=LINES),
    LINES.flatmap(lambda lines: DESKS.map(lambda desk: Patch(Sign, desk, {"lines": lines}))),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(CHANGES, max_size=6), changes=st.lists(CHANGES, max_size=25), cut=st.integers(0, 25))
def test_a_batch_leaves_what_one_at_a_time_leaves(
    connection: sa.Connection, before: list[Change], changes: list[Change], cut: int
) -> None:
    outcomes = []
    for batches in ([[one] for one in changes], [changes], [changes[:cut], changes[cut:]]):
        with connection.begin_nested() as savepoint:
            apply(connection, before)
            for batch in batches:
                apply(connection, batch)
            outcomes.append(everything(connection))
            savepoint.rollback()
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_the_last_word_on_a_row_counts(connection: sa.Connection) -> None:
    whole, patch, drop = put(Desk, desk="a", clerk="An"), Patch(Desk, "a", {"tickets": 3}), Drop(Desk, "a")
    apply(connection, [whole, patch])
    assert everything(connection)["desk"] == [("a", "An", 3)]
    apply(connection, [drop, whole])
    assert everything(connection)["desk"] == [("a", "An", 0)]
    apply(connection, [patch, drop])
    assert everything(connection)["desk"] == []


def test_a_patch_of_no_row_has_no_effect(connection: sa.Connection) -> None:
    apply(connection, [Patch(Desk, "a", {"tickets": 3}), Patch(Desk, "b", {})])
    assert everything(connection)["desk"] == []


def test_a_patch_cannot_move_a_row_to_another_key(connection: sa.Connection) -> None:
    with pytest.raises(ValueError, match="cannot change its key"):
        apply(connection, [put(Desk, desk="a"), Patch(Desk, "a", {"desk": "b"})])


def test_a_row_that_is_not_whole_or_has_what_no_column_holds_is_refused(connection: sa.Connection) -> None:
    odd: dict[str, Any] = {"desk": "a", "colour": "red"}
    with pytest.raises(ValueError, match="Desk lacks or adds colour"):
        apply(connection, [put(Desk, **odd)])
    with pytest.raises(ValueError, match="Day lacks or adds day"):
        apply(connection, [put(Day, desk="a")])  # type: ignore[arg-type]  # what mypy would catch
    assert everything(connection)["desk"] == everything(connection)["day"] == []


@pytest.mark.parametrize("before", [[], [put(Desk, desk="a", tickets=1)]], ids=["alone", "behind a row"])
def test_a_patch_of_what_no_column_holds_is_refused_whatever_it_is_folded_with(
    connection: sa.Connection, before: list[Change]
) -> None:
    with pytest.raises(ValueError, match="Desk has no column colour"):
        apply(connection, [*before, Patch(Desk, "a", {"colour": "red"})])
    assert everything(connection)["desk"] == []


def test_a_batch_is_written_in_few_statements(connection: sa.Connection) -> None:
    statements: list[str] = []
    sa.event.listen(connection, "before_cursor_execute", lambda *event: statements.append(event[2]))
    names = [uuid4().hex[:8] for _ in range(300)]
    apply(connection, [put(Desk, desk=name) for name in names] + [Patch(Desk, name, {"tickets": 1}) for name in names])
    assert len(everything(connection)["desk"]) == 300
    assert len([one for one in statements if not one.startswith("SELECT")]) == 1
