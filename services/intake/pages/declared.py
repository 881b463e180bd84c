"""A declaration as its page shows it, and as it was typed: text in, the form's own way of writing out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape
from pydantic import TypeAdapter

from services.intake.pages.blanks import READ, card_number
from services.intake.pages.procedures import spoken
from services.intake.rulebook.declarations import Declaration, Field, Kind, Section
from shared.texts import CitizenId, Name, Phone, clean, one_line
from shared.web import words
from shared.web.forms import SENTENCES, Form
from shared.web.language import N_, Words
from shared.web.moments import YEARS, typed_day
from shared.web.pdf import printable

YES_NO = [("yes", "Có", "Yes"), ("no", "Không", "No")]
"""Code, label, in English."""
TOO_LONG = SENTENCES["string_too_long"]
BY_HAND = N_("có chữ mà máy in của chúng tôi không có: hãy để trống, rồi viết tay trên tờ in.")
SAY: Mapping[Kind, str] = {
    "name": N_("hãy ghi họ và tên bằng chữ, không có chữ số."),
    "date": N_("hãy ghi ngày rồi tháng và năm, như: 05/06/2026."),
    "day_month_year": N_("hãy ghi ngày, tháng, năm, hoặc chỉ năm, như: 05/06/1990, 06/1990, 1990."),
    "citizen_id": N_("số định danh phải đủ 12 chữ số (hoặc 9 chữ số của chứng minh cũ)."),
    "place": N_("hãy ghi địa chỉ bằng chữ: thôn, xã, tỉnh."),
    "choice": N_("hãy chọn một mục có sẵn."),
    "text": BY_HAND,
    "phone": N_("điện thoại chỉ gồm chữ số."),
    "number": N_("hãy ghi một số."),
    "yes_no": N_("hãy chọn một mục có sẵn."),
}
"""What to write in a field that was not left empty, when it is wrong."""
LONG = 200
"""A field that takes more characters has several lines, on a page and on paper."""
_NAME, _ID, _PHONE = TypeAdapter[str](Name), TypeAdapter[str](CitizenId), TypeAdapter[str](Phone)


def read_declaration(declaration: Declaration, form: Form, _: Words) -> tuple[dict[str, str], dict[str, str]]:
    """What was typed as the form writes it, by the name of its place, without what was left empty; and everything that
    is wrong with it at once, in the order of the page."""
    written: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for section, name, each in declaration.places():
        if typed := _seen(form[name]):
            value, said = _checked(each, typed, called(section, name, each, _), _)
            kept = wrong if said else written
            kept[name] = said or value
    return written, wrong


def _checked(each: Field, typed: str, label: str, _: Words) -> tuple[str, str]:
    """What is written, and what is wrong with it: one of the two is empty."""
    value = typed
    if len(typed) <= each.max_length and printable(typed):
        try:
            value = as_written(each, typed)
        except ValueError:
            return "", f"{label}: {_(SAY[each.kind])}"
    if len(value) > each.max_length:
        return "", _(TOO_LONG, label=label, n=each.max_length)
    return (value, "") if printable(value) else ("", f"{label}: {_(BY_HAND)}")  # capitals may be other letters


def _seen(typed: str) -> str:
    """Without what nobody sees (blanks without width, turns of direction), which comes along when text is pasted."""
    return "".join(letter for letter in typed if unicodedata.category(letter) != "Cf").strip()


def called(section: Section, name: str, each: Field, _: Words) -> str:
    """What a place is called where it stands alone: `Người mẹ · Dân tộc`; in a second row with its number."""
    title, label = (section.title, each.label) if _.language == "vi" else (section.title_en, each.label_en)
    number = name.partition("-")[2]
    return f"{title} · {label}" + (f" ({number})" if number else "")


def sample_of(declaration: Declaration) -> dict[str, str]:
    """What the invented family wrote, by the name of its place: one row of a table."""
    first = {each.key: each.sample for section in declaration.sections for each in section.fields if each.sample}
    return {name: as_written(each, first[name]) for _, name, each in declaration.places() if name in first}


def as_written(each: Field, typed: str) -> str:
    """As the form writes it, however it was typed: a name in capitals, a day as 05/06/2026, a choice as its code.
    Raises ValueError for what is none of its kind."""
    return _READ[each.kind](typed) if each.kind != "choice" else _one_of(typed, [one.code for one in each.choices])


def _name(typed: str) -> str:
    if re.search(r"\d", typed):
        raise ValueError("a name has no figures")
    return unicodedata.normalize("NFC", _NAME.validate_python(typed).upper())


def _day(typed: str) -> str:
    day = typed_day(typed)
    if day is None:
        raise ValueError("this is no day")
    return words.plain_day(day)


def _day_month_year(typed: str) -> str:
    part = re.fullmatch(r"(?:(0?[1-9]|1[0-2])[/.\s-])?([0-9]{4})", typed)
    if part is None:
        return _day(typed)
    month, year = part.groups()
    if int(year) not in YEARS:
        raise ValueError("this is no year")
    return f"{int(month):02d}/{year}" if month else year


def _number(typed: str) -> str:
    figures = READ["amount"](typed)
    if not re.fullmatch(r"[0-9]{1,15}", figures):
        raise ValueError("this is no number")
    return words.number(int(figures))


def _text(typed: str) -> str:
    return "\n".join(filter(None, (one_line(line) for line in clean(typed).splitlines())))


def _one_of(typed: str, codes: list[str]) -> str:
    if typed not in codes:
        raise ValueError("this is none of the choices")
    return typed


_READ: Mapping[Kind, Callable[[str], str]] = {
    "name": _name,
    "date": _day,
    "day_month_year": _day_month_year,
    "citizen_id": lambda typed: _ID.validate_python(card_number(typed)),
    "place": _NAME.validate_python,
    "text": _text,
    "phone": _PHONE.validate_python,
    "number": _number,
    "yes_no": lambda typed: _one_of(typed, [code for code, *_ in YES_NO]),
}


def answers_of(each: Field) -> list[tuple[str, str, str]]:
    """The answers that a field offers: code, label, in English; none where anything may be written."""
    if each.kind == "yes_no":
        return YES_NO
    return [(one.code, one.label, one.label_en) for one in each.choices]


def field_of(name: str, each: Field, row: int, _: Words) -> dict[str, Any]:
    """A field as its page shows it: what it is called, how it is written, and what the invented family wrote."""
    answers = [(code, english if _.language == "en" else label) for code, label, english in answers_of(each)]
    hint = [escape(each.hint_en if _.language == "en" else each.hint)] if each.hint else []
    if each.sample and not answers:
        hint.append(_.html("Như: %(sample)s", sample=spoken(each.sample, "", _.language)))
    return {
        "name": name,
        "label": (each.label_en if _.language == "en" else each.label) + (f" ({row})" if row > 1 else ""),
        "hint": Markup(" ").join(hint),
        "answers": answers,
        "required": each.required,
        "long": each.max_length > LONG,
        "numeric": each.kind in ("citizen_id", "phone", "number"),
        "code": each.kind in ("citizen_id", "phone", "number", "date", "day_month_year"),
    }
