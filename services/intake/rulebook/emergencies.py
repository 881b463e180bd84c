"""What an emergency restricts, as dated data: the urgent list, how many come at once, how long a check is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from services.intake.rulebook.laws import check_once
from shared.dated import Confidence, Dated, Some, in_force, read_rows, read_tables, reading


@dataclass(frozen=True, kw_only=True)
class Urgent(Dated):
    """The procedures that go on in person, by their national codes."""

    procedures: Some[str]
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class Measure(Dated):
    """How many are inside at once, how many book a slot of so many minutes, how many days ahead a visit is booked, how
    many days after it what was kept of the visitor goes, how many days an emergency lasts at most, and how many working
    days are left at least for a date that is an earlier one again, because an act was recorded wrong."""

    inside: int
    per_slot: int
    slot_minutes: int
    booking_days: int
    kept_days: int
    longest_days: int
    notice_days: int
    confidence: Confidence

    def __post_init__(self) -> None:
        if self.per_slot > self.inside:
            raise ValueError(f"{self.per_slot} book a slot and {self.inside} are let in")


@dataclass(frozen=True)
class Measures:
    """All versions of both."""

    lists: tuple[Urgent, ...]
    numbers: tuple[Measure, ...]

    def urgent(self, day: date) -> tuple[str, ...]:
        """The seeded urgent list of a day; none before the first."""
        row = in_force(self.lists, day)
        return row.procedures if row else ()

    def on(self, day: date) -> Measure:
        """The numbers of a day; before the first row, its own."""
        return in_force(self.numbers, day) or min(self.numbers, key=lambda row: row.valid_from)


def load(path: Path = Path(__file__).with_name("emergencies.toml")) -> Measures:
    """The measures of this release, or of another file of the same shape. Raises WrongRow."""
    tables = read_tables(path, "urgent", "measure")
    lists = read_rows(path, tables, "urgent", Urgent)
    with reading(path):
        for row in lists:
            check_once("procedure", list(row.procedures))
    return Measures(lists, read_rows(path, tables, "measure", Measure))


this_release = cache(load)
"""What `load` gives without a path, read once."""
