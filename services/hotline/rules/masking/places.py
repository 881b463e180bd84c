"""Where people live, in a text: the places that a case knows, house numbers, parcels of land."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from services.hotline.rulebook.publishing import Lexicon
from services.hotline.rules.masking.folded import Folded, Word, phrases, tokens
from services.hotline.rules.masking.pieces import Piece, loose, piece

_SAID = r"(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|muoi|tram|linh|le)"
_NUMBER = rf"(?:\d{{1,4}}[a-z]?(?:\s?/\s?\d{{1,4}}[a-z]?){{0,4}}|{_SAID}(?:\s{_SAID}){{0,4}})"
_HOUSE = re.compile(
    rf"(?<![a-z0-9])(?:so nha|nha so|s\.\s?n\.?|sn|can ho(?: so)?|phong tro(?: so)?|thua(?: dat)?(?: so)?"
    rf"|to ban do(?: so)?|kiot(?: so)?|lo(?: dat)? so)\s*[:.]?\s*{_NUMBER}(?![a-z0-9])"
)
_LANE = re.compile(
    rf"(?<![a-z0-9])(?:so|nha)\s*\d{{1,4}}[a-z]?(?:/\d{{1,4}}[a-z]?){{0,4}}(?=\s*,?\s*(?:duong|pho|ngo|ngach|hem|kiet|to|xom"
    rf"|thon|ap|khu)\b)|(?<![a-z0-9])(?:ngo|ngach|hem|kiet)\s*(?:so)?\s*{_NUMBER}(?![a-z0-9])"
)
_LIVES = re.compile(
    r"(?<![a-z0-9])(?:(?:thuong tru|tam tru|cu tru|tru|sinh song|song|o)\s+tai|dia chi(?: nha)?"
    r"(?: la| o| tai)?\s*:?|nha o)"
    r"\s+(?=[^.;\n]*\S)([^.;\n]{2,90})"
)
_COORDINATES = re.compile(r"(?<![\d.])\d{1,3}\.\d{2,}\s*[,;]\s*\d{1,3}\.\d{2,}(?!\d)|(?<![\d.])\d{1,3}\.\d{4,}(?!\d)")
MOST = 4
"""Words of a place's name that are taken after what it is."""


def known_places(text: Folded, places: Collection[str], lexicon: Lexicon) -> Iterator[Piece]:
    """Where these places stand, whole or in a part between commas, with or without what they are (a hamlet, a road)."""
    for place in places:
        for part in {place, *place.split(",")}:
            yield from _place(text, tokens(part))
            yield from _named(text, part, lexicon)


def _place(text: Folded, plain: Sequence[str]) -> Iterator[Piece]:
    """The whole of it; one word alone with a capital."""
    if not plain or len("".join(plain)) < 3:
        return
    for found in loose(plain, r"[\W_]{0,4}").finditer(text.text):
        if len(plain) > 1 or text.written(found.start(), found.end())[0].isupper():
            yield piece(text, found.start(), found.end(), "address", True)


def _named(text: Folded, part: str, lexicon: Lexicon) -> Iterator[Piece]:
    """Its name alone, with a capital."""
    words = part.split()
    first = next((at for at in (3, 2, 1) if " ".join(words[:at]).lower() in lexicon.place), 0)
    plain = tokens(" ".join(words[first:]))
    if not first or not plain or len("".join(plain)) < 3:
        return
    for found in loose(plain, r"[\W_]{0,4}").finditer(text.text):
        if text.written(found.start(), found.end())[0].isupper():
            yield piece(text, found.start(), found.end(), "address", True)


def likely_places(text: Folded, lexicon: Lexicon) -> Iterator[Piece]:
    """House numbers, lanes and parcels with the places named after them, where it says that somebody lives, and
    coordinates."""
    words = text.words()
    for pattern in (_HOUSE, _LANE):
        for found in pattern.finditer(text.text):
            yield piece(text, found.start(), _tail(text, words, found.end(), lexicon), "address")
    for found in _LIVES.finditer(text.text):
        if _is_named(text, words, found.start(1), found.end(1)):
            yield piece(text, found.start(1), found.end(1), "address")
    for found in _COORDINATES.finditer(text.text):
        yield piece(text, found.start(), found.end(), "address")


def _is_named(text: Folded, words: Sequence[Word], start: int, end: int) -> bool:
    inside = [word for word in words if start <= word.start < end]
    return any(word.capital or word.folded[0].isdigit() for word in inside)


def _tail(text: Folded, words: Sequence[Word], end: int, lexicon: Lexicon) -> int:
    """Up to where the places go on that are named after a house number: road, lane, hamlet, each with its name."""
    index = next((at for at, word in enumerate(words) if word.start >= end), len(words))
    while index < len(words) and re.fullmatch(r"[\s,–-]{1,3}", text.text[end : words[index].start]):
        kind = next((last for last, phrase in phrases(words, index, 3, text) if phrase in lexicon.place), None)
        last = index if kind is None else kind
        named = last
        while named < min(len(words), last + MOST) and (words[named].capital or words[named].folded[0].isdigit()):
            if named > last and text.text[words[named - 1].end : words[named].start].strip():
                break
            named += 1
        if kind is None or named == last:
            break
        end, index = words[named - 1].end, named
    return end
