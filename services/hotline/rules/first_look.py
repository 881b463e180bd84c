"""In which order reports wait for a human to say what they are: by words of danger, hot categories and clocks alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from services.hotline.rulebook.first_look import SignRule
from shared.events.hotline import Category

_WORDS = re.compile(r"\w+")
_D = str.maketrans("đ", "d")


@dataclass(frozen=True)
class FirstLook:
    """What speaks for looking at a report first."""

    danger: bool = False
    hot: Category | None = None


def first_look(said: Mapping[str, str], signs: Sequence[SignRule], hot: Collection[Category]) -> FirstLook:
    """What the words of a report say, and what whoever sent it chose, which goes before. `hot` are the hot categories
    of the day; one without words of its own is known where it was chosen."""
    text = _words(said.get("text", ""))
    plain = text == _unmarked(text)
    found = [sign.code for sign in signs if any(_holds(text, word, plain) for word in sign.words)]
    categories = [each for code in (said.get("service_code"), *found) for each in hot if each == code]
    return FirstLook("danger" in found, next(iter(categories), None))


def before(look: FirstLook, used: int | None) -> tuple[bool, bool, int]:
    """Its place among the others, the least first: danger, then a hot category, then how much of its clock is used."""
    return not look.danger, look.hot is None, -(used or 0)


def _holds(text: str, word: str, plain: bool) -> bool:
    sought = _words(word)
    return (_unmarked(sought) if plain else sought) in text


def _words(text: str) -> str:
    """Its words, with a blank before and behind each."""
    return f" {' '.join(_WORDS.findall(unicodedata.normalize('NFC', text).lower()))} "


def _unmarked(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.translate(_D))
    return "".join(each for each in apart if not unicodedata.combining(each))
