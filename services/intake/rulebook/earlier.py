"""How far back the papers of earlier dossiers are pointed at, and which of them at all, as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from services.intake.rulebook import this_release as released_catalogue
from services.intake.rulebook.laws import check_once
from shared.dated import Confidence, Dated, Some, check_known, in_force, read_rows, read_tables, reading


@dataclass(frozen=True, kw_only=True)
class Reuse(Dated):
    """Which papers are pointed at once they were handed in (`lasting`, by their codes), and how many years back; any
    other only where its procedure gives it months of its own."""

    years: int
    lasting: Some[str]
    confidence: Confidence


@dataclass(frozen=True)
class Reuses:
    """All versions of it."""

    rows: tuple[Reuse, ...]

    def on(self, day: date) -> Reuse | None:
        """The row of a day; none before the first: then nothing is pointed at."""
        return in_force(self.rows, day)


def load(path: Path = Path(__file__).with_name("earlier.toml")) -> Reuses:
    """The rows of this release, or of another file of the same shape. Raises WrongRow, also for a paper that no
    procedure of this release asks for."""
    papers = sorted({paper.code for each in released_catalogue().procedures for paper in each.papers})
    rows = read_rows(path, read_tables(path, "reuse"), "reuse", Reuse)
    with reading(path):
        for row in rows:
            check_once("paper", list(row.lasting))
            check_known(row.lasting, papers, "papers")
    return Reuses(rows)


this_release = cache(load)
"""What `load` gives without a path, read once."""
