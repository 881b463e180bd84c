"""Names of people in a Vietnamese text: those that a case knows, in every spelling, and what looks like one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache

from services.hotline.rulebook.publishing import Lexicon
from services.hotline.rules.masking.folded import Folded, Word, compatible, phrases, tokens
from services.hotline.rules.masking.pieces import Piece, loose, piece

MOST = 5
"""Words of a name, at most."""
_GAP = re.compile(r" {1,3}| {0,2}- {0,2}")
_AFTER_LETTER = re.compile(r"\.? {0,2}")
_CLUSTERS = ("ngh", "ng", "nh", "ch", "tr", "th", "ph", "kh", "gh", "gi", "qu")
_APART = r"[\s._,'’*|/-]{0,3}"
_AFTER_INITIAL = r"[\s._-]{1,3}"


def known_names(text: Folded, names: Collection[str], lexicon: Lexicon) -> Iterator[Piece]:
    """Where these people are named: in full, in part, with initials, turned round, glued together, by what they are
    called after a word of address, or by their given name alone."""
    words = text.words()
    for name in names:
        parts, plain = tuple(name.split()), tokens(name)
        if len(parts) != len(plain):  # a hyphen or an apostrophe within it
            parts = plain
        yield from _whole(text, plain)
        if len(plain) > 1:
            yield from _in_part(text, parts, plain)
            yield from _initials(text, plain)
        yield from _called(text, words, parts, plain, lexicon)


def _whole(text: Folded, plain: Sequence[str]) -> Iterator[Piece]:
    if len(plain) > 1:
        for order in (plain, (plain[-1], *plain[:-1])):
            for found in loose(order, _APART).finditer(text.text):
                yield piece(text, found.start(), found.end(), "name", True)


def _in_part(text: Folded, parts: Sequence[str], plain: Sequence[str]) -> Iterator[Piece]:
    """Some of it, the given name among it: its other words in full, by their first letter, or left out."""
    *others, given = plain
    opened = [rf"(?:{word}{_APART}|(?:{'|'.join(_first(word))}){_AFTER_INITIAL})" for word in map(re.escape, others)]
    starts = ["".join([opened[at], *(f"(?:{each})?" for each in opened[at + 1 :])]) for at in range(len(opened))]
    before = rf"(?<![a-z0-9])(?:{'|'.join(starts)}){re.escape(given)}(?![a-z0-9])"
    after = rf"(?<![a-z0-9]){re.escape(given)}{_APART}(?:{'|'.join(map(re.escape, others))})(?![a-z0-9])"
    for pattern in (before, after):
        for found in re.finditer(pattern, text.text):
            if _may_be(text.written(found.start(), found.end()), parts):
                yield piece(text, found.start(), found.end(), "name", True)


def _first(word: str) -> list[str]:
    cluster = next((each for each in _CLUSTERS if word.startswith(each)), word[0])
    return sorted({cluster, word[0]}, key=len, reverse=True)


def _may_be(written: str, parts: Sequence[str]) -> bool:
    """Whether every word written in full bears the marks of the name, or begins with a capital."""
    if " ".join(parts).isascii():
        return True
    known = {tokens(part)[0]: part for part in parts if tokens(part)}
    for raw in re.findall(r"[^\W\d_]+", written):
        folded = tokens(raw)
        part = known.get(folded[0]) if folded else None
        if part is not None and not raw[0].isupper() and not compatible(raw, part):
            return False
    return True


def _initials(text: Folded, plain: Sequence[str]) -> Iterator[Piece]:
    """Nothing but first letters, in capitals: N.V.B, NVB."""
    letters = rf"{'[. -]{0,2}'.join(re.escape(word[0]) for word in plain)}"
    for found in re.finditer(rf"(?<![a-z0-9]){letters}(?![a-z0-9])", text.text):
        written = text.written(found.start(), found.end())
        if written.isupper() and (len(plain) > 2 or "." in written):
            yield piece(text, found.start(), found.end(), "name", True)


def _called(
    text: Folded, words: Sequence[Word], parts: Sequence[str], plain: Sequence[str], lexicon: Lexicon
) -> Iterator[Piece]:
    """By one word of it: after a word of address, however written, and the given name with a capital. At the beginning
    of a sentence, or beside another capital, it may be another word."""
    unmarked = " ".join(parts).isascii()
    for index, word in enumerate(words):
        if word.folded not in plain or not (unmarked or compatible(word.raw, parts[plain.index(word.folded)])):
            continue
        addressed = index > 0 and _is_address(words, index, text, lexicon)
        given = word.folded == plain[-1] and word.capital and len(word.folded) > 1
        if addressed or given:
            yield piece(text, word.start, word.end, "name", addressed or not _doubtful(text, words, index))


def _is_address(words: Sequence[Word], index: int, text: Folded, lexicon: Lexicon) -> bool:
    for first in range(max(0, index - 3), index):
        phrase = text.written(words[first].start, words[index - 1].end).lower()
        if (phrase in lexicon.honorific) or (phrase.isascii() and phrase in _plain(lexicon.honorific)):
            return True
    return False


@cache
def _plain(words: frozenset[str]) -> frozenset[str]:
    return frozenset(" ".join(tokens(word)) for word in words)


def _doubtful(text: Folded, words: Sequence[Word], index: int) -> bool:
    word, before = words[index], text.text[: words[index].start].rstrip(" \"'“(")
    begins = not before or before[-1] in ".!?:\n"
    beside = [words[at] for at in (index - 1, index + 1) if 0 <= at < len(words)]
    touching = [each for each in beside if text.text[min(each.end, word.end) : max(each.start, word.start)] == " "]
    return begins or any(each.capital for each in touching)


def likely_names(text: Folded, lexicon: Lexicon, officials: Collection[tuple[str, ...]]) -> Iterator[Piece]:
    """What looks like a name: a family name and what follows with capitals, or capitals after a word of address. Not
    what a street or a school is called, and not the officials of the unit."""
    words, index = text.words(), 0
    unmarked = text.raw.isascii()
    while index < len(words):
        start = _after_address(words, index, text, lexicon, unmarked)
        last = _capitals(words, start, text)
        is_family = _in(words[index].raw, lexicon.family) and words[index].capital
        if start == index and not (is_family and last - index > 1 and not _named_after(words, index, text, lexicon)):
            index += 1
            continue
        if last > start and not _an_official(words[start:last], officials):
            yield piece(text, words[start].start, words[last - 1].end, "name")
        index = max(last, index + 1)


def _after_address(words: Sequence[Word], index: int, text: Folded, lexicon: Lexicon, unmarked: bool) -> int:
    """The word after the word of address that begins here; this one when none does."""
    for last, phrase in phrases(words, index, 3, text):
        if phrase in lexicon.honorific or (unmarked and phrase in _plain(lexicon.honorific)):
            return last
    return index


def _capitals(words: Sequence[Word], start: int, text: Folded) -> int:
    """Up to which word capitals follow each other from here."""
    last = start
    while last < min(len(words), start + MOST) and words[last].capital:
        if last > start and not _touch(words[last - 1], words[last], text):
            break
        last += 1
    return last


def _touch(one: Word, other: Word, text: Folded) -> bool:
    gap = text.text[one.end : other.start]
    return bool(_GAP.fullmatch(gap) or (len(one.folded) < 3 and _AFTER_LETTER.fullmatch(gap)))


def _in(raw: str, family: frozenset[str]) -> bool:
    word = raw.lower()
    return word in family or (word.isascii() and word in _plain(family))


def _named_after(words: Sequence[Word], index: int, text: Folded, lexicon: Lexicon) -> bool:
    for first in range(max(0, index - 2), index):
        if text.written(words[first].start, words[index - 1].end).lower() in lexicon.named_after:
            return True
    return False


def _an_official(found: Sequence[Word], officials: Collection[tuple[str, ...]]) -> bool:
    return tuple(word.folded for word in found) in officials
