"""Two reports about the same thing, by API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from services.hotline.commands import merging as commands
from services.hotline.models import Moved
from services.hotline.models.merging import Merging, Separating
from services.hotline.routes import Once, own_unit
from services.hotline.rules.life import ROLES, hand_of
from shared.doors import PROBLEMS, Needs
from shared.texts import Code
from shared.tokens import Official

router = APIRouter(responses=PROBLEMS)
Merges = Annotated[Official, Needs(*ROLES["merge"])]


@router.post("/complaints/{complaint_id}/merge", status_code=201, response_model=Moved)
async def merge(complaint_id: Code, body: Merging, who: Merges, once: Once) -> Response:
    """It is about the same thing as another report, with which it is answered; nothing about conduct or an official."""
    own = own_unit(who, once.policy)
    return await once(commands.merge, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/separate", status_code=201, response_model=Moved)
async def separate(complaint_id: Code, body: Separating, who: Merges, once: Once) -> Response:
    """It is another matter after all, and why: its clocks go on, each from when it started."""
    own = own_unit(who, once.policy)
    return await once(commands.separate, complaint_id, body, hand_of(who.id, who.roles), own, once.now())
