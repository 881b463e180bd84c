"""Filings online at the desk: registered from the portal, looked at and answered, each within the office's own time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from sqlmodel import Session

from services.intake import commands
from services.intake.models import (
    FilingMoved,
    FilingSupplementRequest,
    Receipt,
    Refusal,
    SeenAcceptance,
)
from services.intake.pages import earlier, procedures, standing, view, visited
from services.intake.pages.applicant import OfFiling, told_of
from services.intake.pages.blanks import (
    AN_ACT,
    BASIS,
    CITE,
    DETAILS,
    PAPERS,
    REASON,
    Blank,
    read_blank,
)
from services.intake.pages.doors import COUNTER, Desk, Rules, desk_page
from services.intake.pages.filed import FILINGS, REFUSAL_REASONS, names_of, state_of, top_of, version_of, waited_for
from services.intake.pages.letters import letters_of
from services.intake.pages.people import People, people
from services.intake.pages.refusals import sentence
from services.intake.pages.typed import id_of
from services.intake.rules import FILING_ROLES, FilingStep, filing_steps
from services.intake.settings import Policy
from services.intake.tables import Filing, Visit, counting_calendar, facts_of
from shared.doors import Door
from shared.errors import Refused, found
from shared.events import Event, Recorded
from shared.service import Service
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import SignedInAs, Web, once
from shared.web.forms import TRIED, Form, beside, blank, read_form
from shared.web.language import N_, Words, page_of
from shared.web.pages import Pages, see_other
from shared.worktime import Calendar

router = APIRouter(prefix="/counter/filings")

Accepter = Annotated[Official, SignedInAs(*FILING_ROLES["accept"])]
Asker = Annotated[Official, SignedInAs(*FILING_ROLES["ask"])]
BLANKS: Mapping[FilingStep, Blank] = {
    "accept": Blank(
        SeenAcceptance,
        {
            "papers": PAPERS,
            "variant": N_("loại hồ sơ"),
            "visit": N_("lượt"),
            "visit_desk": N_("số bàn"),
            "seen": N_("hồ sơ đã xem"),
        },
        lists=("papers", "seen"),
        faults={
            "papers_missing": "papers",
            "unknown_paper": "papers",
            "unknown_variant": "variant",
            "visit_not_open": "visit",
            "visit_not_called": "visit",
            "visit_at_another_desk": "visit",
            "possible_duplicate": "seen",
        },
    ),
    "ask": Blank(
        FilingSupplementRequest,
        {"papers": PAPERS, "reason_code": REASON, "details": DETAILS, "visit": N_("lượt"), "visit_desk": N_("số bàn")},
        lists=("papers",),
        faults={"unknown_paper": "papers"},
    ),
    "refuse": Blank(Refusal, {"reason_code": REASON, "basis": BASIS, "details": DETAILS}, shapes={"basis": CITE}),
}


@dataclass(frozen=True)
class Seen:
    """What is known of a filing at the desk."""

    row: Filing
    facts: list[Recorded[Event]]
    calendar: Calendar
    known: People
    goes_on: str
    """The visit at which papers were asked for, while it goes on."""


@router.get("/{filing_id}")
async def filing(filing_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Desk) -> Response:
    """How it stands, until when it is answered and why then, and what can be done, for the `visit` of the address or
    for none; once received, its dossier."""
    return await _page(filing_id, request, web, service, policy, who)


@router.post("/{filing_id}")
async def applicant(
    filing_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: OfFiling
) -> Response:
    """The same with who filed, and with all that was typed and not sent yet. The reading is recorded, and its answer
    kept nowhere: each press is one."""
    form = await read_form(request)
    read = await service.db.write(commands.filer_of, filing_id, who.id, service.clock.now())
    return await _page(filing_id, request, web, service, policy, who, form=form, read=read)


@router.post("/{filing_id}/earlier")
async def brought_before(
    filing_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Accepter
) -> Response:
    """The same with what whoever filed it brought before, and with all that was typed. Each press is a look-up."""
    form = await read_form(request)
    return await _page(filing_id, request, web, service, policy, who, form=form, looks=True)


@router.post("/{filing_id}/accept")
async def accept(filing_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Accepter) -> Response:
    """Received as a dossier, once the page has shown what may be the same case: its receipt."""
    return await _step("accept", filing_id, (request, web, service, policy, who), Receipt, commands.accept_seen)


@router.post("/{filing_id}/ask")
async def ask(filing_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Asker) -> Response:
    """All that is missing is asked for, once."""
    return await _step("ask", filing_id, (request, web, service, policy, who), FilingMoved, commands.ask_filing)


@router.post("/{filing_id}/refuse")
async def refuse(filing_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Asker) -> Response:
    """Not received, in writing."""
    return await _step("refuse", filing_id, (request, web, service, policy, who), FilingMoved, commands.refuse_filing)


@router.post("/{filing_id}/withdraw")
async def withdraw(
    filing_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Accepter
) -> Response:
    """The citizen takes it back."""
    at = (request, web, service, policy, who)
    return await _step("withdraw", filing_id, at, FilingMoved, commands.withdraw_filing)


@router.post("/{filing_id}/close")
async def close(filing_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Asker) -> Response:
    """What was asked for did not come in its time."""
    return await _step("close", filing_id, (request, web, service, policy, who), FilingMoved, commands.close_filing)


At = tuple[Request, Pages, Service, Policy, Official]


async def _step(
    step: FilingStep, filing_id: str, at: At, model: type[BaseModel], command: Callable[..., Any]
) -> Response:
    """Take a step once for its form; then the filing as it is now, or the receipt of the dossier that it became."""
    request, web, service, policy, who = at
    form, _ = await read_form(request), web.words(request)
    body, errors = read_blank(BLANKS.get(step), step, form, _)
    if errors:
        return await _page(filing_id, *at, form=form.refused(errors), tried=step, status=422)
    try:
        args = (filing_id, *body, who.id, policy, service.clock.now())
        done = await once(service, request, form, who.id, model, command, *args)
    except Refused as no:
        if no.code == "filing_not_found":
            raise
        asked, said = BLANKS.get(step), await _sentence(no, filing_id, service, policy, _)
        if asked and no.code in asked.faults:
            form = form.refused({f"{step}-{asked.faults[no.code]}": said})
            return await _page(filing_id, *at, form=form, tried=step, status=no.status)
        return await _page(filing_id, *at, form=form, tried=step, note=said, status=no.status)
    if isinstance(done, Receipt):
        return see_other(f"{COUNTER}/{done.dossier_id}/receipt")
    visit = _open_for(request)
    return see_other(f"{FILINGS}/{filing_id}" + (f"?visit={visit}" if visit else ""))


def _open_for(request: Request) -> str:
    """The visit that the page stands open for, as its address says, whichever of its forms was sent."""
    return id_of("".join(parse_qs(urlsplit(page_of(request)).query).get("visit", ())))


async def _sentence(no: Refused, filing_id: str, service: Service, policy: Policy, _: Words) -> str:
    missing = no.more.get("missing")
    if no.code != "papers_missing" or not isinstance(missing, list):
        return sentence(no, _)
    row = (await service.db.read(_seen, filing_id)).row
    names = standing.names_of(version_of(row, policy, service.clock.now()), missing, _.language)
    return _("Còn thiếu: %(papers)s. Hãy yêu cầu bổ sung, hoặc chờ đủ rồi tiếp nhận.", papers=", ".join(names))


async def _page(
    filing_id: str,
    request: Request,
    web: Pages,
    service: Service,
    policy: Policy,
    who: Official,
    *,
    form: Form | None = None,
    tried: str = "",
    note: str = "",
    status: int = 200,
    read: Mapping[str, str] | None = None,
    looks: bool = False,
) -> Response:
    seen, now, _ = await service.db.read(_seen, filing_id), service.clock.now(), web.words(request)
    row = seen.row
    if row.dossier_id is not None and not note and read is None:
        return see_other(f"{COUNTER}/{row.dossier_id}")
    procedure = version_of(row, policy, now)
    waited = waited_for(row, seen.facts)
    days = view.strip(waited, now, _) if waited else []
    steps = [each for each in filing_steps(policy.moves, row.filed(), now) if who.may(*FILING_ROLES[each])]
    values: dict[str, Any] = {
        "filing": row,
        "title": procedures.title_of(policy.catalogue, row.procedure, row.filed_at, _.language),
        "top": top_of(row, now, _),
        "state": state_of(row, now, _),
        "steps": steps,
        "papers": standing.papers_of(procedure, _),
        "asked": names_of(row, policy, _),
        "letters": letters_of(seen.facts, f"{FILINGS}/{filing_id}", _),
        "because": view.because(waited, _) if waited else [],
        "variants": procedures.variant_options(procedure, _) if procedure else [],
        "days": days,
        "folded": len(days) > view.MANY_DAYS,
        "registered_by": seen.known.official(row.registered_by, _.language),
        "department": seen.known.department(row.department, _.language),
        "until": standing.may_come_until(policy.moves, "resubmit", seen.calendar, now, procedure),
        "supplement_reasons": [(code, _(words)) for code, words in view.SUPPLEMENT_REASONS.items()],
        "refusal_reasons": [(code, _(words)) for code, words in REFUSAL_REASONS.items()],
        "act": AN_ACT,
    }
    open_for = _open_for(request) or seen.goes_on
    known = {"accept-papers": row.papers, "accept-visit": open_for or None}
    form = blank(**known) if form is None else beside(form, **known)
    step = "accept" if "accept" in steps else ""
    looks = bool(step) and (looks or tried == step or bool(form.all(earlier.SEEN)))
    before = await earlier.known_of_filer(service, policy, who, filing_id, _) if looks else earlier.NOTHING
    form = earlier.warned(form, before, status, _, earlier.SEEN)
    values |= earlier.on_filing(values["papers"], before, looks)
    values |= told_of("filing", f"{FILINGS}/{filing_id}", who, read, _, step=step)
    values |= await service.db.read(_came, open_for or id_of(form["accept-visit"]), _)
    told: dict[str, Any] = {"form": form, "tried": tried or form[TRIED], "note": note}
    return desk_page(web, request, "filing.html", status=status, **told, **values)


def _seen(session: Session, filing_id: str) -> Seen:
    row = found(session.get(Filing, filing_id), "filing")
    calendar, known = counting_calendar(session, row.procedure), people(session)
    return Seen(row, facts_of(session, filing_id), calendar, known, _called(session, row.visit_id or ""))


def _called(session: Session, visit_id: str) -> str:
    """The visit, if it was called and goes on."""
    visit = session.get(Visit, visit_id) if visit_id else None
    return visit_id if visit is not None and visit.visited().status == "called" else ""


def _came(session: Session, visit_id: str, _: Words) -> dict[str, Any]:
    """The visit that the page is open for, to be received for; and whether papers can be asked for at it."""
    options = visited.option_of(session, visit_id, _) if visit_id else []
    return {"visits": options, "came": _called(session, visit_id)}
