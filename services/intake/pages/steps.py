"""The steps of a dossier as the desk's page asks for them: a form each, and what is wrong with it beside its fields."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from sqlmodel import Session

from services.intake import commands
from services.intake.models import (
    Assignment,
    Collected,
    Correction,
    FeeRequest,
    Moved,
    Payment,
    Postponement,
    Stop,
    Supplement,
    SupplementRequest,
)
from services.intake.pages import standing
from services.intake.pages.blanks import BASIS, CITE, DETAILS, PAPERS, REASON, Blank, read_blank
from services.intake.pages.doors import COUNTER, ROLES, SHAPES
from services.intake.pages.dossier import At, Opened, page_of
from services.intake.pages.papers import new_slip
from services.intake.pages.refusals import sentence
from services.intake.rules import HEADS, Step
from services.intake.settings import Policy
from services.intake.tables import Dossier
from shared.errors import Refused
from shared.tokens import Official
from shared.web.door import SignedInAs, once
from shared.web.forms import Form, read_form
from shared.web.language import N_, Words
from shared.web.pages import see_other
from shared.web.words import when

router = APIRouter(prefix="/counter/{dossier_id}")

Worker = Annotated[Official, SignedInAs(*ROLES["take_up"])]
Completer = Annotated[Official, SignedInAs(*ROLES["complete"])]
Giver = Annotated[Official, SignedInAs(*ROLES["hand_over"])]
Corrector = Annotated[Official, SignedInAs(*ROLES["correct"])]
Head = Annotated[Official, SignedInAs(*ROLES["reschedule"])]


BLANKS: Mapping[Step, Blank] = {
    "assign": Blank(Assignment, {"official_id": N_("người giải quyết")}, faults={"unknown_official": "official_id"}),
    "ask_supplement": Blank(
        SupplementRequest,
        {"papers": PAPERS, "reason_code": REASON, "details": DETAILS},
        lists=("papers",),
        faults={"unknown_paper": "papers"},
    ),
    "supplement": Blank(
        Supplement,
        {"papers": PAPERS},
        lists=("papers",),
        faults={"unknown_paper": "papers", "papers_missing": "papers"},
    ),
    "ask_fee": Blank(
        FeeRequest,
        {"amount": N_("số tiền"), "basis": BASIS},
        shapes={"basis": CITE},
        faults={"free_of_charge": "amount", "fee_not_published": "amount"},
    ),
    "pay_fee": Blank(Payment, {"paid_by": N_("cách nộp")}),
    "correct": Blank(
        Correction,
        {
            "full_name": N_("họ và tên"),
            "citizen_id": N_("số định danh"),
            "phone": N_("điện thoại"),
            "email": N_("thư điện tử"),
            "address": N_("địa chỉ"),
            "channel": N_("cách nộp hồ sơ"),
            "reason_code": REASON,
        },
        shapes=SHAPES,
        faults={"nothing_to_correct": "full_name"},
    ),
    "reschedule": Blank(
        Postponement,
        {"working_days": N_("số ngày làm việc"), "reason_code": REASON},
        faults={"not_later": "working_days"},
    ),
    "hand_over": Blank(
        Collected,
        {"handed_to": N_("ai nhận kết quả"), "full_name": N_("họ và tên"), "citizen_id": N_("số định danh")},
        shapes=SHAPES,
        faults={"representative_missing": "full_name"},
    ),
    "stop": Blank(
        Stop,
        {"reason_code": REASON, "basis": BASIS, "details": DETAILS},
        shapes={"basis": CITE},
        faults={"supplement_not_lapsed": "reason_code", "fee_not_lapsed": "reason_code"},
    ),
}


@router.post("/take-up")
async def take_up(at: At, who: Worker) -> Response:
    """From now on it is yours."""
    return await _step("take_up", at, who, commands.take_up)


@router.post("/assign")
async def assign(at: At, who: Head) -> Response:
    """Somebody else is to do the work."""
    return await _step("assign", at, who, commands.assign)


@router.post("/ask-supplement")
async def ask_supplement(at: At, who: Completer) -> Response:
    """All that is missing is asked for, once."""
    return await _step("ask_supplement", at, who, commands.ask_supplement, who.may(*HEADS))


@router.post("/supplement")
async def supplement(at: At, who: Giver) -> Response:
    """What was asked for is there."""
    return await _step("supplement", at, who, commands.supplement)


@router.post("/ask-fee")
async def ask_fee(at: At, who: Completer) -> Response:
    """A payment is asked for."""
    return await _step("ask_fee", at, who, commands.ask_fee, who.may(*HEADS))


@router.post("/pay-fee")
async def pay_fee(at: At, who: Giver) -> Response:
    """What was asked for was paid."""
    return await _step("pay_fee", at, who, commands.pay_fee)


@router.post("/correct")
async def correct(at: At, who: Corrector) -> Response:
    """What was written down wrong is put right."""
    return await _step("correct", at, who, commands.correct)


@router.post("/complete")
async def complete(at: At, who: Completer) -> Response:
    """The result is ready."""
    return await _step("complete", at, who, commands.complete, who.may(*HEADS))


@router.post("/reschedule")
async def reschedule(at: At, who: Head) -> Response:
    """Apologise and give a new date."""
    return await _step("reschedule", at, who, commands.reschedule)


@router.post("/hand-over")
async def hand_over(at: At, who: Giver) -> Response:
    """The citizen gets the result and the slip, whose code is shown here and never again: only they should rate."""
    return await _step("hand_over", at, who, _hand_over, ends=True)


def _hand_over(
    session: Session, dossier_id: str, typed: Collected, official: str, policy: Policy, at: datetime
) -> Moved:
    """As the form asks who takes it."""
    return commands.hand_over(session, dossier_id, typed.as_asked(), official, policy, at)


@router.post("/withdraw")
async def withdraw(at: At, who: Giver) -> Response:
    """The citizen takes the dossier back, and gets a slip as well."""
    return await _step("withdraw", at, who, commands.withdraw, ends=True)


@router.post("/stop")
async def stop(at: At, who: Head) -> Response:
    """The work ends without a result, with the reason and the act; and a slip."""
    return await _step("stop", at, who, commands.stop, ends=True)


async def _step(
    step: Step, at: Opened, who: Official, command: Callable[..., Moved], *more: bool, ends: bool = False
) -> Response:
    """Take a step once for its form; then the dossier as it is now, or the slip for whoever brought it."""
    form, _ = await read_form(at.request), at.web.words(at.request)
    body, errors = read_blank(BLANKS.get(step), step, form, _)
    if errors:
        return await page_of(at, who, form=form.refused(errors), tried=step, status=422)
    try:
        args = (at.dossier_id, *body, who.id, *more, at.policy, at.service.clock.now())
        await once(at.service, at.request, form, who.id, Moved, command, *args)
    except Refused as no:
        return await _refused(no, step, form, at, who)
    if ends:
        return await new_slip(at.dossier_id, at.request, at.web, at.service, who)
    return see_other(f"{COUNTER}/{at.dossier_id}")


async def _refused(no: Refused, step: Step, form: Form, at: Opened, who: Official) -> Response:
    """The dossier as it is now, what was typed, and why what was asked could not be done."""
    if no.status == 404:
        raise no
    _, asked = at.web.words(at.request), BLANKS.get(step)
    said = await _sentence(no, at, _)
    if asked and no.code in asked.faults:
        form = form.refused({f"{step}-{asked.faults[no.code]}": said})
        return await page_of(at, who, form=form, tried=step, status=no.status)
    return await page_of(at, who, form=form, tried=step, note=said, status=no.status)


async def _sentence(no: Refused, at: Opened, _: Words) -> str:
    """Why, and what to do, with what this dossier is about."""
    match no.code, no.more:
        case "papers_missing", {"missing": list(missing)}:
            names = ", ".join(await at.service.db.read(_names, at, missing, _))
            return _("Còn thiếu: %(papers)s. Chỉ ghi nhận khi đã đủ mọi giấy tờ được yêu cầu.", papers=names)
        case "supplement_not_lapsed", {"supplement_by": str(until)}:
            day = when(datetime.fromisoformat(until), _.language)
            return _("Người dân còn thời hạn bổ sung đến %(until)s. Hãy chờ, hoặc chọn lý do khác.", until=day)
        case "unknown_paper", _more:
            return _("Danh mục giấy tờ đã thay đổi. Hãy đánh dấu lại.")
    return sentence(no, _)


def _names(session: Session, at: Opened, papers: Collection[str], _: Words) -> list[str]:
    dossier = session.get_one(Dossier, at.dossier_id)
    return standing.names_of(standing.version_of(at.policy.catalogue, dossier), papers, _.language)
