"""A text as it is compared: no marks, no capitals, one kind of digit and blank, each letter knowing where it stood."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z0-9]+)*")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
_ALIKE = str.maketrans("аеорсхуіѕјԁɡαοи", "aeopcxyisjdgaon")
"""Letters of other scripts that are drawn as ours."""


@dataclass(frozen=True)
class Word:
    """A word: where it stands in the folded text, how it is folded and how it was written."""

    start: int
    end: int
    folded: str
    raw: str

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.raw[:1].isupper()


@dataclass(frozen=True)
class Folded:
    """A text beside its folded form; `at` says for each folded letter where in the text it stood."""

    raw: str
    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text a part of the folded form stands: from, up to."""
        return self.at[start], self.at[end - 1] + 1

    def written(self, start: int, end: int) -> str:
        """A part of the folded form as it was written."""
        first, last = self.span(start, end)
        return self.raw[first:last]

    def words(self) -> list[Word]:
        """Its words and numbers, in order."""
        found = _WORD.finditer(self.text)
        return [Word(each.start(), each.end(), each[0], self.written(each.start(), each.end())) for each in found]


def fold(raw: str) -> Folded:
    """A text with its folded form. What is not seen (combining marks, joiners) is in no folded form."""
    letters: list[str] = []
    at: list[int] = []
    for index, character in enumerate(raw):
        for letter in _base(character):
            letters.append(letter)
            at.append(index)
    return Folded(raw, "".join(letters), tuple(at))


@cache
def _base(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Mn", "Me", "Cf"):
        return ""
    if kind == "Nd":
        return str(unicodedata.digit(character))
    if character.isspace():
        return "\n" if character in "\n\r" else " "
    wide = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).translate(_DASHES))
    plain = "".join(each for each in wide if unicodedata.category(each) not in ("Mn", "Me", "Cf"))
    return plain.casefold().replace("đ", "d").translate(_ALIKE)


def folded(text: str) -> str:
    """A text in its folded form alone, each run of blanks one."""
    return " ".join(fold(text).text.split())


def tokens(text: str) -> tuple[str, ...]:
    """The words of a text, folded."""
    return tuple(_WORD.findall(fold(text).text))


def compatible(raw: str, known: str) -> bool:
    """Whether a word that folds as one of a name may be it: with the same marks, wherever they were set, or none."""
    mine = _marks(raw)
    return not mine or mine == _marks(known)


def _marks(word: str) -> list[str]:
    letters = unicodedata.normalize("NFD", word.lower())
    return sorted(each for each in letters if unicodedata.category(each) == "Mn" or each == "đ")


def phrases(words: Sequence[Word], index: int, longest: int, text: Folded) -> Iterator[tuple[int, str]]:
    """The phrases that begin with this word, as they are written in lower case, the longest first: up to which word,
    and the phrase."""
    for last in range(min(index + longest, len(words)), index, -1):
        yield last, text.written(words[index].start, words[last - 1].end).lower()
