"""Intake's API for whoever lost the receipt: what they brought, by their own number."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.intake import commands
from services.intake.models import AllBrought, WithoutReceipt
from services.intake.routes.doors import Clerk, Once, own_office
from shared.doors import PROBLEMS

router = APIRouter(responses=PROBLEMS)


@router.post("/dossiers/of-citizen", status_code=201, response_model=AllBrought)
async def of_citizen(body: WithoutReceipt, who: Clerk, once: Once) -> Response:
    """Dossiers of this unit, and filings that are not answered, of whoever has this number: the newest 20. That it was
    looked up is recorded, also where nothing was found, and an hour has so many look-ups. It is posted, as a citizen's
    number stands in no address."""
    own_office(who, once.policy)
    return await once.guarded(commands.brought_by, body, who.id, once.policy, once.now())
