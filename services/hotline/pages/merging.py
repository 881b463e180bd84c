"""Two reports about the same thing, at the desk: one merged into the other, and separated again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from services.hotline.commands import merging as commands
from services.hotline.models.merging import Merging, Separating
from services.hotline.pages.desk import At
from services.hotline.rules.life import ROLES, hand_of
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import SignedInAs

router = APIRouter()
Merges = Annotated[Official, SignedInAs(*ROLES["merge"])]


@router.post("/desk/{complaint_id}/merge")
async def merge(complaint_id: Code, desk: At, who: Merges) -> Response:
    """It is answered with the report that has this number."""
    return await desk.step(who, complaint_id, "merge", Merging, commands.merge, hand_of(who.id, who.roles))


@router.post("/desk/{complaint_id}/separate")
async def separate(complaint_id: Code, desk: At, who: Merges) -> Response:
    """It is another matter after all."""
    return await desk.step(who, complaint_id, "separate", Separating, commands.separate, hand_of(who.id, who.roles))
