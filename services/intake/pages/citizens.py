"""Pages for everybody: what can be done here, how long it takes, and where my dossier is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.pages import procedures, standing, view
from services.intake.pages.doors import Rules
from services.intake.pages.emergency_words import current, is_other, notice_of
from services.intake.pages.refusals import sentence
from services.intake.rulebook.search import matching
from services.intake.rules import Status, is_open, procedure_for
from services.intake.settings import Policy
from services.intake.tables import Dossier, counting_calendar, facts_of
from shared.doors import Door, Limited
from shared.errors import Refused
from shared.events import Event, Recorded
from shared.texts import Code
from shared.web.door import Web
from shared.web.forms import Form, blank, read_form
from shared.worktime import VN, Calendar, Promise

router = APIRouter()


@router.get("/")
async def front(request: Request, web: Web, service: Door, policy: Rules, q: str = "") -> Response:
    """What can be done here, and when the result would be ready if it were filed now."""
    now, _, q = service.clock.now(), web.words(request), q[:100].strip()
    found = matching(procedures.in_force(policy.catalogue, now), q)
    offered = await service.db.read(procedures.offers, found, now)
    fields = [] if q else procedures.by_field(policy.catalogue, offered, _)
    rows = [procedures.row_of(each, _) for each in offered] if q else []
    emergency = notice_of(await service.db.read(current, now), policy, now, _)
    return web.render(request, "front.html", fields=fields, rows=rows, q=q, emergency=emergency)


@router.get("/procedures/{code}/page")
async def procedure(code: Code, request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """One procedure: how long, how much, which papers, where; and the date if it were filed now, with its reasons."""
    now, _ = service.clock.now(), web.words(request)
    wanted = procedure_for(policy.catalogue, code, now.astimezone(VN).date())
    (offer,) = await service.db.read(procedures.offers, [wanted], now)
    days, held = view.strip(offer.promise, now, _), await service.db.read(current, now)
    return web.render(
        request,
        "procedure.html",
        emergency=notice_of(held, policy, now, _),
        other_way=is_other(held, wanted, now),
        procedure=wanted,
        facts=procedures.facts_of(wanted, _),
        field=procedures.field_of(policy.catalogue, wanted, _.language),
        result=procedures.result_of(wanted, _.language),
        variants=procedures.variants_of(offer, _),
        laws=procedures.laws_of(policy.catalogue, wanted, _.language),
        declaration=policy.declarations.in_force(code, now.astimezone(VN).date()) is not None,
        due=offer.promise.due_at,
        because=view.because(offer.promise, _),
        days=days,
        folded=len(days) > view.MANY_DAYS,
    )


@router.get("/track")
async def track(request: Request, web: Web, number: str = "") -> Response:
    """Where is my dossier? The number may stand in the address, the code never does."""
    return web.render(request, "track.html", form=blank(number=number[:40]))


@dataclass(frozen=True)
class Tracked:
    """What is known of a dossier to whoever holds its code."""

    dossier: Dossier
    facts: list[Recorded[Event]]
    calendar: Calendar


@router.post("/track", dependencies=[Limited("30/minute")])
async def tracked(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """The promise, how it was counted, the way so far and what to do. Nothing personal."""
    form, _ = await read_form(request), web.words(request)
    blanks = {"number": _("Hãy nhập mã hồ sơ."), "code": _("Hãy nhập mã tra cứu.")}
    errors = {name: said for name, said in blanks.items() if not form[name]}
    if errors:
        return web.render(request, "track.html", status=422, form=form.refused(errors))
    try:
        found = await service.db.read(_tracked, _number(form["number"]), form["code"])
    except Refused as no:
        wrong = {"number": sentence(no, _), "code": _("Mã tra cứu cũng có thể chưa đúng: hãy xem lại từng chữ.")}
        return web.render(request, "track.html", status=no.status, form=form.refused(wrong))
    return _show(request, web, service, policy, found, form)


def _tracked(session: Session, number: str, code: str) -> Tracked:
    dossier = commands.tracked(session, number, code)
    calendar = counting_calendar(session, dossier.procedure)
    return Tracked(dossier, facts_of(session, dossier.dossier_id), calendar)


def _number(typed: str) -> str:
    """As it is printed, however it was typed: capitals, one kind of hyphen, blanks where hyphens were."""
    typed = re.sub(r"[‐-―−]", "-", typed).upper()
    return "-".join(typed.split()) if "-" not in typed else "".join(typed.split())


def _show(request: Request, web: Web, service: Door, policy: Policy, found: Tracked, form: Form) -> Response:
    now, _, dossier = service.clock.now(), web.words(request), found.dossier
    promise, status = Promise.from_data(dossier.due_arithmetic), Status(dossier.status)
    version, days = standing.version_of(policy.catalogue, dossier), view.strip(promise, now, _)
    return web.render(
        request,
        "tracked.html",
        dossier=dossier,
        title=procedures.title_of(policy.catalogue, dossier.procedure, dossier.received_at, _.language),
        state=view.state_of(dossier, now, found.calendar, _),
        top=standing.top_of(dossier, now, _, citizen=True),
        stage=status.name,
        set_aside=status in standing.DATE_SET_ASIDE,
        open=is_open(status),
        asked=standing.asked_of(version, dossier, _),
        all_asked=version is not None and dossier.rounds >= version.supplement_rounds,
        why=standing.why_of(dossier, found.facts, _),
        carried=commands.carried_forward(found.facts),
        back=commands.given_back(found.facts),
        apology=view.apology_of(commands.last_moved(found.facts), _),
        because=view.because(promise, _),
        days=days,
        folded=len(days) > view.MANY_DAYS,
        way=view.way_of(dossier, found.facts, _),
    )
