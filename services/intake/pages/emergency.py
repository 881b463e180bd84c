"""An emergency at the desk: declared and lifted by a leader, seen by everybody who works here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from sqlmodel import Session

from services.intake import commands
from services.intake.models import DoorFigures, EmergencyView, Lift, NewEmergency
from services.intake.pages import procedures
from services.intake.pages.doors import COUNTER, Desk, Rules, desk_page
from services.intake.pages.emergency_words import (
    DEADLINES,
    NOTICES,
    Current,
    current,
    figures_of,
    inside_of,
    notice_of,
)
from services.intake.pages.people import People, people
from services.intake.pages.refusals import sentence
from services.intake.rules import EMERGENCY_ROLES
from services.intake.settings import Policy
from services.intake.tables import Emergency
from shared.doors import Door
from shared.errors import Refused, found
from shared.service import Service
from shared.tokens import Official
from shared.web.door import SignedInAs, Web, once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_, Words
from shared.web.moments import typed_day
from shared.web.pages import Pages, see_other
from shared.web.words import plain_day, upper_first
from shared.worktime import VN

router = APIRouter(prefix="/counter/emergency")
EMERGENCY = f"{COUNTER}/emergency"
Leader = Annotated[Official, SignedInAs(*EMERGENCY_ROLES["declare"])]
SUCH: Mapping[str, str] = {"such": "16/CT-TTg", "such_article": "Điều 1, Khoản 2", "such_roster": "12/LT-UBND"}
"""How acts and rosters are numbered, by example."""
LABELS = {
    "act": N_("số văn bản"),
    "article": N_("điều, khoản"),
    "first_day": N_("ngày đầu"),
    "last_day": N_("ngày cuối"),
    "roster": N_("số lịch trực"),
    "inside": N_("số người được vào cùng lúc"),
    "per_slot": N_("số người đặt được mỗi khung giờ"),
    "urgent": N_("việc cấp thiết"),
    "deadlines": N_("thời hạn giải quyết"),
    "deadlines_act": N_("văn bản cho tạm dừng thời hạn"),
    "notices": N_("yêu cầu người đến"),
}
NUMBERED = N_("Hãy ghi số văn bản như trong văn bản, như: %(act)s.")
SHAPES: Mapping[str, tuple[str, str]] = {
    "act": (NUMBERED, SUCH["such"]),
    "deadlines_act": (NUMBERED, SUCH["such"]),
    "roster": (NUMBERED, SUCH["such_roster"]),
    "article": (N_("Hãy ghi điều, khoản như trong văn bản, như: %(act)s."), SUCH["such_article"]),
}
A_DAY = N_("Hãy ghi ngày rồi tháng và năm, như trong văn bản.")
FAULTS = {
    "dates_out_of_order": "last_day",
    "emergency_over": "last_day",
    "emergency_too_long": "last_day",
    "date_out_of_range": "first_day",
    "unknown_urgent": "urgent",
    "more_booked_than_inside": "per_slot",
    "deadlines_basis_missing": "deadlines_act",
    "suspension_without_end": "last_day",
}
"""The field that a refusal is about, by its code."""


@router.get("")
async def emergency(request: Request, web: Web, service: Door, policy: Rules, who: Desk) -> Response:
    """The emergency as it stands; or, for a leader, the form that declares one."""
    return await _page(request, web, service, policy, who)


@router.post("")
async def declare(request: Request, web: Web, service: Door, policy: Rules, who: Leader) -> Response:
    """Declared, once for its form."""
    form, _ = await read_form(request), web.words(request)
    body, errors = _read(form, _)
    if body is None:
        return await _page(request, web, service, policy, who, form=form.refused(errors), status=422)
    try:
        call = (commands.declare, body, who.id, policy, service.clock.now())
        await once(service, request, form, who.id, EmergencyView, *call)
    except Refused as no:
        said = sentence(no, _)
        wrong = form.refused({FAULTS[no.code]: said}) if no.code in FAULTS else form
        note = "" if no.code in FAULTS else said
        return await _page(request, web, service, policy, who, form=wrong, note=note, status=no.status)
    return see_other(EMERGENCY)


@router.post("/lift")
async def lift(request: Request, web: Web, service: Door, policy: Rules, who: Leader) -> Response:
    """It is over."""
    form, _, now = await read_form(request), web.words(request), service.clock.now()
    typed = {name: _written(name, form[f"lift-{name}"]) for name in ("act", "article") if form[f"lift-{name}"]}
    try:
        body = Lift(**typed)
    except ValidationError as error:
        wrong = {f"lift-{name}": said for name, said in _wrong(error, typed, _).items()}
        return await _page(request, web, service, policy, who, form=form.refused(wrong), tried="lift", status=422)
    try:
        row = found(await service.db.read(current, now), "emergency").row
        call = (commands.lift, row.emergency_id, body, who.id, policy, now)
        await once(service, request, form, who.id, EmergencyView, *call)
    except Refused as no:
        note = sentence(no, _)
        return await _page(request, web, service, policy, who, form=form, note=note, status=no.status)
    return see_other(EMERGENCY)


def _read(form: Form, _: Words) -> tuple[NewEmergency | None, dict[str, str]]:
    """What was typed as a declaration, or everything that is wrong with it at once."""
    typed = form.data("urgent", "notices")
    given: dict[str, Any] = {name: _written(name, value) for name, value in typed.items() if name in LABELS}
    try:
        return NewEmergency(**given), {}
    except ValidationError as error:
        return None, _wrong(error, given, _)


def _wrong(error: ValidationError, typed: Mapping[str, Any], _: Words) -> dict[str, str]:
    wrong = field_errors(error, _, LABELS)
    for name in wrong.keys() & typed.keys():
        if name in SHAPES:
            wrong[name] = _(SHAPES[name][0], act=SHAPES[name][1])
        if name in ("first_day", "last_day"):
            wrong[name] = _(A_DAY)
    return {name: wrong[name] for name in LABELS if name in wrong}


def _written(name: str, typed: Any) -> Any:
    """A day, or a number of an act, however it was typed."""
    if name in ("first_day", "last_day"):
        return typed_day(typed) or typed
    if name in ("act", "deadlines_act", "roster"):
        return re.sub(r"\bTTG$", "TTg", re.sub(r"\s", "", typed).upper())
    if name == "article":
        return ", ".join(upper_first(part.strip()) for part in typed.split(","))
    return typed


async def _page(
    request: Request,
    web: Pages,
    service: Service,
    policy: Policy,
    who: Official,
    *,
    form: Form | None = None,
    note: str = "",
    tried: str = "",
    status: int = 200,
) -> Response:
    now, _ = service.clock.now(), web.words(request)
    (held, figures), known = await service.db.read(_seen, service), await service.db.read(people)
    row = held.row if held else None
    today = now.astimezone(VN).date()
    measure = policy.measures.on(today)
    seeded = blank(
        urgent=policy.measures.urgent(today), inside=measure.inside, per_slot=measure.per_slot, deadlines="go_on"
    )
    values: dict[str, Any] = {
        "form": form or (blank() if row else seeded),
        "note": note,
        "tried": tried,
        "row": row,
        "figures": figures_of(figures, _),
        "inside": inside_of(figures, _),
        "emergency": notice_of(held, policy, now, _),
        "may": {step: who.may(*roles) for step, roles in EMERGENCY_ROLES.items()},
        "declared_by": _by(row, known, _),
        "choices": _choices(policy, today, _),
        "deadlines": [{"value": code, "label": _(words)} for code, words in DEADLINES.items()],
        "notices": [{"value": code, "label": _(words)} for code, words in NOTICES.items()],
        "such_day": plain_day(today),
        **SUCH,
    }
    return desk_page(web, request, "emergency.html", status=status, **values)


def _by(row: Emergency | None, known: People, _: Words) -> str:
    return known.official(row.declared_by, _.language) if row else ""


def _choices(policy: Policy, today: date, _: Words) -> list[dict[str, Any]]:
    """Everything that is received in person: what is urgent by our own list first."""
    seeded = policy.measures.urgent(today)
    held = [each for each in policy.catalogue.all_in_force(today) if "counter" in each.channels]
    held.sort(key=lambda each: each.code not in seeded)
    return [
        {"value": each.code, "label": procedures.name_of(each, _.language), "why": each.code}
        for each in held
        if not each.restricted
    ]


def _seen(session: Session, service: Service) -> tuple[Current | None, DoorFigures | None]:
    now = service.clock.now()
    held = current(session, now)
    return held, commands.door_figures(session, held.row.emergency_id, now) if held else None
