"""The forms of the law that tell a citizen something in writing: M02 to M05."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict, cast

from shared.web import words
from shared.web.pdf.typesetting import Page, Person, labels, leads_to, person_rows, typeset
from shared.web.words import Language

Form = Literal["m02", "m03", "m04", "m05"]


class Letter(TypedDict):
    """A form of the law that tells a citizen something in writing (M02 to M05). Times carry their zone.

    `code_label` names the label of `code` where it is no dossier's number; `rows` are (name of a label, text);
    `contact` is whom to ask about M02, at the number of the hotline, and empty on another form; `items` are the papers
    asked for, `text` what was written beside, as it was typed; the QR code leads to `page`.
    """

    authority: str
    centre: str
    place: str
    number: str
    code: str
    code_label: NotRequired[str]
    applicant: Person
    rows: list[tuple[str, str]]
    contact: str
    items: list[str]
    text: str
    signer: str
    at: datetime
    hotline: str
    page: Page
    event_id: str
    event_sha256: str


def letter_pdf(form: Form, data: Mapping[str, Any], language: Language = "vi") -> bytes:
    """The form as PDF/UA-1, dated with `at`: the same data always make the same bytes. `data` has the fields of
    `Letter`; a missing one is a KeyError with its name."""
    return typeset("letter", _letter_content(form, cast(Letter, data), language), data["at"])


def _letter_content(form: Form, data: Letter, language: Language) -> dict[str, Any]:
    made, label = words.local(data["at"]), labels("letters")[language]
    label = label | {"code": label[data.get("code_label", "code")]}
    as_is = ("authority", "centre", "number", "code", "items", "signer", "hotline", "event_id", "event_sha256")
    who = person_rows(data["applicant"], label, "applicant")[1:]
    ask = [(label["ask"], f"{data['contact']} · {data['hotline']}")] if data["contact"] else []
    return {name: data[name] for name in as_is} | {  # type: ignore[literal-required]  # names of Letter above
        **leads_to(data["page"], label),
        "lang": language,
        "labels": label,
        "title": label[form],
        "say": label[f"{form}_say"],
        "signed_as": label[f"{form}_signer"],
        "also_signed_as": label.get(f"{form}_applicant", ""),
        "made": [made.year, made.month, made.day],
        "place_and_date": f"{data['place']}, {words.form_day(made, language)}",
        "to": data["applicant"]["name"],
        "rows": [*who, *((label[key], value) for key, value in data["rows"]), *ask],
        "text": [line for line in data["text"].split("\n") if line],
    }
