"""A filing online is written down at the desk, as the portal has it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from fastapi import APIRouter, Request, Response

from services.intake import commands
from services.intake.models import Applicant, Asked, FilingMoved, NewFiling
from services.intake.models.filings import PortalNumber
from services.intake.pages import procedures, view
from services.intake.pages.blanks import card_number, faults_of
from services.intake.pages.doors import SHAPES, Clerk, Rules, desk_page
from services.intake.pages.filed import A_NUMBER, FILINGS
from services.intake.pages.refusals import sentence
from services.intake.rulebook import Procedure
from services.intake.settings import Policy
from shared.doors import Door
from shared.errors import Refused
from shared.service import Service
from shared.texts import Code
from shared.web.door import Web, once
from shared.web.forms import Form, blank, read_form
from shared.web.language import N_, Words
from shared.web.moments import clock_of, typed_day
from shared.web.pages import Pages, see_other
from shared.web.words import plain_day
from shared.worktime import VN

router = APIRouter(prefix="/counter/filings")

LABELS = {
    "portal_number": N_("mã trên cổng"),
    "filed_day": N_("ngày người dân nộp"),
    "filed_clock": N_("giờ người dân nộp"),
    "procedure": N_("thủ tục"),
    "citizen_id": N_("số định danh"),
    "full_name": N_("họ và tên"),
    "phone": N_("điện thoại"),
    "email": N_("thư điện tử"),
    "address": N_("địa chỉ"),
}
FAULTS = {
    "filing_known": "portal_number",
    "not_in_the_past": "filed_day",
    "too_long_ago": "filed_day",
    "date_out_of_range": "filed_day",
}
"""The field that a refusal is about, by its code; the others are about the procedure."""


@router.get("/new")
async def new(request: Request, web: Web, service: Door, policy: Rules, _who: Clerk) -> Response:
    """What came at the portal is written down."""
    return _form(request, web, service, policy, blank())


@router.post("")
async def register(request: Request, web: Web, service: Door, policy: Rules, who: Clerk) -> Response:
    """Register it, once for its form; then the page of the filing."""
    form, _ = await read_form(request), web.words(request)
    body, errors = _read(form, service, policy, _)
    if body is None:
        return _form(request, web, service, policy, form.refused(errors), 422)
    try:
        call = (commands.register_filing, body, who.id, policy, service.clock.now())
        moved = await once(service, request, form, who.id, FilingMoved, *call)
    except Refused as no:
        said = {FAULTS.get(no.code, "procedure"): sentence(no, _)}
        return _form(request, web, service, policy, form.refused(said), no.status)
    return see_other(f"{FILINGS}/{moved.filing_id}")


def _form(request: Request, web: Pages, service: Service, policy: Policy, form: Form, status: int = 200) -> Response:
    now, _ = service.clock.now(), web.words(request)
    day = now.astimezone(VN).date()
    return desk_page(
        web,
        request,
        "filing_new.html",
        status=status,
        form=form,
        such={"number": A_NUMBER, "day": plain_day(now), "clock": f"{now.astimezone(VN):%H:%M}"},
        choices=[procedures.label_of(each, _.language) for each in _online(policy, now)],
        look=view.limit_words(policy.moves.patience("look", day), _),
        answer=view.limit_words(policy.moves.patience("answer", day), _),
    )


def _online(policy: Policy, now: datetime) -> list[Procedure]:
    """The procedures that are filed online."""
    known = procedures.in_force(policy.catalogue, now)
    return [each for each in known if "online" in each.channels and not each.restricted]


def _read(form: Form, service: Service, policy: Policy, _: Words) -> tuple[NewFiling | None, dict[str, str]]:
    """What was typed as a filing, or everything that is wrong with it at once."""
    typed = form.data()
    about: dict[str, Any] = {name: typed[name] for name in ("full_name", "phone", "email", "address") if name in typed}
    if "citizen_id" in typed:
        about["citizen_id"] = card_number(typed["citizen_id"])
    procedure = procedures.chosen(_online(policy, service.clock.now()), typed.get("procedure", ""))
    given: dict[str, Any] = {"applicant": about}
    if "portal_number" in typed:
        given["portal_number"] = "".join(typed["portal_number"].split()).upper()
    if procedure is not None:
        given["procedure"] = procedure.code
    if "filed_day" in typed:
        given["filed_day"] = typed_day(typed["filed_day"])
    if "filed_clock" in typed:
        given["filed_clock"] = clock_of(typed["filed_clock"])
    shapes = SHAPES | {
        "portal_number": N_("Mã trên cổng có dạng G22.99.01-260605-000123."),
        "procedure": N_("Chưa rõ là thủ tục nào nộp được trực tuyến. Hãy gõ mã, hoặc thêm vài chữ trong tên."),
        "filed_day": N_("Hãy ghi ngày rồi tháng và năm, như trên cổng: 05/06/2026."),
        "filed_clock": N_("Hãy ghi giờ và phút, như trên cổng: 14:30."),
    }
    wrong = faults_of(Applicant, about, LABELS, _) | faults_of(Typed, given, LABELS, _)
    wrong |= {name: _(shapes[name]) for name in wrong if name in shapes and form[name]}
    if wrong:
        return None, {name: wrong[name] for name in LABELS if name in wrong}
    day, clock = given.pop("filed_day"), given.pop("filed_clock")
    return NewFiling(**given, filed_at=datetime.combine(day, clock, VN)), {}


class Typed(Asked):
    """A filing as its form has it: day and clock by themselves, so that nobody reads a month as a day."""

    portal_number: PortalNumber
    filed_day: date
    filed_clock: time
    procedure: Code
    applicant: dict[str, str]
