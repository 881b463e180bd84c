"""How long the law gives: an amount of one of five kinds of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class LimitKind(StrEnum):
    SAME_DAY = "SAME_DAY"
    WORKING_DAY = "WORKING_DAY"
    CALENDAR_DAY = "CALENDAR_DAY"
    WORKING_HOUR = "WORKING_HOUR"
    WALL_MINUTE = "WALL_MINUTE"


@dataclass(frozen=True)
class Limit:
    """A time limit as a legal text gives it. `amount` is in units of `kind`, 0 for SAME_DAY, else at least 1."""

    kind: LimitKind
    amount: int

    def __post_init__(self) -> None:
        if self.kind is LimitKind.SAME_DAY and self.amount != 0:
            raise ValueError("a same-day limit has no amount: 0")
        if self.kind is not LimitKind.SAME_DAY and self.amount < 1:
            raise ValueError(f"a limit in {self.kind} is at least 1, not {self.amount}")

    @staticmethod
    def same_day() -> Limit:
        """Result by closing time; what comes at the cutoff (15:00) or later moves to the next working day."""
        return Limit(LimitKind.SAME_DAY, 0)

    @staticmethod
    def working_days(amount: int) -> Limit:
        return Limit(LimitKind.WORKING_DAY, amount)

    @staticmethod
    def wall_minutes(amount: int) -> Limit:
        """Minutes on the clock on the wall: nights and holidays run too (the hotline's severity clock)."""
        return Limit(LimitKind.WALL_MINUTE, amount)

    def as_data(self) -> dict[str, Any]:
        return {"kind": str(self.kind), "amount": self.amount}

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> Limit:
        """The limit of `as_data`; KeyError or ValueError when the data are not one."""
        if not isinstance(data, Mapping):
            raise ValueError(f"a limit has a kind and an amount, and is not {data!r}")
        kind, amount = data["kind"], data["amount"]
        for unknown in sorted(data.keys() - {"kind", "amount"}):
            raise ValueError(f"a limit has a kind and an amount, and no {unknown}")
        if kind not in tuple(LimitKind):
            raise ValueError(f"a limit is in {', '.join(LimitKind)}, not {kind!r}")
        if type(amount) is not int:
            raise ValueError(f"the amount of a limit is a whole number, not {amount!r}")
        return Limit(LimitKind(kind), amount)
