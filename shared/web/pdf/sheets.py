"""The forms of the law that are one table: M06 and M07."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypedDict

from shared.web import words
from shared.web.pdf.typesetting import Page, labels, leads_to, typeset
from shared.web.words import Language

Sheet = Literal["m06", "m07"]


WIDTHS: Mapping[Sheet, tuple[int, ...]] = {"m06": (2, 11, 8, 8, 8, 4, 8), "m07": (3, 12, 9, 9, 10, 9, 7, 7, 7, 6, 5)}


class SheetData(TypedDict):
    """A form of the law that is one table. `rows` are (name of a label, text); each of `cells` has as many texts as the
    form has columns; `page` is where the QR code leads. `event_id` and `event_sha256` stand at the foot of each page:
    for M06 of the last event, for M07 as its label says; empty where nothing stands in it. `at` carries its zone."""

    authority: str
    centre: str
    place: str
    number: str
    rows: list[tuple[str, str]]
    cells: list[list[str]]
    page: Page
    event_id: str
    event_sha256: str
    at: datetime


def sheet_pdf(form: Sheet, data: SheetData, language: Language = "vi") -> bytes:
    """The control slip M06 or the register M07 as PDF/UA-1, dated with `at`: the same data always make the same
    bytes."""
    made, label = words.local(data["at"]), labels("sheets")[language]
    content = {
        **{name: data[name] for name in ("authority", "centre", "number", "cells")},
        "proof": _proof(form, data, label),
        **leads_to(data["page"], label),
        "lang": language,
        "labels": label,
        "title": label[form],
        "head": label[f"{form}_head"],
        "widths": WIDTHS[form],
        "made": [made.year, made.month, made.day],
        "place_and_date": f"{data['place']}, {words.form_day(made, language)}",
        "rows": [(label[key], value) for key, value in data["rows"]],
    }
    return typeset("sheet", content, data["at"])


def _proof(form: Sheet, data: SheetData, label: Mapping[str, str]) -> list[str]:
    """The lines at the foot."""
    if not data["event_id"]:
        return []
    return [f"{label[f'{form}_event']} {data['event_id']}", f"{label[f'{form}_sha256']} {data['event_sha256']}"]
