"""Forms as PDF: tagged for screen readers (PDF/UA-1), and the same bytes for the same facts, so they can be hashed.

Blocking, about 10 ms a form: call it in a thread. Nothing is fetched; the fonts come from the installed wheel.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, NotRequired, TypedDict, cast

import typst

from shared.web import words
from shared.web.qr import qr_image
from shared.web.words import Language

FORMS = Path(__file__).parent / "forms_typ"
_ONE_AT_A_TIME = threading.Lock()  # a typst compiler serves one thread at a time


class Person(TypedDict):
    """Who files, or who files for them; a blank says that there is none."""

    name: str
    personal_id: str
    address: str
    phone: str
    email: str


class Paper(TypedDict):
    """A paper handed in: `form` says original, copy or shown. Where no paper says it, the form has no such column."""

    name: str
    form: NotRequired[str]
    count: int


class M01(TypedDict):
    """The fields of the receipt (TT 03/2025, Phụ lục I), and what lets anybody check it. Times carry their zone."""

    authority: str
    centre: str
    place: str
    number: str
    code: str
    lookup_code: NotRequired[str]
    applicant: Person
    representative: NotRequired[Person | None]
    authority_paper: NotRequired[str]
    request: str
    papers: list[Paper]
    sets: int
    limit: str
    received_at: datetime
    due_at: datetime
    why: str
    collect_at: str
    book: str
    submitter: str
    receiver: str
    hotline: str
    track_url: str
    event_id: str
    event_sha256: str
    is_copy: NotRequired[bool]


Form = Literal["m02", "m03", "m04", "m05"]


class Letter(TypedDict):
    """A form of the law that tells a citizen something in writing (M02 to M05). Times carry their zone.

    `code_label` names the label of `code` where it is no dossier's number; `rows` are (name of a label, text); `items`
    the papers asked for; `text` what was written beside, as it was typed.
    """

    authority: str
    centre: str
    place: str
    number: str
    code: str
    code_label: NotRequired[str]
    applicant: Person
    rows: list[tuple[str, str]]
    items: list[str]
    text: str
    signer: str
    at: datetime
    hotline: str
    event_id: str
    event_sha256: str


def letter_pdf(form: Form, data: Mapping[str, Any], language: Language = "vi") -> bytes:
    """The form as PDF/UA-1, dated with `at`: the same data always make the same bytes. `data` has the fields of
    `Letter`; a missing one is a KeyError with its name."""
    return _compile("letter", _letter_content(form, cast(Letter, data), language), data["at"])


Sheet = Literal["m06", "m07"]
WIDTHS: Mapping[Sheet, tuple[int, ...]] = {"m06": (2, 11, 8, 8, 8, 4, 8), "m07": (3, 12, 9, 9, 10, 9, 7, 7, 7, 6, 5)}


class SheetData(TypedDict):
    """A form of the law that is one table. `rows` are (name of a label, text); each of `cells` has as many texts as the
    form has columns; `proof` is what stands at the foot of each page. `at` carries its zone."""

    authority: str
    centre: str
    place: str
    number: str
    rows: list[tuple[str, str]]
    cells: list[list[str]]
    proof: str
    at: datetime


def sheet_pdf(form: Sheet, data: SheetData, language: Language = "vi") -> bytes:
    """The control slip M06 or the register M07 as PDF/UA-1, dated with `at`: the same data always make the same
    bytes."""
    made, label = words.local(data["at"]), labels("sheets")[language]
    content = {
        **{name: data[name] for name in ("authority", "centre", "number", "cells", "proof")},
        "lang": language,
        "labels": label,
        "title": label[form],
        "head": label[f"{form}_head"],
        "widths": WIDTHS[form],
        "made": [made.year, made.month, made.day],
        "place_and_date": f"{data['place']}, {words.form_day(made, language)}",
        "rows": [(label[key], value) for key, value in data["rows"]],
    }
    return _compile("sheet", content, data["at"])


def m01_pdf(data: Mapping[str, Any], language: Language = "vi", *, large: bool = False) -> bytes:
    """The receipt M01 as PDF/UA-1, or in `large` print what somebody with weak eyes needs of it. `data` has the fields
    of `M01`; a missing one is a KeyError with its name.

    The document is dated with `received_at`, so that the same data always make the same bytes.
    """
    return _compile("m01_large" if large else "m01", _m01_content(cast(M01, data), language), data["received_at"])


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
    document bears, no day of the citizen's; `unconfirmed` says that it was not compared with the form in force."""

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
    at: datetime


def declaration_pdf(data: Mapping[str, Any], language: Language = "vi") -> bytes:
    """A declaration as PDF/UA-1: always in Vietnamese, which the office reads; for an English reader with each label in
    English below it. The same data always make the same bytes. `data` has the fields of `Declaration`; a missing one is
    a KeyError with its name."""
    form = cast(Declaration, data)
    content: dict[str, Any] = {name: form[name] for name in Declaration.__annotations__ if name != "at"}  # type: ignore[literal-required]  # its own names
    made = words.local(form["at"])
    content |= {"labels": labels("declaration")["vi"], "in_english": labels("declaration")["en"]}
    content |= {"bilingual": language == "en", "made": [made.year, made.month, made.day]}
    return _compile("declaration", content, form["at"])


def _compile(form: str, content: Mapping[str, Any], dated: datetime) -> bytes:
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


def printable(text: str) -> bool:
    """Whether the forms' font has every letter: another one would be a box on paper."""
    return all(ord(letter) in _letters() for letter in text if not letter.isspace())


@cache
def _letters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # ships no hints

    with TTFont(_font_files() / "BeVietnamPro-Regular.ttf") as font:
        return frozenset(font.getBestCmap())


@cache
def labels(form: str) -> dict[Language, dict[str, str]]:
    """The words printed on a form, by language. They are the circular's, not sentences of a page."""
    return cast(dict[Language, dict[str, str]], json.loads((FORMS / f"{form}.json").read_text("utf-8")))


def _letter_content(form: Form, data: Letter, language: Language) -> dict[str, Any]:
    made, label = words.local(data["at"]), labels("letters")[language]
    label = label | {"code": label[data.get("code_label", "code")]}
    as_is = ("authority", "centre", "number", "code", "items", "signer", "hotline", "event_id", "event_sha256")
    who = _person_rows(data["applicant"], label, "applicant")[1:]
    return {name: data[name] for name in as_is} | {  # type: ignore[literal-required]  # names of Letter above
        "lang": language,
        "labels": label,
        "title": label[form],
        "say": label[f"{form}_say"],
        "signed_as": label[f"{form}_signer"],
        "made": [made.year, made.month, made.day],
        "place_and_date": f"{data['place']}, {words.form_day(made, language)}",
        "to": data["applicant"]["name"],
        "rows": [*who, *((label[key], value) for key, value in data["rows"])],
        "text": [line for line in data["text"].split("\n") if line],
    }


def _m01_content(data: M01, language: Language) -> dict[str, Any]:
    received = words.local(data["received_at"])
    as_is = ("authority", "centre", "number", "code", "why", "submitter", "receiver", "hotline")
    content: dict[str, Any] = {name: data[name] for name in (*as_is, "event_id", "event_sha256")}  # type: ignore[literal-required]  # names of M01 above
    return content | {
        "lang": language,
        "labels": labels("m01")[language],
        "made": [received.year, received.month, received.day],
        "place_and_date": f"{data['place']}, {words.form_day(received, language)}",
        "due": moment(data["due_at"], language),
        "qr": qr_image(data["track_url"]),
        "track_page": data["track_url"].partition("?")[0].partition("#")[0],
        "rows": _m01_rows(data, labels("m01")[language], language),
        "papers": list(data["papers"]),
        "is_copy": bool(data.get("is_copy")),
        "lookup_code": data.get("lookup_code", ""),
    }


def _m01_rows(data: M01, label: dict[str, str], language: Language) -> list[tuple[str, str]]:
    rows = _person_rows(data["applicant"], label, "applicant")
    for_them = data.get("representative")
    if for_them:
        rows += _person_rows(for_them, label, "representative")
        rows.append((label["authority_paper"], data.get("authority_paper") or label["none"]))
    else:
        rows.append((label["representative"], label["none"]))
    return [
        *rows,
        (label["request"], data["request"]),
        (label["sets"], str(data["sets"])),
        (label["limit"], data["limit"]),
        (label["received"], moment(data["received_at"], language)),
        (label["collect_at"], data["collect_at"]),
        (label["book"], data["book"] or label["none"]),
    ]


def _person_rows(person: Person, label: dict[str, str], role: str) -> list[tuple[str, str]]:
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
