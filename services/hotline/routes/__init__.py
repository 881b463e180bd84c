"""Hotline's API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.hotline import commands
from services.hotline.commands import ladder
from services.hotline.commands.triaging import triage as triage_report
from services.hotline.models import (
    Attributed,
    Attribution,
    ComplaintText,
    ComplaintView,
    Moved,
    NewComplaint,
    PublicStatus,
    Purpose,
    Receipt,
    Triage,
    Verification,
)
from services.hotline.routes.views import view_of, views
from services.hotline.rules.life import DESK, HANDS
from services.hotline.settings import Policy
from shared.doors import PROBLEMS, Asked, Door, Limited, Needs, RateLimit, Signed, allowed, asked, policy_of
from shared.errors import Refused, found
from shared.texts import Code
from shared.tokens import Official

router = APIRouter(responses=PROBLEMS)
_public = RateLimit("60/minute")


async def teller_of(request: Request, who: Signed) -> Official | None:
    """Who is signed in, or nobody: then the address may only ask so often. Raises Refused."""
    if who is None:
        await _public(request)
    return who


Rules = Annotated[Policy, Depends(policy_of)]
Once = Annotated[Asked[Policy], Depends(asked)]
Teller = Annotated[Official | None, Depends(teller_of)]
Operator = Annotated[Official, Needs("operator")]
Attributer = Annotated[Official, Needs("operator", "leader")]
Leader = Annotated[Official, Needs("leader")]
Desk = Annotated[Official, Needs(*DESK)]
Seer = Annotated[Official, Needs(*HANDS)]
"""An officer sees what is in their hands."""


@router.post("/complaints", status_code=201, response_model=Receipt)
async def file(body: NewComplaint, who: Teller, once: Once) -> Response:
    """Report something: by anybody on the web, or by an operator for somebody on the phone."""
    operator = operator_of(body.channel, who, once.policy)
    return await once(commands.file_complaint, body, operator, once.policy, once.now())


@router.get("/complaints")
async def complaints(
    service: Door, policy: Rules, who: Seer, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[ComplaintView]:
    """The reports, unanswered ones first, the one with the most of its clock used up on top, and of equals the one that
    nobody has. Nobody sees those attributed to themselves; an officer sees those in their hands."""
    own_unit(who, policy)
    return await service.db.read(views, who.id, who.may(*DESK), policy.rulebook, service.clock.now(), limit)


@router.get("/complaints/{complaint_id}")
async def complaint(complaint_id: Code, service: Door, policy: Rules, who: Seer) -> ComplaintView:
    """A report, without its text and its reporter."""
    own_unit(who, policy)
    now = service.clock.now()
    return await service.db.read(view_of, complaint_id, who.id, who.may(*DESK), policy.rulebook, now)


@router.get("/complaints/{complaint_id}/text")
async def text(
    complaint_id: Code,
    service: Door,
    policy: Rules,
    who: Seer,
    purpose: Annotated[Purpose, Query(description="What it is read for: recorded.")],
) -> ComplaintText:
    """What was written. The reading is recorded with its purpose."""
    own_unit(who, policy)
    now = service.clock.now()
    return await service.db.write(commands.read_text, complaint_id, purpose, who.id, now, who.may(*DESK))


@router.get("/complaints/{complaint_id}/attribution")
async def attribution(complaint_id: Code, service: Door, policy: Rules, who: Leader) -> Attributed:
    """Whom a report is about, for the leader who verifies it. The reading is recorded."""
    own_unit(who, policy)
    return await service.db.write(commands.read_attribution, complaint_id, who.id, service.clock.now())


@router.post("/complaints/{complaint_id}/triage", status_code=201, response_model=Moved)
async def triage(complaint_id: Code, body: Triage, who: Operator, once: Once) -> Response:
    """Say what a report is; again, as long as it has no answer."""
    return await once(triage_report, complaint_id, body, who.id, own_unit(who, once.policy), once.now())


@router.post("/complaints/{complaint_id}/attribute", status_code=201, response_model=Moved)
async def attribute(complaint_id: Code, body: Attribution, who: Attributer, once: Once) -> Response:
    """Say whose conduct a report is about: never one's own, one's superior's or a relative's."""
    own = own_unit(who, once.policy)
    try:
        return await once.guarded(commands.attribute, complaint_id, body, who.id, own, once.now())
    except Refused as no:
        if no.code == "conflict_of_interest":  # kept for somebody without a stake
            await once.service.db.write(ladder.defer_attribution, complaint_id, body, who.id, own, once.now())
        raise


@router.post("/complaints/{complaint_id}/verify", status_code=201, response_model=Moved)
async def verify(complaint_id: Code, body: Verification, who: Leader, once: Once) -> Response:
    """Say what the check of a report about conduct found; again, when it turns out otherwise. Never of a call one took
    oneself, nor of a report one attributed."""
    return await once(commands.verify, complaint_id, body, who.id, own_unit(who, once.policy), once.now())


@router.get("/status/{number}", dependencies=[Limited("30/minute")])
async def status(
    number: Code,
    service: Door,
    policy: Rules,
    code: Annotated[str | None, Query(min_length=1, max_length=40, description="The receipt code.")] = None,
) -> PublicStatus:
    """Where a report is: public, nothing personal. With the receipt code its answer too; reading it is recorded."""
    return await service.db.write(commands.public_status, number, code, policy, service.clock.now())


def operator_of(channel: str, who: Official | None, policy: Policy) -> str | None:
    """Who writes a call down; none on the web. Raises Refused `not_signed_in` (401), `role_missing` (403)."""
    if channel == "web":
        return None
    if who is None:
        raise Refused("not_signed_in", "A call is written down by an operator: sign in.", status=401)
    own_unit(allowed(who, "operator"), policy, "desk")
    return who.id


def own_unit(who: Official, policy: Policy, what: str = "complaint") -> Policy:
    """The policy, for an official of this unit. Raises Refused `complaint_not_found` (404) for one of another."""
    return found(policy, what, same_unit=who.unit == policy.unit)
