"""A report that says several things, by API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from services.hotline.commands import parts as commands
from services.hotline.models import Moved
from services.hotline.models.parts import Kept, Split, TakenOut
from services.hotline.routes import Once, Rules, own_unit
from services.hotline.rules.life import ROLES, hand_of
from shared.doors import PROBLEMS, Door, Needs
from shared.texts import Code
from shared.tokens import Official

router = APIRouter(responses=PROBLEMS)
Splits = Annotated[Official, Needs(*ROLES["split"])]


@router.post("/complaints/{complaint_id}/split", status_code=201, response_model=Moved)
async def split(complaint_id: Code, body: Split, who: Splits, once: Once) -> Response:
    """Make reports of their own of what it says besides: the same reporter, the same receipt code, the same time."""
    own = own_unit(who, once.policy)
    return await once(commands.split, complaint_id, body, hand_of(who.id, who.roles), own, once.now())


@router.post("/complaints/{complaint_id}/denunciation", status_code=201)
async def take_out(complaint_id: Code, body: TakenOut, who: Splits, service: Door, policy: Rules) -> Kept:
    """It is a denunciation, or holds one: all of it is sealed to who is competent, and only what is left stays here. No
    event and no log line says so, and no answer is kept."""
    asked = (complaint_id, body, hand_of(who.id, who.roles), own_unit(who, policy), service.clock.now())
    return await service.db.write(commands.take_out, *asked)
