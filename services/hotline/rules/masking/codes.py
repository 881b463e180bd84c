"""Codes, mail addresses, plates and links in a text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from services.hotline.rules.masking.folded import Folded, fold
from services.hotline.rules.masking.pieces import Kind, Piece, loose, piece

_DOSSIER = re.compile(
    r"(?<![a-z0-9])[a-z0-9]{1,8}(?:\s?\.\s?[a-z0-9]{1,8}){1,5}\s{0,2}[-_]\s{0,2}\d{6}\s{0,2}[-_]\s{0,2}\d{4,8}(?![0-9])"
)
_RECEIPT = re.compile(
    r"(?<![a-z0-9])(?:[0-9a-z]{4}[\s._-]{1,3}){3}[0-9a-z]{4}(?![a-z0-9])|(?<![a-z0-9])[0-9a-z]{16}(?![a-z0-9])"
)
_AT = r"(?:\s?@\s?|\s?[(\[{]\s?(?:a|at|a cong)\s?[)\]}]\s?|\sat\s|\sa\s?(?:cong|vong|moc)\s)"
_DOT = r"(?:\.|\s\.\s?|\s?[(\[{]\s?(?:dot|cham)\s?[)\]}]\s?|\sdot\s|\scham\s)"
_NAME, _LABEL = r"[a-z0-9_+'-]{1,64}", r"[a-z0-9-]{1,63}"
_EMAIL = re.compile(rf"(?<![a-z0-9_+'-]){_NAME}(?:{_DOT}{_NAME}){{0,4}}{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{1,5}}")
_BETWEEN = r"(?:[\W_]|\b(?:at|a|a cong|a vong|a moc|dot|cham)\b){0,6}"
_PLATE = re.compile(r"(?<![a-z0-9.,])\d{2}[\s.-]?[a-z]{1,2}\d?[\s.-]{0,3}(?:\d{3}[.\s]?\d{2}|\d{4})(?![a-z0-9])")
_OF_A_CAR = re.compile(r"(?:bien so|bien kiem soat|bks|xe)[^.;\n]{0,25}$")
_LINK = re.compile(r"(?:https?://|www\.|(?:facebook|fb|zalo|m)\.(?:com|me)/)[^\s<>\"]+")
_BIRTH = re.compile(r"sinh\s+(?:ngay|nam)[\s:]+(\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}|\d{4})")


def known_codes(text: Folded, codes: Collection[str]) -> Iterator[Piece]:
    """Where these codes stand, whatever is written between their letters."""
    for code in codes:
        letters = re.sub(r"[\W_]", "", fold(code).text)
        if len(letters) >= 4:
            yield from _all(text, loose(letters), "code", True)


def known_emails(text: Folded, emails: Collection[str]) -> Iterator[Piece]:
    """Where these mail addresses stand, with their signs in words or apart."""
    for email in emails:
        parts = re.findall(r"[a-z0-9]+", fold(email).text)
        if len(parts) > 1:
            yield from _all(text, re.compile(_BETWEEN.join(parts)), "email", True)


def known_links(text: Folded, links: Collection[str]) -> Iterator[Piece]:
    """Where these addresses of the web stand."""
    for link in links:
        yield from _all(text, re.compile(re.escape(fold(link).text)), "link", True)


def likely_codes(text: Folded) -> Iterator[Piece]:
    """What opens a dossier or a report, a mail address, a plate, a link, a day of birth."""
    yield from _all(text, _DOSSIER, "code")
    for found in _RECEIPT.finditer(text.text):
        if _is_receipt(found[0], text.written(found.start(), found.end())):
            yield piece(text, found.start(), found.end(), "code")
    yield from _all(text, _EMAIL, "email")
    for found in _PLATE.finditer(text.text):
        written = text.written(found.start(), found.end())
        before = text.text[max(0, found.start() - 40) : found.start()]
        if _OF_A_CAR.search(before) or "-" in found[0] or any(letter.isupper() for letter in written):
            yield piece(text, found.start(), found.end(), "plate")
    yield from _all(text, _LINK, "link")
    for found in _BIRTH.finditer(text.text):
        yield piece(text, found.start(1), found.end(1), "birth")


def _is_receipt(folded: str, written: str) -> bool:
    """Four groups of four are a code with hyphens or with a digit in them, and sixteen letters with both."""
    digits, letters = any(c.isdigit() for c in folded), any(c.isalpha() for c in folded)
    if len(folded) == 16:
        return digits and letters
    return "-" in folded or digits or written.isupper()


def _all(text: Folded, pattern: re.Pattern[str], kind: Kind, known: bool = False) -> Iterator[Piece]:
    for found in pattern.finditer(text.text):
        yield piece(text, found.start(), found.end(), kind, known)
