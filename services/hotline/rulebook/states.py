"""How a report moves between its states, as dated data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Literal

from shared.dated import Confidence, Dated, Some, in_force, read_rows, read_tables

Step = Literal[
    "triage",
    "triage_again",
    "alarm",
    "assign",
    "hand_on",
    "take_up",
    "take_up_asked",
    "give_back",
    "ask_supplement",
    "supplement",
    "supplement_waiting",
    "refer",
    "answer",
    "reject",
    "reopen",
    "close",
    "withdraw",
    "guide",
    "admit",
    "ask_body",
    "split",
    "merge",
    "separate",
    "answer_with",
]


class Status(StrEnum):
    """Where a report is; attribution and verification run beside it and show in no status."""

    FILED = "filed"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    ASKED = "asked"
    REFERRED = "referred"
    GUIDED = "guided"
    MERGED = "merged"
    ANSWERED = "answered"
    REOPENED = "reopened"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Move(Dated):
    """A step from some states to another; `to` is empty where the state stays."""

    step: Step
    leaves: Some[str]
    to: str = ""
    confidence: Confidence

    @property
    def code(self) -> str:
        """What tells it from the others."""
        return self.step


@dataclass(frozen=True)
class Moves:
    """All versions of all moves."""

    rows: tuple[Move, ...]

    def after(self, step: Step, status: Status, day: date) -> Status | None:
        """The state after a step from this one; none where the step is not allowed from there on that day."""
        row = in_force((each for each in self.rows if each.step == step), day)
        if row is None or status not in row.leaves:
            return None
        return Status(row.to or status)


@cache
def load(path: Path | None = None) -> Moves:
    """The moves of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("states.toml")
    return Moves(read_rows(path, read_tables(path, "move"), "move", _move))


def _move(**row: Any) -> Move:
    move = Move(**_leaving(row))
    for status in (*move.leaves, *([move.to] if move.to else [])):
        Status(status)  # ValueError for a word that is no state
    return move


def _leaving(row: Mapping[str, Any]) -> dict[str, Any]:
    """`from` is a word of Python's."""
    return {"leaves" if name == "from" else name: value for name, value in row.items()}
