"""Rows of a rulebook by their dates. A change is a new row: it replaces the older one from its first day on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar


class Dated(Protocol):
    """What every row of a rulebook has. `valid_to` is exclusive; only a row that nothing replaces needs one."""

    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...


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
    except KeyError as error:
        raise WrongRow(f"{where}: {error.args[0]} is missing.") from error
    except (TypeError, ValueError) as error:
        _, _, why = str(error).rpartition("__init__() ")  # a dataclass names its fields, and itself before them
        raise WrongRow(f"{where}: {why}.") from error


Row = TypeVar("Row", bound=Dated)


def in_force(rows: Iterable[Row], day: date) -> Row | None:
    """Of the rows of one thing, the one in force on a day: begun, not ended, and the newest of those."""
    held = [row for row in rows if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)]
    return max(held, key=lambda row: row.valid_from, default=None)


def check_days(rows: Iterable[tuple[str, date]]) -> None:
    """Raises ValueError for two rows of one thing that begin on one day (its name, the day): which of them holds?"""
    for (what, day), count in Counter(rows).items():
        if count > 1:
            raise ValueError(f"{what} has {count} rows from {day}, and only one of them would hold")
