"""A call from a sheet of paper, entered afterwards."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import ValidationError
from sqlmodel import Session

from services.hotline.commands import sheets
from services.hotline.models.sheets import Entered, EnteredCall
from services.hotline.pages.call_words import CALL_REFUSALS
from services.hotline.pages.desk import At, Desk, Operator
from services.hotline.pages.doors import report_of, wrong_fields
from services.hotline.pages.moments import moment_of
from services.hotline.pages.sheet_words import AT_FIELD, SHEET_REFUSALS
from services.hotline.pages.sheets import SHEETS
from services.hotline.pages.words import REFUSALS
from services.hotline.tables import officials_by_name
from shared.errors import Refused
from shared.texts import Code
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import once
from shared.web.forms import Form, blank, read_form
from shared.web.language import N_, Words
from shared.web.pages import see_other

router = APIRouter(prefix="/desk/sheets/{sheet_id}/enter")
SENTENCES = REFUSALS | CALL_REFUSALS | SHEET_REFUSALS


@router.get("")
async def entry(sheet_id: Code, desk: At, who: Operator, number: str = "") -> Response:
    """The form of a call; the number may stand in the address."""
    return await _form(desk, who, sheet_id, blank(number=number[:40], who="named", taken_by=who.id))


@router.post("")
async def enter(sheet_id: Code, desk: At, who: Operator) -> Response:
    """The call is a report, with its number and the time at which they called; or the form again."""
    form, now = await read_form(desk.request), desk.service.clock.now()
    body, errors = call_of(form, now, desk.words)
    if body is None:
        return await _form(desk, who, sheet_id, form.refused(errors), 422)
    asked = (desk.service, desk.request, form, who.id)
    try:
        await once(*asked, Entered, sheets.enter_call, sheet_id, body, who.id, desk.policy, now)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in AT_FIELD:
            raise
        refused = form.refused({AT_FIELD[no.code]: desk.words(SENTENCES[no.code])})
        return await _form(desk, who, sheet_id, refused, no.status)
    return see_other(f"{SHEETS}/{sheet_id}")


def call_of(form: Form, now: datetime, _: Words) -> tuple[EnteredCall | None, dict[str, str]]:
    """What was typed as a call from a sheet, or all that is wrong with it, in the order of the page."""
    taken, wrong = moment_of(form, "taken_day", "taken_clock", now, _)
    report, errors = report_of(form, "phone", _)
    first = {} if form["number"] else {"number": _(N_("Hãy chọn số trên phiếu."))}
    if taken is None and not wrong:
        wrong = {"taken_clock": _(N_("Hãy ghi giờ gọi đến, như trên phiếu."))}
    if first or wrong or report is None or taken is None:
        return None, first | wrong | dict(errors)
    said = report.model_dump(exclude={"channel"})
    about = {"number": form["number"], "taken_at": taken, "taken_by": form["taken_by"] or None}
    try:
        return EnteredCall.model_validate(said | about), {}
    except ValidationError as error:  # a number or an official that no list of the form has
        return None, wrong_fields(error, form, _)


async def _form(desk: Desk, who: Official, sheet_id: str, form: Form, status: int = 200) -> Response:
    left, people = await desk.service.db.read(_opened, sheet_id, who.id)
    return desk.render("entry.html", status=status, form=form, sheet_id=sheet_id, numbers=left, people=people)


def _opened(session: Session, sheet_id: str, official: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    view = sheets.one_sheet(session, sheet_id, official)
    people = [(each.official_id, f"{each.name} · {each.post}") for each in officials_by_name(session)]
    return [(each.number, each.number) for each in view.numbers if each.state == "open"], people
