"""Intake's API: the forms that citizens fill in. Only the page prints them filled in: nobody's answers come here."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from services.intake.models import DeclarationView, LawView
from services.intake.routes.doors import Rules
from services.intake.rulebook import Procedure
from services.intake.rulebook.declarations import UNIT, Declaration
from services.intake.rules.declarations import declaration_for
from services.intake.settings import Policy
from shared.doors import PROBLEMS, Door, Limited
from shared.texts import Code
from shared.worktime import VN

router = APIRouter(responses=PROBLEMS)


@router.get("/procedures/{code}/declaration", dependencies=[Limited("120/minute")])
async def declaration(code: Code, service: Door, policy: Rules) -> DeclarationView:
    """The form of a procedure in force today: its fields, how each is written, and a worked sample. Public."""
    today = service.clock.now().astimezone(VN).date()
    procedure, found = declaration_for(policy.catalogue, policy.declarations, code, today)
    return _view(procedure, found, policy, service.settings.unit_name)


def _view(procedure: Procedure, found: Declaration, policy: Policy, unit: str) -> DeclarationView:
    paper = found.paper_of(procedure)
    shown = asdict(found) | {
        "procedure": procedure.code,
        "version": found.version,
        "paper": paper.code if paper else None,
        "addressee": found.addressee.replace(UNIT, unit),
        "legal": [
            LawView(**{name: getattr(law, name) for name in LawView.model_fields})
            for law in policy.declarations.laws_of(found)
        ],
        "unconfirmed": found.unconfirmed,
    }
    return DeclarationView(**{name: shown[name] for name in DeclarationView.model_fields})
