"""Numbers of people in a text: telephones, papers, accounts, however the digits are written or said."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.hotline.rulebook.publishing import Lexicon
from services.hotline.rules.masking.folded import Folded, folded
from services.hotline.rules.masking.pieces import Kind, Piece, piece

LEAST = 6
"""Digits that tell somebody when the case holds them."""
LEAST_FOREIGN = 8
"""Digits that look like somebody's."""
_FAR = 14
"""How much may stand between two digits of one number that the case holds: a word or two."""
_NEAR = re.compile(r"[\s./()·_+*,'-]{0,3}|\s?(?:cham|gach|phay|roi|den|tiep|la)\s?")
_LOOSE_COMMA = re.compile(r",\s")
_PLAIN = re.compile(
    r"""
    \b\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b | \b\d{4}-\d{2}-\d{2}\b | \b\d{1,2}/\d{4}\b | \b\d{1,2}/\d{1,2}\b(?![/.])
    | \b(?:19|20)\d{2}\s?[-/]\s?(?:19|20)\d{2}\b | \b\d{1,2}[:h]\d{2}\b
    | \b\d{1,3}(?:[.,]\d{3})+\s?(?:d|dong|vnd|vnđ|trieu|ty|m2|m3|m|km|ha|kg)\b | \b\d+\s?(?:dong|vnd)\b
    | \b\d+/\d{4}/[a-z]+ | \b[a-z]{1,8}-\d{6}-\d{4,9}\b
    """,
    re.VERBOSE,
)
"""Days, years, hours, money, measures, acts, and the numbers of reports, which open nothing."""
_ASKED_FOR = re.compile(
    r"(?:tai khoan|stk|so tk|cccd|cmnd|can cuoc|dinh danh|dien thoai|dt|sdt|zalo|ma so thue|mst|ho chieu)"
    r"[^a-z0-9]{0,3}(?:so|la|:)?[^a-z0-9]{0,3}$"
)
_SERVICE = re.compile(r"1[89]00\d{4,6}")
_PHONE = re.compile(r"(?:0|84|0084)\d{9,10}")


@dataclass(frozen=True)
class Digit:
    """A digit, and where it stands in the folded text."""

    value: str
    start: int
    end: int


def digits_of(text: Folded, lexicon: Lexicon | None = None) -> list[Digit]:
    """Its digits in order; with a lexicon, those said in words among them."""
    found = [Digit(each[0], each.start(), each.end()) for each in re.finditer(r"\d", text.text)]
    if lexicon is not None:
        plain = text.raw.isascii()
        said = {word: digit for word, digit in lexicon.digits.items() if not plain}
        for word in text.words():
            if digit := said.get(word.raw.lower()) or (_unmarked(lexicon).get(word.raw.lower()) if plain else None):
                found.append(Digit(digit, word.start, word.end))
    return sorted(found, key=lambda digit: digit.start)


def _unmarked(lexicon: Lexicon) -> dict[str, str]:
    return {folded(word): digit for word, digit in lexicon.digits.items()}


def core(digits: str) -> str:
    """A number without what stands before it abroad or at home: the same telephone, however it is dialled."""
    return re.sub(r"^(?:0084|84(?=\d{9})|0)0?", "", digits)


def known_numbers(text: Folded, known: Collection[str], lexicon: Lexicon) -> Iterator[Piece]:
    """Where these numbers (digits alone) stand, in digits or in words, with whatever little between them."""
    for stream in (digits_of(text), digits_of(text, lexicon)):
        line = "".join(digit.value for digit in stream)
        for number in known:
            short = core(number)
            if len(short) < LEAST:
                continue
            at = line.find(short)
            while at >= 0:
                last = at + len(short)
                if _together(stream[at:last], text):
                    yield piece(text, _began(stream, at, text), stream[last - 1].end, _kind(number), True)
                at = line.find(short, at + 1)


def _together(run: Sequence[Digit], text: Folded) -> bool:
    pairs = pairwise(run)
    return all(two.start - one.end <= _FAR and "\n\n" not in text.text[one.end : two.start] for one, two in pairs)


def _began(stream: Sequence[Digit], at: int, text: Folded) -> int:
    """Where a number begins: with the digits before it that belong to it, and a plus."""
    while at > 0 and _NEAR.fullmatch(text.text[stream[at - 1].end : stream[at].start]):
        at -= 1
    start = stream[at].start
    return start - 1 if start > 0 and text.text[start - 1] in "+(" else start


def likely_numbers(text: Folded, lexicon: Lexicon) -> Iterator[Piece]:
    """What looks like somebody's number: eight digits and more in a row, six after the word for one."""
    plain = [each.span() for each in _PLAIN.finditer(text.text)]
    for stream in (digits_of(text), digits_of(text, lexicon)):
        for run in _runs(stream, text, plain):
            number = "".join(digit.value for digit in run)
            named = _ASKED_FOR.search(text.text[max(0, run[0].start - 40) : run[0].start]) is not None
            if len(number) >= (LEAST if named else LEAST_FOREIGN) and not _SERVICE.fullmatch(number):
                start = run[0].start
                start -= start > 0 and text.text[start - 1] in "+("
                yield piece(text, start, run[-1].end, _kind(number))


def _runs(stream: Sequence[Digit], text: Folded, plain: Sequence[tuple[int, int]]) -> Iterator[list[Digit]]:
    run: list[Digit] = []
    for digit in stream:
        if any(start <= digit.start < end for start, end in plain):
            continue
        gap = text.text[run[-1].end : digit.start] if run else ""
        sentence = gap.startswith((". ", ", ")) and digit.end - digit.start > 1
        if run and (sentence or not _NEAR.fullmatch(gap) or _LOOSE_COMMA.search(gap) or "\n" in gap):
            yield run
            run = []
        run.append(digit)
    if run:
        yield run


def _kind(number: str) -> Kind:
    if _PHONE.fullmatch(number) and not (len(number) == 12 and number[0] == "0"):
        return "phone"
    return "citizen_id" if len(number) in (9, 12) else "account"
