"""What is masked of a text: where it stands, what it is, and whether the case is known to hold it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from services.hotline.rules.masking.folded import Folded

Kind = Literal["name", "phone", "citizen_id", "code", "email", "address", "plate", "account", "birth", "link", "asked"]
"""What is masked; `asked` is what somebody asked to be masked as well."""
MARKS: dict[Kind, str] = {
    "name": "[tên]",
    "phone": "[số điện thoại]",
    "citizen_id": "[số giấy tờ]",
    "code": "[mã]",
    "email": "[thư điện tử]",
    "address": "[địa chỉ]",
    "plate": "[biển số]",
    "account": "[dãy số]",
    "birth": "[ngày sinh]",
    "link": "[liên kết]",
    "asked": "[đã che]",
}
"""What stands in its place, on every page in Vietnamese: it is part of a Vietnamese text."""


@dataclass(frozen=True, order=True)
class Piece:
    """A part of a text, from `start` up to `end`."""

    start: int
    end: int
    kind: Kind = field(compare=False)
    known: bool = field(default=False, compare=False)
    """Whether the private rows of the case hold it: it is never shown."""


def piece(text: Folded, start: int, end: int, kind: Kind, known: bool = False) -> Piece:
    """A part of the folded form, as a part of the text."""
    return Piece(*text.span(start, end), kind, known)


def merged(found: Iterable[Piece]) -> list[Piece]:
    """These pieces in order, those that overlap as one, which is called by what is known of it."""
    whole: list[Piece] = []
    for each in sorted(found):
        if whole and each.start < whole[-1].end:
            whole[-1] = _joined(whole[-1], each)
        else:
            whole.append(each)
    return whole


def _joined(one: Piece, other: Piece) -> Piece:
    longer = max(one, other, key=lambda it: (it.known, it.end - it.start))
    return Piece(one.start, max(one.end, other.end), longer.kind, one.known or other.known)


def loose(letters: Iterable[str], between: str = r"[\W_]{0,3}") -> re.Pattern[str]:
    """These in their order, with little between them, and no letter or digit before or after."""
    return re.compile(rf"(?<![a-z0-9]){between.join(map(re.escape, letters))}(?![a-z0-9])")
