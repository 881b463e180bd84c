"""What a page of a dossier says first: what is promised or awaited, and until when; or how it ended, and when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, assert_never

from services.intake.pages import procedures, view
from services.intake.rulebook import Catalogue, Paper, Procedure
from services.intake.rulebook.states import Moves
from services.intake.rules import Status, ask_by, looked_at_since, time_to_bring
from services.intake.tables import Dossier
from shared.events import Event, Recorded, intake
from shared.web.language import N_, Words
from shared.web.words import Language, money
from shared.worktime import VN, Calendar, promise

DATE_SET_ASIDE = (Status.SUPPLEMENT_AWAITED, Status.WITHDRAWN, Status.STOPPED)
"""While the date that was promised does not hold: papers are awaited, or there will be no result."""


@dataclass(frozen=True)
class Top:
    """A sentence that ends in a day, and the moment it speaks of."""

    said: str
    at: datetime
    past: bool
    """Whether that moment has passed."""


def at_desk(status: Status, past: bool) -> str:
    """As officials read it, before the moment and once it has passed."""
    match status:
        case Status.RECEIVED | Status.IN_PROGRESS:
            return N_("Hẹn trả kết quả")
        case Status.SUPPLEMENT_AWAITED:
            return N_("Hạn bổ sung giấy tờ đã qua:") if past else N_("Chờ giấy tờ bổ sung, chậm nhất")
        case Status.FEE_AWAITED:
            on_time = N_("Chờ nộp %(amount)s để kịp ngày hẹn")
            return N_("Chờ nộp %(amount)s, đã quá ngày hẹn") if past else on_time
        case Status.WITHDRAWN:
            return N_("Hồ sơ đã rút")
        case Status.STOPPED:
            return N_("Hồ sơ đã dừng giải quyết")
        case Status.COMPLETED:
            return N_("Có kết quả từ")
        case Status.HANDED_OVER:
            return N_("Đã trả kết quả")
        case _:
            assert_never(status)


def to_citizen(status: Status, past: bool) -> str:
    """As its citizen reads it, before the moment and once it has passed."""
    match status:
        case Status.RECEIVED | Status.IN_PROGRESS:
            late = N_("Chúng tôi xin lỗi: kết quả đã hẹn cho")
            return late if past else N_("Ông/Bà có kết quả chậm nhất")
        case Status.SUPPLEMENT_AWAITED:
            return N_("Hạn bổ sung giấy tờ đã qua:") if past else N_("Xin Ông/Bà bổ sung giấy tờ, chậm nhất")
        case Status.FEE_AWAITED:
            late = N_("Chúng tôi chờ Ông/Bà nộp %(amount)s. Ngày hẹn đã qua:")
            return late if past else N_("Xin Ông/Bà nộp %(amount)s để kịp ngày hẹn")
        case Status.WITHDRAWN:
            return N_("Ông/Bà đã rút hồ sơ này")
        case Status.STOPPED:
            return N_("Chúng tôi đã dừng giải quyết")
        case Status.COMPLETED:
            return N_("Kết quả đã có từ")
        case Status.HANDED_OVER:
            return N_("Ông/Bà đã nhận kết quả")
        case _:
            assert_never(status)


def before_moment(status: Status, past: bool) -> str:
    """In the line of a list, before the moment and once it has passed."""
    match status:
        case Status.RECEIVED | Status.IN_PROGRESS | Status.FEE_AWAITED:
            return N_("hẹn trả")
        case Status.SUPPLEMENT_AWAITED:
            return N_("đã hết hạn bổ sung") if past else N_("bổ sung chậm nhất")
        case Status.WITHDRAWN:
            return N_("đã rút")
        case Status.STOPPED:
            return N_("đã dừng")
        case Status.COMPLETED:
            return N_("có kết quả từ")
        case Status.HANDED_OVER:
            return N_("đã trả")
        case _:
            assert_never(status)


def top_of(dossier: Dossier, now: datetime, _: Words, *, citizen: bool = False) -> Top:
    """What the page says first, to officials or to the citizen."""
    status, at = Status(dossier.status), dossier.leads_to
    said = to_citizen(status, now > at) if citizen else at_desk(status, now > at)
    return Top(_(said, amount=money(dossier.fee, _.language)) if dossier.fee else _(said), at, now > at)


def in_list(status: Status, leads_to: datetime, now: datetime, _: Words) -> str:
    """What a list says before the moment that a dossier leads to."""
    return _(before_moment(status, now > leads_to))


def may_come_until(
    moves: Moves,
    waited: Literal["supplement", "resubmit"],
    calendar: Calendar,
    now: datetime,
    procedure: Procedure | None,
) -> datetime:
    """Until when what is asked for now may come."""
    return promise(time_to_bring(procedure, moves, waited, now.astimezone(VN).date()), now, calendar).due_at


def may_ask_until(
    procedure: Procedure | None, dossier: Dossier, facts: Sequence[Recorded[Event]], calendar: Calendar
) -> datetime | None:
    """Until when the law of its field lets papers be asked for; none where it sets no limit."""
    if procedure is None or not procedure.ask_within:
        return None
    since = looked_at_since(fact.event for fact in facts)
    return ask_by(procedure, dossier.rounds, since, calendar)


def version_of(catalogue: Catalogue, dossier: Dossier) -> Procedure | None:
    """The procedure as it was in force when the dossier was received; none when the catalogue has forgotten it."""
    return catalogue.in_force(dossier.procedure, date.fromisoformat(dossier.procedure_version))


def version_received(catalogue: Catalogue, known: Dossier | intake.DossierReceived) -> Procedure | None:
    """The same, with the unit's own promise of the day of its receipt."""
    version, received = date.fromisoformat(known.procedure_version), known.received_at.astimezone(VN).date()
    return catalogue.in_force(known.procedure, version, received)


def papers_of(procedure: Procedure | None, _: Words) -> list[dict[str, Any]]:
    """Its papers, for `ui.checks`."""
    return procedures.paper_options(procedure, _) if procedure else []


def asked_of(procedure: Procedure | None, dossier: Dossier, _: Words) -> list[dict[str, Any]]:
    """The papers that are awaited, for `ui.checks`, in the order of the procedure."""
    asked, known = dossier.asked_papers or [], procedure.papers if procedure else ()
    return [_paper(each, _.language) for each in known if each.code in asked]


def _paper(paper: Paper, lang: Language) -> dict[str, Any]:
    """Nothing that was asked for is optional any more."""
    why = procedures.spoken(paper.note, paper.note_en, lang) if paper.note else ""
    return {"value": paper.code, "label": procedures.spoken(paper.name, paper.name_en, lang), "why": why}


def names_of(procedure: Procedure | None, papers: Collection[str], lang: Language) -> list[str]:
    """What papers are called in a sentence, in the order of the procedure."""
    known = procedure.papers if procedure else ()
    return [each.name_en or each.name if lang == "en" else each.name for each in known if each.code in papers]


@dataclass(frozen=True)
class Why:
    """Why papers or a payment are awaited, or why the work was stopped: in words, and by which act."""

    reason: str = ""
    basis: str = ""
    too_late: bool = False
    """Whether the promised date had come before anything was asked for: then the delay is ours."""


def why_of(dossier: Dossier, facts: Sequence[Recorded[Event]], _: Words) -> Why:
    """What the fact says that led to where the dossier stands; nothing, where nothing needs a reason. What was written
    beside it is private and not read."""
    if Status(dossier.status) not in (Status.SUPPLEMENT_AWAITED, Status.FEE_AWAITED, Status.STOPPED):
        return Why()
    for fact in reversed(facts):
        match fact.event:
            case intake.DossierSupplementRequested(reason_code=supplement, requested_at=at):
                return Why(_(view.SUPPLEMENT_REASONS[supplement]), too_late=at >= dossier.due_at)
            case intake.DossierFeeRequested(basis=basis, requested_at=at):
                return Why(basis=basis, too_late=at >= dossier.due_at)
            case intake.DossierStopped(reason_code=stop, basis=basis):
                return Why(_(view.STOP_REASONS[stop]), basis)
    return Why()
