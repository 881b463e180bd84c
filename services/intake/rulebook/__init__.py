"""The procedure catalogue as dated data. A dossier keeps the version in force when it was received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shared.dated import Confidence, Dated, Some, check_values, in_force, read_rows, read_tables
from shared.events.intake import Channel
from shared.worktime import Limit


@dataclass(frozen=True)
class Paper:
    """A paper that a procedure asks for."""

    code: str
    name: str
    note: str = ""
    required: bool = True
    name_en: str = ""
    note_en: str = ""


@dataclass(frozen=True, kw_only=True)
class Procedure(Dated):
    """One version of one procedure (thủ tục hành chính), in force from `valid_from` until `valid_to` (exclusive)."""

    code: str
    name: str
    name_en: str
    field: str
    limit: Limit
    fee: str
    papers: tuple[Paper, ...]
    channels: Some[Channel]
    confidence: Confidence
    department: str
    fee_en: str = ""

    @property
    def version(self) -> str:
        """Its first day, which names it among the versions of its code."""
        return self.valid_from.isoformat()


@dataclass(frozen=True)
class Catalogue:
    """All versions of all procedures."""

    procedures: tuple[Procedure, ...]

    def in_force(self, code: str, day: date) -> Procedure | None:
        """The version of a procedure in force on a day."""
        return in_force((each for each in self.procedures if each.code == code), day)

    def all_in_force(self, day: date) -> list[Procedure]:
        """Every procedure in force on a day, by name."""
        codes = sorted({each.code for each in self.procedures})
        found = [each for code in codes if (each := self.in_force(code, day)) is not None]
        return sorted(found, key=lambda each: each.name)


def load(path: Path | None = None) -> Catalogue:
    """The catalogue of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("procedures.toml")
    return Catalogue(read_rows(path, read_tables(path, "procedure"), "procedure", _procedure))


def _procedure(**row: Any) -> Procedure:
    papers = tuple(Paper(**paper) for paper in row["papers"])
    for paper in papers:
        check_values(paper)
    return Procedure(**row | {"limit": Limit.from_data(row["limit"]), "papers": papers})
