"""The forms of the law that are one table: M06 and M07."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypedDict

from shared.web import words
from shared.web.pdf.typesetting import labels, typeset
from shared.web.words import Language

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
    return typeset("sheet", content, data["at"])
