"""The register of officials, and signing one's own pledge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from sqlmodel import Session

from services.personnel import commands, rules
from services.personnel.models import Coverage, PledgeToSign
from services.personnel.pages.sign_in import HOME, Rules
from services.personnel.rulebook import PledgeText
from services.personnel.settings import Policy
from services.personnel.tables import Department, Member, Pledge, departments, members, pledges_of
from shared.doors import Door, Limited
from shared.errors import Refused
from shared.service import Service
from shared.tokens import Official
from shared.web.door import SignedInAs, Web
from shared.web.forms import Form, blank, field_errors, read_form
from shared.web.language import N_
from shared.web.pages import Pages, see_other
from shared.worktime import VN

router = APIRouter()
AtTheDesk = Annotated[Official, SignedInAs()]
LABELS = {"witness": N_("người làm chứng")}
WITNESS = {
    "unknown_witness": N_("Hãy chọn người làm chứng trong danh sách của xã."),
    "witness_is_signer": N_("Không ai tự làm chứng cho mình: hãy chọn người khác."),
    "witness_is_relative": N_("Người thân không làm chứng được: hãy chọn người khác."),
}


@dataclass(frozen=True)
class View:
    """What the page shows to one official."""

    year: int
    text: PledgeText
    coverage: Coverage
    rooms: list[tuple[Department, list[Member]]]
    signed: dict[str, Pledge]
    me: Member | None
    witnesses: list[tuple[str, str]]


@router.get("/")
async def register(request: Request, web: Web, service: Door, policy: Rules, who: AtTheDesk) -> Response:
    """Departments, officials, who signed this year's pledge, and a form to sign one's own."""
    return await _page(request, web, service, policy, who, blank())


@router.post("/pledge", dependencies=[Limited("30/minute")])
async def sign(request: Request, web: Web, service: Door, policy: Rules, who: AtTheDesk) -> Response:
    """Sign one's own pledge; a second click finds it signed and shows it."""
    form, words = await read_form(request), web.words(request)
    asked = {"official_id": who.id} | {name: form[name] for name in ("year", "witness", "text_version") if form[name]}
    try:
        body = PledgeToSign.model_validate(asked)
        await service.db.write(commands.sign_pledge, body, who.id, policy, service.clock.now())
    except ValidationError as error:
        wrong = field_errors(error, words, LABELS)
        return await _page(request, web, service, policy, who, form.refused(wrong), status=422)
    except Refused as no:
        if no.code in WITNESS:
            wrong = {"witness": words(WITNESS[no.code])}
            return await _page(request, web, service, policy, who, form.refused(wrong), status=422)
        if no.code != "already_signed":
            raise
    return see_other(HOME)


async def _page(
    request: Request, web: Pages, service: Service, policy: Policy, who: Official, form: Form, status: int = 200
) -> Response:
    view = await service.db.read(_view, who.id, policy, service.clock.now())
    return web.render(request, "officials.html", status=status, form=form, **vars(view))


def _view(session: Session, official: str, policy: Policy, now: datetime) -> View:
    today = now.astimezone(VN).date()
    everybody, rooms = members(session), departments(session)
    me = next((row for row in everybody if row.official_id == official), None)
    return View(
        year=today.year,
        text=rules.text_in_force(policy.pledges, today),
        coverage=commands.pledge_coverage(session, today.year, policy, now),
        rooms=[(room, [row for row in everybody if row.department_id == room.department_id]) for room in rooms],
        signed={row.official_id: row for row in pledges_of(session, today.year)},
        me=me,
        witnesses=[(row.official_id, f"{row.name}, {row.post}") for row in everybody if me and _may_witness(me, row)],
    )


def _may_witness(me: Member, row: Member) -> bool:
    try:
        rules.check_witness(me.colleague(), row.colleague())
    except Refused:
        return False
    return True
