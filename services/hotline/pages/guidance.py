"""A khiếu nại at the desk: its reporter guided, the slip printed, the competent body watched."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BeforeValidator

from services.hotline.commands import guidance as commands
from services.hotline.commands.guidance import Slip
from services.hotline.models.guidance import Admission, Guidance
from services.hotline.pages.desk import Anyone, At, Desk
from services.hotline.pages.life import Has
from services.hotline.pages.moments import YEARS
from services.hotline.pages.sheets import CENTRE
from services.hotline.rules.life import DESK, hand_of
from shared.texts import Code
from shared.web.moments import typed_day
from shared.web.pdf import guidance_pdf

router = APIRouter()


def _day(typed: object) -> date:
    found = typed_day(str(typed), YEARS)
    if found is None:
        raise ValueError("no day")
    return found


class TypedAdmission(Admission):
    """With the day as people write it."""

    admitted_on: Annotated[date, BeforeValidator(_day)]


@router.post("/desk/{complaint_id}/guide")
async def guide(complaint_id: Code, desk: At, who: Has) -> Response:
    """Tell its reporter whose it is."""
    return await desk.step(who, complaint_id, "guide", Guidance, commands.guide, hand_of(who.id, who.roles))


@router.post("/desk/{complaint_id}/admit")
async def admit(complaint_id: Code, desk: At, who: Has) -> Response:
    """The competent body took it up."""
    return await desk.step(who, complaint_id, "admit", TypedAdmission, commands.admit, hand_of(who.id, who.roles))


@router.post("/desk/{complaint_id}/ask-body")
async def ask_body(complaint_id: Code, desk: At, who: Has) -> Response:
    """The competent body was asked again."""
    return await desk.step(who, complaint_id, "ask-body", None, commands.ask_body, hand_of(who.id, who.roles))


@router.get("/desk/{complaint_id}/guidance.pdf")
async def slip(complaint_id: Code, desk: At, who: Anyone) -> Response:
    """The slip for printing. The reading is recorded."""
    asked = (complaint_id, who.id, who.may(*DESK), desk.service.clock.now())
    found = await desk.service.db.write(commands.slip_of, *asked)
    pdf = await asyncio.to_thread(guidance_pdf, data_of(found, desk), desk.words.language)
    name = found.complaint.number
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


def data_of(slip: Slip, desk: Desk) -> dict[str, Any]:
    """The fields of a slip, for `guidance_pdf`."""
    settings, number, vietnamese = desk.service.settings, slip.complaint.number, desk.words.language == "vi"
    row = slip.body
    return {
        "authority": f"UBND {settings.unit_name}",
        "centre": CENTRE,
        "place": settings.unit_name.split(" ", 1)[-1],
        "number": f"{number.partition('-')[2]}/PHD",
        "report": number,
        "against": row.vi if vietnamese else row.en,
        "body": row.body_vi if vietnamese else row.body_en,
        "where": row.where_vi if vietnamese else row.where_en,
        "file_days": row.file_days,
        "told": slip.told,
        "basis": row.basis,
        "page": ("status", f"{settings.public_url.rstrip('/')}/hotline/status?number={number}"),
        "event_id": slip.complaint.event_id,
        "event_sha256": slip.event_sha256,
        "at": slip.guided_at,
    }
