"""A call as it is typed: kept for whoever types it, and gone once it is recorded. No event or log line tells of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from services.hotline.commands.files import file_with
from services.hotline.models import NewComplaint
from services.hotline.models.drafts import Draft
from services.hotline.models.files import NewFile, ReceiptWithFiles
from services.hotline.rulebook.drafts import DraftRule
from services.hotline.settings import Policy
from services.hotline.tables.drafts import (
    DRAFT,
    DRAFTS,
    LONGEST_KEY,
    RECORDED,
    draft_field,
    drafts_kept,
    forget_drafts,
    forget_over,
    lock_drafts,
)
from shared import private
from shared.worktime import VN

FIELDS = ("text", "place", "who", "full_name", "phone", "email", "dossier_number")
"""What is kept of the form of a call."""


def keep_draft(
    session: Session, official: str, key: str, typed: Mapping[str, str], policy: Policy, now: datetime
) -> None:
    """Keep what was typed so far; with nothing typed, forget it. Kept for a shift from now on, unless the call was
    recorded meanwhile. Whoever types more calls than the row of the day allows loses the oldest."""
    rule = _rule(policy, now)
    if rule is None or len(key) > LONGEST_KEY:
        return
    lock_drafts(session)
    kept = dict(drafts_kept(session, official, now))
    if kept.get(key) == RECORDED:
        return
    said = {name: typed[name] for name in FIELDS if typed.get(name)}
    if not said.keys() - {"who"}:
        forget_drafts(session, official, [key])
        return
    value = json.dumps({"typed_at": now.astimezone(VN).isoformat(), "typed": said}, ensure_ascii=False)
    _put(session, official, key, value, rule, now)
    others = [each for each, what in kept.items() if each != key and what != RECORDED]
    forget_drafts(session, official, others[rule.most - 1 :])


def drafts_of(session: Session, official: str, now: datetime) -> list[Draft]:
    """What this operator typed and did not record, the last on top. They wrote it: no reading is recorded."""
    kept = drafts_kept(session, official, now)
    return [Draft(key=key, **json.loads(value)) for key, value in kept if value != RECORDED]


def discard_draft(session: Session, official: str, key: str) -> None:
    """They need it no more."""
    lock_drafts(session)
    forget_drafts(session, official, [key])


def record_call(
    session: Session,
    body: NewComplaint,
    files: Sequence[NewFile],
    operator: str,
    key: str,
    policy: Policy,
    now: datetime,
) -> ReceiptWithFiles:
    """As `file_with`: what was kept of the form of this key is gone in the same commit. Raises Refused."""
    lock_drafts(session)
    receipt = file_with(session, body, files, operator, policy, now)
    rule = _rule(policy, now)
    if rule is not None and len(key) <= LONGEST_KEY:
        _put(session, operator, key, RECORDED, rule, now)
    return receipt


def erase_drafts(session: Session, now: datetime) -> bool:
    """Those that were kept for a shift are gone."""
    lock_drafts(session)
    forget_over(session, now)
    return True


def _put(session: Session, official: str, key: str, value: str, rule: DraftRule, now: datetime) -> None:
    until = now + timedelta(hours=rule.keep_hours)
    private.put_right(session, DRAFTS, {draft_field(official, key): value}, purpose=DRAFT, until=until)


def _rule(policy: Policy, now: datetime) -> DraftRule | None:
    return policy.drafts.on(now.astimezone(VN).date())
