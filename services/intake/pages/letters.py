"""What a citizen is told in writing, for printing: the forms M02 to M05 of whatever asked, apologised, refused or
stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.commands import Told, Written
from services.intake.pages import procedures, standing, view
from services.intake.pages.doors import Desk, Rules
from services.intake.pages.filed import REFUSAL_REASONS, version_of
from services.intake.pages.papers import CENTRE, pdf_answer, person_of, procedure_page, short_number, track_page
from services.intake.pages.people import People, people
from services.intake.rulebook import Procedure
from services.intake.settings import Policy
from services.intake.tables import Dossier, Filing
from shared.doors import Door
from shared.events import Event, Recorded, filing, intake
from shared.settings import ServiceSettings
from shared.texts import Code
from shared.web.door import Web
from shared.web.language import N_, Words
from shared.web.pdf import Form, Page, letter_pdf, moment
from shared.web.words import short_when

router = APIRouter(prefix="/counter")

SIGNS: dict[Form, str] = {"m02": "PBS", "m03": "PTC", "m04": "PXL", "m05": "TB"}
"""What stands behind the number of each form."""
NAMES: dict[Form, str] = {
    "m02": N_("M02, yêu cầu bổ sung"),
    "m03": N_("M03, từ chối tiếp nhận"),
    "m04": N_("M04, xin lỗi và hẹn lại"),
    "m05": N_("M05, dừng giải quyết"),
}


def form_of(fact: Event) -> Form | None:
    """The form that says this to a citizen; none when nothing is said in writing."""
    match fact:
        case intake.DossierSupplementRequested() | filing.FilingSupplementRequested():
            return "m02"
        case filing.FilingRefused():
            return "m03"
        case intake.DossierRescheduled():
            return "m04"
        case intake.DossierStopped() | filing.FilingClosed():
            return "m05"
    return None


def letters_of(facts: Sequence[Recorded[Event]], address: str, _: Words) -> list[dict[str, str]]:
    """The forms of a dossier or filing, the newest first, for its page at `address`."""
    return [
        {"name": _(NAMES[form]), "when": short_when(fact.time, _.language), "href": f"{address}/letters/{fact.id}.pdf"}
        for fact in reversed(facts)
        if (form := form_of(fact.event)) is not None
    ]


@router.get("/filings/{filing_id}/letters/{event_id}.pdf")
async def of_filing(
    filing_id: Code, event_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Desk
) -> Response:
    """What the citizen was told of a filing. The reading is recorded."""
    return await _pdf(filing_id, event_id, web.words(request), service, policy, who.id)


@router.get("/{dossier_id}/letters/{event_id}.pdf")
async def of_dossier(
    dossier_id: Code, event_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Desk
) -> Response:
    """What the citizen was told of a dossier. The reading is recorded."""
    return await _pdf(dossier_id, event_id, web.words(request), service, policy, who.id)


async def _pdf(case_id: str, event_id: str, _: Words, service: Door, policy: Policy, reader: str) -> Response:
    written = await service.db.write(commands.print_letter, case_id, event_id, reader, service.clock.now())
    about = await service.db.read(about_of, case_id, policy, written.at)
    form = form_of(written.fact)
    assert form is not None  # the command knows no other facts
    data = letter_of(form, written, about, service.settings, _)
    pdf = await asyncio.to_thread(letter_pdf, form, data, _.language)
    return pdf_answer(pdf, f"{form.upper()}-{about.number}")


@dataclass(frozen=True)
class About:
    """The case that a letter is about."""

    number: str
    procedure: str
    version: Procedure | None
    began: tuple[str, datetime]
    """The label of the moment at which it was received, or filed; and the moment."""
    known: People
    is_filed: bool = False
    """Whether it is a filing, which is followed at the portal and not here."""


def about_of(session: Session, case_id: str, policy: Policy, at: datetime) -> About:
    """What is known of the case of a letter that was written at a moment."""
    known = people(session)
    if (row := session.get(Filing, case_id)) is not None:
        filed = ("filed", row.filed_at)
        return About(row.portal_number, row.procedure, version_of(row, policy, at), filed, known, is_filed=True)
    dossier = session.get_one(Dossier, case_id)
    version, received = standing.version_of(policy.catalogue, dossier), ("received", dossier.received_at)
    return About(dossier.number, dossier.procedure, version, received, known)


def letter_of(form: Form, written: Written, about: About, settings: ServiceSettings, _: Words) -> dict[str, Any]:
    """The fields of a form. A form of the law is in Vietnamese; English is a courtesy."""
    name = procedures.name_of(about.version, _.language) if about.version else ""
    label, began = about.began
    said, signer = _said(written.fact, _)
    return {
        "authority": f"UBND {settings.unit_name}",
        "centre": CENTRE,
        "place": settings.unit_name.split(" ", 1)[-1],
        "number": f"{short_number(about.number)}/{SIGNS[form]}",
        "code": about.number,
        "applicant": person_of(written.applicant),
        "rows": [("request", f"{name} ({about.procedure})"), (label, moment(began, _.language)), *said],
        "contact": about.known.official(signer) if form == "m02" else "",
        "items": _items(written.fact, about, _),
        "text": written.text,
        "signer": about.known.official(signer),
        "at": written.at,
        "hotline": settings.hotline_number,
        "page": _page_of(about, settings),
        "event_id": written.event_id,
        "event_sha256": written.event_sha256,
    }


def _page_of(about: About, settings: ServiceSettings) -> Page:
    """Where a dossier is followed, with its number; of a filing, what its procedure wants. Never with a code."""
    if about.is_filed:
        return "procedure", procedure_page(settings, about.procedure)
    return "track", f"{track_page(settings)}?number={about.number}"


def _items(fact: Told, about: About, _: Words) -> list[str]:
    if not isinstance(fact, intake.DossierSupplementRequested | filing.FilingSupplementRequested):
        return []
    return standing.names_of(about.version, fact.papers, _.language) or list(fact.papers)


def _said(fact: Told, _: Words) -> tuple[list[tuple[str, str]], str]:
    """Why, by which act and until when; and who signed."""
    match fact:
        case intake.DossierSupplementRequested() | filing.FilingSupplementRequested():
            until = ("until", moment(fact.supplement_by, _.language))
            return [("reason", _(view.SUPPLEMENT_REASONS[fact.reason_code])), until], fact.requested_by
        case filing.FilingRefused():
            why = [("reason", _(REFUSAL_REASONS[fact.reason_code])), ("basis", fact.basis)]
            return why, fact.refused_by
        case intake.DossierRescheduled():
            promised = ("promised", moment(fact.old_due_at, _.language))
            new = ("new_date", moment(fact.due_at, _.language))
            return [promised, ("reason", _(view.REASONS[fact.reason_code])), new], fact.decided_by
        case intake.DossierStopped():
            why = [("reason", _(view.STOP_REASONS[fact.reason_code])), ("basis", fact.basis)]
            return why, fact.decided_by
        case filing.FilingClosed():
            why = [("reason", _(view.STOP_REASONS[fact.reason_code]))]
            return why + ([("basis", fact.basis)] if fact.basis else []), fact.closed_by
