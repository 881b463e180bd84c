"""The numbers of the satisfaction slip as dated data. A slip keeps the row that was in force when it was issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shared.dated import Confidence, Dated, in_force, read_rows, read_tables


@dataclass(frozen=True, kw_only=True)
class SlipRule(Dated):
    """How long a slip and a comment last, in days, and how many ratings make a figure; until `valid_to` (exclusive)."""

    expires_days: int
    minimum_sample: int
    comment_days: int
    confidence: Confidence


@dataclass(frozen=True)
class Rulebook:
    """All versions, the first one first."""

    slips: tuple[SlipRule, ...]

    def on(self, day: date) -> SlipRule:
        """The row in force on a day; before the first one, the first: every closed dossier gets its slip."""
        return in_force(self.slips, day) or self.slips[0]


def load(path: Path | None = None) -> Rulebook:
    """The rulebook of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("slips.toml")
    return Rulebook(read_rows(path, read_tables(path, "slip"), "slip", SlipRule))
