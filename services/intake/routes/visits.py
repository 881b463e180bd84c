"""Intake's API for visits to the counter: a ticket, a call, and an outcome; and how many trips a dossier took."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Body, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.models import Call, CallVisit, NewVisit, Ticket, TripsView, VisitEnd, VisitMoved, VisitView
from services.intake.routes.doors import Anyone, CallsVisit, ClosesVisit, Once, Rules, own_office
from services.intake.rules import VISIT_ROLES, trips_of
from services.intake.settings import Policy
from services.intake.tables import called_visits, trips_taken
from shared.doors import PROBLEMS, Door, Limited, Signed, allowed
from shared.errors import Refused, found
from shared.texts import Code
from shared.tokens import Official

router = APIRouter(prefix="/visits", responses=PROBLEMS)


@router.post("", status_code=201, response_model=Ticket, dependencies=[Limited("120/minute")])
async def open_visit(body: NewVisit, who: Signed, once: Once) -> Response:
    """Take a ticket. Public, without a name; a clerk opens one for whoever stands at the counter."""
    if body.channel == "counter":
        own_office(_clerk(who), once.policy)
    return await once(commands.open_visit, body, once.policy, once.now())


@router.get("")
async def visits(service: Door, policy: Rules, who: Anyone) -> list[VisitView]:
    """The visits without an outcome (200 of each): who waits, in the order of the calls; then who was called. Numbers
    of later days are not there yet."""
    own_office(who, policy)
    return await service.db.read(_open, service.clock.now())


@router.get("/trips", dependencies=[Limited("120/minute")])
async def trips(service: Door) -> list[TripsView]:
    """How many trips dossiers took, by procedure: of those received through a visit. Public."""
    return await service.db.read(_trips)


@router.post("/call-next", status_code=201, response_model=VisitMoved)
async def call_next(body: Call, who: CallsVisit, once: Once) -> Response:
    """Call whoever is next to this desk: who booked, by their slot, or else who waits longest."""
    own_office(who, once.policy)
    return await once(commands.call_next, body, who.id, once.now())


@router.post("/{visit_id}/call", status_code=201, response_model=VisitMoved)
async def call(visit_id: Code, body: CallVisit, who: CallsVisit, once: Once) -> Response:
    """Call this one to this desk, or once more; from another desk by naming that one."""
    own_visit(who, once.policy)
    return await once(commands.call_visit, visit_id, body, who.id, once.now())


@router.post("/{visit_id}/close", status_code=201, response_model=VisitMoved)
async def close(visit_id: Code, body: Annotated[VisitEnd, Body()], who: ClosesVisit, once: Once) -> Response:
    """Say what became of it: guided, refused in writing, served, or not there. Receiving its dossier says the other."""
    return await once(commands.close_visit, visit_id, body, who.id, own_visit(who, once.policy), once.now())


def own_visit(who: Official, policy: Policy) -> Policy:
    """The policy, for an official of this unit. Raises Refused `visit_not_found` (404) for one of another."""
    return found(policy, "visit", same_unit=who.unit == policy.unit)


def _clerk(who: Official | None) -> Official:
    if who is None:
        raise Refused("not_signed_in", "Only a clerk opens a visit at the counter: sign in first.", status=401)
    return allowed(who, *VISIT_ROLES["open"])


def _open(session: Session, now: datetime) -> list[VisitView]:
    return [commands.visit_view(row, now) for row in (*commands.in_order(session, now), *called_visits(session))]


def _trips(session: Session) -> list[TripsView]:
    return [TripsView(**vars(each), one_trip_share=each.one_trip_share) for each in trips_of(trips_taken(session))]
