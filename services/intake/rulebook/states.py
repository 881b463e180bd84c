"""How a dossier moves between the national states, as dated data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from shared.dated import Confidence, Dated, Some, in_force, read_rows, read_tables, reading
from shared.events.intake import RescheduleReason
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
FilingStep = Literal["accept", "ask", "refuse", "withdraw", "close"]
Waited = Literal["supplement", "pay", "look", "answer", "resubmit", "collect"]
"""What there is a time for, beside the promised date: papers and payments of the citizen, the office's eyes on a
filing, and a result that nobody collects."""


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


class FilingStatus(IntEnum):
    """Those of the national states that a filing online goes through before it is a dossier, or instead."""

    REGISTERED = 1
    ACCEPTED = 2
    REFUSED = 3
    SUPPLEMENT_AWAITED = 5
    WITHDRAWN = 7
    CLOSED = 8


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
class FilingMove(Dated):
    """A step of a filing, from some states to another."""

    step: FilingStep
    leaves: Some[int]
    to: int
    confidence: Confidence

    @property
    def code(self) -> str:
        """What tells it from the others."""
        return self.step


@dataclass(frozen=True, kw_only=True)
class Patience(Dated):
    """How long something is waited for."""

    step: Waited
    limit: Limit
    confidence: Confidence

    @property
    def code(self) -> str:
        """What tells it from the others."""
        return self.step


@dataclass(frozen=True, kw_only=True)
class Lead(Dated):
    """How many days before its date a step is taken at the latest; what is `spared` may come until the date itself."""

    step: Literal["reschedule"]
    days: int
    spared: tuple[RescheduleReason, ...] = ()
    confidence: Confidence

    @property
    def code(self) -> str:
        """What tells it from the others."""
        return self.step


@dataclass(frozen=True)
class Moves:
    """All versions of all moves, how long the citizen's are waited for, and how early an apology comes."""

    rows: tuple[Move, ...]
    waits: tuple[Patience, ...]
    filings: tuple[FilingMove, ...]
    leads: tuple[Lead, ...]

    def after(self, step: Step, status: Status, day: date) -> Status | None:
        """The state after a step from this one; none where the step is not allowed from there on that day."""
        row = in_force((each for each in self.rows if each.step == step), day)
        if row is None or status not in row.leaves:
            return None
        return Status(row.to or status)

    def after_filed(self, step: FilingStep, status: FilingStatus, day: date) -> FilingStatus | None:
        """The state of a filing after a step; none where the step is not allowed from there on that day."""
        row = in_force((each for each in self.filings if each.step == step), day)
        return FilingStatus(row.to) if row is not None and status in row.leaves else None

    def basis_filed(self, step: FilingStep, day: date) -> str:
        """The act that lets a filing take a step. Raises LookupError where no row says it."""
        row = in_force((each for each in self.filings if each.step == step), day)
        if row is None:
            raise LookupError(f"no row says by which act a filing may {step} on {day}")
        return row.basis

    def patience(self, step: Waited, day: date) -> Limit:
        """How long a step is waited for. Raises LookupError where no row says it."""
        row = in_force((each for each in self.waits if each.step == step), day)
        if row is None:
            raise LookupError(f"no row says how long {step} is waited for on {day}")
        return row.limit

    def lead(self, day: date) -> Lead:
        """How early an apology comes. Raises LookupError where no row says it."""
        row = in_force(self.leads, day)
        if row is None:
            raise LookupError(f"no row says how early an apology comes on {day}")
        return row


@cache
def load(path: Path | None = None) -> Moves:
    """The moves of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("states.toml")
    tables = read_tables(path, "move", "filing_move", "patience", "lead")
    waits = read_rows(path, tables, "patience", _patience)
    with reading(path):
        if lacking := set(get_args(Waited)) - {each.step for each in waits}:
            raise ValueError(f"patience has no row for {', '.join(sorted(lacking))}")
    moves, filing_moves = read_rows(path, tables, "move", _move), read_rows(path, tables, "filing_move", _filing_move)
    return Moves(moves, waits, filing_moves, read_rows(path, tables, "lead", _lead))


def _move(**row: Any) -> Move:
    move = Move(**_leaving(row))
    for code in (*move.leaves, *([move.to] if move.to else [])):
        Status(code)  # ValueError for a code that is no state
    if move.to != (fixed := _FIXED.get(move.step, move.to)):
        where = f"leads to {fixed}" if fixed else "leaves the state as it is"
        raise ValueError(f"{move.step} {where}, and its event has no word for another")
    return move


_FIXED: Mapping[Step, int] = {"take_up": 4, "assign": 0, "correct": 0, "reschedule": 0, "complete": 9, "hand_over": 10}
"""Where a step leads whose event says no `status_code`; 0 where the state stays."""


def _filing_move(**row: Any) -> FilingMove:
    move = FilingMove(**_leaving(row))
    for code in (*move.leaves, move.to):
        FilingStatus(code)  # ValueError for a code that is no state of a filing
    if (move.to == FilingStatus.ACCEPTED) != (move.step == "accept"):
        raise ValueError(f"accept leads to {FilingStatus.ACCEPTED:d}, and nothing else does: a dossier begins there")
    return move


def _leaving(row: Mapping[str, Any]) -> dict[str, Any]:
    """`from` is a word of Python's."""
    return {"leaves" if name == "from" else name: value for name, value in row.items()}


def _lead(**row: Any) -> Lead:
    lead = Lead(**row)
    if lead.days < 0:
        raise ValueError("an apology comes before its date, or on it: days is 0 or more")
    return lead


def _patience(**row: Any) -> Patience:
    return Patience(**row | {"limit": Limit.from_data(row["limit"])})
