"""The pledge not to harass or obstruct citizens, as dated texts. A version's text never changes: its hash is pinned."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from shared.dated import Dated, Some, in_force, read_rows, read_tables
from shared.worktime import Limit


@dataclass(frozen=True, kw_only=True)
class PledgeText(Dated):
    """One version of the text, in force from `valid_from` before `valid_to`. Only the Vietnamese is signed."""

    version: str
    title: str
    title_en: str
    lines: Some[str]
    lines_en: Some[str]
    joiners: Limit
    """Within how long a new official signs."""
    sha256: str

    def __post_init__(self) -> None:
        if len(self.lines) != len(self.lines_en):
            raise ValueError(f"pledge {self.version}: each line has its English")
        if self.sha256 != self.digest():
            raise ValueError(f"pledge {self.version}: the text is not the one that was hashed, {self.digest()}")

    @property
    def text(self) -> str:
        """What is signed: the title and the lines, each ended by a line feed, in NFC."""
        return unicodedata.normalize("NFC", "".join(f"{line}\n" for line in (self.title, *self.lines)))

    def digest(self) -> str:
        """SHA-256 of the text as UTF-8."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class Pledges:
    """All versions of the pledge."""

    texts: tuple[PledgeText, ...]

    def in_force(self, day: date) -> PledgeText | None:
        """The text in force on a day."""
        return in_force(self.texts, day)


def load_pledges(path: Path | None = None) -> Pledges:
    """The texts of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("pledge.toml")
    return Pledges(read_rows(path, read_tables(path, "pledge"), "pledge", _text))


def _text(**row: Any) -> PledgeText:
    return PledgeText(**row | {"joiners": Limit.from_data(row["joiners"])})
