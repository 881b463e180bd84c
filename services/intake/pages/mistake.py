"""An act was recorded wrong: a leader takes it back, and a head gives back the dates that it had moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.models import EmergencyView, GiveBack, TakeBack
from services.intake.pages.dated import MANY, Looked, looked_at, ticked, told_of, with_all_ticked
from services.intake.pages.doors import Rules, desk_page
from services.intake.pages.emergency import EMERGENCY
from services.intake.pages.refusals import sentence
from services.intake.rules import EMERGENCY_ROLES
from services.intake.rules.taken_back import ActDeclared
from services.intake.settings import Policy
from services.intake.tables import Emergency
from services.intake.tables.taken_back import declared_of_late, mistaken_acts
from shared.doors import Door
from shared.errors import Refused
from shared.events.emergency import Mistake
from shared.service import Service
from shared.tokens import Official
from shared.web.door import SignedInAs, Web, once
from shared.web.forms import Form, blank, read_form
from shared.web.language import N_, Words
from shared.web.pages import Pages, see_other
from shared.web.words import plain_day
from shared.worktime import Suspension

router = APIRouter(prefix="/counter/emergency")
Leader = Annotated[Official, SignedInAs(*EMERGENCY_ROLES["take_back"])]
Head = Annotated[Official, SignedInAs(*EMERGENCY_ROLES["give_back"])]
MISTAKES: Mapping[Mistake, str] = {
    "wrong_days": N_("Ghi sai ngày"),
    "wrong_act": N_("Ghi sai văn bản"),
    "wrong_procedures": N_("Ghi sai việc cấp thiết"),
    "not_issued": N_("Không có văn bản này"),
}


@router.get("/mistake")
async def mistake(request: Request, web: Web, service: Door, _who: Leader) -> Response:
    """What was declared of late, to choose what was recorded wrong; nothing is chosen before."""
    return await _mistake_page(request, web, service, blank())


@router.post("/mistake")
async def take_back(request: Request, web: Web, service: Door, who: Leader) -> Response:
    """Taken back, once for its form; the dates that it moved are looked at next."""
    form, _ = await read_form(request), web.words(request)
    if errors := _missing(form, _):
        return await _mistake_page(request, web, service, form.refused(errors), status=422)
    try:
        body = TakeBack.model_validate({"reason_code": form["reason_code"]})
        call = (commands.take_back, form["emergency"], body, who.id, service.clock.now())
        await once(service, request, form, who.id, EmergencyView, *call)
    except Refused as no:
        wrong = form.refused({"emergency": sentence(no, _)})
        return await _mistake_page(request, web, service, wrong, status=no.status)
    return see_other(f"{EMERGENCY}/moved?{urlencode({'act': form['emergency'], 'taken': form['emergency']})}")


def _missing(form: Form, _: Words) -> dict[str, str]:
    chosen = {"emergency": form["emergency"] != "", "reason_code": form["reason_code"] in MISTAKES}
    says = {"emergency": _("Hãy chọn văn bản đã ghi sai."), "reason_code": _("Hãy chọn điều đã ghi sai.")}
    return {name: says[name] for name, there in chosen.items() if not there}


async def _mistake_page(request: Request, web: Pages, service: Service, form: Form, *, status: int = 200) -> Response:
    _ = web.words(request)
    rows = await service.db.read(declared_of_late)
    return desk_page(
        web,
        request,
        "mistake.html",
        status=status,
        form=form,
        emergencies=[{"value": row.emergency_id, "label": _said(row, _), "why": _standing(row, _)} for row in rows],
        mistakes=[{"value": code, "label": _(words)} for code, words in MISTAKES.items()],
    )


def _said(row: Emergency, _: Words) -> str:
    if row.last_day is not None:
        return _dated(Suspension(row.first_day, row.last_day, row.basis), _)
    first = plain_day(row.first_day, _.language)
    return _("%(act)s, từ %(first)s, chưa biết ngày cuối", act=row.basis, first=first)


def _standing(row: Emergency, _: Words) -> str:
    parts = []
    if row.deadlines == "suspended":
        parts.append(_("Thời hạn giải quyết tạm dừng theo %(act)s.", act=row.deadlines_basis or ""))
    if row.lifted_at is not None:
        parts.append(_("Đã chấm dứt."))
    return " ".join(parts)


@router.get("/moved")
async def moved(
    request: Request,
    web: Web,
    service: Door,
    policy: Rules,
    _who: Head,
    act: str = "",
    taken: str = "",
    done: Annotated[int, Query(ge=0, le=MANY)] = 0,
) -> Response:
    """Everything that gets an earlier date is ticked, of one mistaken act; nothing changes. `taken`: the emergency that
    was taken back just now."""
    form = blank(emergency=act[:64])
    return await _moved_page(request, web, service, policy, form, anew=True, taken=taken[:64], done=done)


@router.post("/give-back")
async def give_back(request: Request, web: Web, service: Door, policy: Rules, who: Head) -> Response:
    """Give back all that are ticked, some at a time: sent again, or by somebody else at once, it goes on."""
    form, _ = await read_form(request, max_fields=MANY), web.words(request)
    if not (ids := ticked(form)):
        wrong = form.refused({"dossiers": _("Hãy đánh dấu ít nhất một hồ sơ.")})
        return await _moved_page(request, web, service, policy, wrong, status=422)
    done, remaining = 0, 1
    try:
        body = GiveBack(dossiers=ids)
        while remaining:
            call = (form["emergency"], body, who.id, policy, service.clock.now())
            step = await service.db.write(commands.give_back, *call)
            done, remaining = done + len(step.given_back), step.remaining
    except Refused as no:
        wrong = form.refused({"dossiers": sentence(no, _)})
        return await _moved_page(request, web, service, policy, wrong, status=no.status)
    return see_other(f"{EMERGENCY}/moved?{urlencode({'done': done, 'act': form['emergency']})}")


async def _moved_page(
    request: Request,
    web: Pages,
    service: Service,
    policy: Policy,
    form: Form,
    *,
    anew: bool = False,
    taken: str = "",
    done: int = 0,
    status: int = 200,
) -> Response:
    now, _ = service.clock.now(), web.words(request)
    known = await service.db.read(_mistaken, form["emergency"], policy, service, _)
    told = told_of(known.seen, policy, now, _)
    values: dict[str, Any] = {"form": with_all_ticked(form, told["possible"]) if anew else form, "done": done}
    values["emergency_id"], values["said"] = known.emergency_id, known.said
    values["taken"] = await service.db.read(_taken_back, taken)
    return desk_page(web, request, "moved.html", status=status, **values, **told)


@dataclass(frozen=True)
class Mistaken:
    """A mistaken act, by its emergency, and the dossiers whose dates it has moved; and what all are called."""

    emergency_id: str
    seen: Looked | None
    said: Mapping[str, str]


def _mistaken(session: Session, act: str, policy: Policy, service: Service, _: Words) -> Mistaken:
    """The mistaken act that is asked for, or else the one that was taken back last and has dates to give back."""
    acts = mistaken_acts(session)
    said = {each: _named(session.get_one(Emergency, each), one, _) for each, one in acts.items()}
    for emergency_id in [act] if act in acts else acts:
        asked = (emergency_id, policy, service.clock.now(), _.language)
        seen = looked_at(session, commands.moved_promises, *asked)
        if seen.promises.dossiers or emergency_id == act:
            return Mistaken(emergency_id, seen, said)
    return Mistaken("", None, said)


def _named(row: Emergency, act: ActDeclared, _: Words) -> str:
    """What was declared, and the act that suspended time limits, where that is another."""
    if row.basis == act.days.basis:
        return _dated(act.days, _)
    return _("%(act)s: tạm dừng thời hạn theo %(suspended)s", act=row.basis, suspended=_dated(act.days, _))


def _taken_back(session: Session, emergency_id: str) -> str:
    """The act that an emergency was declared by; empty unless it was taken back."""
    row = session.get(Emergency, emergency_id)
    return row.basis if row is not None and row.taken_back_at is not None else ""


def _dated(days: Suspension, _: Words) -> str:
    first, last = plain_day(days.first, _.language), plain_day(days.last, _.language)
    return _("%(act)s, từ %(first)s đến hết %(last)s", act=days.basis, first=first, last=last)
