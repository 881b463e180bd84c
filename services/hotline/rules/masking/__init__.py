"""What must not be read by everybody is masked in a text: what the private rows of a case hold, in every spelling, and
what looks like a person's datum. A human may open what only looks like one, and mask more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.hotline.rulebook.publishing import Lexicon
from services.hotline.rules.masking.codes import known_codes, known_emails, known_links, likely_codes
from services.hotline.rules.masking.folded import Folded, fold, tokens
from services.hotline.rules.masking.names import known_names, likely_names
from services.hotline.rules.masking.numbers import digits_of, known_numbers, likely_numbers
from services.hotline.rules.masking.pieces import MARKS, Piece, loose, merged, piece
from services.hotline.rules.masking.places import known_places, likely_places
from shared.errors import Refused

FIELDS: Mapping[str, str] = {
    "full_name": "names",
    "phone": "numbers",
    "email": "emails",
    "place": "places",
    "address_id": "places",
    "dossier_number": "codes",
    "channel_address": "codes",
    "lat": "codes",
    "long": "codes",
    "media_url": "links",
}
"""What a private field holds; every other one is a text, in which people may be named."""
_FOUND = {
    "name": "names",
    "phone": "numbers",
    "citizen_id": "numbers",
    "account": "numbers",
    "email": "emails",
    "address": "places",
    "code": "codes",
    "plate": "codes",
    "birth": "codes",
    "link": "links",
}
_AGAIN = 5
"""How often a text is looked through until nothing known is found: what is masked brings together what stood apart."""


@dataclass(frozen=True)
class Held:
    """What the private rows of a case hold of people."""

    names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Masked:
    """A text as everybody may read it, and the pieces of the whole text that it is without, in their order. `opened`
    are those, by their place in the list, that a human opened."""

    text: str
    pieces: Sequence[Piece]
    opened: frozenset[int] = field(default=frozenset())


def held(kept: Iterable[Mapping[str, str]], lexicon: Lexicon) -> Held:
    """What these private rows hold: their fields, and the people, numbers and places that their texts name, officials
    among them."""
    found: dict[str, set[str]] = {name: set() for name in Held.__dataclass_fields__}
    for row in kept:
        for name, value in row.items():
            if kind := FIELDS.get(name):
                found[kind].add(value)
            if name not in ("full_name", "phone", "email"):
                text = fold(value)
                for each in merged(_likely(text, lexicon, ())):
                    found[_FOUND[each.kind]].add(value[each.start : each.end])
    numbers = {"".join(digit.value for digit in digits_of(fold(each), lexicon)) for each in found["numbers"]}
    return Held(**{name: frozenset(values) for name, values in found.items()} | {"numbers": frozenset(numbers)})


def mask(
    text: str,
    case: Held,
    lexicon: Lexicon,
    *,
    officials: Collection[str] = (),
    more: Sequence[str] = (),
    opened: Collection[int] = (),
) -> Masked:
    """A text without what tells who is concerned. `officials` are the names of the unit's, which may be read unless the
    case's private rows name them; `more` is masked wherever it stands, and of the pieces those `opened` are not, by
    their place in the list.

    Raises Refused `held_privately` (409) for one that the private rows hold, `no_such_piece` (422).
    """
    folded = fold(text)
    known = list(_known(folded, case, lexicon))
    named = {tokens(each) for each in officials} - {tokens(each) for each in case.names}
    pieces = merged([*known, *_likely(folded, lexicon, named)])
    _check_opened(pieces, opened)
    shown = [each for at, each in enumerate(pieces) if at not in opened]
    masked = _replaced(text, merged([*shown, *_asked(folded, more)]))
    for _ in range(_AGAIN):
        if not (left := merged(each for each in _known(fold(masked), case, lexicon) if each.known)):
            break
        masked = _replaced(masked, left)
    return Masked(masked, pieces, frozenset(opened))


def _check_opened(pieces: Sequence[Piece], opened: Collection[int]) -> None:
    for at in opened:
        if not 0 <= at < len(pieces):
            raise Refused("no_such_piece", "Nothing is masked there: look at the text again.", status=422)
        if pieces[at].known:
            raise Refused("held_privately", "This is somebody's who is concerned: it stays masked.")


def _known(text: Folded, case: Held, lexicon: Lexicon) -> Iterator[Piece]:
    yield from known_names(text, case.names, lexicon)
    yield from known_numbers(text, case.numbers, lexicon)
    yield from known_emails(text, case.emails)
    yield from known_codes(text, case.codes)
    yield from known_places(text, case.places, lexicon)
    yield from known_links(text, case.links)


def _likely(text: Folded, lexicon: Lexicon, officials: Collection[tuple[str, ...]]) -> Iterator[Piece]:
    yield from likely_names(text, lexicon, officials)
    yield from likely_codes(text)
    yield from likely_numbers(text, lexicon)
    yield from likely_places(text, lexicon)


def _asked(text: Folded, more: Iterable[str]) -> Iterator[Piece]:
    for phrase in more:
        if letters := tokens(phrase):
            for found in loose(letters, r"[\W_]{1,4}").finditer(text.text):
                yield piece(text, found.start(), found.end(), "asked", True)


def _replaced(text: str, pieces: Iterable[Piece]) -> str:
    shown, end = [], 0
    for each in pieces:
        shown += [text[end : each.start], MARKS[each.kind]]
        end = each.end
    return "".join([*shown, text[end:]])
