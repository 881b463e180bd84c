"""The sheet on which calls are written while the system is down: no form of the law, one of this line's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict, cast

from shared.web import words
from shared.web.pdf.typesetting import Page, labels, leads_to, typeset
from shared.web.words import Language


class CallSheetData(TypedDict):
    """What stands on it. `lines` are (number, receipt code), one for each call; `denunciation` is the sentence to read
    out to who wants to denounce, `emergencies` are (number, who answers there); the QR code leads to `page`. `at`
    carries its zone, and the sheet is dated with it."""

    authority: str
    centre: str
    place: str
    number: str
    lines: list[tuple[str, str]]
    denunciation: str
    emergencies: list[tuple[str, str]]
    page: Page
    event_id: str
    event_sha256: str
    at: datetime


def call_sheet_pdf(data: Mapping[str, Any], language: Language = "vi") -> bytes:
    """The sheet as PDF/UA-1: the same data always make the same bytes. `data` has the fields of `CallSheetData`; a
    missing one is a KeyError with its name."""
    sheet, label = cast(CallSheetData, data), labels("call_sheet")[language]
    made = words.local(sheet["at"])
    content = {
        **{name: sheet[name] for name in CallSheetData.__annotations__ if name not in ("at", "page", "place")},  # type: ignore[literal-required]  # its own names
        **leads_to(sheet["page"], label),
        "lang": language,
        "labels": label,
        "made": [made.year, made.month, made.day],
        "place_and_date": f"{sheet['place']}, {words.form_day(made, language)}",
    }
    return typeset("call_sheet", content, sheet["at"])
