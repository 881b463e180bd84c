"""The rows of notifier's rulebook, a class a kind: what each holds, from which day, on which basis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shared.dated import Dated, Some

FlagCode = Literal["repeated_harassment"]
"""A new row of a flag replaces the older one with its code: a code that nobody knows would stand beside it."""
Conduct = Literal["harassment", "delay", "discourtesy", "other"]
"""What the hotline's `ComplaintVerified` tells apart."""


@dataclass(frozen=True, kw_only=True)
class Reminder(Dated):
    """How many working days before its date a promise is reminded of."""

    working_days_before: Some[int]


@dataclass(frozen=True, kw_only=True)
class Ladder(Dated):
    """After how many working days what is overdue climbs one rung more."""

    working_days_between: int


@dataclass(frozen=True, kw_only=True)
class FlagRule(Dated):
    """So many verified reports within so many days ask a human to look."""

    code: FlagCode
    reports: int
    within_days: int
    conduct: Some[Conduct]
    sha256: str
    """SHA-256 of the row as canonical JSON, without the day it ends: ending a rule does not change what it was."""

    @property
    def version(self) -> str:
        """Its code and first day: `repeated_harassment@2025-07-01`."""
        return f"{self.code}@{self.valid_from.isoformat()}"


@dataclass(frozen=True, kw_only=True)
class Explanation(Dated):
    """How many working days an official has to explain."""

    working_days: int


@dataclass(frozen=True, kw_only=True)
class Expiry(Dated):
    """After how many months a flag says nothing more."""

    months: int


@dataclass(frozen=True, kw_only=True)
class Delivery(Dated):
    """How often and when a notice is tried again. Delays in seconds; one more try than there are delays."""

    delays_seconds: Some[int]
    owner_silent_seconds: int

    @property
    def attempts(self) -> int:
        """How many tries there are."""
        return len(self.delays_seconds) + 1
