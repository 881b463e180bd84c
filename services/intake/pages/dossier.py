"""A dossier at the desk: how it stands, and what can be done with it now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.pages import fees, procedures, standing, view
from services.intake.pages.applicant import OfDossier, told_of
from services.intake.pages.blanks import AN_ACT
from services.intake.pages.doors import COUNTER, ROLES, Desk, Rules, desk_page
from services.intake.pages.filed import FILINGS
from services.intake.pages.letters import letters_of
from services.intake.pages.people import People, people
from services.intake.pages.refusals import sentence
from services.intake.rulebook import Procedure
from services.intake.rules import (
    HEADS,
    Status,
    Step,
    check_supplement,
    clocks_of,
    last_day_to_apologise,
    open_steps,
    procedure_for,
)
from services.intake.settings import Policy
from services.intake.tables import Dossier, Filing, counting_calendar, facts_of, working_calendar
from shared.doors import Door
from shared.errors import Refused, found
from shared.events import Event, Recorded
from shared.service import Service
from shared.texts import Code
from shared.tokens import Official
from shared.web.door import Web
from shared.web.forms import TRIED, Form, beside, blank, read_form
from shared.web.language import Words
from shared.web.pages import Pages
from shared.web.words import upper_first
from shared.worktime import VN, Calendar, Promise

router = APIRouter(prefix="/counter/{dossier_id}")

CHOICES = {
    "reasons": view.REASONS,
    "supplement_reasons": view.SUPPLEMENT_REASONS,
    "stop_reasons": view.STOP_REASONS,
    "correction_reasons": view.CORRECTION_REASONS,
}


@dataclass(frozen=True)
class Opened:
    """A dossier that somebody has open at the desk."""

    dossier_id: str
    request: Request
    web: Pages
    service: Service
    policy: Policy


async def opened(dossier_id: Code, request: Request, web: Web, service: Door, policy: Rules) -> Opened:
    """What every page of a dossier needs."""
    return Opened(dossier_id, request, web, service, policy)


At = Annotated[Opened, Depends(opened)]


@dataclass(frozen=True)
class Seen:
    """What is known of a dossier at the desk."""

    row: Dossier
    facts: list[Recorded[Event]]
    calendar: Calendar
    counting: Calendar
    """What its time limits are counted with."""
    known: People
    filing: Filing | None = None
    before: Sequence[Recorded[Event]] = ()
    """What happened to its filing."""


@router.get("")
async def dossier(at: At, who: Desk) -> Response:
    """How it stands, why its date is its date, the way so far, and what can be done."""
    return await page_of(at, who)


@router.post("")
async def applicant(at: At, who: OfDossier) -> Response:
    """The same with who applied, and with all that was typed and not sent yet. The reading is recorded, and its answer
    kept nowhere: each press is one."""
    form = await read_form(at.request)
    read = await at.service.db.write(commands.applicant_of, at.dossier_id, who.id, at.service.clock.now())
    return await page_of(at, who, form=form, read=read)


async def page_of(
    at: Opened,
    who: Official,
    *,
    form: Form | None = None,
    tried: str = "",
    note: str = "",
    status: int = 200,
    read: Mapping[str, str] | None = None,
) -> Response:
    """A dossier as it is now, with `form` as it was typed; `tried` is the step that was refused."""
    seen, now = await at.service.db.read(_seen, at.dossier_id), at.service.clock.now()
    row, _ = seen.row, at.web.words(at.request)
    steps = [
        step for step in open_steps(at.policy.moves, row.case(), who.id, who.may(*HEADS), now) if who.may(*ROLES[step])
    ]
    enough = _asked_enough(seen, at, who, now, _) if "ask_supplement" in steps else ""
    version = standing.version_received(at.policy.catalogue, row)
    idle = {"ask_supplement"} if enough else set()
    idle |= {"ask_fee"} if version and version.is_free else set()
    steps = [step for step in steps if step not in idle]
    values = {
        "title": procedures.title_of(at.policy.catalogue, row.procedure, row.received_at, _.language),
        "steps": steps,
        "asked_enough": enough,
        "clerk": who.may("clerk"),
        **told_of("dossier", f"{COUNTER}/{at.dossier_id}", who, read, _, step=_in_the_open(steps)),
        **_said(seen, version, now, _),
        **_choices(seen, at, steps, now, _),
    }
    known = {"hand_over-handed_to": "applicant", **fees.to_ask(version, row.channel, at.policy.catalogue)}
    form = blank(**known) if form is None else beside(form, **known)
    typed = [step for step in steps if _besides(form, known).typed_in(step)]
    told: dict[str, Any] = {"form": form, "tried": tried or form[TRIED], "typed": typed, "note": note}
    return desk_page(at.web, at.request, "dossier.html", status=status, **told, **values)


def _seen(session: Session, dossier_id: str) -> Seen:
    row = found(session.get(Dossier, dossier_id), "dossier")
    filing = session.get(Filing, row.filing_id) if row.filing_id else None
    before = facts_of(session, row.filing_id) if row.filing_id else []
    known = working_calendar(session), counting_calendar(session, row.procedure), people(session)
    return Seen(row, facts_of(session, dossier_id), *known, filing, before)


def _besides(form: Form, known: Mapping[str, str]) -> Form:
    """What somebody typed, without what a form is filled with."""
    return Form({name: several for name, several in form.values.items() if several != (known.get(name),)})


def _in_the_open(steps: Collection[Step]) -> str:
    """The step whose form stands unfolded and has fields."""
    return next((each for each in ("hand_over", "supplement", "pay_fee") if each in steps), "")


def _asked_enough(seen: Seen, at: Opened, who: Official, now: datetime, _: Words) -> str:
    """Why no more papers can be asked for; empty when they can."""
    case, version = seen.row.case(), date.fromisoformat(seen.row.procedure_version)
    try:
        procedure = procedure_for(at.policy.catalogue, case.procedure, version)
        check_supplement(at.policy.moves, case, procedure, (), who.id, who.may(*HEADS), now)
    except Refused as no:
        return sentence(no, _)
    return ""


def _said(seen: Seen, version: Procedure | None, now: datetime, _: Words) -> dict[str, Any]:
    """How it stands, in words."""
    row, promised = seen.row, Promise.from_data(seen.row.due_arithmetic)
    days = view.strip(promised, now, _)
    return {
        "dossier": row,
        "state": view.state_of(row, now, seen.counting, _),
        "top": standing.top_of(row, now, _),
        "why": standing.why_of(row, seen.facts, _),
        "carried": commands.carried_forward(seen.facts),
        "back": commands.given_back(seen.facts),
        "set_aside": Status(row.status) in standing.DATE_SET_ASIDE,
        "because": view.because(promised, _),
        "days": days,
        "folded": len(days) > view.MANY_DAYS,
        "letters": [
            *letters_of(seen.facts, f"{COUNTER}/{row.dossier_id}", _),
            *letters_of(seen.before, f"{FILINGS}/{row.filing_id}", _),
        ],
        "filing": seen.filing,
        "clocks": _clocks(seen, version, now, _),
        "way": view.way_of(row, seen.facts, _, name=lambda who: seen.known.official(who, _.language)),
        "who": [(words, seen.known.official(each, _.language)) for words, each in _people(row, _) if each],
        "department": seen.known.department(row.department, _.language),
    }


def _clocks(seen: Seen, version: Procedure | None, now: datetime, _: Words) -> list[tuple[str, str]]:
    """The time that the law gives, and the unit's own where it is shorter; what the citizen's clock and the office's
    show. See `rules.clocks_of`."""
    elapsed = clocks_of(seen.row.received_at, seen.facts, now, seen.calendar, seen.counting)
    limit = [(_("Thời hạn"), procedures.time_of(version, seen.row.variant, _))] if version else []
    return [
        *limit,
        (_("Người dân đã chờ"), view.worked_words(elapsed.citizen, seen.calendar, _)),
        (_("Cơ quan đã dùng, không tính lúc chờ người dân"), view.worked_words(elapsed.office, seen.calendar, _)),
    ]


def _people(row: Dossier, _: Words) -> list[tuple[str, str | None]]:
    """Who had to do with it, by id."""
    return [
        (_("Người nhận hồ sơ"), row.received_by),
        (_("Người được giao việc"), row.assigned_to),
        (_("Người giải quyết"), row.official_id),
    ]


def _choices(seen: Seen, at: Opened, steps: Collection[Step], now: datetime, _: Words) -> dict[str, Any]:
    """What can be chosen in the forms of the steps."""
    row, procedure = seen.row, standing.version_of(at.policy.catalogue, seen.row)
    return {
        "papers": standing.papers_of(procedure, _),
        "asked": standing.asked_of(procedure, row, _),
        "rounds": procedure.supplement_rounds if procedure else 0,
        "until": standing.may_come_until(at.policy.moves, "supplement", seen.counting, now, procedure)
        if "ask_supplement" in steps
        else None,
        "ask_by": standing.may_ask_until(procedure, row, seen.facts, seen.counting),
        "now": now,
        "apologise_by": last_day_to_apologise(at.policy.moves, row.case(), now.astimezone(VN).date())
        if "reschedule" in steps
        else None,
        "officials": sorted(((each, seen.known.official(each)) for each in seen.known.badges), key=itemgetter(1)),
        "fee": procedures.spoken(procedure.fee, procedure.fee_en, _.language) if procedure else "",
        "paid": [{"value": code, "label": _(words)} for code, words in view.PAID.items()],
        "collectors": [{"value": code, "label": upper_first(_(words))} for code, words in view.COLLECTED.items()],
        "act": AN_ACT,
        **{name: [(code, _(words)) for code, words in each.items()] for name, each in CHOICES.items()},
    }
