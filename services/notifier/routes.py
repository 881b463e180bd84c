"""Notifier's API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session

from services.notifier.commands import flags, reading
from services.notifier.models import (
    Decision,
    Explanation,
    Figures,
    FlagMoved,
    FlagRead,
    FlagView,
    FollowUpView,
    NoticeView,
    Review,
)
from services.notifier.settings import Policy
from services.notifier.tables.follow_ups import State, figures
from services.notifier.tables.notices import newest_notices, notices_by_state
from shared.doors import PROBLEMS, Asked, Door, Needs, asked, policy_of
from shared.errors import found
from shared.texts import Code
from shared.tokens import Official

router = APIRouter(responses=PROBLEMS)


Rules = Annotated[Policy, Depends(policy_of)]
Once = Annotated[Asked[Policy], Depends(asked)]
Anyone = Annotated[Official, Needs()]
Head = Annotated[Official, Needs("head", "leader")]
Leader = Annotated[Official, Needs("leader")]


@router.get("/follow-ups")
async def listed(
    service: Door, policy: Rules, who: Anyone, state: Annotated[State, Query(description="Which.")] = "open"
) -> list[FollowUpView]:
    """Promises that are watched, the nearest date first: all for heads and leaders, for others their own."""
    own_unit(who, policy, "follow_up")
    return await service.db.read(reading.follow_ups_seen_by, who, state, service.clock.now())


@router.get("/notices")
async def notices(service: Door, policy: Rules, who: Head) -> list[NoticeView]:
    """The notices intended last (100) and what became of them; nothing personal."""
    own_unit(who, policy, "notice")
    return await service.db.read(_notices)


@router.get("/figures")
async def counted(service: Door, policy: Rules, who: Anyone) -> Figures:
    """How many promises are open, due today, overdue and kept; how many notices in each state."""
    own_unit(who, policy, "figure")
    return await service.db.read(_figures, service.clock.now())


@router.get("/flags")
async def flags_seen(service: Door, policy: Rules, who: Leader) -> list[FlagView]:
    """Matters to clarify, newest first, without those that concern you, your relatives or whoever heads you."""
    own_unit(who, policy)
    return await service.db.read(reading.flags_for, who.id)


@router.get("/flags/mine")
async def own(service: Door, policy: Rules, who: Anyone) -> list[FlagRead]:
    """Your own flags, from the moment you were informed: what each report is about, when it was checked and what was
    found; never who reported nor which reports, which are counted 1, 2, …. Reading the texts is recorded."""
    own_unit(who, policy)
    return await service.db.write(reading.own_flags, who.id, service.clock.now())


@router.get("/flags/{flag_id}")
async def flag(flag_id: Code, service: Door, policy: Rules, who: Anyone) -> FlagRead:
    """A flag with its texts: your own, once you were informed, with its reports counted 1, 2, …; or as a leader who is
    not concerned. Reading the texts is recorded."""
    own_unit(who, policy)
    return await service.db.write(reading.read_flag, flag_id, who.id, who.may("leader"), service.clock.now())


@router.post("/flags/{flag_id}/review", status_code=201, response_model=FlagMoved)
async def review(flag_id: Code, body: Review, who: Leader, once: Once) -> Response:
    """Look at the facts: is the official to be asked?"""
    return await once(flags.review, flag_id, body, who.id, own_unit(who, once.policy), once.now())


@router.post("/flags/{flag_id}/inform", status_code=201, response_model=FlagMoved)
async def inform(flag_id: Code, who: Leader, once: Once) -> Response:
    """Tell the official what is said; from now on they have five working days to explain."""
    return await once(flags.inform, flag_id, who.id, own_unit(who, once.policy), once.now())


@router.post("/flags/{flag_id}/explain", status_code=201, response_model=FlagMoved)
async def explain(flag_id: Code, body: Explanation, who: Anyone, once: Once) -> Response:
    """Explain, as the official concerned."""
    return await once(flags.explain, flag_id, body, who.id, own_unit(who, once.policy), once.now())


@router.post("/flags/{flag_id}/decide", status_code=201, response_model=FlagMoved)
async def decide(flag_id: Code, body: Decision, who: Leader, once: Once) -> Response:
    """Decide after an explanation or a lapsed window: unfounded, coaching, or referred to the council."""
    return await once(flags.decide, flag_id, body, who.id, own_unit(who, once.policy), once.now())


def own_unit(who: Official, policy: Policy, what: str = "flag") -> Policy:
    """The policy, for an official of this unit. Raises Refused `<what>_not_found` (404) for one of another."""
    return found(policy, what, same_unit=who.unit == policy.unit)


def _notices(session: Session) -> list[NoticeView]:
    return [NoticeView.model_validate(row) for row in newest_notices(session)]


def _figures(session: Session, now: datetime) -> Figures:
    return Figures(**figures(session, now), notices=notices_by_state(session))
