"""Which words put a report before others until a human says what it is, as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from shared.dated import Confidence, Dated, Some, in_force, read_rows, read_tables
from shared.events.hotline import Category

SignCode = Literal["danger", Category]


@dataclass(frozen=True, kw_only=True)
class SignRule(Dated):
    """Words of danger, or of a category."""

    code: SignCode
    words: Some[str]
    confidence: Confidence


@dataclass(frozen=True)
class FirstLookBook:
    """All versions of all rows."""

    rows: tuple[SignRule, ...]

    def on(self, day: date) -> list[SignRule]:
        """The row of each sign in force on a day, danger first."""
        found = (in_force((row for row in self.rows if row.code == code), day) for code in get_args(SignCode))
        return [row for row in found if row is not None]


@cache
def load(path: Path | None = None) -> FirstLookBook:
    """The rows of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("first_look.toml")
    return FirstLookBook(read_rows(path, read_tables(path, "sign"), "sign", SignRule))
