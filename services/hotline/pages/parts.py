"""A report that says several things, at the desk: one thing made a report of its own, or all of it sealed."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import BaseModel, ValidationError
from sqlmodel import Session

from services.hotline.commands import parts as commands
from services.hotline.models import Moved
from services.hotline.models.parts import Part, Split, TakenOut
from services.hotline.pages import words as said
from services.hotline.pages.acts import FIELDS
from services.hotline.pages.desk import DESK, At
from services.hotline.pages.doors import wrong_fields
from services.hotline.pages.life import Has
from services.hotline.rules.life import Hand, hand_of
from services.hotline.settings import Policy
from shared.errors import Refused
from shared.texts import Code, Line, Paragraph
from shared.unavailable import Unavailable
from shared.web.forms import read_form
from shared.web.pages import see_other

router = APIRouter()


class SplitOff(BaseModel):
    """One thing that becomes a report of its own, and what is left."""

    rest: Paragraph
    part: Paragraph
    place: Line | None = None


def split_off(session: Session, complaint_id: str, body: SplitOff, by: Hand, policy: Policy, now: datetime) -> Moved:
    """As `commands.split`, one part at a time."""
    whole = Split(rest=body.rest, parts=[Part(text=body.part, place=body.place)])
    return commands.split(session, complaint_id, whole, by, policy, now)


@router.post("/desk/{complaint_id}/split")
async def split(complaint_id: Code, desk: At, who: Has) -> Response:
    """Make a report of its own of one thing that it says."""
    return await desk.step(who, complaint_id, "split", SplitOff, split_off, hand_of(who.id, who.roles))


@router.post("/desk/{complaint_id}/denunciation")
async def take_out(complaint_id: Code, desk: At, who: Has) -> Response:
    """Seal it to who is competent, and keep what is left. What was typed is noted nowhere, its key neither."""
    form, names = await read_form(desk.request), FIELDS["denunciation"]
    typed = {field: form[name] for field, name in names.items() if form[name]}
    try:
        body = TakenOut.model_validate(typed)
    except ValidationError as error:
        refused = form.refused(wrong_fields(error, form, desk.words, names))
        return await desk.case(who, complaint_id, forms={"denunciation": refused}, status=422)
    asked = (complaint_id, body, hand_of(who.id, who.roles), desk.policy, desk.service.clock.now())
    try:
        await desk.service.db.write(commands.take_out, *asked)
    except Unavailable:  # the form comes back whole
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in said.REFUSALS or no.status == 404:
            raise
        return await desk.case(who, complaint_id, forms={"denunciation": form}, refusal=no.code, status=no.status)
    return see_other(f"{DESK}/{complaint_id}")
