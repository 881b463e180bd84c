"""Intake's API for the moment before a dossier is received: what the same person brought before."""

from __future__ import annotations

from fastapi import APIRouter

from services.intake import commands
from services.intake.models import AtCounter, Earlier
from services.intake.routes.doors import Clerk, Rules, own_office
from shared.doors import PROBLEMS, Door

router = APIRouter(responses=PROBLEMS)


@router.post("/dossiers/earlier", status_code=201)
async def earlier(body: AtCounter, service: Door, policy: Rules, who: Clerk) -> Earlier:
    """Dossiers and filings that may be the same case, and papers that lie here already. That a number was looked up is
    recorded, also where nothing was found, and an hour has so many look-ups. It is posted, as a citizen's number stands
    in no address. No answer is kept, so no Idempotency-Key is minded: asked again, it is recorded again."""
    own_office(who, policy)
    return await service.db.write(commands.known_of, body, who.id, policy, service.clock.now())
