"""Typesetting: a template and its content to a PDF, the words printed on forms, and the letters that the font has."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypedDict, cast

import typst

from shared.web import words
from shared.web.qr import qr_image
from shared.web.words import Language

FORMS = Path(__file__).parents[1] / "forms_typ"


_ONE_AT_A_TIME = threading.Lock()  # a typst compiler serves one thread at a time


class Person(TypedDict):
    """Who files, or who files for them; a blank says that there is none."""

    name: str
    personal_id: str
    address: str
    phone: str
    email: str


Page = tuple[str, str]
"""Where the QR code of a form leads: the name of the label that says so, and the address."""


def leads_to(page: Page, label: Mapping[str, str]) -> dict[str, str]:
    """The QR code, what is said below it, and the address as somebody types it, without a query."""
    name, address = page
    return {"qr": qr_image(address), "scan": label[name], "page": address.partition("?")[0].partition("#")[0]}


def typeset(form: str, content: Mapping[str, Any], dated: datetime) -> bytes:
    asked: dict[str, Any] = {
        "sys_inputs": {"data": json.dumps(content, ensure_ascii=False)},
        "format": "pdf",
        "timestamp": int(dated.timestamp()),
    }
    with _ONE_AT_A_TIME:
        try:
            made = _compiler(form).compile(pdf_standards="ua-1", **asked)
        except typst.TypstError:  # a letter that the font has not: a box in its place, and no promise to screen readers
            made = _compiler(form).compile(**asked)
    return cast(bytes, made)


@cache
def _compiler(form: str) -> typst.Compiler:
    return typst.Compiler(
        str(FORMS / f"{form}.typ"), root=str(FORMS), font_paths=[str(_font_files())], ignore_system_fonts=True
    )


def _font_files() -> Path:
    import fontpkg_be_vietnam_pro  # type: ignore[import-untyped]  # ships no hints

    return Path(fontpkg_be_vietnam_pro.__file__).parent / "files"


OGHAM_SPACE = "\u1680"
"""The one space that is drawn, as a line."""


def printable(text: str) -> bool:
    """Whether the forms' font has every letter: another one would be a box on paper."""
    drawn = (letter for letter in text if not letter.isspace() or letter == OGHAM_SPACE)
    return all(ord(letter) in _letters() for letter in drawn)


@cache
def _letters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # ships no hints

    with TTFont(_font_files() / "BeVietnamPro-Regular.ttf") as font:
        return frozenset(font.getBestCmap())


@cache
def labels(form: str) -> dict[Language, dict[str, str]]:
    """The words printed on a form, by language. They are the circular's, not sentences of a page."""
    return cast(dict[Language, dict[str, str]], json.loads((FORMS / f"{form}.json").read_text("utf-8")))


def person_rows(person: Person, label: dict[str, str], role: str) -> list[tuple[str, str]]:
    contact = [text or label["none"] for text in (person["phone"], person["email"])]
    return [
        (label[role], person["name"]),
        (label["personal_id"], person["personal_id"] or label["none"]),
        (label["address"], person["address"] or label["none"]),
        (label["contact"], " · ".join(contact)),
    ]


def moment(at: datetime, language: Language) -> str:
    """As the form writes it: `16 giờ 10 phút, thứ Năm ngày 26/11/2026`; `16:10, Thursday 26 November 2026`."""
    if language == "en":
        return words.when(at, "en")
    here = words.local(at)
    return f"{here.hour} giờ {here.minute:02d} phút, {words.weekday(at)} ngày {words.plain_day(at)}"
