"""How a dossier moves between the national states, as dated data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

from shared.dated import Confidence, Dated, Some, in_force, read_rows, read_tables
from shared.worktime import Limit

Step = Literal[
    "take_up",
    "assign",
    "ask_supplement",
    "supplement",
    "ask_fee",
    "pay_fee",
    "correct",
    "reschedule",
    "withdraw",
    "stop",
    "complete",
    "hand_over",
]


class Status(IntEnum):
    """The national states of a dossier (trạng thái hồ sơ, codes 1 to 10), those that this release uses."""

    RECEIVED = 2
    IN_PROGRESS = 4
    SUPPLEMENT_AWAITED = 5
    FEE_AWAITED = 6
    WITHDRAWN = 7
    STOPPED = 8
    COMPLETED = 9
    HANDED_OVER = 10


@dataclass(frozen=True, kw_only=True)
class Move(Dated):
    """A step from some states to another; `to` is 0 where the state stays."""

    step: Step
    leaves: Some[int]
    to: int = 0
    confidence: Confidence

    @property
    def code(self) -> str:
        """What tells it from the others."""
        return self.step


@dataclass(frozen=True, kw_only=True)
class Patience(Dated):
    """How long the office waits for a step of the citizen's."""

    step: Step
    limit: Limit
    confidence: Confidence

    @property
    def code(self) -> str:
        """What tells it from the others."""
        return self.step


@dataclass(frozen=True)
class Moves:
    """All versions of all moves, and how long the citizen's are waited for."""

    rows: tuple[Move, ...]
    waits: tuple[Patience, ...]

    def after(self, step: Step, status: Status, day: date) -> Status | None:
        """The state after a step from this one; none where the step is not allowed from there on that day."""
        row = in_force((each for each in self.rows if each.step == step), day)
        if row is None or status not in row.leaves:
            return None
        return Status(row.to or status)

    def patience(self, step: Step, day: date) -> Limit:
        """How long a step is waited for. Raises LookupError where no row says it."""
        row = in_force((each for each in self.waits if each.step == step), day)
        if row is None:
            raise LookupError(f"no row says how long {step} is waited for on {day}")
        return row.limit


@cache
def load(path: Path | None = None) -> Moves:
    """The moves of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("states.toml")
    tables = read_tables(path, "move", "patience")
    return Moves(read_rows(path, tables, "move", _move), read_rows(path, tables, "patience", _patience))


def _move(**row: Any) -> Move:
    move = Move(**{"leaves" if name == "from" else name: value for name, value in row.items()})
    for code in (*move.leaves, *([move.to] if move.to else [])):
        Status(code)  # ValueError for a code that is no state
    if move.to != (fixed := _FIXED.get(move.step, move.to)):
        where = f"leads to {fixed}" if fixed else "leaves the state as it is"
        raise ValueError(f"{move.step} {where}, and its event has no word for another")
    return move


_FIXED: Mapping[Step, int] = {"take_up": 4, "assign": 0, "correct": 0, "reschedule": 0, "complete": 9, "hand_over": 10}
"""Where a step leads whose event says no `status_code`; 0 where the state stays."""


def _patience(**row: Any) -> Patience:
    return Patience(**row | {"limit": Limit.from_data(row["limit"])})
