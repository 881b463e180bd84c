"""Intake's API for filings online: what came at the portal, until it is a dossier or ends without one."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.models import (
    Acceptance,
    FilingMoved,
    FilingSupplementRequest,
    FilingView,
    NewFiling,
    Receipt,
    Refusal,
)
from services.intake.routes.doors import (
    Accepts,
    Anyone,
    AsksFiling,
    Clerk,
    ClosesFiling,
    Once,
    RefusesFiling,
    Rules,
    WithdrawsFiling,
    local,
    own_office,
)
from services.intake.settings import Policy
from services.intake.tables import Filing, open_filings
from shared.doors import PROBLEMS, Door
from shared.errors import found
from shared.texts import Code
from shared.tokens import Official
from shared.worktime import because_of

router = APIRouter(prefix="/filings", responses=PROBLEMS)


@router.post("", status_code=201, response_model=FilingMoved)
async def register(body: NewFiling, who: Clerk, once: Once) -> Response:
    """Take over what a citizen filed at the portal; the office's time to answer runs from when they filed."""
    own_office(who, once.policy)
    return await once(commands.register_filing, body, who.id, once.policy, once.now())


@router.get("")
async def filings(service: Door, policy: Rules, who: Anyone) -> list[FilingView]:
    """Filings that are neither received nor ended (200): those that wait for the office first, by their date."""
    own_office(who, policy)
    return await service.db.read(_open)


@router.get("/{filing_id}")
async def filing(filing_id: Code, service: Door, policy: Rules, who: Anyone) -> FilingView:
    """A filing, without its applicant's data."""
    own_filing(who, policy)
    return await service.db.read(_filing, filing_id)


@router.post("/{filing_id}/accept", status_code=201, response_model=Receipt)
async def accept(filing_id: Code, body: Acceptance, who: Accepts, once: Once) -> Response:
    """Receive it as a dossier, all papers there: its number, its date and why. With the visit of whoever stands there,
    that is closed too."""
    return await once(commands.accept_filing, filing_id, body, who.id, own_filing(who, once.policy), once.now())


@router.post("/{filing_id}/ask", status_code=201, response_model=FilingMoved)
async def ask(filing_id: Code, body: FilingSupplementRequest, who: AsksFiling, once: Once) -> Response:
    """Ask in writing for all that is missing (M02), once. With the visit of whoever stands there, that goes on."""
    return await once(commands.ask_filing, filing_id, body, who.id, own_filing(who, once.policy), once.now())


@router.post("/{filing_id}/refuse", status_code=201, response_model=FilingMoved)
async def refuse(filing_id: Code, body: Refusal, who: RefusesFiling, once: Once) -> Response:
    """Do not receive it: in writing, with the reason and its legal basis (M03)."""
    return await once(commands.refuse_filing, filing_id, body, who.id, own_filing(who, once.policy), once.now())


@router.post("/{filing_id}/withdraw", status_code=201, response_model=FilingMoved)
async def withdraw(filing_id: Code, who: WithdrawsFiling, once: Once) -> Response:
    """The citizen takes it back before it is received."""
    return await once(commands.withdraw_filing, filing_id, who.id, own_filing(who, once.policy), once.now())


@router.post("/{filing_id}/close", status_code=201, response_model=FilingMoved)
async def close(filing_id: Code, who: ClosesFiling, once: Once) -> Response:
    """Close it: what was asked for did not come in its time."""
    return await once(commands.close_filing, filing_id, who.id, own_filing(who, once.policy), once.now())


def own_filing(who: Official, policy: Policy) -> Policy:
    """The policy, for an official of this unit. Raises Refused `filing_not_found` (404) for one of another."""
    return found(policy, "filing", same_unit=who.unit == policy.unit)


def _open(session: Session) -> list[FilingView]:
    return [_view(row) for row in open_filings(session)]


def _filing(session: Session, filing_id: str) -> FilingView:
    return _view(found(session.get(Filing, filing_id), "filing"))


def _view(row: Filing) -> FilingView:
    values = row.model_dump(include=set(FilingView.model_fields))
    return FilingView(**local(values), status_code=row.status, answer_because=because_of(row.answer_by_arithmetic))
