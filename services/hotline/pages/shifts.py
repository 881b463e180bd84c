"""The shift at the desk: whose it is, and how it is handed over."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import ValidationError
from sqlmodel import Session

from services.hotline.commands import shifts
from services.hotline.models.shifts import HandOver, ShiftMoved, ShiftView
from services.hotline.pages.desk import DESK, At, AtDesk, Desk
from services.hotline.pages.opened import Names, named, who_may
from services.hotline.pages.shift_words import AT_FIELD, SHIFT_LABELS, SHIFT_REFUSALS
from services.hotline.pages.words import REFUSALS
from services.hotline.rules.life import DESK as DESK_ROLES
from services.hotline.rules.life import HEADS
from services.hotline.settings import Policy
from services.hotline.tables import officials_by_name
from shared.errors import Refused
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_
from shared.web.pages import see_other

router = APIRouter(prefix="/desk/shift")
SHIFT = f"{DESK}/shift"
SENTENCES = REFUSALS | SHIFT_REFUSALS


@router.get("")
async def shift(desk: At, who: AtDesk) -> Response:
    """Whose shift it is, and a form for whoever may hand it over."""
    return await _page(desk, who, blank())


@router.post("")
async def hand_over(desk: At, who: AtDesk) -> Response:
    """Hand it over; or the form again, with what was typed."""
    form, _ = await read_form(desk.request), desk.words
    if not form["taken_by"]:
        return await _page(desk, who, form.refused({"taken_by": _(N_("Hãy chọn người nhận ca."))}), status=422)
    try:
        body = HandOver.model_validate(form.data())
    except ValidationError as error:
        return await _page(desk, who, form.refused(field_errors(error, _, SHIFT_LABELS)), status=422)
    asked, now = (desk.service, desk.request, form, who.id), desk.service.clock.now()
    try:
        await once(*asked, ShiftMoved, shifts.hand_over, body, who.id, who.may(*HEADS), desk.policy, now)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in SENTENCES:
            raise
        if no.code in AT_FIELD:
            return await _page(desk, who, form.refused({AT_FIELD[no.code]: _(SENTENCES[no.code])}), status=no.status)
        return await _page(desk, who, form, refusal=no.code, status=no.status)
    return see_other(SHIFT)


@router.post("/promises")
async def promises(desk: At, who: AtDesk) -> Response:
    """The shift with what was promised; the reading is recorded."""
    await read_form(desk.request)
    told = await desk.service.db.write(shifts.read_promises, who.id, desk.policy, desk.service.clock.now())
    return await _page(desk, who, blank(), promised=told.promises or "")


async def _page(
    desk: Desk, who: Official, form: Form, *, promised: str = "", refusal: str = "", status: int = 200
) -> Response:
    now, people, takers = await desk.service.db.read(_opened, desk.policy)
    return desk.render(
        "shift.html",
        status=status,
        shift=now,
        form=form,
        names=dict(people),
        people=[each for each in takers if each[0] != (now.held_by or who.id)],
        promised=promised,
        refusal=desk.words(SENTENCES[refusal]) if refusal else "",
        may=now.held_by in (None, who.id) or who.may(*HEADS),
    )


def _opened(session: Session, policy: Policy) -> tuple[ShiftView, Names, Names]:
    rows = officials_by_name(session)
    return shifts.shift_now(session, policy), named(rows), who_may(rows, DESK_ROLES)
