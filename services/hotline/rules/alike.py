"""Whether two reports are of one place and topic, by words and cells, within so many days: the same both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import NamedTuple
from unicodedata import normalize

from services.hotline.rulebook.alike import AlikeRule
from shared.events.clusters import SamePlace
from shared.web.words import folded
from shared.worktime import VN

_LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz"
_WORD = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_BREAK = re.compile(r"[,.;:()/\n]")
_DAY_S = 86_400


class Cell(NamedTuple):
    """A cell of a geohash, by its column and row of so many bits."""

    column: int
    row: int
    letters: int

    @property
    def code(self) -> str:
        """The geohash: `w7er8u0`."""
        wide, high = _bits(self.letters)
        bits = "".join(
            str(self.column >> (wide - 1 - n // 2) & 1 if n % 2 == 0 else self.row >> (high - 1 - n // 2) & 1)
            for n in range(wide + high)
        )
        return "".join(_LETTERS[int(bits[n : n + 5], 2)] for n in range(0, len(bits), 5))

    def around(self) -> Iterator[Cell]:
        """Itself and the cells that touch it."""
        wide, high = _bits(self.letters)
        for across in (-1, 0, 1):
            for up in (-1, 0, 1):
                if 0 <= self.row + up < 1 << high:
                    yield Cell((self.column + across) % (1 << wide), self.row + up, self.letters)


def cell_of(lat: float, long: float, letters: int) -> Cell:
    """The cell of a point, in degrees."""
    wide, high = _bits(letters)
    column, row = int((long + 180) / 360 * (1 << wide)), int((lat + 90) / 180 * (1 << high))
    return Cell(column % (1 << wide), min(max(row, 0), (1 << high) - 1), letters)


def _bits(letters: int) -> tuple[int, int]:
    """Of a geohash of so many letters, how many bits say where east and west, and how many where north and south."""
    return (5 * letters + 1) // 2, 5 * letters // 2


@dataclass(frozen=True)
class Said:
    """What was said of a report, as it lies in the private table."""

    text: str
    place: str | None = None
    lat: str | None = None
    long: str | None = None


@dataclass(frozen=True)
class Spots:
    """Where it was, as far as that can be compared: a place that is named, a cell of the map, or neither."""

    named: str | None
    cell: Cell | None

    def own(self) -> list[str]:
        """What it is found by."""
        cells = [f"cell {self.cell.code}"] if self.cell else []
        return [*([f"named {self.named}"] if self.named else []), *cells]

    def sought(self) -> list[tuple[str, SamePlace]]:
        """What it looks for, and what finding it would mean."""
        named: list[tuple[str, SamePlace]] = [(f"named {self.named}", "named")] if self.named else []
        return [*named, *((f"cell {each.code}", "near") for each in (self.cell.around() if self.cell else ()))]


@dataclass(frozen=True)
class Traits:
    """What a report is compared by, beside its place and category."""

    filed_s: int
    words: frozenset[str]


@dataclass(frozen=True)
class Likeness:
    """What speaks for two reports being of one matter."""

    complaint_id: str
    alike_to: str
    place: SamePlace
    overlap: int
    days: int


def takes(rule: AlikeRule, kind: str | None, category: str | None, attributed: bool) -> bool:
    """Whether a report may stand in a cluster: of a kind and category of the rule, and attributed to nobody."""
    return kind in rule.kinds and category in rule.categories and not attributed


def spots_of(rule: AlikeRule, said: Said) -> Spots:
    """Where it was: a hamlet or the like that is named, in the place or else in the text; or all that was said of the
    place; and the cell of its coordinates."""
    place, text = said.place or "", said.text
    named = _named(rule, place, marked=False) or " ".join(_words(place)) or _named(rule, text, marked=True)
    return Spots(named or None, _cell(rule, said))


def traits_of(rule: AlikeRule, said: Said, spots: Spots, filed_at: datetime) -> Traits:
    """What it is compared by: the first words of its text, without the empty ones and those of its place, each as a
    short digest."""
    own = set((spots.named or "").split())
    spelt = _WORD.findall(normalize("NFC", said.text).casefold())
    told = dict.fromkeys(folded(word) for word in spelt if word not in _empty(rule) and len(word) > 1)
    told = dict.fromkeys(word for word in told if word not in own)
    words = frozenset(_digest(word, 8) for word in list(told)[: rule.most_words])
    return Traits(int(filed_at.timestamp()), words)


def likeness(
    rule: AlikeRule, complaint_id: str, traits: Traits, other: str, of_other: Traits, place: SamePlace
) -> Likeness | None:
    """What speaks for a report being alike to another of one place and category; none when too little does."""
    apart_s = abs(traits.filed_s - of_other.filed_s)
    if apart_s > rule.days * _DAY_S:
        return None
    shorter = min(len(traits.words), len(of_other.words))
    shared = len(traits.words & of_other.words)
    if not shared or shared < min(rule.shared_words, shorter):
        return None
    overlap = shared * 100 // shorter
    if overlap < rule.overlap_percent:
        return None
    return Likeness(complaint_id, other, place, overlap, apart_s // _DAY_S)


def drawer(category: str, spot: str, month: str) -> str:
    """Under what the traits of reports of a category, a spot and a month lie: it tells neither."""
    return f"alk_{_digest('|'.join((category, spot, month)), 32)}"


def month_of(filed_at: datetime) -> str:
    """The month that a report was filed in: `2026-06`."""
    return filed_at.astimezone(VN).strftime("%Y-%m")


def months_around(rule: AlikeRule, filed_at: datetime) -> list[str]:
    """The months in which reports may have been filed that are alike to it."""
    day, last = filed_at - timedelta(days=rule.days), filed_at + timedelta(days=rule.days)
    found = [month_of(day)]
    while day < last:
        day = min(day + timedelta(days=27), last)
        found.append(month_of(day))
    return list(dict.fromkeys(found))


def written(traits: Traits) -> str:
    """Traits as they are kept."""
    return " ".join([str(traits.filed_s), *sorted(traits.words)])


def as_read(value: str) -> Traits:
    """Traits as they were kept."""
    filed_s, *words = value.split(" ")
    return Traits(int(filed_s), frozenset(words))


def contact(way: str) -> str:
    """A way to reach somebody, as it is compared: a number however it is written, what has letters in small ones."""
    digits = "".join(each for each in way if each.isdigit())
    number = re.sub(r"^(84|0)", "", digits)
    return _digest(way.casefold() if _LETTER.search(way) or not number else number, 16)


def _cell(rule: AlikeRule, said: Said) -> Cell | None:
    return cell_of(float(said.lat), float(said.long), rule.cell_letters) if said.lat and said.long else None


def _named(rule: AlikeRule, text: str, *, marked: bool) -> str:
    """The name behind the first kind of place, in the order of the rule; a number alone keeps its kind before it. With
    `marked` a kind counts as it is spelt alone: `chợ` and not `cho`."""
    parts = [part.casefold() if marked else folded(part) for part in _BREAK.split(text)]
    spelt = [_WORD.findall(part) for part in parts]
    kinds = [_WORD.findall(each if marked else folded(each)) for each in rule.kinds_of_place]
    ends = {_words(each)[0] for each in (*rule.kinds_of_place, *rule.parts_above)}
    for kind in kinds:
        for words in spelt:
            for at in range(len(words) - len(kind)):
                name = _name(rule, words[at + len(kind) :], ends) if words[at : at + len(kind)] == kind else ""
                if name:
                    return f"{folded(' '.join(kind))} {name}" if name.isdigit() else name
    return ""


def _name(rule: AlikeRule, words: Sequence[str], ends: set[str]) -> str:
    name: list[str] = []
    for word in map(folded, words):
        if word in ends or (len(name) == rule.name_words and not word.isdigit()):
            break
        name.append(word)
        if word.isdigit():
            break
    return " ".join(name)


def _words(text: str) -> list[str]:
    return _WORD.findall(folded(text))


@cache
def _empty(rule: AlikeRule) -> frozenset[str]:
    """Words that say nothing of a matter, as they are spelt: `tôi` is one, and `tối` is none."""
    return frozenset(_WORD.findall(" ".join((*rule.empty_words, *rule.kinds_of_place, *rule.parts_above))))


def _digest(text: str, length: int) -> str:
    return sha256(text.encode()).hexdigest()[:length]
