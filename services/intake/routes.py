"""Intake's API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime
from sqlmodel import Session

from services.intake import commands, rules
from services.intake.models import (
    DossierView,
    Moved,
    NewDossier,
    Postponement,
    ProcedureView,
    Promised,
    PublicStatus,
    Receipt,
)
from services.intake.rulebook import Procedure
from services.intake.rules import HEADS, ROLES
from services.intake.settings import Policy
from services.intake.tables import Dossier, newest_dossiers, working_calendar
from shared.doors import PROBLEMS, Asked, Door, Limited, Needs, asked, policy_of
from shared.errors import Refused, found
from shared.texts import Code
from shared.tokens import Official
from shared.worktime import VN, because_of

router = APIRouter(responses=PROBLEMS)


Rules = Annotated[Policy, Depends(policy_of)]
Once = Annotated[Asked[Policy], Depends(asked)]
Clerk = Annotated[Official, Needs(*ROLES["receive"])]
Officer = Annotated[Official, Needs(*ROLES["take_up"])]
Completer = Annotated[Official, Needs(*ROLES["complete"])]
Giver = Annotated[Official, Needs(*ROLES["hand_over"])]
Head = Annotated[Official, Needs(*ROLES["reschedule"])]
Anyone = Annotated[Official, Needs()]


@router.get("/procedures")
async def procedures(service: Door, policy: Rules) -> list[ProcedureView]:
    """The procedures in force today."""
    return [_procedure(each) for each in policy.catalogue.all_in_force(service.clock.now().astimezone(VN).date())]


@router.get("/procedures/{code}/promise", dependencies=[Limited("120/minute")])
async def promise(
    code: Code,
    service: Door,
    policy: Rules,
    received_at: Annotated[AwareDatetime | None, Query(description="RFC 3339; now, when left out.")] = None,
) -> Promised:
    """What would be promised for a complete dossier received at this moment, and why. Public."""
    return await service.db.read(_promised, code, received_at or service.clock.now(), policy)


@router.post("/dossiers", status_code=201, response_model=Receipt)
async def receive(body: NewDossier, who: Clerk, once: Once) -> Response:
    """Receive a complete dossier: its number, its date and why."""
    own_office(who, once.policy)
    return await once(commands.receive_dossier, body, who.id, once.policy, once.now())


@router.get("/dossiers")
async def dossiers(service: Door, policy: Rules, who: Anyone) -> list[DossierView]:
    """The dossiers received last, newest first (50)."""
    own_office(who, policy)
    return await service.db.read(_newest)


@router.get("/dossiers/{dossier_id}")
async def dossier(dossier_id: Code, service: Door, policy: Rules, who: Anyone) -> DossierView:
    """A dossier, without its applicant's data."""
    own_unit(who, policy)
    return await service.db.read(_dossier, dossier_id)


@router.post("/dossiers/{dossier_id}/take-up", status_code=201, response_model=Moved)
async def take_up(dossier_id: Code, who: Officer, once: Once) -> Response:
    """Take a received dossier up: from now on it is yours."""
    return await once(commands.take_up, dossier_id, who.id, own_unit(who, once.policy), once.now())


@router.post("/dossiers/{dossier_id}/complete", status_code=201, response_model=Moved)
async def complete(dossier_id: Code, who: Completer, once: Once) -> Response:
    """The result is ready at the counter: so says whoever took it up, or a head or leader."""
    heads, own = who.may(*HEADS), own_unit(who, once.policy)
    return await once(commands.complete, dossier_id, who.id, heads, own, once.now())


@router.post("/dossiers/{dossier_id}/hand-over", status_code=201, response_model=Moved)
async def hand_over(dossier_id: Code, who: Giver, once: Once) -> Response:
    """Give the result to the citizen, with the code of the satisfaction slip."""
    return await once(commands.hand_over, dossier_id, who.id, own_unit(who, once.policy), once.now())


@router.post("/dossiers/{dossier_id}/reschedule", status_code=201, response_model=Moved)
async def reschedule(dossier_id: Code, body: Postponement, who: Head, once: Once) -> Response:
    """Apologise and give a new date, before the old one has passed, once."""
    return await once(commands.reschedule, dossier_id, body, who.id, own_unit(who, once.policy), once.now())


@router.get("/status/{number}", dependencies=[Limited("30/minute")])
async def status(
    number: Code,
    service: Door,
    code: Annotated[str, Query(min_length=1, max_length=40, description="From the receipt.")],
) -> PublicStatus:
    """Where a dossier is, for whoever holds its number and code. Public; nothing personal."""
    return await service.db.read(commands.public_status, number, code)


def own_office(who: Official, policy: Policy) -> None:
    """Raises Refused `counter_not_found` (404) for an official of another unit."""
    if who.unit != policy.unit:
        detail = f"This is the office of {policy.unit}, and you are of another unit: ask your own."
        raise Refused("counter_not_found", detail, status=404)


def own_unit(who: Official, policy: Policy) -> Policy:
    """The policy, for an official of this unit. Raises Refused `dossier_not_found` (404) for one of another."""
    return found(policy, "dossier", same_unit=who.unit == policy.unit)


def _promised(session: Session, code: str, received_at: datetime, policy: Policy) -> Promised:
    procedure = rules.procedure_for(policy.catalogue, code, rules.day_of(received_at))
    due = rules.promised(procedure, received_at, working_calendar(session))
    return Promised(
        procedure=procedure.code,
        name=procedure.name,
        version=procedure.version,
        received_at=received_at.astimezone(VN),
        due_at=due.due_at,
        due_because=due.because("vi"),
    )


def _newest(session: Session) -> list[DossierView]:
    return [_view(row) for row in newest_dossiers(session)]


def _dossier(session: Session, dossier_id: str) -> DossierView:
    return _view(found(session.get(Dossier, dossier_id), "dossier"))


def _view(row: Dossier) -> DossierView:
    values = {name: getattr(row, name) for name in DossierView.model_fields if hasattr(row, name)}
    values |= {name: value.astimezone(VN) for name, value in values.items() if isinstance(value, datetime)}
    return DossierView(**values, status_code=row.status, due_because=because_of(row.due_arithmetic))


def _procedure(each: Procedure) -> ProcedureView:
    return ProcedureView(
        code=each.code,
        name=each.name,
        name_en=each.name_en,
        field=each.field,
        fee=each.fee,
        basis=each.basis,
        version=each.version,
        channels=sorted(each.channels),
        papers=[{"code": p.code, "name": p.name, "note": p.note, "required": p.required} for p in each.papers],
        limit=each.limit.as_data(),
        confidence=each.confidence,
    )
