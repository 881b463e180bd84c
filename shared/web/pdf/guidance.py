"""The slip for a khiếu nại: whose it is to settle, and where and until when to file it. No form of the law."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict, cast

from shared.web import words
from shared.web.pdf.typesetting import Page, labels, leads_to, typeset
from shared.web.words import Language


class GuidanceData(TypedDict):
    """What stands on it: the report's number, against whose act it goes, who settles it and where, within how many days
    it is filed, what else was told (empty: nothing), the act. The QR code leads to `page`. `at` carries its zone, and
    the slip is dated with it."""

    authority: str
    centre: str
    place: str
    number: str
    report: str
    against: str
    body: str
    where: str
    file_days: int
    told: str
    basis: str
    page: Page
    event_id: str
    event_sha256: str
    at: datetime


def guidance_pdf(data: Mapping[str, Any], language: Language = "vi") -> bytes:
    """The slip as PDF/UA-1: the same data always make the same bytes. `data` has the fields of `GuidanceData`; a
    missing one is a KeyError with its name."""
    slip, label = cast(GuidanceData, data), labels("guidance")[language]
    made = words.local(slip["at"])
    rows = [
        (label["report"], slip["report"]),
        (label["against"], slip["against"]),
        (label["body"], slip["body"]),
        (label["where"], slip["where"]),
        (label["file_by"], label["file_days"].replace("{n}", str(slip["file_days"]))),
        (label["admission"], label["admission_by"]),
        (label["told"], slip["told"]),
        (label["basis"], slip["basis"]),
    ]
    content = {
        **{name: slip[name] for name in ("authority", "centre", "number", "event_id", "event_sha256")},
        **leads_to(slip["page"], label),
        "rows": [row for row in rows if row[1]],
        "lang": language,
        "labels": label,
        "made": [made.year, made.month, made.day],
        "place_and_date": f"{slip['place']}, {words.form_day(made, language)}",
    }
    return typeset("guidance", content, slip["at"])
