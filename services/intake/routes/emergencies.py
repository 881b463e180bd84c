"""Intake's API for emergencies: declared and lifted, and the promises that fall into one."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.models import (
    Apologies,
    Apologised,
    CarriedForward,
    CarryForward,
    DoorFigures,
    EmergencyView,
    GiveBack,
    GivenBack,
    Lift,
    NewEmergency,
    Promises,
    TakeBack,
)
from services.intake.routes.doors import (
    Anyone,
    Apologises,
    CarriesForward,
    Declares,
    GivesBack,
    Lifts,
    Once,
    Rules,
    TakesBack,
    own_office,
)
from services.intake.settings import Policy
from services.intake.tables.emergencies import open_emergency
from shared.doors import PROBLEMS, Door, Limited
from shared.errors import found
from shared.service import Service
from shared.texts import Code
from shared.tokens import Official
from shared.worktime import VN

router = APIRouter(prefix="/emergencies", responses=PROBLEMS)


@router.post("", status_code=201, response_model=EmergencyView)
async def declare(body: NewEmergency, who: Declares, once: Once) -> Response:
    """Declare an emergency: by which act, from when until when, what goes on in person; one at a time."""
    own_office(who, once.policy)
    return await once(commands.declare, body, who.id, once.policy, once.now())


@router.get("", dependencies=[Limited("120/minute")])
async def emergencies(service: Door) -> list[EmergencyView]:
    """The emergency that is declared and not over, if there is one. Public."""
    return await service.db.read(_open, service)


@router.post("/{emergency_id}/lift", status_code=201, response_model=EmergencyView)
async def lift(emergency_id: Code, body: Lift, who: Lifts, once: Once) -> Response:
    """It ends: everybody is received as ever."""
    return await once(commands.lift, emergency_id, body, who.id, own_emergency(who, once.policy), once.now())


@router.post("/{emergency_id}/take-back", status_code=201, response_model=EmergencyView)
async def take_back(emergency_id: Code, body: TakeBack, who: TakesBack, once: Once) -> Response:
    """It was recorded wrong: it counts as though it had never been. The right one is declared as another; the dates
    that it moved are given back by `give-back`."""
    own_emergency(who, once.policy)
    return await once(commands.take_back, emergency_id, body, who.id, once.now())


@router.get("/{emergency_id}/moved")
async def moved(emergency_id: Code, service: Door, policy: Rules, who: GivesBack) -> Promises:
    """Of one that was taken back: dossiers whose clock runs and whose date it has moved, and the earlier date that each
    would get; nothing changes. `in_all` says how many there may be."""
    own = own_emergency(who, policy)
    return await service.db.read(commands.moved_promises, emergency_id, own, service.clock.now())


@router.post("/{emergency_id}/give-back", status_code=201, response_model=GivenBack)
async def give_back(emergency_id: Code, body: GiveBack, who: GivesBack, once: Once) -> Response:
    """Give these dossiers their earlier dates, 50 a request: with another key, it goes on with the others until
    `remaining` is 0. No date becomes a later one, and each leaves as much time as the rulebook says."""
    return await once(commands.give_back, emergency_id, body, who.id, own_emergency(who, once.policy), once.now())


@router.get("/{emergency_id}/promises")
async def promises(
    emergency_id: Code,
    service: Door,
    policy: Rules,
    who: Apologises,
    until: Annotated[date | None, Query(description="While no end is known: when the work goes on after it.")] = None,
) -> Promises:
    """Open dossiers that are not urgent with a date inside the emergency, and the new date of each; nothing changes.
    `in_all` says how many there are: the others are shown once these have other dates."""
    own = own_emergency(who, policy)
    return await service.db.read(commands.promises_in, emergency_id, until, own, service.clock.now())


@router.post("/{emergency_id}/apologise", status_code=201, response_model=Apologised)
async def apologise(emergency_id: Code, body: Apologies, who: Apologises, once: Once) -> Response:
    """Apologise for these dossiers and give their new dates, 50 a request: with another key, it goes on with the
    others until `remaining` is 0. Nobody is apologised to twice."""
    return await once(commands.apologise, emergency_id, body, who.id, own_emergency(who, once.policy), once.now())


@router.get("/{emergency_id}/suspended")
async def suspended(emergency_id: Code, service: Door, policy: Rules, who: CarriesForward) -> Promises:
    """Where an act suspends deadlines: dossiers whose clock runs and whose date has not passed, and the date that each
    is carried forward to; nothing changes. `in_all` says how many there are."""
    own_emergency(who, policy)
    return await service.db.read(commands.suspended_promises, emergency_id, service.clock.now())


@router.post("/{emergency_id}/carry-forward", status_code=201, response_model=CarriedForward)
async def carry_forward(emergency_id: Code, body: CarryForward, who: CarriesForward, once: Once) -> Response:
    """Carry these dates forward by the days that an act suspends, 50 a request: with another key, it goes on with the
    others until `remaining` is 0. Each once for an emergency."""
    own_emergency(who, once.policy)
    return await once(commands.carry_forward, emergency_id, body, who.id, once.now())


@router.get("/{emergency_id}/door")
async def door(emergency_id: Code, service: Door, policy: Rules, who: Anyone) -> DoorFigures:
    """How many were checked at the door, what became of each who did not pass, and how many are inside now of how many
    may be."""
    own_emergency(who, policy)
    return await service.db.read(commands.door_figures, emergency_id, service.clock.now())


def own_emergency(who: Official, policy: Policy) -> Policy:
    """The policy, for an official of this unit. Raises Refused `emergency_not_found` (404) for one of another."""
    return found(policy, "emergency", same_unit=who.unit == policy.unit)


def _open(session: Session, service: Service) -> list[EmergencyView]:
    now = service.clock.now()
    row = open_emergency(session, now.astimezone(VN).date())
    return [commands.emergency_view(row, now)] if row else []
