"""A procedure by a few words, marks or not. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from services.intake.rulebook import Procedure
from shared.web import words

LEAD = "dang ky "
"""What people leave out: `khai sinh` is Đăng ký khai sinh."""
_WORD = re.compile(r"[\w.]+")
_folded = lru_cache(maxsize=4096)(words.folded)


def matching(procedures: Sequence[Procedure], typed: str) -> list[Procedure]:
    """Those in whose code, names or field every word typed begins a word, the likeliest first: what is called so, what
    begins so, what has it with its marks, what has all of it in a name. When there is none, those whose initials hold
    the one word typed (`ks`, `gpxd`); of a sentence, those that have two words of it side by side in a name."""
    wanted = _WORD.findall(words.folded(typed)) or typed.split()
    found = [each for each in procedures if all(_has(each, word) for word in wanted)]
    if not found and len(wanted) == 1:
        found = [each for each in procedures if wanted[0] in _initials(each)]
        return sorted(found, key=lambda each: len(_initials(each)))
    if not found:
        return _nearest(procedures, wanted)
    return sorted(found, key=lambda each: _rank(each, typed, wanted))


def _nearest(procedures: Sequence[Procedure], wanted: Sequence[str]) -> list[Procedure]:
    """Those that have the most of these words side by side, what was typed first and the shortest name before others;
    `i` and `y` are one."""
    said = " ".join(wanted).removeprefix(LEAD).split()
    pairs = [f" {one} {other} ".replace("y", "i") for one, other in pairwise(said)]
    names = {each.code: f" {' | '.join(_names(each))} ".replace("y", "i") for each in procedures}
    held = {code: [at for at, pair in enumerate(pairs) if pair in name] for code, name in names.items()}
    found = [each for each in procedures if held[each.code]]
    return sorted(found, key=lambda each: (-len(held[each.code]), held[each.code][0], len(each.name)))


def is_called(procedure: Procedure, typed: str) -> bool:
    """Whether that is its whole name, in either language, or all but the `Đăng ký` before it."""
    return _plain(typed) in _names(procedure)


def _rank(each: Procedure, typed: str, wanted: Sequence[str]) -> tuple[bool, ...]:
    plain, names = _plain(typed), _names(each)
    begins = any(name.startswith(plain) for name in names)
    marked = typed.strip().casefold() in each.name.casefold()
    named = any(all(word in name for word in wanted) for name in names)
    return plain not in names, not begins, not marked, not named


def _has(each: Procedure, word: str) -> bool:
    known = _words(*each.code.split("."), each.code, each.name, each.name_en, each.field)
    return any(one.startswith(word) for one in known)


@lru_cache(maxsize=4096)
def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in _WORD.findall(words.folded(text)))


def _plain(typed: str) -> str:
    return " ".join(words.folded(typed).split())


def _names(each: Procedure) -> tuple[str, ...]:
    name = _folded(each.name)
    return name, name.removeprefix(LEAD), _folded(each.name_en)


def _initials(each: Procedure) -> str:
    return "".join(word[0] for word in _WORD.findall(_folded(each.name)))
