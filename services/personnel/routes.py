"""Personnel's API."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session

from services.personnel import commands, rules
from services.personnel.models import (
    CalendarView,
    Coverage,
    DayReceipt,
    DayToDeclare,
    DepartmentView,
    OfficialView,
    PledgeReceipt,
    PledgeTextView,
    PledgeToSign,
    SessionToken,
    WhoSignsIn,
)
from services.personnel.settings import Policy
from services.personnel.tables import departments, members
from shared.doors import PROBLEMS, Asked, Door, Limited, Needs, asked, policy_of
from shared.errors import found
from shared.tokens import Official
from shared.worktime import VN

router = APIRouter(responses=PROBLEMS)


Rules = Annotated[Policy, Depends(policy_of)]
Once = Annotated[Asked[Policy], Depends(asked)]
Anyone = Annotated[Official, Needs()]
Leader = Annotated[Official, Needs("leader", "admin")]
Year = Annotated[int | None, Query(ge=2000, le=2099, description="This year, when left out.")]


@router.get("/departments", dependencies=[Limited("120/minute")])
async def all_departments(service: Door) -> list[DepartmentView]:
    """The departments of the commune. Public."""
    return await service.db.read(_departments)


@router.get("/officials")
async def all_officials(service: Door, policy: Rules, who: Anyone) -> list[OfficialView]:
    """The officials, their posts and who heads them."""
    own_unit(who, policy)
    return await service.db.read(_officials)


@router.post("/session", status_code=201, dependencies=[Limited("60/minute")])
async def sign_in(body: WhoSignsIn, service: Door, policy: Rules) -> SessionToken:
    """In a trial: a token for an official of the register. Never in production."""
    return await service.db.read(commands.sign_in, body.official_id, policy)


@router.get("/pledges/text", dependencies=[Limited("120/minute")])
async def pledge_text(service: Door, policy: Rules) -> PledgeTextView:
    """The pledge's text in force today. Public."""
    text = rules.text_in_force(policy.pledges, service.clock.now().astimezone(VN).date())
    values = {name: getattr(text, name) for name in ("version", "valid_from", "text", "sha256", "basis")}
    return PledgeTextView(**values, joiners=text.joiners.as_data())


@router.post("/pledges", status_code=201, response_model=PledgeReceipt)
async def sign_pledge(body: PledgeToSign, who: Anyone, once: Once) -> Response:
    """Sign this year's pledge yourself, before a witness who is no relative."""
    own_unit(who, once.policy)
    return await once(commands.sign_pledge, body, who.id, once.policy, once.now())


@router.get("/pledges/coverage", dependencies=[Limited("120/minute")])
async def coverage(service: Door, policy: Rules, year: Year = None) -> Coverage:
    """How many of the active officials signed. Public; names nobody."""
    return await service.db.read(commands.pledge_coverage, year, policy, service.clock.now())


@router.get("/calendar", dependencies=[Limited("120/minute")])
async def calendar(service: Door, year: Year = None) -> CalendarView:
    """The days of a year that are off, or worked, against their weekday, and why. Public."""
    wanted = service.clock.now().astimezone(VN).year if year is None else year
    return await service.db.read(commands.calendar_of, wanted)


@router.post("/calendar/days", status_code=201, response_model=DayReceipt)
async def declare_day(body: DayToDeclare, who: Leader, once: Once) -> Response:
    """Declare a day off or worked, today or later. Dates promised already never move later."""
    own_unit(who, once.policy, "calendar")
    return await once(commands.declare_day, body, who.id, once.now())


def own_unit(who: Official, policy: Policy, what: str = "register") -> None:
    """Raises Refused `<what>_not_found` (404) for an official of another unit."""
    found(policy, what, same_unit=who.unit == policy.unit)


def _departments(session: Session) -> list[DepartmentView]:
    return [DepartmentView(**_shown(row, DepartmentView)) for row in departments(session)]


def _officials(session: Session) -> list[OfficialView]:
    return [OfficialView(**_shown(row, OfficialView)) for row in members(session)]


def _shown(row: Any, view: type[DepartmentView] | type[OfficialView]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in view.model_fields}
    return {name: value.astimezone(VN) if name.endswith("_at") else value for name, value in values.items()}
