"""A declaration as it is printed: what was written in, the content of its PDF out. Nothing of it is kept anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from services.intake.pages.declared import LONG, answers_of
from services.intake.rulebook.declarations import UNIT, Declaration, Field, Kind, Section
from shared.web import words
from shared.web.moments import typed_day
from shared.web.pdf import Blank, Part, Writing
from shared.worktime import VN

WRITING: Mapping[Kind, Writing] = {
    "name": "line",
    "date": "day",
    "day_month_year": "day",
    "citizen_id": "boxes",
    "place": "lines",
    "choice": "ticks",
    "text": "line",
    "phone": "line",
    "number": "line",
    "yes_no": "ticks",
}


def content_of(
    declaration: Declaration, written: Mapping[str, str], source: str, unit: str, page: str, *, is_sample: bool = False
) -> dict[str, Any]:
    """The fields of `shared.web.pdf.Declaration`: blank without anything written. It bears the day of the form's
    version, so that the same is the same on any day."""
    return {
        "title": declaration.title,
        "title_en": declaration.title_en,
        "form": declaration.form,
        "source": source,
        "unconfirmed": declaration.unconfirmed,
        "to": declaration.addressee.replace(UNIT, unit),
        "place": unit.split(" ", 1)[-1],
        "parts": [_part(section, written) for section in declaration.sections],
        "pledge": list(zip(declaration.pledge, declaration.pledge_en, strict=True)),
        "signers": [(each.name, each.name_en, each.identified) for each in declaration.signers],
        "is_sample": is_sample,
        "page": page,
        "at": datetime.combine(declaration.valid_from, time(), VN),
    }


def _part(section: Section, written: Mapping[str, str]) -> Part:
    rows = [[(_blank(name, each, written), each.beside) for name, each in row] for row in section.rows()]
    table = section.times > 1
    lines = [[blank for blank, _ in row] for row in rows] if table else _lines(rows[0])
    return Part(
        title=section.title,
        title_en=section.title_en,
        lead=section.lead,
        lead_en=section.lead_en,
        table=table,
        lines=lines,
    )


def _lines(row: list[tuple[Blank, bool]]) -> list[list[Blank]]:
    """The blanks of a row, those that stand beside each other together."""
    lines: list[list[Blank]] = []
    for blank, beside in row:
        if beside and lines:
            lines[-1].append(blank)
        else:
            lines.append([blank])
    return lines


def _blank(name: str, each: Field, written: Mapping[str, str]) -> Blank:
    value = written.get(name, "")
    return Blank(
        label=each.label,
        label_en=each.label_en,
        writing="lines" if each.max_length > LONG else WRITING[each.kind],
        value=value,
        in_words=_in_words(value) if each.in_words else None,
        ticks=[(label, english, code == value) for code, label, english in answers_of(each)],
    )


def _in_words(value: str) -> str:
    day = typed_day(value)
    return words.day_in_words(day) if day else ""
