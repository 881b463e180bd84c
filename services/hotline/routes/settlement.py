"""Hotline's API for matters that may go above, the ladder, and petitions that went."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from services.hotline.commands import petitions, settlement
from services.hotline.models.settlement import (
    CameBack,
    NewPetition,
    Note,
    PetitionMoved,
    Petitions,
    RiskSummary,
    RiskView,
    Step,
    StepTaken,
)
from services.hotline.routes import Desk, Once, Rules, Seer, own_unit
from services.hotline.rules.life import DESK, HEADS, hand_of
from shared.doors import PROBLEMS, Door, Needs
from shared.texts import Code
from shared.tokens import Official

router = APIRouter(responses=PROBLEMS)
Head = Annotated[Official, Needs(*HEADS)]


@router.get("/risks")
async def risks(service: Door, policy: Rules, who: Desk) -> list[RiskSummary]:
    """The reports and clusters that may go above (200 at most), whose turn ends first on top. Nobody sees a report that
    is attributed to themselves."""
    own_unit(who, policy, "risk")
    return await service.db.read(settlement.risks_now, who.id)


@router.get("/risks/{subject_id}")
async def risk(subject_id: Code, service: Door, policy: Rules, who: Seer) -> RiskView:
    """Why a matter may go above, whose turn it is, and which steps were taken."""
    own_unit(who, policy, "risk")
    return await service.db.read(settlement.one_risk, subject_id, who.id, who.may(*DESK))


@router.get("/risks/{subject_id}/notes")
async def notes(subject_id: Code, service: Door, policy: Rules, who: Seer) -> list[Note]:
    """What was said at each step. The readings are recorded."""
    own_unit(who, policy, "risk")
    return await service.db.write(settlement.read_notes, subject_id, who.id, who.may(*DESK), service.clock.now())


@router.post("/risks/{subject_id}/step", status_code=201, response_model=StepTaken)
async def step(subject_id: Code, body: Step, who: Seer, once: Once) -> Response:
    """Say what came of talking it over, on the rung whose turn it is or above. It bars nobody from going above."""
    own = own_unit(who, once.policy, "risk")
    hand, roles = hand_of(who.id, who.roles), tuple(who.roles)
    return await once(settlement.take_step, subject_id, body, hand, roles, own, once.now())


@router.post("/petitions", status_code=201, response_model=PetitionMoved)
async def went_above(body: NewPetition, who: Head, once: Once) -> Response:
    """Record that somebody petitioned a level above."""
    own_unit(who, once.policy, "petition")
    return await once(petitions.went_above, body, who.id, once.now())


@router.get("/petitions")
async def all_petitions(service: Door, policy: Rules, who: Desk) -> Petitions:
    """The petitions of this year and the last one, and how many went above and came back in each category."""
    own_unit(who, policy, "petition")
    return await service.db.read(petitions.of_two_years, service.clock.now())


@router.post("/petitions/{petition_id}/came-back", status_code=201, response_model=PetitionMoved)
async def came_back(petition_id: Code, body: CameBack, who: Head, once: Once) -> Response:
    """Record that a petition was sent back, with or without the order to settle it."""
    own_unit(who, once.policy, "petition")
    return await once(petitions.came_back, petition_id, body, who.id, once.now())
