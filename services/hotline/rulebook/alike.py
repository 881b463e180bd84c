"""When reports are of one place and topic, as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shared.dated import Confidence, Dated, Some, in_force, read_rows, read_tables
from shared.events.hotline import Category


@dataclass(frozen=True, kw_only=True)
class AlikeRule(Dated):
    """How near in days, words and on the map two reports are, and of which kinds and categories they may be."""

    days: int
    overlap_percent: int
    shared_words: int
    most_words: int
    name_words: int
    cell_letters: int
    kinds: Some[str]
    categories: Some[Category]
    kinds_of_place: Some[str]
    parts_above: Some[str]
    empty_words: Some[str]
    confidence: Confidence

    @property
    def version(self) -> str:
        """What an event says of it: `alike@2022-06-23`."""
        return f"alike@{self.valid_from.isoformat()}"


@dataclass(frozen=True)
class AlikeBook:
    """All versions of the row."""

    rows: tuple[AlikeRule, ...]

    def rule(self, day: date) -> AlikeRule | None:
        """The row of a day."""
        return in_force(self.rows, day)


def load(path: Path | None = None) -> AlikeBook:
    """The row of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("alike.toml")
    return AlikeBook(read_rows(path, read_tables(path, "alike"), "alike", AlikeRule))
