"""What is given in writing at a visit: the list of what is missing, or the refusal; as a page in large type with the
code for the next visit, and as the form of the law (M02, M03), on which they write who they are."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.commands import VisitPaper
from services.intake.pages import procedures, standing
from services.intake.pages.doors import Rules, desk_page
from services.intake.pages.filed import REFUSAL_REASONS
from services.intake.pages.letters import SIGNS
from services.intake.pages.papers import CENTRE, pdf_answer, procedure_page, ticket_page
from services.intake.pages.people import People, people
from services.intake.rulebook import Procedure
from services.intake.rules import VISIT_ROLES
from services.intake.settings import Policy
from services.intake.tables import Visit
from shared.doors import Door
from shared.settings import ServiceSettings
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import SignedInAs, Web
from shared.web.language import Words
from shared.web.pdf import Form, Page, letter_pdf
from shared.worktime import VN

router = APIRouter(prefix="/counter/visits/{visit_id}")

Closer = Annotated[Official, SignedInAs(*VISIT_ROLES["close"])]
BY_HAND = "." * 40
"""Where somebody writes what a ticket does not ask for."""


@dataclass(frozen=True)
class Given:
    """What was given in writing, and what is known of the visit."""

    paper: VisitPaper
    row: Visit
    known: People
    procedure: Procedure | None


@router.get("/paper")
async def paper(visit_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Closer) -> Response:
    """To print, in large type. The reading of its code and of its text is recorded."""
    _, given = web.words(request), await _given(visit_id, service, policy, who)
    fact = given.paper.fact
    values: dict[str, Any] = {
        "visit": given.row,
        "given": given.paper,
        "title": _title(given, _),
        "papers": [each for each in standing.papers_of(given.procedure, _) if each["value"] in fact.papers],
        "reason": _(REFUSAL_REASONS[fact.reason_code]) if fact.reason_code else "",
        "signer": given.known.official(fact.closed_by or "", _.language),
        "again": ticket_page(service.settings),
    }
    return desk_page(web, request, "visit_paper.html", **values)


@router.get("/paper.pdf")
async def form(visit_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Closer) -> Response:
    """The same as the form of the law. The reading is recorded."""
    _, given = web.words(request), await _given(visit_id, service, policy, who)
    kind: Form = "m02" if given.paper.fact.outcome == "guided" else "m03"
    data = form_of(kind, given, service.settings, _)
    pdf = await asyncio.to_thread(letter_pdf, kind, data, _.language)
    return pdf_answer(pdf, f"{kind.upper()}-{data['code']}")


def form_of(kind: Form, given: Given, settings: ServiceSettings, _: Words) -> dict[str, Any]:
    """The fields of a form. A form of the law is in Vietnamese; English is a courtesy."""
    fact, code = given.paper.fact, f"{given.row.day:%y%m%d}-{given.row.ticket}"
    why = [("reason", _(REFUSAL_REASONS[fact.reason_code])), ("basis", fact.basis)] if fact.reason_code else []
    again = [("again", given.paper.code)] if given.paper.code else []
    return {
        "authority": f"UBND {settings.unit_name}",
        "centre": CENTRE,
        "place": settings.unit_name.split(" ", 1)[-1],
        "number": f"{code}/{SIGNS[kind]}",
        "code": code,
        "code_label": "ticket",
        "applicant": dict.fromkeys(("name", "personal_id", "address", "phone", "email"), BY_HAND),
        "rows": [("request", _title(given, _) or BY_HAND), *why, *again],
        "items": standing.names_of(given.procedure, fact.papers, _.language) or list(fact.papers),
        "text": given.paper.text,
        "signer": given.known.official(fact.closed_by or ""),
        "at": fact.closed_at,
        "hotline": settings.hotline_number,
        "contact": given.known.official(fact.closed_by or "") if kind == "m02" else "",
        "page": _page_of(fact.procedure, settings),
        "event_id": given.paper.event_id,
        "event_sha256": given.paper.event_sha256,
    }


def _page_of(procedure: str | None, settings: ServiceSettings) -> Page:
    """What their procedure wants; where it is not known, where the next ticket is taken."""
    if procedure:
        return "procedure", procedure_page(settings, procedure)
    return "take_ticket", ticket_page(settings)


async def _given(visit_id: str, service: Door, policy: Policy, who: Official) -> Given:
    paper = await service.db.write(commands.print_visit, visit_id, who.id, service.clock.now())
    row, known = await service.db.read(_seen, visit_id)
    day, code = paper.fact.closed_at.astimezone(VN).date(), paper.fact.procedure
    return Given(paper, row, known, policy.catalogue.in_force(code, day) if code else None)


def _seen(session: Session, visit_id: str) -> tuple[Visit, People]:
    return session.get_one(Visit, visit_id), people(session)


def _title(given: Given, _: Words) -> str:
    if given.procedure is None:
        return given.paper.fact.procedure or ""
    return procedures.name_of(given.procedure, _.language)
