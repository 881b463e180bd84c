"""The clocks and sentences of a report as dated data. A report keeps the row that was in force when it was filed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from shared.dated import check_days, in_force, reading
from shared.worktime import Limit

ClockCode = Literal["pakn_answer", "danger_acknowledgement"]
NoticeCode = Literal["denunciation", "khieu_nai"]


@dataclass(frozen=True)
class ClockRule:
    """How long is given, in which kind of time, by which act; until `valid_to` (exclusive)."""

    code: str
    limit: Limit
    basis: str
    confidence: str
    near_percent: int
    valid_from: date
    valid_to: date | None = None

    @property
    def version(self) -> str:
        """What an event says of the row it was counted with: `pakn_answer@2022-06-23`."""
        return f"{self.code}@{self.valid_from.isoformat()}"


@dataclass(frozen=True)
class Notice:
    """A sentence that the law makes us say, in two languages, with its basis."""

    code: str
    vi: str
    en: str
    basis: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class Rulebook:
    """All versions of all rows."""

    clocks: tuple[ClockRule, ...]
    notices: tuple[Notice, ...]

    def clock(self, code: ClockCode, day: date) -> ClockRule | None:
        """The row of a clock in force on a day."""
        return in_force((row for row in self.clocks if row.code == code), day)

    def notice(self, code: NoticeCode, day: date) -> Notice | None:
        """The sentence in force on a day."""
        return in_force((row for row in self.notices if row.code == code), day)


def load(path: Path | None = None) -> Rulebook:
    """The rulebook of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("clocks.toml")
    with reading(path):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        clocks = tuple(_clock(path, row) for row in data["clock"])
        notices = tuple(_notice(path, row) for row in data["notice"])
        check_days((f"clock {each.code}", each.valid_from) for each in clocks)
        check_days((f"notice {each.code}", each.valid_from) for each in notices)
    return Rulebook(clocks, notices)


def _clock(path: Path, row: Mapping[str, Any]) -> ClockRule:
    with reading(path, f"clock {row.get('code', 'without a code')}"):
        return ClockRule(**{**row, "limit": Limit.from_data(row["limit"])})


def _notice(path: Path, row: Mapping[str, Any]) -> Notice:
    with reading(path, f"notice {row.get('code', 'without a code')}"):
        return Notice(**row)
