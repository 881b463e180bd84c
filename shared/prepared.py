"""Statements of the hot path, compiled once and handed to the driver as they are. The way to it through SQLAlchemy was
half of a request.

    _KEEP = Prepared(private.insert(), "ref", "field", "value", "purpose", "kept_until")
    _KEEP.later(connection, row)

Values are bound by the columns' own types; what comes back is the driver's (integers, text, bytes), so moments and JSON
are read by ordinary statements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count
from typing import Any, cast

import sqlalchemy as sa

from shared.transaction import Answer, turn_of

_ROWS = re.compile(
    r"(?P<before>INSERT INTO \S+ \((?P<columns>[^()]*)\) VALUES )(?P<row>\([^()]*\))(?P<after>"
    r" ON CONFLICT \((?P<key>[^()]*)\) DO (?:NOTHING|UPDATE SET (?:\S+ = excluded\.[^\s,]+(?:, )?)+))?"
)
"""An INSERT of given values, alone or over the row with the same key."""
_MARK = re.compile("%[s%]")
MOST_AT_ONCE = 64
"""Rows of one INSERT: each number of rows is a statement of its own, and the drivers keep the last that they had."""
Values = Mapping[str, Any]
MOMENTS = 256
"""How many moments are remembered as the driver takes them. Those that Python calls equal are one: the hour that a zone
has twice a year would be one hour (Vietnam has none, and what we keep comes in UTC or in its time)."""


class Prepared:
    """One statement with these parameters, on whichever database it is run."""

    def __init__(self, statement: sa.ClauseElement, *names: str) -> None:
        self._statement, self._names = statement, names
        self._table = str(getattr(statement, "table", statement))
        self._made: dict[str, _Made] = {}

    def __call__(self, connection: sa.Connection, values: Values | Sequence[Values]) -> Answer:
        """Run it with these values, or once for each of a sequence. Raises what the statement itself would."""
        made, bound, many = self._bound(connection, values)
        if turn := turn_of(connection):
            return turn.run(made.raw, bound, many=many)
        result = connection.exec_driver_sql(made.text, bound)
        rows = [tuple(row) for row in result] if result.returns_rows else []
        return Answer(rows, result.rowcount)

    def later(self, connection: sa.Connection, values: Values | Sequence[Values], *, of: object = None) -> None:
        """The same without an answer, at the latest before the next question; with `of`, in place of what was said last
        of the same, if that has not been run yet. See shared.transaction."""
        if turn := turn_of(connection):
            made, bound, many = self._bound(connection, values)
            turn.say(self._table, made, bound if many else [bound], of)
        else:
            self(connection, values)

    def _bound(self, connection: sa.Connection, values: Values | Sequence[Values]) -> tuple[_Made, Any, bool]:
        made = self._made.get(connection.dialect.name) or self._make(connection.dialect)
        if isinstance(values, Mapping):
            return made, made.bound(values), False
        return made, [made.bound(each) for each in values], True

    def _make(self, dialect: sa.Dialect) -> _Made:
        made = self._made[dialect.name] = _Made(self._statement, self._names, dialect)
        return made


class _Made:
    """The text for one kind of database, and how its parameters are bound: by their places."""

    def __init__(self, statement: sa.ClauseElement, names: Sequence[str], dialect: sa.Dialect) -> None:
        by_place = dialect if dialect.positional else cast(Any, type(dialect))(paramstyle="format")
        compiled: Any = statement.compile(dialect=by_place, column_keys=list(names) or None)
        self.text = str(compiled)
        """As SQLAlchemy hands it on."""
        self.raw = _raw(self.text, dialect)
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._binders = [(name, self._binder(compiled.binds[name], dialect)) for name in compiled.positiontup]
        self._many = _ManyRows.of(self.text, len(self._binders), dialect)

    @staticmethod
    def _binder(bind: Any, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
        binder: Callable[[Any], Any] | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
        moment = isinstance(getattr(bind.type, "impl", None), sa.DateTime)
        return lru_cache(MOMENTS)(binder) if binder and moment else binder  # the same one stands in most rows

    def together(self, rows: Sequence[Any]) -> Iterator[tuple[str, Any]] | None:
        """INSERTs of many rows each, where this is an INSERT. One by one they took twice as long to send and to run on
        PostgreSQL; on SQLite the interpreter is handed on at each row, and comes back when the other thread is done."""
        return self._many.inserts(rows) if self._many and len(rows) > 1 else None

    def bound(self, values: Values) -> tuple[Any, ...]:
        """The values as the driver takes them. Raises KeyError for one that is missing."""
        given = {**self._fixed, **values} if self._fixed else values
        return tuple([given[name] if bind is None else bind(given[name]) for name, bind in self._binders])


def _raw(text: str, dialect: sa.Dialect) -> str:
    """As the driver takes it without a look at it: psycopg numbers parameters, one by one, each time that it is given a
    statement of more than 50."""
    if dialect.name == "sqlite":
        return text
    number = count(1)
    return _MARK.sub(lambda mark: "%" if mark[0] == "%%" else f"${next(number)}", text)


def _names(listed: str | None) -> list[str]:
    return listed.split(", ") if listed else []


class _ManyRows:
    """An INSERT of one row, as one of many."""

    def __init__(self, insert: re.Match[str], dialect: sa.Dialect) -> None:
        self._dialect = dialect
        self._before, self._row, self._after = insert["before"], insert["row"], insert["after"] or ""
        columns = _names(insert["columns"])
        self._key = [columns.index(name) for name in _names(insert["key"])]
        self._texts: dict[int, str] = {}

    @classmethod
    def of(cls, text: str, values: int, dialect: sa.Dialect) -> _ManyRows | None:
        """That of this statement with so many values; none where it is no INSERT, or does more."""
        insert = _ROWS.fullmatch(text)
        if insert is None or len(columns := _names(insert["columns"])) != values:
            return None
        return cls(insert, dialect) if set(_names(insert["key"])) <= set(columns) else None

    def inserts(self, rows: Sequence[Any]) -> Iterator[tuple[str, Any]]:
        """Statements and their values. Of two rows with one key the later is in a later one, as if each were alone:
        PostgreSQL refuses a statement that names a key twice."""
        some: list[Any] = []
        keys: set[tuple[Any, ...]] = set()
        for row in rows:
            key = tuple([row[place] for place in self._key])
            if len(some) == MOST_AT_ONCE or (key and key in keys):
                yield self._text(len(some)), tuple(chain.from_iterable(some))
                some, keys = [], set()
            some.append(row)
            keys.add(key)
        yield self._text(len(some)), tuple(chain.from_iterable(some))

    def _text(self, rows: int) -> str:
        if rows not in self._texts:
            self._texts[rows] = _raw(self._before + ", ".join([self._row] * rows) + self._after, self._dialect)
        return self._texts[rows]
