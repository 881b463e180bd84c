"""Calls that nobody took, at the desk: who waits to be called back, by clock; and one call with its call-back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import ValidationError
from sqlmodel import Session

from services.hotline.commands import calls
from services.hotline.models.calls import CallBack, CallMoved, CallView, NewMissedCall
from services.hotline.pages.call_words import CALL_LABELS, CALL_REFUSALS, CALL_STATUSES, OUTCOMES
from services.hotline.pages.desk import DESK, At, AtDesk, Desk, Operator
from services.hotline.pages.doors import options
from services.hotline.pages.moments import moment_of
from services.hotline.rules.calls import call_back_rule
from services.hotline.tables import Complaint, MissedCall, phone_reports_since
from shared.errors import Refused
from shared.texts import Code
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_, Words
from shared.web.pages import see_other
from shared.web.words import Language, clock
from shared.worktime import because_of

router = APIRouter(prefix="/desk/calls")
CALLS = f"{DESK}/calls"


@router.get("")
async def waiting(desk: At, who: AtDesk) -> Response:
    """Who waits to be called back, whoever's time is used up most on top; and a form to note another."""
    return await _list(desk, who, blank())


@router.post("")
async def note(desk: At, who: Operator) -> Response:
    """Note a call that nobody took; or the form again, with what was typed."""
    form, now = await read_form(desk.request), desk.service.clock.now()
    body, errors = missed_of(form, now, desk.words)
    if body is None:
        return await _list(desk, who, form.refused(errors), 422)
    try:
        asked = (desk.service, desk.request, form, who.id)
        await once(*asked, CallMoved, calls.note_missed_call, body, who.id, desk.policy, now)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in CALL_REFUSALS:
            raise
        return await _list(desk, who, form.refused({"missed_clock": desk.words(CALL_REFUSALS[no.code])}), no.status)
    return see_other(CALLS)


def missed_of(form: Form, now: datetime, _: Words) -> tuple[NewMissedCall | None, dict[str, str]]:
    """What was typed as a missed call, or what is wrong with it."""
    errors: dict[str, str] = {}
    if not form["phone"] and not form.has("hidden", "true"):
        errors["phone"] = _(N_("Hãy nhập số gọi đến, hoặc đánh dấu là số bị giấu."))
    at, wrong = moment_of(form, "missed_day", "missed_clock", now, _)
    errors |= wrong
    try:
        body = NewMissedCall(phone=form["phone"] or None, missed_at=at)
    except ValidationError as error:
        return None, field_errors(error, _, CALL_LABELS) | errors
    return (None, errors) if errors else (body, {})


async def _list(desk: Desk, who: Official, form: Form, status: int = 200) -> Response:
    now = desk.service.clock.now()
    found = await desk.service.db.read(calls.calls_by_clock, who.id, now)
    rows = [{"call": each, "href": f"{CALLS}/{each.call_id}", "state": state_of(each, desk, now)} for each in found]
    return desk.render("calls.html", status=status, form=form, rows=rows, may=who.may("operator"))


def state_of(call: CallView, desk: Desk, now: datetime) -> str:
    """How its clock stands: late past its moment, near when so much of it is used up."""
    if call.call_back_by is None or call.used_percent is None:
        return ""
    near = call_back_rule(desk.policy.calls, call.missed_at).near_percent
    return "late" if now > call.call_back_by else "near" if call.used_percent >= near else ""


@router.get("/{call_id}")
async def call(call_id: Code, desk: At, who: AtDesk) -> Response:
    """One call, without its number."""
    return await _page(desk, who, call_id, blank())


@router.post("/{call_id}/number")
async def number(call_id: Code, desk: At, who: Operator) -> Response:
    """The call with its number; the reading is recorded."""
    await read_form(desk.request)
    try:
        told = await desk.service.db.write(calls.read_number, call_id, who.id, desk.service.clock.now())
    except Refused as no:
        if no.code not in CALL_REFUSALS or no.status == 404:
            raise
        return await _page(desk, who, call_id, blank(), refusal=no.code, status=no.status)
    return await _page(desk, who, call_id, blank(), phone=told.phone or "")


@router.post("/{call_id}/call-back")
async def call_back(call_id: Code, desk: At, who: Operator) -> Response:
    """Say what came of calling back; refused or wrong, the page comes back with what was chosen."""
    form, _ = await read_form(desk.request), desk.words
    if form["outcome"] not in OUTCOMES:
        wrong = {"outcome": _(N_("Hãy chọn kết quả gọi lại."))}
        return await _page(desk, who, call_id, form.refused(wrong), status=422)
    try:
        body = CallBack.model_validate(form.data() if form["outcome"] == "reported" else _without_report(form))
    except ValidationError:  # no page of ours sends that
        return await _page(desk, who, call_id, form, refusal="tried_meanwhile", status=422)
    now = desk.service.clock.now()
    try:
        await once(
            desk.service,
            desk.request,
            form,
            who.id,
            CallMoved,
            calls.call_back,
            call_id,
            body,
            who.id,
            desk.policy,
            now,
        )
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in CALL_REFUSALS or no.code == "call_not_found":
            raise
        if no.code.startswith("report_"):
            form = form.refused({"complaint_id": _(CALL_REFUSALS[no.code])})
            return await _page(desk, who, call_id, form, status=no.status)
        return await _page(desk, who, call_id, form, refusal=no.code, status=no.status)
    return see_other(CALLS)


def _without_report(form: Form) -> dict[str, Any]:
    return {name: value for name, value in form.data().items() if name != "complaint_id"}


async def _page(
    desk: Desk, who: Official, call_id: str, form: Form, *, phone: str = "", refusal: str = "", status: int = 200
) -> Response:
    _, now = desk.words, desk.service.clock.now()
    found, because, reports = await desk.service.db.read(_opened, call_id, who.id, _.language, now)
    return desk.render(
        "missed.html",
        status=status,
        c=found,
        because=because,
        form=form,
        state=state_of(found, desk, now),
        said=_(CALL_STATUSES[found.status]),
        phone=phone,
        refusal=_(CALL_REFUSALS[refusal]) if refusal else "",
        may=who.may("operator") and found.status == "waiting",
        outcomes=[{"value": value, "label": label} for value, label in options(OUTCOMES, _)],
        reports=[(each.complaint_id, f"{each.number} · {clock(each.filed_at)}") for each in reports],
    )


def _opened(
    session: Session, call_id: str, official: str, language: Language, now: datetime
) -> tuple[CallView, list[str], list[Complaint]]:
    view, row = calls.one_call(session, call_id, official, now), session.get_one(MissedCall, call_id)
    arithmetic = row.call_back_arithmetic
    because = because_of(arithmetic, language) if arithmetic else []
    return view, because, phone_reports_since(session, official, view.missed_at)
