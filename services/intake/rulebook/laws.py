"""The legal texts that procedures name, and the fields of administration they belong to. Neither changes by day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date as Day
from pathlib import Path
from typing import Any, Literal, TypeVar

from shared.dated import Confidence, check_values, read_tables, reading, tupled

Kind = Literal["Luật", "Nghị định", "Thông tư", "Quyết định"]
ENGLISH: Mapping[Kind, str] = {"Luật": "Law", "Nghị định": "Decree", "Thông tư": "Circular", "Quyết định": "Decision"}
LAW: Kind = "Luật"
HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Law:
    """A legal text. `date` is its day of issue, None while nothing that we read confirms it."""

    code: str
    kind: Kind
    number: str
    name: str
    name_en: str
    confidence: Confidence
    date: Day | None = None

    @property
    def title(self) -> str:
        """As it is cited: `Luật Hộ tịch 60/2014/QH13`, `Nghị định 123/2015/NĐ-CP`."""
        return f"{self.name if self.kind == LAW else self.kind} {self.number}"

    @property
    def title_en(self) -> str:
        """The same for an English reader: `Decree 123/2015/NĐ-CP`."""
        return f"{self.name_en if self.kind == LAW else ENGLISH[self.kind]} {self.number}"


@dataclass(frozen=True, kw_only=True)
class Area:
    """A field of administration (lĩnh vực), by its name."""

    name: str
    name_en: str


Row = TypeVar("Row")


def load_laws(path: Path = HERE / "laws.toml") -> tuple[Law, ...]:
    """The legal texts of this release, or of another file of the same shape. Raises WrongRow."""
    return _load(path, "law", Law, "code")


def load_fields(path: Path = HERE / "fields.toml") -> tuple[Area, ...]:
    """The fields of administration in the order of the front page. Raises WrongRow."""
    return _load(path, "field", Area, "name")


def _load(path: Path, kind: str, make: Callable[..., Row], key: str) -> tuple[Row, ...]:
    rows = tuple(_made(path, kind, make, row, key) for row in read_tables(path, kind)[kind])
    with reading(path):
        check_once(kind, [getattr(row, key) for row in rows])
    return rows


def _made(path: Path, kind: str, make: Callable[..., Row], values: Mapping[str, Any], key: str) -> Row:
    with reading(path, f"{kind} {values.get(key, f'without a {key}')}"):
        row = make(**tupled(values))
        check_values(row)
        return row


def check_once(what: str, names: list[str]) -> None:
    """Raises ValueError for a name that stands there twice."""
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{what} {name} stands there {names.count(name)} times")
