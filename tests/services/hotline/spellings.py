"""How people write a name, a number, an address of mail or a place: what must not be read, in every spelling of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

Spelling = Callable[[str], str]
_SAID = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def plain(text: str) -> str:
    """Without marks, as on a telephone without Vietnamese keys."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(each for each in apart if unicodedata.category(each) != "Mn")


def _groups(*sizes: int, by: str) -> Spelling:
    def spell(number: str) -> str:
        parts, at = [], 0
        for size in sizes:
            parts.append(number[at : at + size])
            at += size
        return by.join(filter(None, [*parts, number[at:]]))

    return spell


def _parts(form: str) -> Spelling:
    """Some of a name: {f} the family name, {m} what stands between, {g} the given name, {f1} the first letter."""

    def spell(name: str) -> str:
        family, *middle, given = name.split()
        between = " ".join(middle) or family
        first = {"f1": family[0], "m1": between[0], "g1": given[0]}
        return form.format(f=family, m=between, g=given, **first)

    return spell


NAMES: Mapping[str, Spelling] = {
    "as it is": str,
    "in capitals": str.upper,
    "in small letters": str.lower,
    "without marks": plain,
    "without marks, in small letters": lambda name: plain(name).lower(),
    "apart, letter and mark": lambda name: unicodedata.normalize("NFD", name),
    "glued": lambda name: name.replace(" ", ""),
    "with dots": lambda name: name.replace(" ", "."),
    "with hyphens": lambda name: name.replace(" ", " - "),
    "with underscores": lambda name: plain(name).replace(" ", "_"),
    "over two lines": lambda name: "\n".join(name.rsplit(" ", 1)),
    "with blanks that do not break": lambda name: name.replace(" ", "\u00a0"),
    "with joiners that nobody sees": lambda name: "\u200b".join(name),
    "family and given": _parts("{f} {g}"),
    "middle and given": _parts("{m} {g}"),
    "given first": _parts("{g} {f} {m}"),
    "given and family": _parts("{g} {f}"),
    "initials before": _parts("{f1}. {m1}. {g}"),
    "initials glued": _parts("{f1}.{m1}.{g1}"),
    "family and initial": _parts("{f} {m1}. {g}"),
    "after a word of address": _parts("anh {g}"),
    "after another, in small letters": lambda name: f"chị {name.split()[-1].lower()}",
    "given alone, with a capital": _parts("gặp {g} hôm qua"),
}
PHONES: Mapping[str, Spelling] = {
    "as it is": str,
    "with blanks": _groups(4, 3, by=" "),
    "with dots": _groups(4, 3, by="."),
    "with hyphens": _groups(3, 3, by="-"),
    "digit by digit": " ".join,
    "digit by digit, with dots": ".".join,
    "from abroad": lambda number: f"+84{number[1:]}",
    "from abroad, with a nought": lambda number: f"+84 (0) {number[1:4]} {number[4:]}",
    "with a double nought": lambda number: f"0084.{number[1:4]}.{number[4:]}",
    "in brackets": lambda number: f"({number[:4]}) {number[4:]}",
    "with a slash": _groups(4, 3, by="/"),
    "with commas": _groups(4, 3, by=","),
    "wide": lambda number: number.translate(_WIDE),
    "with joiners that nobody sees": "\u200c".join,
    "with blanks that do not break": _groups(4, 3, by="\u00a0"),
    "with long hyphens": _groups(4, 3, by=" – "),
    "said": lambda number: " ".join(_SAID[int(digit)] for digit in number),
    "half said": lambda number: number[:4] + " " + " ".join(_SAID[int(digit)] for digit in number[4:]),
    "with words between": _groups(4, 3, by=" rồi đến "),
    "with its company between": lambda number: f"{number[:4]} (Viettel) {number[4:]}",
    "over two lines": lambda number: f"{number[:4]}\n{number[4:]}",
}
PAPERS: Mapping[str, Spelling] = {
    name: PHONES[name] for name in PHONES if not name.startswith(("from", "with a double"))
}
EMAILS: Mapping[str, Spelling] = {
    "as it is": str,
    "in capitals": str.upper,
    "with blanks": lambda email: email.replace("@", " @ "),
    "with the sign in brackets": lambda email: email.replace("@", " (a) "),
    "with at and dot": lambda email: email.replace("@", " at ").replace(".", " dot "),
    "in words": lambda email: email.replace("@", " a còng ").replace(".", " chấm "),
    "in square brackets": lambda email: email.replace("@", "[at]").replace(".", "[dot]"),
}
CODES: Mapping[str, Spelling] = {
    "as it is": str,
    "in small letters": str.lower,
    "with blanks": lambda code: code.replace("-", " - "),
    "with blanks for all": lambda code: code.replace("-", " ").replace(".", " "),
    "without a sign": lambda code: code.replace("-", "").replace(".", ""),
    "with long hyphens": lambda code: code.replace("-", "–"),
}
PLACES: Mapping[str, Spelling] = {
    "as it is": str,
    "in capitals": str.upper,
    "without marks": plain,
    "without marks, in small letters": lambda place: plain(place).lower(),
    "with other signs": lambda place: place.replace(", ", " - "),
    "over two lines": lambda place: place.replace(" ", "\n", 1),
}
