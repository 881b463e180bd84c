"""Visits at the desk: who waits, the next number, and what became of each, said once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.models import (
    Call,
    CallVisit,
    CounterRefusal,
    Guidance,
    Left,
    NewVisit,
    Served,
    Ticket,
    VisitMoved,
)
from services.intake.pages import filed, procedures, standing, typed, visited
from services.intake.pages.blanks import AN_ACT, BASIS, CITE, DETAILS, PAPERS, REASON, Blank, read_blank
from services.intake.pages.doors import Desk, Rules, desk_page
from services.intake.pages.filed import A_NUMBER, REFUSAL_REASONS
from services.intake.pages.people import People, people
from services.intake.pages.refusals import sentence
from services.intake.pages.visited import VISITS
from services.intake.rulebook import Procedure
from services.intake.rules import VISIT_ROLES, NotLinked, next_steps
from services.intake.rules.visits import is_early, is_elsewhere
from services.intake.settings import Policy
from services.intake.tables import Visit, called_visits
from shared.doors import Door
from shared.errors import Refused, found
from shared.service import Service
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import SignedInAs, Web, once
from shared.web.forms import TRIED, Form, beside, blank, read_form
from shared.web.language import N_, Words
from shared.web.pages import Pages, see_other

router = APIRouter(prefix="/counter/visits")

Ends = Literal["guided", "refused", "served", "left"]
Opener = Annotated[Official, SignedInAs(*VISIT_ROLES["open"])]
Caller = Annotated[Official, SignedInAs(*VISIT_ROLES["call"])]
Closer = Annotated[Official, SignedInAs(*VISIT_ROLES["close"])]
OUTCOME, PROCEDURE, CAME_FOR = N_("kết quả"), N_("thủ tục"), N_("việc người dân đến làm")
DESK, A_DESK = N_("số bàn"), N_("Số bàn chỉ gồm chữ số, như: 2.")
BLANKS: Mapping[Ends | Literal["open", "next", "call"], Blank] = {
    "open": Blank(
        NewVisit,
        {"purpose": CAME_FOR, "procedure": PROCEDURE, "channel": N_("nơi lấy số"), "code": N_("mã lần trước")},
    ),
    "next": Blank(Call, {"desk": DESK}, shapes={"desk": A_DESK}),
    "call": Blank(CallVisit, {"desk": DESK, "from_desk": DESK}, shapes={"desk": A_DESK}),
    "guided": Blank(
        Guidance,
        {"outcome": OUTCOME, "procedure": PROCEDURE, "papers": PAPERS, "details": DETAILS, "desk": DESK},
        lists=("papers",),
        faults={"unknown_paper": "papers"},
    ),
    "refused": Blank(
        CounterRefusal,
        {
            "outcome": OUTCOME,
            "procedure": PROCEDURE,
            "reason_code": REASON,
            "basis": BASIS,
            "details": DETAILS,
            "desk": DESK,
        },
        shapes={"basis": CITE},
    ),
    "served": Blank(
        Served, {"outcome": OUTCOME, "purpose": CAME_FOR, "desk": DESK}, faults={"visit_not_served": "purpose"}
    ),
    "left": Blank(Left, {"outcome": OUTCOME, "desk": DESK}),
}
At = tuple[Request, Pages, Service, Policy, Official]
Command = Callable[[Any, datetime], tuple[Any, ...]]
"""What `once` runs for a body, at a moment."""


@router.get("")
async def waiting(request: Request, web: Web, service: Door, policy: Rules, who: Desk, desk: str = "") -> Response:
    """Who waits, in the order of the calls; and who was called and has no outcome yet."""
    return await _list((request, web, service, policy, who), blank(**{"call-desk": desk[:3]}))


@router.post("")
async def open_visit(request: Request, web: Web, service: Door, policy: Rules, who: Opener) -> Response:
    """Somebody stands at the desk without a ticket: their page, where they are called like everybody."""
    at, form, _ = (request, web, service, policy, who), await read_form(request), web.words(request)
    body, errors = read_blank(BLANKS["open"], "open", form, _)
    if errors:
        return await _list(at, form.refused(errors), 422, tried="open")
    asked = (commands.open_visit, body[0], policy, service.clock.now())
    ticket = await once(service, request, form, who.id, Ticket, *asked)
    return see_other(f"{VISITS}/{ticket.visit_id}" + (f"?not_linked={why}" if (why := ticket.not_linked) else ""))


@router.post("/call-next")
async def call_next(request: Request, web: Web, service: Door, policy: Rules, who: Caller) -> Response:
    """Whoever is next is called to this desk: their page."""
    at, form, _ = (request, web, service, policy, who), await read_form(request), web.words(request)
    body, errors = read_blank(BLANKS["next"], "call", form, _)
    if errors:
        return await _list(at, form.refused(errors), 422)
    try:
        asked = (commands.call_next, body[0], who.id, service.clock.now())
        moved = await once(service, request, form, who.id, VisitMoved, *asked)
    except Refused as no:
        return await _list(at, form, no.status, sentence(no, _))
    return see_other(f"{VISITS}/{moved.visit.visit_id}")


@router.get("/{visit_id}")
async def visit(
    visit_id: Code,
    request: Request,
    web: Web,
    service: Door,
    policy: Rules,
    who: Desk,
    procedure: str = "",
    filing: str = "",
    not_linked: str = "",
    desk: str = "",
) -> Response:
    """What they came for, and what can become of it; `procedure` shows the papers of one, `filing` leads to what they
    filed online, `not_linked` says why it was not linked to an earlier visit, `desk` is the reader's own: of a number
    that another one has by now, they see that and can take it over."""
    at, own = (request, web, service, policy, who), typed.desk_of(desk)
    if filing and not await service.db.read(_elsewhere, visit_id, own):
        found = await service.db.read(filed.address_of, filing)
        if found is None:
            return await _page(visit_id, at, lost=filing[:40], own=own, status=404)
        return see_other(f"{found}?visit={visit_id}")
    form = blank(procedure=procedure[:100]) if procedure else None
    return await _page(visit_id, at, form=form, not_linked=not_linked, own=own)


@router.post("/{visit_id}/call")
async def call(visit_id: Code, request: Request, web: Web, service: Door, policy: Rules, who: Caller) -> Response:
    """Called to this desk, or once more."""
    at = (request, web, service, policy, who)
    return await _step("call", visit_id, at, lambda body, now: (commands.call_visit, visit_id, body, who.id, now))


@router.post("/{visit_id}/{outcome}")
async def close(
    visit_id: Code, outcome: Ends, request: Request, web: Web, service: Door, policy: Rules, who: Closer
) -> Response:
    """What became of it: the list or the refusal to print, or the next one who waits."""
    at = (request, web, service, policy, who)
    close = commands.close_visit
    return await _step(outcome, visit_id, at, lambda body, now: (close, visit_id, body, who.id, policy, now))


async def _step(step: Ends | Literal["call"], visit_id: str, at: At, command: Command) -> Response:
    """Take a step once for its form; then what it leads to, or the visit as it is now and why not."""
    request, web, service, _policy, who = at
    form, _ = await read_form(request), web.words(request)
    body, errors = read_blank(BLANKS[step], step, form, _)
    if errors:
        return await _page(visit_id, at, form=form.refused(errors), tried=step, status=422)
    try:
        call = command(body[0], service.clock.now())
        moved = await once(service, request, form, who.id, VisitMoved, *call)
    except Refused as no:
        if no.code == "visit_not_found":
            raise
        if field := BLANKS[step].faults.get(no.code):
            form = form.refused({f"{step}-{field}": sentence(no, _)})
            return await _page(visit_id, at, form=form, tried=step, status=no.status)
        return await _page(visit_id, at, form=form, tried=step, note=sentence(no, _), status=no.status)
    if step in ("guided", "refused"):
        return see_other(f"{VISITS}/{visit_id}/paper")
    own = typed.desk_of(form[f"{step}-desk"]) or moved.visit.desk
    return see_other(f"{VISITS}/{visit_id}" if step == "call" else f"{VISITS}?desk={own}")


@dataclass(frozen=True)
class Seen:
    """What is known of a visit at the desk."""

    row: Visit
    known: People


def _seen(session: Session, visit_id: str) -> Seen:
    return Seen(found(session.get(Visit, visit_id), "visit"), people(session))


def _elsewhere(session: Session, visit_id: str, own: str) -> bool:
    return is_elsewhere(_seen(session, visit_id).row.visited(), own)


def _open(session: Session, now: datetime) -> tuple[list[Visit], list[Visit]]:
    return commands.in_order(session, now), called_visits(session)


async def _list(at: At, form: Form, status: int = 200, note: str = "", tried: str = "") -> Response:
    request, web, service, policy, who = at
    now, _, own = service.clock.now(), web.words(request), typed.desk_of(form["call-desk"])
    several = await service.db.read(_open, now)
    waits, called = ([visited.row_of(each, now, policy, _, own) for each in rows] for rows in several)
    may = who.may(*VISIT_ROLES["call"])
    purposes = [{"value": code, "label": _(words)} for code, words in visited.PURPOSES.items()]
    told = {"form": form, "note": note, "tried": tried or form[TRIED]}
    values = {"waits": waits, "called": called, "may": may, "purposes": purposes, **told}
    return desk_page(web, request, "visits.html", status=status, **values)


async def _page(
    visit_id: str,
    at: At,
    *,
    form: Form | None = None,
    tried: str = "",
    note: str = "",
    not_linked: str = "",
    lost: str = "",
    own: str = "",
    status: int = 200,
) -> Response:
    request, web, service, policy, who = at
    now, _, seen = service.clock.now(), web.words(request), await service.db.read(_seen, visit_id)
    row, known = seen.row, procedures.in_force(policy.catalogue, now)
    asked = _asked(form, tried)
    procedure = procedures.chosen(known, asked or row.procedure or "")
    if form is None or not tried:
        unclear = {"procedure": _("Chưa rõ là thủ tục nào. Hãy gõ mã, hoặc thêm vài chữ trong tên.")}
        form = blank(**_first(row, procedure, own, _)).refused(unclear if asked and procedure is None else {})
        form = Form({**form.values, "procedure": (asked,)}, errors=form.errors, key=form.key) if asked else form
    else:
        form = beside(form, **_first(row, procedure, own, _))
    if lost:
        said = {"filing": _("Không có hồ sơ nộp trực tuyến nào mang mã này. Hãy xem lại mã trên cổng.")}
        form, tried = Form({**form.values, "filing": (lost,)}, errors=said, key=form.key), "filing"
    own = typed.desk_of(form[f"{tried or form[TRIED]}-desk"]) or own
    elsewhere = is_elsewhere(row.visited(), own)
    if elsewhere:
        form = replace(form, values={**form.values, "call-desk": (own,)}, errors={})
    pill, colour = visited.STATUSES[row.visited().status]
    may, early = who.may(*VISIT_ROLES["close"]), is_early(row.visited(), now)
    steps = next_steps(row.visited(), now) if may else ()
    values: dict[str, Any] = {
        "visit": row,
        "shown": visited.row_of(row, now, policy, _),
        "state": {"status": _(pill), "colour": colour},
        "outcome": _(visited.OUTCOMES[out]) if (out := row.visited().outcome) else "",
        "calls": "call" in steps,
        "closes": "close" in steps and not elsewhere,
        "elsewhere": elsewhere,
        "own": own,
        "early": early and row.status == "waiting",
        "procedure": procedure,
        "title": procedures.name_of(procedure, _.language) if procedure else "",
        "choices": [procedures.label_of(each, _.language) for each in known if not each.restricted],
        "papers": standing.papers_of(procedure, _),
        "reasons": [(code, _(words)) for code, words in REFUSAL_REASONS.items()],
        "purposes": [{"value": code, "label": _(words)} for code, words in visited.PURPOSES.items() if code != "file"],
        "not_linked": _(words) if (words := visited.NOT_LINKED.get(cast(NotLinked, not_linked))) else "",
        "called_by": seen.known.official(row.called_by or "", _.language),
        "act": AN_ACT,
        "such": A_NUMBER,
    }
    tried = tried or form[TRIED] or ("guided" if asked and procedure else "")
    told: dict[str, Any] = {"form": form, "tried": tried, "note": note}
    return desk_page(web, request, "visit.html", status=status, **told, **values)


def _asked(form: Form | None, tried: str) -> str:
    """The procedure that was asked about, or that the refused form names."""
    if form is None:
        return ""
    return form[f"{tried}-procedure"] if tried else form["procedure"]


def _first(row: Visit, procedure: Procedure | None, own: str, _: Words) -> dict[str, str | None]:
    """What the page's forms are filled with: what the ticket says, and the reader's own desk."""
    label = procedures.label_of(procedure, _.language) if procedure else ""
    came_for = row.purpose if row.purpose != "file" else None
    return {"call-desk": own or row.desk, "procedure": label, "served-purpose": came_for}
