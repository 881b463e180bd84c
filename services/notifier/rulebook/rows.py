"""The rows of notifier's rulebook, a class a kind: what each holds, from which day, on which basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.dated import Some

FlagCode = Literal["repeated_harassment"]
"""A new row of a flag replaces the older one with its code: a code that nobody knows would stand beside it."""
Conduct = Literal["harassment", "delay", "discourtesy", "other"]
"""What the hotline's `ComplaintVerified` tells apart."""


@dataclass(frozen=True)
class Reminder:
    """How many working days before its date a promise is reminded of."""

    valid_from: date
    working_days_before: Some[int]
    basis: str
    valid_to: date | None = None


@dataclass(frozen=True)
class Ladder:
    """After how many working days what is overdue climbs one rung more."""

    valid_from: date
    working_days_between: int
    basis: str
    valid_to: date | None = None


@dataclass(frozen=True)
class FlagRule:
    """So many verified reports within so many days ask a human to look."""

    code: FlagCode
    valid_from: date
    reports: int
    within_days: int
    conduct: Some[Conduct]
    basis: str
    sha256: str
    """SHA-256 of the row as canonical JSON, without the day it ends: ending a rule does not change what it was."""
    valid_to: date | None = None

    @property
    def version(self) -> str:
        """Its code and first day: `repeated_harassment@2025-07-01`."""
        return f"{self.code}@{self.valid_from.isoformat()}"


@dataclass(frozen=True)
class Explanation:
    """How many working days an official has to explain."""

    valid_from: date
    working_days: int
    basis: str
    valid_to: date | None = None


@dataclass(frozen=True)
class Expiry:
    """After how many months a flag says nothing more."""

    valid_from: date
    months: int
    basis: str
    valid_to: date | None = None


@dataclass(frozen=True)
class Delivery:
    """How often and when a notice is tried again. Delays in seconds; one more try than there are delays."""

    valid_from: date
    delays_seconds: Some[int]
    owner_silent_seconds: int
    basis: str
    valid_to: date | None = None

    @property
    def attempts(self) -> int:
        """How many tries there are."""
        return len(self.delays_seconds) + 1
