"""The citizen's own declaration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypedDict, cast

from shared.web import words
from shared.web.pdf.typesetting import labels, leads_to, typeset
from shared.web.words import Language

Writing = Literal["line", "lines", "boxes", "day", "ticks"]
"""How room is left where nothing was written: a dotted line, two of them, a box a digit, a day, boxes to tick."""


class Blank(TypedDict):
    """A place of a declaration: what is written there, or room to write. `in_words` is the same in words, none where
    the form does not ask for that; `ticks` are (label, in English, whether it is ticked)."""

    label: str
    label_en: str
    writing: Writing
    value: str
    in_words: str | None
    ticks: list[tuple[str, str, bool]]


class Part(TypedDict):
    """Blanks under one title, line by line; as a table, each line is one of its rows."""

    title: str
    title_en: str
    lead: str
    lead_en: str
    table: bool
    lines: list[list[Blank]]


class Declaration(TypedDict):
    """A form that a citizen fills in and signs. `pledge` is (text, in English), `signers` the same, and whether
    name and number stand below the signature; `at` is the day that the
    document bears, no day of the citizen's; `unconfirmed` says that it was not compared with the form in force; the QR
    code leads to `page`, the address of the procedure."""

    title: str
    title_en: str
    form: str
    source: str
    unconfirmed: bool
    to: str
    place: str
    parts: list[Part]
    pledge: list[tuple[str, str]]
    signers: list[tuple[str, str, bool]]
    is_sample: bool
    page: str
    at: datetime


def declaration_pdf(data: Mapping[str, Any], language: Language = "vi") -> bytes:
    """A declaration as PDF/UA-1: always in Vietnamese, which the office reads; for an English reader with each label in
    English below it. The same data always make the same bytes. `data` has the fields of `Declaration`; a missing one is
    a KeyError with its name."""
    form = cast(Declaration, data)
    content: dict[str, Any] = {name: form[name] for name in Declaration.__annotations__ if name not in ("at", "page")}  # type: ignore[literal-required]  # its own names
    made = words.local(form["at"])
    content |= {"labels": labels("declaration")["vi"], "in_english": labels("declaration")["en"]}
    content |= leads_to(("procedure", form["page"]), labels("declaration")["vi"])
    content |= {"bilingual": language == "en", "made": [made.year, made.month, made.day]}
    return typeset("declaration", content, form["at"])
