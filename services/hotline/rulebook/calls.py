"""What is promised to whoever telephones, as dated data. A call keeps the row that was in force when it was missed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from shared.dated import Confidence, Dated, in_force, read_rows, read_tables
from shared.worktime import Limit


@dataclass(frozen=True, kw_only=True)
class CallBackRule(Dated):
    """Until when a missed call is called back, how long after a try in vain again, and how often at most. Whoever notes
    a call does so within `noted_within_days`; its number is kept for `keep_days`."""

    first: Limit
    again: Limit
    tries: int
    near_percent: int
    noted_within_days: int
    keep_days: int
    confidence: Confidence

    @property
    def version(self) -> str:
        """What an event says of the row it was counted with: `call_back@2022-06-23`."""
        return f"call_back@{self.valid_from.isoformat()}"


@dataclass(frozen=True, kw_only=True)
class CallSheetRule(Dated):
    """How many numbers one sheet has at most, and within how many days what was written on it is entered."""

    most_numbers: int
    entered_within_days: int
    confidence: Confidence

    @property
    def version(self) -> str:
        """What an event says of it: `call_sheet@2022-06-23`."""
        return f"call_sheet@{self.valid_from.isoformat()}"


@dataclass(frozen=True, kw_only=True)
class LineTestRule(Dated):
    """From when on the line is tried out every night, for how many hours, and how soon it is to be answered."""

    opens_at: time
    open_hours: int
    answered_within_seconds: int
    confidence: Confidence

    @property
    def version(self) -> str:
        """What an event says of it: `line_test@2022-06-23`."""
        return f"line_test@{self.valid_from.isoformat()}"


@dataclass(frozen=True, kw_only=True)
class EmergencyNumber(Dated):
    """A number of the whole country for people in danger, and who answers there, in two languages."""

    number: str
    vi: str
    en: str
    confidence: Confidence

    @property
    def code(self) -> str:
        """What tells it from the others."""
        return self.number


@dataclass(frozen=True)
class CallBook:
    """All versions of all rows."""

    call_backs: tuple[CallBackRule, ...]
    call_sheets: tuple[CallSheetRule, ...]
    emergency_numbers: tuple[EmergencyNumber, ...]
    line_tests: tuple[LineTestRule, ...]

    def call_back(self, day: date) -> CallBackRule | None:
        """The row of a day."""
        return in_force(self.call_backs, day)

    def call_sheet(self, day: date) -> CallSheetRule | None:
        """The row of a day."""
        return in_force(self.call_sheets, day)

    def line_test(self, day: date) -> LineTestRule | None:
        """The row of a day."""
        return in_force(self.line_tests, day)

    def emergencies(self, day: date) -> list[EmergencyNumber]:
        """The numbers that people in danger call on a day, in the order in which they are first written."""
        numbers = dict.fromkeys(row.number for row in self.emergency_numbers)
        found = [in_force((row for row in self.emergency_numbers if row.number == each), day) for each in numbers]
        return [row for row in found if row is not None]


def load(path: Path | None = None) -> CallBook:
    """The rows of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("calls.toml")
    tables = read_tables(path, "call_back", "call_sheet", "emergency_number", "line_test")
    return CallBook(
        read_rows(path, tables, "call_back", _call_back),
        read_rows(path, tables, "call_sheet", CallSheetRule),
        read_rows(path, tables, "emergency_number", EmergencyNumber),
        read_rows(path, tables, "line_test", LineTestRule),
    )


def _call_back(**row: Any) -> CallBackRule:
    return CallBackRule(**row | {name: Limit.from_data(row[name]) for name in ("first", "again")})
