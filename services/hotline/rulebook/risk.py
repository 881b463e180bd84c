"""Why a matter is at risk, who acts by when, and what is published of how matters are settled, as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from shared.dated import Confidence, Dated, in_force, read_rows, read_tables
from shared.events.hotline import Category
from shared.events.settlement import ReasonCode, Rung
from shared.worktime import Limit


@dataclass(frozen=True, kw_only=True)
class Weighing(Dated):
    """From how many points on a matter is at risk."""

    points: int
    confidence: Confidence

    @property
    def version(self) -> str:
        """What an event says of it: `weighing@2022-06-23`."""
        return f"weighing@{self.valid_from.isoformat()}"


@dataclass(frozen=True, kw_only=True)
class ReasonRule(Dated):
    """From what on a reason holds, what it weighs, and which others it stands in the place of."""

    code: ReasonCode
    at_least: int
    points: int
    covers: tuple[ReasonCode, ...] = ()
    categories: tuple[Category, ...] = ()
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class RungRule(Dated):
    """How long somebody on a rung of the ladder has to act."""

    code: Rung
    limit: Limit
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class PublishedRule(Dated):
    """From how many reports on a number is published, and for how many months back."""

    least: int
    months: int
    confidence: Confidence


@dataclass(frozen=True)
class RiskBook:
    """All versions of all rows."""

    weighings: tuple[Weighing, ...]
    reasons: tuple[ReasonRule, ...]
    rungs: tuple[RungRule, ...]
    published: tuple[PublishedRule, ...]

    def weighing(self, day: date) -> Weighing | None:
        """The row of a day."""
        return in_force(self.weighings, day)

    def reasons_on(self, day: date) -> list[ReasonRule]:
        """The row of each reason in force on a day."""
        found = (in_force((row for row in self.reasons if row.code == code), day) for code in get_args(ReasonCode))
        return [row for row in found if row is not None]

    def rung(self, code: Rung, day: date) -> RungRule | None:
        """The row of a rung in force on a day."""
        return in_force((row for row in self.rungs if row.code == code), day)

    def publishes(self, day: date) -> PublishedRule | None:
        """The row of a day."""
        return in_force(self.published, day)


def load(path: Path | None = None) -> RiskBook:
    """The rows of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("risk.toml")
    tables = read_tables(path, "weighing", "reason", "rung", "published")
    return RiskBook(
        read_rows(path, tables, "weighing", Weighing),
        read_rows(path, tables, "reason", ReasonRule),
        read_rows(path, tables, "rung", _rung),
        read_rows(path, tables, "published", PublishedRule),
    )


def _rung(**row: Any) -> RungRule:
    return RungRule(**row | {"limit": Limit.from_data(row["limit"])})
