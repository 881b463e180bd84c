"""What an app posts, read as a report: pure, from the form's fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from pydantic import ValidationError

from services.hotline.models import AppReport
from services.hotline.rulebook.open311 import Bounds, ServiceRow
from shared.errors import Refused

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 200
DEGREES = {"lat": 90, "long": 180}
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?")
_NAMES = {"text": "description", "place": "address_string"}
"""Fields of ours that the standard calls otherwise."""


def fields_of(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a form that are not blank; of one that comes twice, the last. Raises Refused `form_unreadable`."""
    kind, _, _ = content_type.partition(";")
    try:
        if kind.strip().lower() != FORM:
            raise ValueError
        pairs = parse_qsl(body.decode(), keep_blank_values=False, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:  # and what is no UTF-8
        raise Refused("form_unreadable", f"Send {FORM}, in UTF-8.", status=400) from None
    return {name: value.strip() for name, value in pairs if value.strip()}


def report_of(fields: Mapping[str, str], service: ServiceRow, bounds: Bounds) -> AppReport:
    """The report that these fields make. What is not of the standard is not looked at; without a description it says
    what was chosen. Raises Refused `location_missing`, `description_too_long` and `field_wrong`, all 400."""
    point = _point(fields)
    if not point and not fields.keys() & {"address_string", "address_id"}:
        raise Refused("location_missing", "Say where: lat and long, address_string, or address_id.", status=400)
    text = fields.get("description", service.vi)
    if len(text) > bounds.description:
        detail = f"A description has {bounds.description} characters at most."
        raise Refused("description_too_long", detail, status=400, most=bounds.description)
    said = {
        "text": text,
        "place": fields.get("address_string"),
        "service_code": service.code,
        "address_id": fields.get("address_id"),
        "media_url": fields.get("media_url"),
        "reporter": _reporter(fields),
    }
    try:
        return AppReport.model_validate(said | point)
    except ValidationError as error:
        raise _wrong(str(error.errors()[0]["loc"][-1])) from None


def _point(fields: Mapping[str, str]) -> dict[str, str]:
    """Both coordinates, or none."""
    given = {name: fields[name] for name in DEGREES if name in fields}
    for name, value in given.items():
        if not _DEGREES.fullmatch(value) or abs(float(value)) > DEGREES[name]:
            raise _wrong(name)
    return given if len(given) == len(DEGREES) else {}


def _reporter(fields: Mapping[str, str]) -> dict[str, str] | None:
    """Who they are, in the order of Vietnamese names: the family name first. None, when nothing of it is said."""
    name = " ".join(fields[part] for part in ("last_name", "first_name") if part in fields)
    known = {"full_name": name} if name else {}
    known |= {field: fields[field] for field in ("phone", "email") if field in fields}
    return known or None


def _wrong(field: str) -> Refused:
    name = _NAMES.get(field, field)
    return Refused("field_wrong", f"{name} is not as it should be.", status=400, field=name)
