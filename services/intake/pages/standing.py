"""What a page of a dossier says first: what is promised or awaited, and until when; or how it ended, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.intake.pages import procedures, view
from services.intake.rulebook import Catalogue, Paper, Procedure
from services.intake.rulebook.states import Moves, Waited
from services.intake.rules import Status
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


AT_DESK: Mapping[Status, str] = {
    Status.RECEIVED: N_("Hẹn trả kết quả"),
    Status.IN_PROGRESS: N_("Hẹn trả kết quả"),
    Status.SUPPLEMENT_AWAITED: N_("Chờ giấy tờ bổ sung, chậm nhất"),
    Status.FEE_AWAITED: N_("Chờ nộp %(amount)s để kịp ngày hẹn"),
    Status.WITHDRAWN: N_("Hồ sơ đã rút"),
    Status.STOPPED: N_("Hồ sơ đã dừng giải quyết"),
    Status.COMPLETED: N_("Có kết quả từ"),
    Status.HANDED_OVER: N_("Đã trả kết quả"),
}
"""As officials read it; and once the moment has passed, where that reads differently."""
PAST_AT_DESK: Mapping[Status, str] = {
    Status.SUPPLEMENT_AWAITED: N_("Hạn bổ sung giấy tờ đã qua:"),
    Status.FEE_AWAITED: N_("Chờ nộp %(amount)s, đã quá ngày hẹn"),
}
TO_CITIZEN: Mapping[Status, str] = {
    Status.RECEIVED: N_("Ông/Bà có kết quả chậm nhất"),
    Status.IN_PROGRESS: N_("Ông/Bà có kết quả chậm nhất"),
    Status.SUPPLEMENT_AWAITED: N_("Xin Ông/Bà bổ sung giấy tờ, chậm nhất"),
    Status.FEE_AWAITED: N_("Xin Ông/Bà nộp %(amount)s để kịp ngày hẹn"),
    Status.WITHDRAWN: N_("Ông/Bà đã rút hồ sơ này"),
    Status.STOPPED: N_("Chúng tôi đã dừng giải quyết"),
    Status.COMPLETED: N_("Kết quả đã có từ"),
    Status.HANDED_OVER: N_("Ông/Bà đã nhận kết quả"),
}
"""As its citizen reads it; and once the moment has passed."""
PAST_TO_CITIZEN: Mapping[Status, str] = {
    Status.RECEIVED: N_("Chúng tôi xin lỗi: kết quả đã hẹn cho"),
    Status.IN_PROGRESS: N_("Chúng tôi xin lỗi: kết quả đã hẹn cho"),
    Status.SUPPLEMENT_AWAITED: N_("Hạn bổ sung giấy tờ đã qua:"),
    Status.FEE_AWAITED: N_("Chúng tôi chờ Ông/Bà nộp %(amount)s. Ngày hẹn đã qua:"),
}

IN_LIST: Mapping[Status, str] = {
    Status.RECEIVED: N_("hẹn trả"),
    Status.IN_PROGRESS: N_("hẹn trả"),
    Status.SUPPLEMENT_AWAITED: N_("bổ sung chậm nhất"),
    Status.FEE_AWAITED: N_("hẹn trả"),
    Status.WITHDRAWN: N_("đã rút"),
    Status.STOPPED: N_("đã dừng"),
    Status.COMPLETED: N_("có kết quả từ"),
    Status.HANDED_OVER: N_("đã trả"),
}
"""In the line of a list, before the moment; and once that has passed."""
PAST_IN_LIST: Mapping[Status, str] = {Status.SUPPLEMENT_AWAITED: N_("đã hết hạn bổ sung")}


def top_of(dossier: Dossier, now: datetime, _: Words, *, citizen: bool = False) -> Top:
    """What the page says first, to officials or to the citizen."""
    status, at = Status(dossier.status), dossier.leads_to
    words, past = (TO_CITIZEN, PAST_TO_CITIZEN) if citizen else (AT_DESK, PAST_AT_DESK)
    said = past.get(status, words[status]) if now > at else words[status]
    return Top(_(said, amount=money(dossier.fee, _.language)) if dossier.fee else _(said), at, now > at)


def in_list(status: Status, leads_to: datetime, now: datetime, _: Words) -> str:
    """What a list says before the moment that a dossier leads to."""
    return _(PAST_IN_LIST.get(status, IN_LIST[status]) if now > leads_to else IN_LIST[status])


def may_come_until(moves: Moves, waited: Waited, calendar: Calendar, now: datetime) -> datetime:
    """Until when what is asked for now may come."""
    return promise(moves.patience(waited, now.astimezone(VN).date()), now, calendar).due_at


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
