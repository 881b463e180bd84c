"""Notifier's dated data: when to remind, how the ladder climbs, what raises a flag, how long a window is."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from shared.dated import check_days, reading
from shared.worktime import VN


@dataclass(frozen=True)
class FlagRule:
    """So many verified reports within so many days ask a human to look."""

    code: str
    valid_from: date
    reports: int
    within_days: int
    conduct: frozenset[str]
    sha256: str
    """SHA-256 of the row as canonical JSON, without the day it ends: ending a rule does not change what it was."""

    @property
    def version(self) -> str:
        """Its code and first day: `repeated_harassment@2025-07-01`."""
        return f"{self.code}@{self.valid_from.isoformat()}"


@dataclass(frozen=True)
class Delivery:
    """How often and when a notice is tried again. Delays in seconds; one more try than there are delays."""

    delays_seconds: tuple[int, ...]
    owner_silent_seconds: int

    @property
    def attempts(self) -> int:
        """How many tries there are."""
        return len(self.delays_seconds) + 1


@dataclass(frozen=True)
class Rules:
    """What is in force on one day."""

    remind_working_days_before: tuple[int, ...]
    ladder_working_days: int
    flags: tuple[FlagRule, ...]
    explanation_working_days: int
    flag_months: int
    delivery: Delivery


@dataclass(frozen=True)
class Rulebook:
    """All versions of all rows."""

    rows: Mapping[str, list[dict[str, Any]]]

    def on(self, moment: datetime) -> Rules:
        """The rules in force at a moment, by the office's day. Raises LookupError when there are none."""
        day = moment.astimezone(VN).date()
        delivery = self._row("delivery", day)
        return Rules(
            remind_working_days_before=tuple(self._row("reminder", day)["working_days_before"]),
            ladder_working_days=self._row("ladder", day)["working_days_between"],
            flags=tuple(_flag(row) for row in {row["code"]: row for row in self._rows("flag", day)}.values()),
            explanation_working_days=self._row("explanation", day)["working_days"],
            flag_months=self._row("expiry", day)["months"],
            delivery=Delivery(tuple(delivery["delays_seconds"]), delivery["owner_silent_seconds"]),
        )

    def flag_rule(self, version: str) -> FlagRule | None:
        """The rule of a version (`repeated_harassment@2025-07-01`), in force or not; none of this release."""
        return next((rule for row in self.rows["flag"] if (rule := _flag(row)).version == version), None)

    def _rows(self, kind: str, day: date) -> list[dict[str, Any]]:
        """Those in force, the newest last: it replaces those before it. Before the first row of a kind, the first one:
        what is older than the rules is still kept."""
        rows = sorted(self.rows[kind], key=lambda row: row["valid_from"])
        day = max(day, rows[0]["valid_from"])
        return [row for row in rows if row["valid_from"] <= day and ("valid_to" not in row or day < row["valid_to"])]

    def _row(self, kind: str, day: date) -> dict[str, Any]:
        rows = self._rows(kind, day)
        if not rows:
            raise LookupError(f"no row of {kind} is in force on {day}")
        return rows[-1]


def canonical(row: Mapping[str, Any]) -> bytes:
    """A row as canonical JSON: sorted keys, no spaces, days as ISO, UTF-8."""
    text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=date.isoformat)
    return text.encode()


def _flag(row: dict[str, Any]) -> FlagRule:
    return FlagRule(
        code=row["code"],
        valid_from=row["valid_from"],
        reports=row["reports"],
        within_days=row["within_days"],
        conduct=frozenset(row["conduct"]),
        sha256=hashlib.sha256(canonical({name: row[name] for name in row if name != "valid_to"})).hexdigest(),
    )


@cache
def load(path: Path | None = None) -> Rulebook:
    """The rulebook of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("rules.toml")
    with reading(path):
        rulebook = Rulebook(tomllib.loads(path.read_text(encoding="utf-8")))
        for kind, rows in rulebook.rows.items():
            check_days((" ".join(filter(None, (kind, row.get("code")))), row["valid_from"]) for row in rows)
        for kind in rulebook.rows:  # whatever a day needs is looked for now, and not on that day
            for row in rulebook.rows[kind]:
                rulebook.on(datetime.combine(row["valid_from"], time(12), VN))
        return rulebook
