"""How often the next rung is told of what nobody acknowledges, as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from shared.dated import Confidence, Dated, in_force, read_rows, read_tables
from shared.worktime import Limit

LadderCode = Literal["danger"]


@dataclass(frozen=True, kw_only=True)
class LadderRule(Dated):
    """How long each rung has before the next one is told."""

    code: LadderCode
    every: Limit
    confidence: Confidence

    @property
    def version(self) -> str:
        """What an event says of the row it was counted with: `danger@2022-06-23`."""
        return f"{self.code}@{self.valid_from.isoformat()}"


@dataclass(frozen=True)
class LadderBook:
    """All versions of all rows."""

    rows: tuple[LadderRule, ...]

    def on(self, code: LadderCode, day: date) -> LadderRule | None:
        """The row of a ladder in force on a day."""
        return in_force((row for row in self.rows if row.code == code), day)


@cache
def load(path: Path | None = None) -> LadderBook:
    """The ladders of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("ladder.toml")
    return LadderBook(read_rows(path, read_tables(path, "ladder"), "ladder", _ladder))


def _ladder(**row: Any) -> LadderRule:
    return LadderRule(**row | {"every": Limit.from_data(row["every"])})
