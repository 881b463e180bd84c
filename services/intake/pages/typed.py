"""What a clerk typed at the counter, as a dossier; or everything that is wrong with it at once."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from services.intake.models import Applicant, NewDossier, OneSitting
from services.intake.pages import fees
from services.intake.pages.blanks import card_number
from services.intake.pages.doors import SHAPES
from services.intake.pages.emergency_words import other_way
from services.intake.pages.refusals import sentence
from services.intake.rulebook import Procedure
from services.intake.rules import true_time
from services.intake.settings import Policy
from shared.errors import Refused
from shared.web.forms import Form, field_errors
from shared.web.language import N_, Words
from shared.web.moments import clock_of, typed_day
from shared.worktime import VN

AN_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
LABELS = {
    "procedure": N_("thủ tục"),
    "citizen_id": N_("số định danh"),
    "full_name": N_("họ và tên"),
    "phone": N_("điện thoại"),
    "address": N_("địa chỉ"),
}
FAULTS = {
    "unknown_variant": "variant",
    "visit_not_open": "visit",
    "visit_not_called": "visit",
    "visit_at_another_desk": "visit",
    "emergency_offer_other_way": "at_door",
    "booking_not_found": "procedure",
    "booking_other_day": "booking_id",
    "booking_other_procedure": "booking_id",
    "booking_cancelled": "booking_id",
    "booking_not_outside": "booking_id",
    "not_in_the_past": "received_day",
    "too_long_ago": "received_day",
    "date_out_of_range": "received_day",
    "possible_duplicate": "seen",
    "free_of_charge": "fee-amount",
    "fee_not_published": "fee-amount",
    "fee_basis_missing": "fee-basis",
}
"""The field that a refusal is about, by its code; the others are about the papers."""


def dossier_of(form: Form, procedure: Procedure | None, _: Words) -> tuple[NewDossier | None, dict[str, str]]:
    """What was typed as a dossier, or what is wrong with it, by field."""
    late, errors = late_of(form, _)
    errors |= {} if procedure and not procedure.restricted else unclear(form, _, procedure)
    paid, wrong_fee = fees.paid_of(form, procedure, _)
    errors |= wrong_fee
    typed = {name: form[name] for name in ("citizen_id", "full_name", "phone", "address") if form[name]}
    if "citizen_id" in typed:
        typed["citizen_id"] = card_number(typed["citizen_id"])
    try:
        applicant = Applicant(**typed)
    except ValidationError as error:
        wrong = field_errors(error, _, LABELS)
        wrong |= {name: _(SHAPES[name]) for name in wrong if name in SHAPES and form[name]}
        return None, errors | {name: wrong[name] for name in LABELS if name in wrong}
    if procedure is None or errors:
        return None, errors
    about: dict[str, Any] = {"procedure": procedure.code, "variant": variant_of(form, procedure), "received_at": late}
    about |= {"papers": list(form.all("papers")), "visit": id_of(form["visit"]) or None}
    about |= {"visit_desk": desk_of(form["visit_desk"]) or None}
    about |= {"at_door": form.has("at_door", "true"), "booking_id": _booking(form)}
    try:
        if form["do"] == "return":
            return OneSitting(channel="counter", applicant=applicant, fee_paid=paid, **about), {}
        return NewDossier(channel="counter", applicant=applicant, **about), {}
    except ValidationError:  # no box of the form sends such papers
        return None, {"papers": sentence(Refused("unknown_paper", "Papers of no form."), _)}


def late_of(form: Form, _: Words) -> tuple[datetime | None, dict[str, str]]:
    """When it was received on paper, while the system was down; none when it is received now."""
    if not (form["received_day"] or form["received_clock"]):
        return None, {}
    day, clock = typed_day(form["received_day"]), clock_of(form["received_clock"])
    wrong = {} if day else {"received_day": _("Hãy ghi ngày rồi tháng và năm: 05/06/2026.")}
    wrong |= {} if clock else {"received_clock": _("Hãy ghi giờ và phút, như trên giấy: 14:30.")}
    return datetime.combine(day, clock, VN) if day and clock else None, wrong


def counted_from(form: Form, now: datetime, policy: Policy, _: Words) -> datetime | None:
    """From when the promise of a late entry is counted, if that is a moment that saving would take."""
    late = late_of(form, _)[0]
    try:
        return late and true_time(late, now, policy.late_entry_days)
    except Refused:
        return None


def id_of(typed: str) -> str:
    """What can be an id; nothing else is asked for."""
    return typed if re.fullmatch(AN_ID, typed) else ""


def desk_of(typed: str) -> str:
    """What can be the number of a desk; nothing else."""
    return typed if re.fullmatch(r"[0-9]{1,3}", typed) else ""


def variant_of(form: Form, procedure: Procedure) -> str | None:
    """The kind of case that was chosen; none for the ordinary one, and for one of another procedure."""
    return form["variant"] if form["variant"] in [each.code for each in procedure.variants] else None


def _booking(form: Form) -> str | None:
    """The booking that the citizen came with."""
    return form["booking_id"] if re.fullmatch(r"[0-9a-f-]{36}", form["booking_id"]) else None


def unclear(form: Form, _: Words, known: Procedure | None = None) -> dict[str, str]:
    """What is said when what was typed names no procedure, or several, or one that no counter receives."""
    if known is not None:
        return {"procedure": sentence(Refused("not_at_the_counter", "Not here."), _)}
    if not form["procedure"]:
        return {"procedure": _("Hãy chọn thủ tục.")}
    return {"procedure": _("Chưa rõ là thủ tục nào. Hãy gõ mã, hoặc thêm vài chữ trong tên.")}


def said_of(no: Refused, procedure: Procedure | None, _: Words) -> str:
    """Why it was not received, with the papers that are missing by their names."""
    if no.code == "emergency_offer_other_way":
        return other_way(no, _)
    missing = no.more.get("missing")
    if no.code != "papers_missing" or procedure is None or not isinstance(missing, list):
        return sentence(no, _)
    names = [each.name_en or each.name if _.language == "en" else each.name for each in procedure.papers]
    lacking = [name for name, each in zip(names, procedure.papers, strict=True) if each.code in missing]
    return _("Hồ sơ chưa đủ, còn thiếu: %(papers)s.", papers=", ".join(lacking))
