"""Rows of a rulebook by their dates. A change is a new row: it replaces the older one from its first day on."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

Confidence = Literal["H", "M", "L", "design"]
"""H: the act was read, M: it is unclear or read in quotations, L: no page of it was seen, and whoever shows it says so,
design: our own promise, no law asks for it."""
T = TypeVar("T")
Some = tuple[T, *tuple[T, ...]]
"""A list of a row that is never empty."""


@dataclass(frozen=True, kw_only=True)
class Dated:
    """What every row of a rulebook has. `valid_to` is exclusive; only a row that nothing replaces needs one."""

    valid_from: date
    valid_to: date | None = None
    basis: str
    """The act, or whose own promise it is."""


class WrongRow(ValueError):
    """A rulebook that cannot be read; one sentence names its file, the row and what is wrong with it."""


@contextmanager
def reading(file: Path, what: str = "") -> Iterator[None]:
    """Whatever is wrong with a file, or with a row of it, becomes WrongRow."""
    where = ", ".join(filter(None, (str(file), what)))
    try:
        yield
    except WrongRow:
        raise
    except OSError as error:
        raise WrongRow(f"{where} cannot be read: {error.strerror}.") from error
    except KeyError as error:
        raise WrongRow(f"{where}: {error.args[0]} is missing.") from error
    except (TypeError, ValueError, LookupError) as error:
        _, _, why = str(error).rpartition("__init__() ")  # a dataclass names its fields, and itself before them
        raise WrongRow(f"{where}: {why}.") from error


Row = TypeVar("Row", bound=Dated)


def in_force(rows: Iterable[Row], day: date) -> Row | None:
    """Of the rows of one thing, the one in force on a day: begun, not ended, and the newest of those."""
    held = [row for row in rows if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)]
    return max(held, key=lambda row: row.valid_from, default=None)


Tables = Mapping[str, list[dict[str, Any]]]


def read_tables(file: Path, *kinds: str) -> Tables:
    """The tables of a file: all of these kinds, with a row and more, and no other. Raises WrongRow."""
    with reading(file):
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        check_known(tables, kinds, "tables")
        for kind in kinds:
            check_rows(tables, kind)
    return tables


def check_rows(tables: Mapping[str, Any], kind: str) -> None:
    """Raises KeyError or ValueError for a kind without a row."""
    rows = tables[kind]
    if not (isinstance(rows, list) and rows and all(isinstance(row, dict) for row in rows)):
        raise ValueError(f"{kind} has rows, each under [[{kind}]]")


def read_rows(file: Path, tables: Tables, kind: str, make: Callable[..., Row]) -> tuple[Row, ...]:
    """The rows of a kind, made of their values (lists as tuples) and checked. Raises WrongRow."""
    rows = tuple(_row(file, kind, row, make) for row in tables[kind])
    with reading(file):
        check_days((" ".join((kind, getattr(row, "code", ""))).strip(), row.valid_from) for row in rows)
    return rows


def _row(file: Path, kind: str, values: Mapping[str, Any], make: Callable[..., Row]) -> Row:
    code = f" {values['code']}" if "code" in values else ""
    with reading(file, f"{kind}{code} from {values.get('valid_from', 'no day')}"):
        row = make(**tupled(values))
        check_values(row)
        if row.valid_to is not None and row.valid_to <= row.valid_from:
            raise ValueError(f"it ends on {row.valid_to}, which is not after its first day")
        return row


def tupled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same with its lists as tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def check_days(rows: Iterable[tuple[str, date]]) -> None:
    """Raises ValueError for two rows of one thing that begin on one day (its name, the day): which of them holds?"""
    for (what, day), count in Counter(rows).items():
        if count > 1:
            raise ValueError(f"{what} has {count} rows from {day}, and only one of them would hold")


def check_known(found: Iterable[str], known: Sequence[str], what: str) -> None:
    """Raises ValueError for a name (of a table, of a key) that is none of the known ones."""
    for unknown in sorted(set(found) - set(known)):
        raise ValueError(f"{unknown} is none of its {what}, which are: {', '.join(known)}")


_HINTS: dict[type, Mapping[str, Any]] = {}


def _hints(kind: type) -> Mapping[str, Any]:
    if kind not in _HINTS:  # some 0.3 ms, and a catalogue has 300 rows
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]


def check_values(row: object) -> None:
    """Raises ValueError for a value of a dataclass that is not what its field says. Numbers are positive, texts are
    not empty and have no space around them, unless it is what the field is when left out."""
    for name, wanted in _hints(type(row)).items():
        value = getattr(row, name)
        if value != getattr(type(row), name, ...):
            _check(name, value, wanted)


def _check(name: str, value: Any, wanted: Any) -> None:
    kind, args = get_origin(wanted), get_args(wanted)
    if kind is Literal and value not in args:
        raise ValueError(f"{name} is one of {', '.join(args)}, not {value!r}")
    if kind is tuple:
        if not isinstance(value, tuple) or not (value or args[-1] is ...):
            raise ValueError(f"{name} is a list{'' if args[-1] is ... else ' of one and more'}, not {value!r}")
        for each in value:
            _check(name, each, args[0])
    if kind is UnionType:
        _check(name, value, args[0])
    if kind is None and not _FITS.get(wanted, lambda it: isinstance(it, wanted))(value):
        raise ValueError(f"{name} is {_WORDS.get(wanted, wanted.__name__)}, not {value!r}")


_FITS: Mapping[type, Callable[[Any], bool]] = {
    str: lambda it: isinstance(it, str) and bool(it) and it == it.strip(),
    int: lambda it: type(it) is int and it > 0,
    date: lambda it: type(it) is date,
}
_WORDS = {
    str: "a text, without space around it",
    int: "a whole number, 1 and more",
    date: "a day, written 2027-01-31 without quotes",
    datetime: "a moment, written 2027-01-31T07:00:00+07:00 without quotes",
    bool: "true or false",
}
