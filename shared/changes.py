"""What a projection says: rows put, columns patched, rows dropped. Pure values; `apply` folds them by key and writes
them in bulk.

The same projection serves a request (one event), a batch of facts and a replay: only how many changes are folded
differs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ParamSpec

import sqlalchemy as sa
from sqlmodel import SQLModel

from shared.events import Event, Recorded
from shared.mechanism import upsert
from shared.prepared import Prepared
from shared.transaction import turn_of

P = ParamSpec("P")
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Put:
    """This row exists, whole, whatever was there before. Made by `put`."""

    table: type[SQLModel]
    columns: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """The values of its primary key."""
        return tuple([self.columns[name] for name in _keys(table_of(self.table))])


@dataclass(frozen=True, slots=True)
class Patch:
    """These columns of the row with this key have these values now; no row, no effect."""

    table: type[SQLModel]
    key: Key | str
    columns: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Drop:
    """No row has this key any more."""

    table: type[SQLModel]
    key: Key | str


def put(table: Callable[P, SQLModel], *_: P.args, **columns: P.kwargs) -> Put:
    """`put(Dossier, dossier_id=…, …)`: checked like the row's constructor, without building the object: a third of a
    replay went into that."""
    assert isinstance(table, type)
    return Put(table, columns)


Change = Put | Patch | Drop
Projection = Callable[[Recorded[Event]], Iterable[Change]]


def table_of(model: type[SQLModel]) -> sa.Table:
    """The table behind a model."""
    return model.__table__  # type: ignore[attr-defined,no-any-return]  # SQLModel does not declare it


def apply(connection: sa.Connection, changes: Iterable[Change]) -> None:
    """Write changes, folded by key: the last word on each row counts, and each table is written in few statements."""
    turn = turn_of(connection)
    for table, rows in _fold(changes).items():
        if turn:
            turn.kept.pop(table, None)
        drops = [key for key, row in rows.items() if row is None]
        puts = [row.values for row in rows.values() if row is not None and row.whole]
        patches = [(key, row.values) for key, row in rows.items() if row is not None and not row.whole]
        _drop(connection, table, drops)
        if puts:
            upsert(connection, table, puts)
        _patch(connection, table, patches)


@dataclass(slots=True)
class _Row:
    values: dict[str, Any]
    whole: bool


def _fold(changes: Iterable[Change]) -> dict[sa.Table, dict[Key, _Row | None]]:
    tables: dict[sa.Table, dict[Key, _Row | None]] = defaultdict(dict)
    for change in changes:
        match change:
            case Put(model, columns):
                table = table_of(model)
                values = {**_defaults(model), **columns}
                if len(values) != len(table.columns):
                    raise ValueError(f"this row of {model.__name__} lacks or adds {_odd(table, values)}")
                key = tuple([values[name] for name in _keys(table)])
                tables[table][key] = _Row(values, whole=True)
            case Patch(model, key, columns):
                table, key = table_of(model), _tuple(key)
                if not columns.keys() <= _patchable(table):
                    raise ValueError(_no_patch(model, table, columns))
                before = tables[table].setdefault(key, _Row({}, whole=False))
                if before is not None:
                    before.values.update(columns)
            case Drop(model, key):
                tables[table_of(model)][_tuple(key)] = None
    return tables


def _tuple(key: Key | str) -> Key:
    return key if isinstance(key, tuple) else (key,)


def _odd(table: sa.Table, values: Mapping[str, Any]) -> str:
    return ", ".join(sorted(values.keys() ^ set(table.columns.keys())))


@cache
def _keys(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


@cache
def _patchable(table: sa.Table) -> frozenset[str]:
    return frozenset(table.columns.keys()) - frozenset(_keys(table))


def _no_patch(model: type[SQLModel], table: sa.Table, columns: Mapping[str, Any]) -> str:
    if not columns.keys().isdisjoint(_keys(table)):
        return f"a Patch of {model.__name__} cannot change its key: Drop the row and Put another"
    return f"{model.__name__} has no column {', '.join(sorted(columns.keys() - set(table.columns.keys())))}"


@cache
def _defaults(model: type[SQLModel]) -> Mapping[str, Any]:
    """What a row has where nothing is said. Mutable defaults would be shared, so there are none."""
    fields = model.model_fields.items()
    return {name: field.get_default() for name, field in fields if not field.is_required()}


def _named(table: sa.Table, key: Key) -> dict[str, Any]:
    return {f"k_{name}": part for name, part in zip(_keys(table), key, strict=True)}


def _drop(connection: sa.Connection, table: sa.Table, keys: list[Key]) -> None:
    if keys:
        _dropping(table).later(connection, [_named(table, key) for key in keys])


def _patch(connection: sa.Connection, table: sa.Table, patches: list[tuple[Key, dict[str, Any]]]) -> None:
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for key, values in patches:
        if values:
            by_columns[tuple(sorted(values))].append(_named(table, key) | {f"v_{n}": v for n, v in values.items()})
    for columns, rows in by_columns.items():
        _patching(table, columns).later(connection, rows)


def _where(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == sa.bindparam(f"k_{column.name}") for column in table.primary_key.columns))


@cache
def _dropping(table: sa.Table) -> Prepared:
    return Prepared(table.delete().where(_where(table)))


@cache
def _patching(table: sa.Table, columns: tuple[str, ...]) -> Prepared:
    values: dict[str, Any] = {name: sa.bindparam(f"v_{name}") for name in columns}
    return Prepared(table.update().where(_where(table)).values(values))
