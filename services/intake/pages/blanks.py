"""The forms of steps: their fields, how people write what goes into them, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from services.intake.models import Asked
from shared.web.forms import Form, field_errors
from shared.web.language import N_, Words
from shared.web.words import upper_first

REASON, PAPERS, BASIS, DETAILS = N_("lý do"), N_("giấy tờ"), N_("số văn bản"), N_("nội dung viết cho người dân")
CITE = N_("Hãy ghi số văn bản, rồi điều khoản sau dấu phẩy, như: %(act)s.")
AN_ACT = "118/2025/NĐ-CP, Điều 19"
"""How an act is cited, by example."""


@dataclass(frozen=True)
class Blank:
    """The form of a step. Its fields are named `STEP-FIELD`, since several forms stand on one page."""

    body: type[Asked]
    labels: Mapping[str, str]
    """What each field is called in a sentence."""
    lists: tuple[str, ...] = ()
    shapes: Mapping[str, str] = field(default_factory=dict)
    """What to write in a field that was not left empty, when it is wrong."""
    faults: Mapping[str, str] = field(default_factory=dict)
    """The field that a refusal is about, by its code."""


def read_blank(asked: Blank | None, step: str, form: Form, _: Words) -> tuple[tuple[Asked, ...], dict[str, str]]:
    """What was typed as the step's body, if it has one; or everything that is wrong with it at once."""
    if asked is None:
        return (), {}
    typed = Form({name.removeprefix(f"{step}-"): several for name, several in form.values.items()})
    data = typed.data(*asked.lists)
    data |= {name: read(data[name]) for name, read in READ.items() if name in data}
    try:
        return (asked.body(**data),), {}
    except ValidationError as error:
        wrong = field_errors(error, _, asked.labels)
        wrong |= {name: _(asked.shapes[name], act=AN_ACT) for name in wrong if name in asked.shapes and typed[name]}
        return (), {f"{step}-{name}": said for name, said in wrong.items()}


def faults_of(model: type[Asked], values: Mapping[str, Any], labels: Mapping[str, str], _: Words) -> dict[str, str]:
    """What is wrong with these values of a body, by field; nothing, when it can be made of them."""
    try:
        model(**values)
    except ValidationError as error:
        return field_errors(error, _, labels)
    return {}


def _amount(typed: str) -> str:
    """Dong as people write them: `150.000 đ`."""
    bare = re.sub(r"\s*(đồng|đ|₫|vnd)$", "", typed, flags=re.IGNORECASE)
    return re.sub(r"\D", "", bare) if re.fullmatch(r"\d{1,3}([.,\s]\d{3})+", bare) else bare


def _citation(typed: str) -> str:
    """An act and its article as they are written, however they were typed: `118/2025/nđ-cp, điều 19`."""
    act, *places = (part.strip() for part in typed.split(","))
    return ", ".join([act.upper(), *(upper_first(place) for place in places)])


def card_number(typed: str) -> str:
    """As it stands on a card, is read out (`0192 0300 1234`), or is scanned: the first part of the card's QR."""
    return re.sub(r"[\s.-]", "", typed.split("|", 1)[0])


READ: Mapping[str, Callable[[str], str]] = {"amount": _amount, "basis": _citation, "citizen_id": card_number}
