"""Notifier's dated data: when to remind, how the ladder climbs, what raises a flag, how long a window is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from services.notifier.rulebook.rows import Conduct, Delivery, Expiry, Explanation, FlagRule, Ladder, Reminder
from shared.dated import Row, in_force, read_rows, read_tables, reading
from shared.worktime import VN

__all__ = ["Conduct", "Delivery", "FlagRule", "Rulebook", "Rules", "canonical", "load"]


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
    """All versions of all rows, by kind."""

    reminder: tuple[Reminder, ...]
    ladder: tuple[Ladder, ...]
    flag: tuple[FlagRule, ...]
    explanation: tuple[Explanation, ...]
    expiry: tuple[Expiry, ...]
    delivery: tuple[Delivery, ...]

    def on(self, moment: datetime) -> Rules:
        """The rules in force at a moment, by the office's day. Raises LookupError when there are none."""
        day = moment.astimezone(VN).date()
        return Rules(
            remind_working_days_before=_on(self.reminder, day).working_days_before,
            ladder_working_days=_on(self.ladder, day).working_days_between,
            flags=self._flags(max(day, min(row.valid_from for row in self.flag))),
            explanation_working_days=_on(self.explanation, day).working_days,
            flag_months=_on(self.expiry, day).months,
            delivery=_on(self.delivery, day),
        )

    def flag_rule(self, version: str) -> FlagRule | None:
        """The rule of a version (`repeated_harassment@2025-07-01`), in force or not; none of this release."""
        return next((row for row in self.flag if row.version == version), None)

    def _flags(self, day: date) -> tuple[FlagRule, ...]:
        codes = dict.fromkeys(row.code for row in self.flag)
        held = (in_force((row for row in self.flag if row.code == code), day) for code in codes)
        return tuple(row for row in held if row is not None)

    def check(self) -> None:
        """Raises LookupError when a day on which a row begins or ends has no rules: whatever a day needs is looked
        for now, and not on that day."""
        for kind in fields(self):
            for row in getattr(self, kind.name):
                for day in filter(None, (row.valid_from, row.valid_to)):
                    self.on(datetime.combine(day, time(12), VN))


def _on(rows: tuple[Row, ...], day: date) -> Row:
    """The row in force; before the first one, the first: what is older than the rules is still kept."""
    row = in_force(rows, max(day, min(row.valid_from for row in rows)))
    if row is None:
        raise LookupError(f"no {type(rows[0]).__name__.lower()} is in force on {day}")
    return row


def canonical(row: Mapping[str, Any]) -> bytes:
    """A row as canonical JSON: sorted keys, no spaces, days as ISO, UTF-8."""
    text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=date.isoformat)
    return text.encode()


@cache
def load(path: Path | None = None) -> Rulebook:
    """The rulebook of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("rules.toml")
    tables = read_tables(path, *(kind.name for kind in fields(Rulebook)))
    rulebook = Rulebook(
        reminder=read_rows(path, tables, "reminder", Reminder),
        ladder=read_rows(path, tables, "ladder", Ladder),
        flag=read_rows(path, tables, "flag", _flag),
        explanation=read_rows(path, tables, "explanation", Explanation),
        expiry=read_rows(path, tables, "expiry", Expiry),
        delivery=read_rows(path, tables, "delivery", Delivery),
    )
    with reading(path):
        rulebook.check()
    return rulebook


def _flag(**row: Any) -> FlagRule:
    kept = {name: row[name] for name in row if name != "valid_to"}
    return FlagRule(**row, sha256=hashlib.sha256(canonical(kept)).hexdigest())
