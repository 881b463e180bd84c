"""Intake's API for the moment before a dossier is received: what the same person brought before."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.intake import commands
from services.intake.models import AtCounter, Earlier
from services.intake.routes.doors import Clerk, Once, own_office
from shared.doors import PROBLEMS

router = APIRouter(responses=PROBLEMS)


@router.post("/dossiers/earlier", status_code=201, response_model=Earlier)
async def earlier(body: AtCounter, who: Clerk, once: Once) -> Response:
    """Dossiers and filings that may be the same case, and papers that lie here already. That a number was looked up is
    recorded, also where nothing was found, and an hour has so many look-ups. It is posted, as a citizen's number stands
    in no address."""
    own_office(who, once.policy)
    return await once.guarded(commands.known_of, body, who.id, once.policy, once.now())
