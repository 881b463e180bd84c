"""Text from outside: NFC, no control characters, bounded. Values that every door and every table can hold."""

from __future__ import annotations

import hashlib
import os
import re
import time
import unicodedata
from collections import deque
from datetime import datetime
from typing import Annotated
from uuid import UUID

import uuid_utils
from pydantic import AfterValidator, StringConstraints

_MOST_MARKS = 30
_NO_LETTERS = re.compile(r"[^\w\s\x00-\x7f]{31,}")
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def nfc(text: str) -> str:
    """The same text in NFC. Raises ValueError for more than 30 marks upon one letter (Unicode's UAX 15 knows none with
    more): to put them in order takes the square of their number, minutes for what fits in a request."""
    for found in _NO_LETTERS.findall(text):
        marks = "".join(each if unicodedata.combining(each) else " " for each in found)
        if any(len(run) > _MOST_MARKS for run in marks.split()):
            raise ValueError("contains a letter under more marks than any script writes")
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """NFC, without surrounding space; refuses what no form contains: lone surrogates, control characters, those that
    turn the direction of what follows, and letters under a pile of marks."""
    for character in text if not text.isprintable() else "":
        kind = unicodedata.category(character)
        if kind == "Cs" or (kind == "Cc" and character not in "\n\r\t") or character in _TURNS:
            raise ValueError("contains a character that is not text")
    return nfc(text).strip()


def one_line(text: str) -> str:
    """Clean text on one line."""
    return " ".join(clean(text).split())


def as_printed(number: str) -> str:
    """A number as it is printed, however it was typed: no blanks, capitals, one kind of hyphen."""
    return re.sub(r"[‐-―−]", "-", re.sub(r"\s", "", clean(number))).upper()


Line = Annotated[str, AfterValidator(one_line), StringConstraints(min_length=1, max_length=200)]
"""A name, a place, a title: 1 to 200 characters on one line."""
Name = Annotated[Line, StringConstraints(pattern=r"[^\W\d_]")]
"""What somebody is called: a line with a letter of whatever script."""
Paragraph = Annotated[str, AfterValidator(clean), StringConstraints(min_length=1, max_length=5000)]
"""What somebody wrote: 1 to 5,000 characters."""
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""An id or a code as it stands in a path or a field."""
DossierNumber = Annotated[
    str,
    AfterValidator(as_printed),
    StringConstraints(pattern=r"^[A-Z0-9]{1,8}(\.[A-Z0-9]{1,8}){1,5}-[0-9]{6}-[0-9]{4,8}$"),
]
"""The number on a receipt: agency, day, serial (`H55.27.05-260605-0001`), however it was typed."""
CitizenId = Annotated[str, AfterValidator(one_line), StringConstraints(pattern=r"^[0-9]{12}$|^[0-9]{9}$")]
"""Số định danh: 12 digits, or an old 9-digit card."""
Phone = Annotated[str, AfterValidator(one_line), StringConstraints(pattern=r"^\+?[0-9][0-9 .-]{6,18}[0-9]$")]
_ATOM = r"[A-Za-z0-9_+'-]+"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
Email = Annotated[
    str,
    AfterValidator(one_line),
    StringConstraints(max_length=185, pattern=rf"^{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})*$"),
]
"""One address for mail, as mail programs write it: nothing that a header could read as two, or as a name."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to misread


def new_id(at: datetime | None = None) -> str:
    """A UUIDv7: sorts by time, cannot be guessed. `at` is the time that can be read from it; now, when left out."""
    return str(uuid_utils.uuid7(nanoseconds=int(at.timestamp()) * 10**9) if at else uuid_utils.uuid7())


def age_of(event_id: str) -> float | None:
    """Seconds since an event was written, as its UUIDv7 tells; none for a coarse event's, which tells the hour."""
    written = UUID(event_id).int >> 80  # in milliseconds
    return max(0.0, time.time() - written / 1000) if written % 3_600_000 else None


def first_id(at: datetime) -> str:
    """The least id of this millisecond: what was made from then on sorts after it."""
    made = f"{int(at.timestamp() * 1000):012x}"
    return f"{made[:8]}-{made[8:]}-7000-8000-000000000000"


_DRAWN: deque[bytes] = deque()
os.register_at_fork(after_in_child=_DRAWN.clear)


def _drawn() -> bytes:
    """16 bytes of the system's generator, which is asked for a page of them at a time."""
    try:
        return _DRAWN.pop()
    except IndexError:
        page = os.urandom(4096)
        _DRAWN.extend(page[at : at + 16] for at in range(16, len(page), 16))
        return page[:16]


def new_ref(kind: str) -> str:
    """A random reference to something private: `prs_` and 128 bits."""
    return f"{kind}_{_drawn().hex()}"


def ordered_ref(kind: str) -> str:
    """A reference of the millisecond in which it was made and 80 random bits: an index takes it at its end. For what an
    open fact dates anyway."""
    return f"{kind}_{time.time_ns() // 1_000_000:012x}{_drawn()[:10].hex()}"


def new_code() -> str:
    """An 80-bit code for paper: four groups of four, no letter that can be misread."""
    bits = int.from_bytes(_drawn()[:10])
    letters = "".join(_ALPHABET[bits >> shift & 31] for shift in range(0, 80, 5))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def plain_code(text: str) -> str:
    """A code as typed by a person, in the form it was made: capitals, hyphens, O as 0, I and L as 1."""
    letters = text.upper().replace("O", "0").replace("I", "1").replace("L", "1").replace("U", "V")
    letters = "".join(character for character in letters if character in _ALPHABET)
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def code_sha256(code: str) -> str:
    """SHA-256 of a code, as it was made or as somebody typed it: what events and rows hold in its place."""
    return hashlib.sha256(plain_code(code).encode()).hexdigest()
