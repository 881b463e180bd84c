"""Intake's API for whoever lost the receipt: what they brought, by their own number."""

from __future__ import annotations

from fastapi import APIRouter

from services.intake import commands
from services.intake.models import AllBrought, WithoutReceipt
from services.intake.routes.doors import Clerk, Rules, own_office
from shared.doors import PROBLEMS, Door

router = APIRouter(responses=PROBLEMS)


@router.post("/dossiers/of-citizen", status_code=201)
async def of_citizen(body: WithoutReceipt, service: Door, policy: Rules, who: Clerk) -> AllBrought:
    """Dossiers of this unit, and filings that are not answered, of whoever has this number: the newest 20. That it was
    looked up is recorded, also where nothing was found, and an hour has so many look-ups. It is posted, as a citizen's
    number stands in no address. No answer is kept, so no Idempotency-Key is minded: asked again, it is recorded
    again."""
    own_office(who, policy)
    return await service.db.write(commands.brought_by, body, who.id, policy, service.clock.now())
