"""A dossier at the desk: how it stands, and the buttons that are allowed now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from sqlmodel import Session

from services.intake import commands
from services.intake.models import Moved, Postponement
from services.intake.pages import procedures, view
from services.intake.pages.doors import COUNTER, ROLES, Desk, Rules, desk_page
from services.intake.pages.papers import new_slip
from services.intake.pages.people import People, people
from services.intake.pages.refusals import sentence
from services.intake.rules import HEADS, open_steps
from services.intake.settings import Policy
from services.intake.tables import Dossier, facts_of, working_calendar
from shared.doors import Door
from shared.errors import Refused, found
from shared.events import Event, Recorded
from shared.service import Service
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import SignedInAs, Web, once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_
from shared.web.pages import Pages, see_other
from shared.worktime import Calendar, Promise

router = APIRouter(prefix="/counter/{dossier_id}")

Worker = Annotated[Official, SignedInAs(*ROLES["take_up"])]
Completer = Annotated[Official, SignedInAs(*ROLES["complete"])]
Giver = Annotated[Official, SignedInAs(*ROLES["hand_over"])]
Head = Annotated[Official, SignedInAs(*ROLES["reschedule"])]
LABELS = {"working_days": N_("số ngày làm việc"), "reason_code": N_("lý do")}


@router.get("")
async def dossier(dossier_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Desk) -> Response:
    """How it stands, why its date is its date, the way so far, and what can be done."""
    return await _page(dossier_id, request, web, service, policy, who)


@router.post("/take-up")
async def take_up(dossier_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Worker) -> Response:
    """From now on it is yours."""
    return await _step(dossier_id, request, web, service, policy, who, commands.take_up)


@router.post("/complete")
async def complete(
    dossier_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Completer
) -> Response:
    """The result is ready."""
    return await _step(dossier_id, request, web, service, policy, who, commands.complete, who.may(*HEADS))


@router.post("/hand-over")
async def hand_over(dossier_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Giver) -> Response:
    """The citizen gets the result and the slip, whose code is shown here and never again: only they should rate."""
    return await _step(dossier_id, request, web, service, policy, who, commands.hand_over, after=new_slip)


async def _step(
    dossier_id: str,
    request: Request,
    web: Pages,
    service: Service,
    policy: Policy,
    who: Official,
    command: Callable[..., Moved],
    *more: bool,
    after: Callable[..., Awaitable[Response]] | None = None,
) -> Response:
    form = await read_form(request)
    try:
        now = service.clock.now()
        await once(service, request, form, who.id, Moved, command, dossier_id, who.id, *more, policy, now)
    except Refused as no:
        return await _refused(no, dossier_id, request, web, service, policy, who)
    if after is not None:
        return await after(dossier_id, request, web, service, who)
    return see_other(f"{COUNTER}/{dossier_id}")


@router.post("/reschedule")
async def reschedule(dossier_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Head) -> Response:
    """Apologise and give a new date."""
    form, _ = await read_form(request), web.words(request)
    try:
        body = Postponement(**form.data())
    except ValidationError as error:
        refused = form.refused(field_errors(error, _, LABELS))
        return await _page(dossier_id, request, web, service, policy, who, form=refused, status=422)
    try:
        call = (commands.reschedule, dossier_id, body, who.id, policy, service.clock.now())
        await once(service, request, form, who.id, Moved, *call)
    except Refused as no:
        return await _refused(no, dossier_id, request, web, service, policy, who, form)
    return see_other(f"{COUNTER}/{dossier_id}")


async def _refused(
    no: Refused,
    dossier_id: str,
    request: Request,
    web: Pages,
    service: Service,
    policy: Policy,
    who: Official,
    form: Form | None = None,
) -> Response:
    """The dossier as it is now, and why what was asked could not be done."""
    if no.status == 404:
        raise no
    said = sentence(no, web.words(request))
    return await _page(dossier_id, request, web, service, policy, who, form=form, note=said, status=no.status)


async def _page(
    dossier_id: str,
    request: Request,
    web: Pages,
    service: Service,
    policy: Policy,
    who: Official,
    *,
    form: Form | None = None,
    note: str = "",
    status: int = 200,
) -> Response:
    row, facts, calendar, known = await service.db.read(_seen, dossier_id)
    now, _ = service.clock.now(), web.words(request)
    promise = Promise.from_data(row.due_arithmetic)
    days = view.strip(promise, now, _)
    values: dict[str, Any] = {
        "dossier": row,
        "title": procedures.title_of(policy.catalogue, row.procedure, row.received_at, _.language),
        "state": view.state_of(row, now, calendar, _),
        "steps": [step for step in open_steps(row.case(), who.id, who.may(*HEADS), now) if who.may(*ROLES[step])],
        "reasons": [(code, _(words)) for code, words in view.REASONS.items()],
        "because": view.because(promise, _),
        "days": days,
        "folded": len(days) > view.MANY_DAYS,
        "way": view.way_of(row, facts, _, name=lambda who: known.official(who, _.language)),
        "received_by": known.official(row.received_by, _.language),
        "department": known.department(row.department, _.language),
        "clerk": who.may("clerk"),
    }
    return desk_page(web, request, "dossier.html", status=status, form=form or blank(), note=note, **values)


def _seen(session: Session, dossier_id: str) -> tuple[Dossier, list[Recorded[Event]], Calendar, People]:
    row = found(session.get(Dossier, dossier_id), "dossier")
    return row, facts_of(session, dossier_id), working_calendar(session), people(session)
