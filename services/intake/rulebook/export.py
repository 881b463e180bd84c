"""The export file of the province's system: what its columns are called, and its lines as they were typed."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shared.web.words import folded

NEEDED = ("number", "procedure", "full_name", "citizen_id", "received_at", "due_at", "status")
MOST_LINES = 500


class NoExport(ValueError):
    """The file is no export; the code says why: `not_text`, `columns_missing` or `too_many_lines`."""

    def __init__(self, code: str, *missing: str) -> None:
        super().__init__(code)
        self.code, self.missing = code, missing


@dataclass(frozen=True)
class Export:
    """The words of the province's system."""

    columns: Mapping[str, tuple[str, ...]]
    """What each column may be called; the first is shown."""
    channels: Mapping[str, str]
    received: frozenset[str]

    def lines(self, raw: bytes) -> list[dict[str, str]]:
        """The lines of a file (CSV, UTF-8, parted by commas, semicolons or tabs), by our names; a cell that a line has
        not is empty. Raises NoExport."""
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise NoExport("not_text") from error
        mark = max(",;\t", key=text.partition("\n")[0].count)
        try:
            head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        except (ValueError, csv.Error) as error:  # no line at all, or a field without end
            raise NoExport("columns_missing", *(self.columns[name][0] for name in NEEDED)) from error
        places = self._places(head)
        found = [
            {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
            for row in rows
            if any(cell.strip() for cell in row)
        ]
        if len(found) > MOST_LINES:
            raise NoExport("too_many_lines")
        return found

    def _places(self, head: list[str]) -> dict[str, int]:
        named = {plain(title): place for place, title in enumerate(head)}
        places = {name: named[title] for name, title in self._titles() if title in named}
        if missing := [self.columns[name][0] for name in NEEDED if name not in places]:
            raise NoExport("columns_missing", *missing)
        return places

    def _titles(self) -> Iterator[tuple[str, str]]:
        return ((name, plain(title)) for name, titles in self.columns.items() for title in reversed(titles))


def plain(text: str) -> str:
    """Without marks, capitals and blanks."""
    return "".join(folded(text).split())


@cache
def load() -> Export:
    """The words that this release knows."""
    tables: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "export.toml").read_text(encoding="utf-8"))
    channels = {plain(word): code for code, words in tables["channels"].items() for word in words}
    received = frozenset(plain(word) for word in tables["received"]["words"])
    return Export({name: tuple(titles) for name, titles in tables["columns"].items()}, channels, received)
