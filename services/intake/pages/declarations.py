"""The citizen's own declaration: filled in and printed, or printed blank, with a worked sample. What is typed goes into
the PDF that answers it, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake.pages import procedures
from services.intake.pages.declared import field_of, read_declaration, sample_of
from services.intake.pages.doors import Rules
from services.intake.pages.papers import pdf_answer, procedure_page
from services.intake.pages.printed import content_of
from services.intake.rulebook import Procedure
from services.intake.rulebook.declarations import Declaration
from services.intake.rules.declarations import declaration_for
from services.intake.settings import Policy
from shared.doors import Door, Limited
from shared.service import Service
from shared.texts import Code
from shared.web.door import Web
from shared.web.forms import Form, blank, read_form
from shared.web.language import Words
from shared.web.pages import Pages
from shared.web.pdf import declaration_pdf
from shared.web.words import Language
from shared.worktime import VN

router = APIRouter(prefix="/procedures/{code}/declaration")

LOOKS, PRINTS = Limited("120/minute"), Limited("30/minute")


@router.get("/page", dependencies=[LOOKS])
async def declaration(code: Code, request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """The form of a procedure: its fields, how each is written, and what an invented family wrote."""
    return _page(request, web, policy, *_found(code, service, policy), blank())


@router.post("/page", dependencies=[PRINTS])
async def filled(code: Code, request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """What was typed, on paper: a file to keep or to print. The page stays as it is, and so does what was typed."""
    form, _ = await read_form(request), web.words(request)
    procedure, found = _found(code, service, policy)
    written, wrong = read_declaration(found, form, _)
    if wrong:
        return _page(request, web, policy, procedure, found, form.refused(wrong), status=422)
    answer = await _pdf(found, written, code, service, policy, _.language, f"{found.code}-{code}")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.code}-{code}.pdf"'
    return answer


@router.get("/blank.pdf", dependencies=[PRINTS])
async def empty(code: Code, request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """The form to write in by hand."""
    _, found = _found(code, service, policy)
    return await _pdf(found, {}, code, service, policy, web.words(request).language, f"{found.code}-{code}")


@router.get("/sample.pdf", dependencies=[PRINTS])
async def sample(code: Code, request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """The form as an invented family filled it in; every page says that it is a sample."""
    _, found = _found(code, service, policy)
    language, name = web.words(request).language, f"{found.code}-{code}-mau"
    return await _pdf(found, sample_of(found), code, service, policy, language, name, is_sample=True)


def _found(code: str, service: Service, policy: Policy) -> tuple[Procedure, Declaration]:
    return declaration_for(policy.catalogue, policy.declarations, code, service.clock.now().astimezone(VN).date())


async def _pdf(
    found: Declaration,
    written: Mapping[str, str],
    procedure: str,
    service: Service,
    policy: Policy,
    language: Language,
    name: str,
    *,
    is_sample: bool = False,
) -> Response:
    source = "; ".join(law.title for law in policy.declarations.laws_of(found))
    page = procedure_page(service.settings, procedure)
    content = content_of(found, written, source, service.settings.unit_name, page, is_sample=is_sample)
    return pdf_answer(await asyncio.to_thread(declaration_pdf, content, language), name)


def _page(
    request: Request,
    web: Pages,
    policy: Policy,
    procedure: Procedure,
    found: Declaration,
    form: Form,
    status: int = 200,
) -> Response:
    _ = web.words(request)
    return web.render(
        request,
        "declaration.html",
        status=status,
        form=form,
        code=procedure.code,
        procedure=procedures.name_of(procedure, _.language),
        title=procedures.spoken(found.title, found.title_en, _.language),
        sign=found.form,
        paper=_paper(procedure, found, _),
        unconfirmed=found.unconfirmed,
        sections=_sections(found, _),
        laws=[procedures.law_of(each, _.language) for each in policy.declarations.laws_of(found)],
    )


def _paper(procedure: Procedure, found: Declaration, _: Words) -> str:
    """The procedure's paper that it stands for, by its name; empty where the procedure lists none."""
    paper = found.paper_of(procedure)
    return procedures.spoken(paper.name, paper.name_en, _.language) if paper else ""


def _sections(found: Declaration, _: Words) -> list[dict[str, Any]]:
    return [
        {
            "title": section.title_en if _.language == "en" else section.title,
            "lead": section.lead_en if _.language == "en" else section.lead,
            "rows": [
                [field_of(name, each, number, _) for name, each in row]
                for number, row in enumerate(section.rows(), start=1)
            ],
        }
        for section in found.sections
    ]
