"""Tell the next rung of a danger that nobody acknowledges; and keep whom somebody meant who may not say it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from services.hotline.commands import decide_on, keep, law_of, reading
from services.hotline.commands.merging import NOBODY
from services.hotline.commands.shifts import shift_now
from services.hotline.models import Attribution
from services.hotline.rules import conduct
from services.hotline.rules import ladder as rules
from services.hotline.settings import Policy
from services.hotline.tables import Escalation, everybody
from shared.record import record
from shared.texts import new_ref

TOLD = "told"
"""The private field that names who is told of what concerns an official."""


def escalate(session: Session, complaint_id: str, policy: Policy, now: datetime) -> bool:
    """Tell whose turn it is; false when somebody acknowledged it, or was told, meanwhile."""
    _, case = decide_on(session, complaint_id, NOBODY)
    running = rules.unacknowledged(case)
    key = running and (complaint_id, running.code, running.nth)
    last = session.get(Escalation, key) if key else None
    clock = rules.silent(case, last.next_at if last else None, now)
    if clock is None:
        return False
    times = last.times + 1 if last else 1
    told = rules.whom(case, everybody(session), shift_now(session, policy).held_by, times)
    ref = new_ref("tld") if case.accused else None
    rule, calendar = rules.ladder_rule(policy.ladders, now), law_of(session, policy).calendar
    event = rules.escalate(rule, calendar, case, clock, times=times, told=told, told_ref=ref, now=now)
    if ref:
        keep(session, ref, {TOLD: " ".join(told)}, policy, now)
    record(session, event, at=now)
    return True


def whose_turn(
    session: Session, complaint_id: str, rung: int, purpose: str, reader: str, now: datetime, policy: Policy
) -> dict[str, str]:
    """Who is on a rung now, from 1, of a report that concerns an official, for a service that tells them; reading whom
    it concerns is recorded. Empty where it concerns nobody, and where nobody is left."""
    complaint, case = decide_on(session, complaint_id, NOBODY)
    if case.accused is None or complaint.concerns_ref is None:
        return {}
    record(session, reading(complaint.concerns_ref, ["official_id"], purpose, reader), at=now)
    told = rules.whom(case, everybody(session), shift_now(session, policy).held_by, rung)
    return {TOLD: " ".join(told)} if told else {}


def defer_attribution(
    session: Session, complaint_id: str, body: Attribution, official: str, policy: Policy, now: datetime
) -> None:
    """Keep whom an official meant who may not say it, in the private table alone: the first who was meant, until
    somebody without a stake says whom it is about. Raises Refused."""
    complaint, case = decide_on(session, complaint_id, official)
    if complaint.concerns_ref is not None:
        return
    ref = new_ref("att")
    event = conduct.defer(case, meant=body.official_id, people=everybody(session), meant_ref=ref, now=now)
    keep(session, ref, body.model_dump() | {"meant_by": official}, policy, now)
    record(session, event, at=now)
