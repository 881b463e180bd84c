"""Whose conduct a report is about: said, read, and checked, at the desk."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from services.hotline import commands
from services.hotline.commands import ladder
from services.hotline.models import Attribution, Verification
from services.hotline.pages import words as said
from services.hotline.pages.desk import At
from shared.errors import Refused
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import SignedInAs
from shared.web.forms import read_form

router = APIRouter()


@router.post("/desk/{complaint_id}/attribution")
async def attribution(complaint_id: Code, desk: At, who: Annotated[Official, SignedInAs("leader")]) -> Response:
    """The report with the name of whom it is about; the reading is recorded."""
    await read_form(desk.request)
    now = desk.service.clock.now()
    try:
        about = await desk.service.db.write(commands.read_attribution, complaint_id, who.id, now)
    except Refused as no:
        if no.code not in said.REFUSALS or no.code == "complaint_not_found":
            raise
        return await desk.case(who, complaint_id, refusal=no.code, status=no.status)
    return await desk.case(who, complaint_id, accused=about.official_id)


@router.post("/desk/{complaint_id}/attribute")
async def attribute(
    complaint_id: Code, desk: At, who: Annotated[Official, SignedInAs("operator", "leader")]
) -> Response:
    """Say whose conduct it is about."""
    return await desk.step(
        who, complaint_id, "attribute", Attribution, commands.attribute, conflicted=ladder.defer_attribution
    )


@router.post("/desk/{complaint_id}/verify")
async def verify(complaint_id: Code, desk: At, who: Annotated[Official, SignedInAs("leader")]) -> Response:
    """Say what the check found."""
    return await desk.step(who, complaint_id, "verify", Verification, commands.verify)
