"""Pages for whoever comes to the counter: take a ticket, follow the waiting, the screen of the room, and the trips that
dossiers took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.models import NewVisit, Ticket
from services.intake.pages import procedures, visited
from services.intake.pages.doors import Rules
from services.intake.pages.emergency_words import current, notice_of
from services.intake.rulebook import Procedure
from services.intake.rules import Trips, trips_of
from services.intake.settings import Policy
from services.intake.tables import Visit, first_waiting, is_slot_waiting, last_called, trips_taken, waiting_until
from shared.doors import CITIZEN, Door, Limited
from shared.errors import found
from shared.events.visit import Purpose
from shared.settings import ServiceSettings
from shared.texts import Code, plain_code
from shared.web.door import Web, once
from shared.web.forms import Form, blank, read_form
from shared.web.language import N_
from shared.web.pages import Pages
from shared.worktime import VN

router = APIRouter()

TICKET = "/intake/ticket"
OFTEN = Limited("600/minute")
"""Phones of a whole waiting room come from one address, and look again by themselves."""
FOLLOWED, SHOWN, KEPT = 20, 10, 60
"""Seconds until a follower's page and the room's screen look again, and until the machine forgets a ticket."""


@router.get("/ticket")
async def ticket(request: Request, web: Web, service: Door, policy: Rules, at: str = "kiosk") -> Response:
    """What for? Three choices, and the code of a list that somebody brings back."""
    form = blank(at=_place(at))
    if form["purpose"] == "file":  # asked for again in the other language
        return await _which(request, web, service, policy, form)
    return _choose(request, web, form)


@router.post("/ticket", dependencies=[Limited("120/minute")])
async def take(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """A ticket; for whoever comes to file, after asking which procedure, which nobody has to know."""
    form, _ = await read_form(request), web.words(request)
    if form["purpose"] not in visited.PURPOSES:
        errors = {} if form["code"] else {"purpose": _("Hãy chọn Ông/Bà đến làm gì.")}
        return _choose(request, web, form.refused(errors), 422 if errors else 200)
    if form["purpose"] == "file" and form["do"] not in ("take", "skip"):
        return await _which(request, web, service, policy, form)
    typed = form["procedure"] if form["do"] == "take" else ""
    procedure = procedures.chosen(_offered(policy, service.clock.now()), typed)
    if typed and procedure is None:
        errors = {"procedure": _("Chưa rõ là thủ tục nào. Hãy gõ thêm vài chữ, hoặc lấy số mà không chọn.")}
        return await _which(request, web, service, policy, form.refused(errors), 422)
    body = _body(form, procedure)
    call = (commands.open_visit, body, policy, service.clock.now())
    return _taken(request, web, service, body, await once(service, request, form, CITIZEN, Ticket, *call))


@router.get("/ticket/{visit_id}", dependencies=[OFTEN])
async def follow(visit_id: Code, request: Request, web: Web, service: Door) -> Response:
    """How many wait before this number, or to which desk it is called. It looks again by itself."""
    waiting = await service.db.read(_waiting, visit_id, service.clock.now())
    _, visit = web.words(request), waiting.row.visited()
    said = visited.TO_VISITOR.get(visit.outcome) if visit.outcome else None
    headers = {} if visit.status == "closed" else {"Refresh": str(FOLLOWED)}
    values: dict[str, Any] = {
        "visit": waiting.row,
        "before": waiting.before,
        "booked_too": waiting.booked_too,
        "said": _(said) if said else "",
    }
    return web.render(request, "ticket_follow.html", headers=headers, **values)


@router.get("/board", dependencies=[OFTEN])
async def board(request: Request, web: Web, service: Door) -> Response:
    """The screen of the room: who is called now and where to, how many wait, and how long the longest."""
    now, _ = service.clock.now(), web.words(request)
    room = await service.db.read(_room, now.astimezone(VN).date())
    longest = visited.minutes_of(room.first.opened_at, now, _) if room.first else ""
    values: dict[str, Any] = {"called": room.called, "waiting": room.waiting, "longest": longest, "now": now}
    door = f"{_own(service.settings)}?at=qr"
    return web.render(request, "board.html", headers={"Refresh": str(SHOWN)}, door=door, **values)


@router.get("/trips", dependencies=[Limited("120/minute")])
async def trips(request: Request, web: Web, service: Door, policy: Rules) -> Response:
    """How many trips dossiers took, by procedure, each figure beside what it is of."""
    now, _ = service.clock.now(), web.words(request)
    rows = [_trips_row(each, now, policy, web, request) for each in trips_of(await service.db.read(trips_taken))]
    return web.render(request, "trips.html", rows=rows)


@dataclass(frozen=True)
class Waiting:
    """A visit, and how many are called before it."""

    row: Visit
    before: int
    booked_too: bool
    """Whether somebody who booked waits, and may be called first."""


@dataclass(frozen=True)
class Room:
    """What the screen shows."""

    called: list[Visit]
    waiting: int
    first: Visit | None


def _waiting(session: Session, visit_id: str, now: datetime) -> Waiting:
    row = found(session.get(Visit, visit_id), "visit")
    waits = row.status == "waiting"
    booked_too = waits and row.slot_at is None and is_slot_waiting(session, row.day)
    return Waiting(row, commands.before(session, row, now) if waits else 0, booked_too)


def _room(session: Session, day: date) -> Room:
    return Room(last_called(session, day), waiting_until(session, day), first_waiting(session, day))


def _place(typed: str) -> Literal["kiosk", "qr"]:
    return "qr" if typed == "qr" else "kiosk"


def _offered(policy: Policy, now: datetime) -> list[Procedure]:
    """What may be said at the machine: that somebody comes with a denunciation is no open fact."""
    return [each for each in procedures.in_force(policy.catalogue, now) if not each.restricted]


def _body(form: Form, procedure: Procedure | None) -> NewVisit:
    return NewVisit(
        purpose=cast(Purpose, form["purpose"]),
        procedure=procedure.code if procedure else None,
        channel=_place(form["at"]),
        code=(plain_code(form["code"])[:40] or "?") if form["code"] else None,
    )


def _choose(request: Request, web: Pages, form: Form, status: int = 200) -> Response:
    _ = web.words(request)
    purposes = [(code, _(words)) for code, words in visited.PURPOSES.items()]
    return web.render(request, "ticket.html", status=status, form=form, purposes=purposes)


async def _which(
    request: Request, web: Pages, service: Door, policy: Policy, form: Form, status: int = 200
) -> Response:
    """Which procedure; in an emergency, what is not received in person."""
    _, now = web.words(request), service.clock.now()
    choices = [procedures.label_of(each, _.language) for each in _offered(policy, now)]
    told: dict[str, Any] = {
        "emergency": notice_of(await service.db.read(current, now), policy, now, _),
        "choices": choices,
    }
    return web.render(request, "ticket_procedure.html", status=status, form=form, **told)


def _taken(request: Request, web: Pages, service: Door, body: NewVisit, taken: Ticket) -> Response:
    """The ticket, whose code is shown here and nowhere else; a machine is ready for the next one by itself."""
    _, today = web.words(request), service.clock.now().astimezone(VN).date()
    again = f"{TICKET}?at={body.channel}"
    values: dict[str, Any] = {
        "ticket": taken,
        "address": f"{TICKET}/{taken.visit_id}",
        "url": f"{_own(service.settings)}/{taken.visit_id}",
        "another_day": taken.day if taken.day != today else None,
        "not_linked": _(visited.NOT_LINKED[taken.not_linked]) if taken.not_linked else "",
        "again": again,
    }
    headers = {"Refresh": f"{KEPT}; url={again}"} if body.channel == "kiosk" else {}
    return web.render(request, "ticket_taken.html", headers=headers, **values)


def _own(settings: ServiceSettings) -> str:
    """Where a ticket is taken, as a phone opens it."""
    return f"{settings.public_url.rstrip('/')}{TICKET}"


def _trips_row(each: Trips, now: datetime, policy: Policy, web: Pages, request: Request) -> dict[str, Any]:
    _ = web.words(request)
    mean = visited.two_decimals(each.mean_trips, _.language)
    return {
        "name": procedures.title_of(policy.catalogue, each.procedure, now, _.language),
        "of": each,
        "mean": _.many(N_("%(mean)s lần, trên %(n)s hồ sơ"), each.dossiers, mean=mean),
    }
