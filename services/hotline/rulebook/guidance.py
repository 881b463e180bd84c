"""Whose a khiếu nại is to settle, by who issued what it is against, as dated data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from shared.dated import Confidence, Dated, in_force, read_rows, read_tables

Issuer = Literal["commune_official", "commune_chair", "first_settlement", "department", "province_chair", "other_body"]


@dataclass(frozen=True, kw_only=True)
class Body(Dated):
    """Who settles a complaint against what such an issuer decided or did, where it is filed, and within how many days
    from knowing of it; `second`: it was settled once."""

    code: Issuer
    vi: str
    en: str
    body_vi: str
    body_en: str
    where_vi: str
    where_en: str
    file_days: int
    second: bool
    confidence: Confidence


@dataclass(frozen=True)
class Bodies:
    """All versions of all rows."""

    rows: Sequence[Body]

    def of(self, issuer: Issuer, day: date) -> Body | None:
        """The row of a day."""
        return in_force((row for row in self.rows if row.code == issuer), day)

    def all_on(self, day: date) -> list[Body]:
        """The rows of a day, in the order of `Issuer`."""
        found = (self.of(code, day) for code in get_args(Issuer))
        return [row for row in found if row is not None]


@cache
def load(path: Path | None = None) -> Bodies:
    """The rows of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("guidance.toml")
    return Bodies(read_rows(path, read_tables(path, "body"), "body", Body))
