"""What a unit promises of its own: less time than the law gives, as dated rows of a file of the operator's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.dated import Dated, read_rows, read_tables
from shared.worktime import Limit


@dataclass(frozen=True, kw_only=True)
class OwnPromise(Dated):
    """The unit's own time for a procedure, or for one of its kinds of case. It is promised where it is sooner."""

    procedure: str
    limit: Limit
    variant: str | None = None

    @property
    def code(self) -> str:
        """What tells it from the others."""
        return self.procedure if self.variant is None else f"{self.procedure} {self.variant}"


def read_own(file: Path | None, known: Mapping[str, Mapping[str | None, Limit]]) -> tuple[OwnPromise, ...]:
    """The rows of a file, none without one; `known` are the legal times by procedure and kind of case. Raises WrongRow,
    also for a procedure that the catalogue has not, and for a time of another kind than the law's, or no shorter."""
    if file is None:
        return ()

    def make(**row: Any) -> OwnPromise:
        own = OwnPromise(**row | {"limit": Limit.from_data(row["limit"])})
        if own.procedure not in known:
            raise ValueError(f"procedure is one of the catalogue's, not {own.procedure!r}")
        if own.variant not in known[own.procedure]:
            raise ValueError(f"{own.procedure} has no kind of case {own.variant!r}")
        legal = known[own.procedure][own.variant]
        if legal.kind is not own.limit.kind:
            raise ValueError(f"the law gives {own.code} its time in {legal.kind.value}: so does this row")
        if legal.amount <= own.limit.amount:
            raise ValueError(f"{own.code}: its time is not shorter than the law's ({legal.amount})")
        return own

    return read_rows(file, read_tables(file, "promise"), "promise", make)
