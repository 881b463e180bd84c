"""The receipt M01, and what somebody with weak eyes needs of it in large print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NotRequired, TypedDict, cast

from shared.web import words
from shared.web.pdf.typesetting import Person, labels, moment, person_rows, typeset
from shared.web.qr import qr_image
from shared.web.words import Language

BY_HAND = "." * 60
"""What nobody typed and somebody writes in."""


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
    by_authority: NotRequired[bool]
    """Whether somebody filed with a letter of authority, whose name is written in by hand."""
    request: str
    papers: list[Paper]
    sets: int
    limit: str
    received_at: datetime
    due_at: datetime
    since: NotRequired[str]
    """What has become of that promise, on a receipt that is printed later."""
    since_because: NotRequired[list[str]]
    """Why the date is another one by now: the changes, in order."""
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


def m01_pdf(data: Mapping[str, Any], language: Language = "vi", *, large: bool = False) -> bytes:
    """The receipt M01 as PDF/UA-1, or in `large` print what somebody with weak eyes needs of it. `data` has the fields
    of `M01`; a missing one is a KeyError with its name.

    The document is dated with `received_at`, so that the same data always make the same bytes.
    """
    return typeset("m01_large" if large else "m01", _m01_content(cast(M01, data), language), data["received_at"])


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
        "since": data.get("since", ""),
        "since_because": list(data.get("since_because", ())),
        "request": data["request"],
    }


def _m01_rows(data: M01, label: dict[str, str], language: Language) -> list[tuple[str, str]]:
    rows = person_rows(data["applicant"], label, "applicant")
    for_them = data.get("representative")
    if for_them:
        rows += person_rows(for_them, label, "representative")
        rows.append((label["authority_paper"], data.get("authority_paper") or label["none"]))
    else:
        rows.append((label["representative"], BY_HAND if data.get("by_authority") else label["none"]))
    return [
        *rows,
        (label["request"], data["request"]),
        (label["sets"], str(data["sets"])),
        (label["limit"], data["limit"]),
        (label["received"], moment(data["received_at"], language)),
        (label["collect_at"], data["collect_at"]),
        (label["book"], data["book"] or label["none"]),
    ]
