"""What waits for triage, by API."""

from __future__ import annotations

from fastapi import APIRouter

from services.hotline.commands.undecided import undecided_now
from services.hotline.models.undecided import UndecidedView
from services.hotline.routes import Desk, Rules, own_unit
from shared.doors import PROBLEMS, Door

router = APIRouter(responses=PROBLEMS)


@router.get("/undecided")
async def undecided(service: Door, policy: Rules, who: Desk) -> list[UndecidedView]:
    """The reports that nobody has triaged: those with words of danger first, then of hot categories, then by clock."""
    own_unit(who, policy)
    return await service.db.read(undecided_now, who.id, policy, service.clock.now())
