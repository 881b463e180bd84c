"""How often an official may look a citizen up by their number, as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from shared.dated import Confidence, Dated, in_force, read_rows, read_tables


@dataclass(frozen=True, kw_only=True)
class LookUpLimit(Dated):
    """How many look-ups one official has within an hour, whatever they are for."""

    per_hour: int
    confidence: Confidence


@dataclass(frozen=True)
class LookUpLimits:
    """All versions of it."""

    rows: tuple[LookUpLimit, ...]

    def on(self, day: date) -> LookUpLimit:
        """The row of a day; before the first one, that."""
        return in_force(self.rows, day) or min(self.rows, key=lambda row: row.valid_from)


def load(path: Path = Path(__file__).with_name("look_ups.toml")) -> LookUpLimits:
    """The rows of this release, or of another file of the same shape. Raises WrongRow."""
    return LookUpLimits(read_rows(path, read_tables(path, "look_up"), "look_up", LookUpLimit))


this_release = cache(load)
"""What `load` gives without a path, read once."""
