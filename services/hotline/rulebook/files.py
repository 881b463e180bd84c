"""What may come with a report beside its text, as dated data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from shared.dated import Confidence, Dated, Some, in_force, read_rows, read_tables
from shared.events.files import FileKind

BESIDE = 100_000
"""Bytes of a form beside its files."""


@dataclass(frozen=True, kw_only=True)
class FilesRule(Dated):
    """At most so many files of so many bytes each, of these kinds; and how long a slow line may take, in seconds."""

    files: int
    bytes: int
    idle_seconds: int
    seconds: int
    kinds: Some[FileKind]
    confidence: Confidence

    @property
    def whole(self) -> int:
        """Bytes of a form with all its files."""
        return self.files * self.bytes + BESIDE


@dataclass(frozen=True, kw_only=True)
class BudgetRule(Dated):
    """Bytes of files that are kept in a day: of one address and of all who are not signed in, and of one official."""

    address_bytes: int
    unit_bytes: int
    official_bytes: int
    confidence: Confidence


@dataclass(frozen=True)
class FileBook:
    """All versions of the rows."""

    rows: tuple[FilesRule, ...]
    budgets: tuple[BudgetRule, ...] = ()

    def rule(self, day: date) -> FilesRule | None:
        """What may come on a day."""
        return in_force(self.rows, day)

    def budget(self, day: date) -> BudgetRule | None:
        """How much of it is kept on a day."""
        return in_force(self.budgets, day)

    @property
    def most(self) -> int:
        """Bytes of the largest form of any day."""
        return max(row.whole for row in self.rows)


def load(path: Path | None = None) -> FileBook:
    """The rows of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("files.toml")
    tables = read_tables(path, "files", "budget")
    return FileBook(read_rows(path, tables, "files", FilesRule), read_rows(path, tables, "budget", BudgetRule))
