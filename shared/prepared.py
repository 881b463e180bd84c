"""Statements of the hot path, compiled once and handed to the driver as they are. The way to it through SQLAlchemy was
half of a request.

    _KEEP = Prepared(private.insert(), "ref", "field", "value", "purpose", "kept_until")
    _KEEP.later(connection, row)

Values are bound by the columns' own types; what comes back is the driver's (integers, text, bytes), so moments and JSON
are read by ordinary statements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from shared.transaction import Answer, turn_of

_VALUES = re.compile(r"(INSERT INTO \S+ \([^()]*\) VALUES )(\((?:%\(\w+\)s|[^()])*\))")
"""An INSERT of given values that does nothing else."""
_NAME = re.compile(r"%\((\w+)\)s")
MOST_AT_ONCE = 1000
"""Rows of one INSERT: PostgreSQL takes 65,535 parameters."""
Values = Mapping[str, Any]
MOMENTS = 256
"""How many moments are remembered as the driver takes them."""


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
            return turn.run(made.text, bound, many=many)
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
        compiled = self._statement.compile(dialect=dialect, column_keys=list(self._names) or None)
        made = self._made[dialect.name] = _Made(compiled, dialect)
        return made


class _Made:
    """The text for one kind of database, and how its parameters are bound."""

    def __init__(self, compiled: Any, dialect: sa.Dialect) -> None:
        self.text = str(compiled)
        names = compiled.positiontup or list(compiled.binds)
        self._positional = compiled.positiontup is not None
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._binders = [(name, self._binder(compiled.binds[name], dialect)) for name in names]
        self._values = None if self._positional else _VALUES.fullmatch(self.text)

    @staticmethod
    def _binder(bind: Any, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
        binder: Callable[[Any], Any] | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
        moment = isinstance(getattr(bind.type, "impl", None), sa.DateTime)
        return lru_cache(MOMENTS)(binder) if binder and moment else binder  # the same one stands in most rows

    def together(self, rows: Sequence[Any]) -> tuple[str, Any] | None:
        """One INSERT of all rows, on PostgreSQL: to send and to run them each took twice as long."""
        if self._values is None or not 1 < len(rows) <= MOST_AT_ONCE:
            return None
        before, row = self._values.groups()
        names = _NAME.findall(row)
        return before + ", ".join([_NAME.sub("%s", row)] * len(rows)), [each[name] for each in rows for name in names]

    def bound(self, values: Values) -> Any:
        """The values as the driver takes them. Raises KeyError for one that is missing."""
        given = {**self._fixed, **values} if self._fixed else values
        if self._positional:
            return tuple([given[name] if bind is None else bind(given[name]) for name, bind in self._binders])
        return {name: given[name] if bind is None else bind(given[name]) for name, bind in self._binders}
