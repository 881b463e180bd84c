"""Why an answer is kept from the public, and the words by which a personal datum is known, as dated data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from shared.dated import Confidence, Dated, Some, in_force, read_rows, read_tables
from shared.events.answers import WithheldReason

WordsCode = Literal["family", "honorific", "place", "named_after", "digit"]


@dataclass(frozen=True, kw_only=True)
class Reason(Dated):
    """Why an answer is not published, in two languages; its reporter reads it."""

    code: WithheldReason
    vi: str
    en: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True)
class Words(Dated):
    """Words of a kind; those for digits as `word=digit`."""

    code: WordsCode
    words: Some[str]


@dataclass(frozen=True)
class Lexicon:
    """The words of a day, in lower case, with their marks."""

    family: frozenset[str]
    honorific: frozenset[str]
    place: frozenset[str]
    named_after: frozenset[str]
    """What is called by a name that is no person's: a street, a school."""
    digits: Mapping[str, str]


@dataclass(frozen=True)
class PublishingBook:
    """All versions of all rows."""

    reasons: tuple[Reason, ...]
    words: tuple[Words, ...]

    def reason(self, code: str, day: date) -> Reason | None:
        """The reason in force on a day."""
        return in_force((row for row in self.reasons if row.code == code), day)

    def reasons_on(self, day: date) -> list[Reason]:
        """The reasons in force on a day, in the order of the file."""
        codes = dict.fromkeys(row.code for row in self.reasons)
        return [row for code in codes if (row := self.reason(code, day)) is not None]

    def lexicon(self, day: date) -> Lexicon:
        """The words in force on a day."""
        found = {code: self._words(code, day) for code in ("family", "honorific", "place", "named_after", "digit")}
        digits = dict(word.split("=", 1) for word in found.pop("digit"))
        return Lexicon(**found, digits=digits)

    def _words(self, code: str, day: date) -> frozenset[str]:
        row = in_force((row for row in self.words if row.code == code), day)
        return frozenset(word.lower() for word in row.words) if row else frozenset()


@cache
def load(path: Path | None = None) -> PublishingBook:
    """The rows of this release, or of another file of the same shape. Raises WrongRow."""
    path = path or Path(__file__).with_name("publishing.toml")
    tables = read_tables(path, "reason", "words")
    return PublishingBook(read_rows(path, tables, "reason", Reason), read_rows(path, tables, "words", _words))


def _words(**row: object) -> Words:
    words = Words(**row)  # type: ignore[arg-type]  # what the file says is checked by its reader
    if words.code == "digit" and not all(len(word.split("=")) == 2 and word[-1].isdigit() for word in words.words):
        raise ValueError("words for digits are written word=digit")
    return words
