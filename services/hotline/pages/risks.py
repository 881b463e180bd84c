"""Matters that may go above, at the desk: why, whose turn on the ladder it is, and what was talked over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter, Response
from pydantic import ValidationError
from sqlmodel import Session

from services.hotline.commands import settlement
from services.hotline.models.settlement import RiskView, Step, StepTaken
from services.hotline.pages.desk import DESK, Anyone, At, AtDesk, Desk
from services.hotline.pages.doors import options
from services.hotline.pages.settlement_words import (
    RUNGS,
    SETTLEMENT_LABELS,
    SETTLEMENT_REFUSALS,
    STEP_OUTCOMES,
    reason_words,
)
from services.hotline.pages.words import REFUSALS
from services.hotline.rules import risk as rules
from services.hotline.rules.life import DESK as DESK_ROLES
from services.hotline.rules.life import hand_of
from services.hotline.rules.rungs import ROLES
from services.hotline.tables import officials_by_name
from shared.errors import Refused
from shared.texts import Code
from shared.tokens import Official
from shared.unavailable import Unavailable
from shared.web.door import once
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_
from shared.web.pages import see_other

router = APIRouter(prefix="/desk/risks")
RISKS = f"{DESK}/risks"
SENTENCES = REFUSALS | SETTLEMENT_REFUSALS


@router.get("")
async def risks(desk: At, who: AtDesk) -> Response:
    """The reports and clusters that may go above, whose turn ends first on top."""
    found, now, _ = await desk.service.db.read(settlement.risks_now, who.id), desk.service.clock.now(), desk.words
    rows = [
        {
            "risk": each,
            "what": each.number or _(N_("Nhóm phản ánh")),
            "why": "; ".join(reason_words(reason, _) for reason in each.reasons),
            "rung": _(RUNGS[each.rung]),
            "state": _state(each.act_by, now),
        }
        for each in found
    ]
    return desk.render("risks.html", rows=rows)


@router.get("/{subject_id}")
async def risk(subject_id: Code, desk: At, who: Anyone) -> Response:
    """Why a matter may go above, whose turn it is, and a form for a step."""
    return await _page(desk, who, subject_id, blank())


@router.post("/{subject_id}/notes")
async def notes(subject_id: Code, desk: At, who: Anyone) -> Response:
    """The matter with what was said at each step; the readings are recorded."""
    await read_form(desk.request)
    read = (subject_id, who.id, who.may(*DESK_ROLES), desk.service.clock.now())
    told = await desk.service.db.write(settlement.read_notes, *read)
    return await _page(desk, who, subject_id, blank(), notes={each.nth: each.note or "" for each in told})


@router.post("/{subject_id}/step")
async def step(subject_id: Code, desk: At, who: Anyone) -> Response:
    """Say what came of talking it over; or the form again."""
    form, _ = await read_form(desk.request), desk.words
    chosen = {"rung": N_("Hãy chọn bậc."), "outcome": N_("Hãy chọn kết quả.")}
    errors = {name: _(sentence) for name, sentence in chosen.items() if not form[name]}
    try:
        body = Step.model_validate(form.data())
    except ValidationError as error:
        errors = field_errors(error, _, SETTLEMENT_LABELS) | errors
        return await _page(desk, who, subject_id, form.refused(errors), status=422)
    asked, now = (desk.service, desk.request, form, who.id), desk.service.clock.now()
    by = (hand_of(who.id, who.roles), tuple(who.roles))
    try:
        await once(*asked, StepTaken, settlement.take_step, subject_id, body, *by, desk.policy, now)
    except Unavailable:  # the form comes back whole, with the same key
        return desk.web.resend(desk.request, form)
    except Refused as no:
        if no.code not in SENTENCES or no.status == 404:
            raise
        return await _page(desk, who, subject_id, form, refusal=no.code, status=no.status)
    return see_other(f"{RISKS}/{subject_id}")


async def _page(
    desk: Desk,
    who: Official,
    subject_id: str,
    form: Form,
    *,
    refusal: str = "",
    status: int = 200,
    notes: Mapping[int, str] | None = None,
) -> Response:
    found, names = await desk.service.db.read(_opened, subject_id, who.id, who.may(*DESK_ROLES))
    _, now = desk.words, desk.service.clock.now()
    rungs = rules.RUNGS[rules.RUNGS.index(found.rung) :] if found.at_risk else ()
    may = [rung for rung in rungs if who.may(*(ROLES[rung] if found.of == "case" else _at_desk(ROLES[rung])))]
    steps = [
        {"step": each, "rung": _(RUNGS[each.rung]), "outcome": _(STEP_OUTCOMES[each.outcome])} for each in found.steps
    ]
    return desk.render(
        "risk.html",
        status=status,
        r=found,
        at_desk=who.may(*DESK_ROLES),
        reasons=[reason_words(each, _) for each in found.reasons],
        rung=_(RUNGS[found.rung]),
        state=_state(found.act_by, now),
        steps=steps,
        names=names,
        notes=notes or {},
        form=form,
        rungs=options({rung: RUNGS[rung] for rung in may}, _),
        outcomes=[{"value": value, "label": label} for value, label in options(STEP_OUTCOMES, _)],
        refusal=_(SENTENCES[refusal]) if refusal else "",
    )


def _at_desk(roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(role for role in roles if role in DESK_ROLES)


def _state(act_by: datetime | None, now: datetime) -> str:
    return "done" if act_by is None else "late" if now > act_by else "near"


def _opened(session: Session, subject_id: str, official: str, desk: bool) -> tuple[RiskView, dict[str, str]]:
    names = {each.official_id: f"{each.name} · {each.post}" for each in officials_by_name(session)}
    return settlement.one_risk(session, subject_id, official, desk), names
