"""How long a call that is being typed is kept before it is recorded, as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from shared.dated import Confidence, Dated, in_force, read_rows, read_tables


@dataclass(frozen=True, kw_only=True)
class DraftRule(Dated):
    """For how many hours from the last word on, and how many calls of one operator at most."""

    keep_hours: int
    most: int
    confidence: Confidence


@dataclass(frozen=True)
class DraftBook:
    """All versions of the row."""

    rows: tuple[DraftRule, ...]

    def on(self, day: date) -> DraftRule | None:
        """The row of a day."""
        return in_force(self.rows, day)


@cache
def load(path: Path | None = None) -> DraftBook:
    """The rows of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("drafts.toml")
    return DraftBook(read_rows(path, read_tables(path, "draft"), "draft", DraftRule))
