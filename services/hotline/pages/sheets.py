"""Sheets of paper at the desk: printed beforehand, and every number accounted for afterwards."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Response
from pydantic import ValidationError
from sqlmodel import Session

from services.hotline.commands import sheets
from services.hotline.commands.sheets import Paper
from services.hotline.models.sheets import NewSheet, SheetMoved, SheetView, VoidNumbers
from services.hotline.pages.desk import DESK, At, AtDesk, Desk, Operator
from services.hotline.pages.doors import emergencies, notice, options
from services.hotline.pages.sheet_words import NUMBER_STATES, SHEET_LABELS, SHEET_REFUSALS, VOID_REASONS
from services.hotline.rules.sheets import call_sheet_rule
from services.hotline.tables import officials_by_name
from shared.errors import Refused
from shared.texts import Code
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_
from shared.web.pages import see_other
from shared.web.pdf import call_sheet_pdf

router = APIRouter(prefix="/desk/sheets")
SHEETS = f"{DESK}/sheets"
CENTRE = "Trung tâm Phục vụ hành chính công"


@router.get("")
async def all_sheets(desk: At, who: AtDesk) -> Response:
    """The sheets with numbers to account for, and a form to print another."""
    return await _list(desk, who, blank())


@router.post("")
async def print_sheet(desk: At, who: Operator) -> Response:
    """Allot numbers to a new sheet."""
    form, _ = await read_form(desk.request), desk.words
    try:
        body = NewSheet.model_validate(form.data())
    except ValidationError as error:
        return await _list(desk, who, form.refused(field_errors(error, _, SHEET_LABELS)), 422)
    asked, now = (desk.service, desk.request, form, who.id), desk.service.clock.now()
    try:
        moved = await once(*asked, SheetMoved, sheets.print_sheet, body, who.id, desk.policy, now)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in SHEET_REFUSALS:
            raise
        return await _list(desk, who, form.refused({"numbers": _(SHEET_REFUSALS[no.code])}), no.status)
    return see_other(f"{SHEETS}/{moved.sheet.sheet_id}")


async def _list(desk: Desk, who: Official, form: Form, status: int = 200) -> Response:
    found = await desk.service.db.read(sheets.sheets_to_account_for)
    most = call_sheet_rule(desk.policy.calls, desk.service.clock.now()).most_numbers
    return desk.render("sheets.html", status=status, form=form, sheets=found, most=most, may=who.may("operator"))


@router.get("/{sheet_id}")
async def sheet(sheet_id: Code, desk: At, who: AtDesk) -> Response:
    """A sheet, and what became of each of its numbers."""
    return await _page(desk, who, sheet_id, blank())


@router.get("/{sheet_id}/call_sheet.pdf")
async def paper(sheet_id: Code, desk: At, who: Operator) -> Response:
    """The sheet for printing. The reading of its codes is recorded."""
    found = await desk.service.db.write(sheets.paper_of, sheet_id, who.id, desk.service.clock.now())
    pdf = await asyncio.to_thread(call_sheet_pdf, data_of(found, desk), desk.words.language)
    headers = {"Content-Disposition": f'inline; filename="{found.lines[0][0]}.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


def data_of(paper: Paper, desk: Desk) -> dict[str, Any]:
    """The fields of a sheet, for `call_sheet_pdf`."""
    settings, at, _ = desk.service.settings, paper.sheet.allotted_at, desk.words
    return {
        "authority": f"UBND {settings.unit_name}",
        "centre": CENTRE,
        "place": settings.unit_name.split(" ", 1)[-1],
        "number": f"{paper.lines[0][0].partition('-')[2]}/PGCG",
        "lines": paper.lines,
        "denunciation": notice(desk.policy, "denunciation", at, _),
        "emergencies": emergencies(desk.policy, at, _),
        "page": ("sheet", f"{settings.public_url.rstrip('/')}{SHEETS}/{paper.sheet.sheet_id}"),
        "event_id": paper.sheet.event_id,
        "event_sha256": paper.event_sha256,
        "at": at,
    }


@router.post("/{sheet_id}/void")
async def void(sheet_id: Code, desk: At, who: Operator) -> Response:
    """Say of the ticked numbers that they are no report's, and why."""
    form, _ = await read_form(desk.request), desk.words
    errors = {} if form.all("numbers") else {"numbers": _(N_("Hãy chọn ít nhất một số."))}
    errors |= {} if form["reason_code"] in VOID_REASONS else {"reason_code": _(N_("Hãy chọn lý do."))}
    if errors:
        return await _page(desk, who, sheet_id, form.refused(errors), status=422)
    try:
        body = VoidNumbers.model_validate(form.data("numbers"))
    except ValidationError:  # no box of the form sends such numbers
        return await _page(desk, who, sheet_id, form, refusal="number_not_found", status=422)
    asked, now = (desk.service, desk.request, form, who.id), desk.service.clock.now()
    try:
        await once(*asked, SheetMoved, sheets.void_numbers, sheet_id, body, who.id, now)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in SHEET_REFUSALS or no.code == "sheet_not_found":
            raise
        return await _page(desk, who, sheet_id, form, refusal=no.code, status=no.status)
    return see_other(f"{SHEETS}/{sheet_id}")


async def _page(
    desk: Desk, who: Official, sheet_id: str, form: Form, *, refusal: str = "", status: int = 200
) -> Response:
    _ = desk.words
    found, names = await desk.service.db.read(_opened, sheet_id, who.id)
    left = [each.number for each in found.numbers if each.state == "open"]
    return desk.render(
        "sheet.html",
        status=status,
        sheet=found,
        names=names,
        form=form,
        refusal=_(SHEET_REFUSALS[refusal]) if refusal else "",
        may=who.may("operator"),
        left=[{"value": number, "label": number} for number in left],
        states={state: _(words) for state, words in NUMBER_STATES.items()},
        reasons=options(VOID_REASONS, _),
        why={code: _(words) for code, words in VOID_REASONS.items()},
    )


def _opened(session: Session, sheet_id: str, official: str) -> tuple[SheetView, dict[str, str]]:
    names = {each.official_id: each.name for each in officials_by_name(session)}
    return sheets.one_sheet(session, sheet_id, official), names
