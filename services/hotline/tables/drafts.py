"""Calls that are being typed: rows of `private`, of no event: a field for each form of each operator."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from shared.mechanism import next_number, private

DRAFT = "draft"
"""What such a row is kept for."""
DRAFTS = "drafts"
"""The reference under which all of them lie: few rows, found by the key of the table on every database."""
RECORDED = "-"
"""What stands in the row of a call that was recorded since: a word that comes late is not kept again."""
LONGEST_KEY = 22
"""Characters of the key of a form, as our pages make it."""


def lock_drafts(session: Session) -> None:
    """Until the transaction ends nobody else keeps a draft or records a call of one."""
    next_number(session.connection(), DRAFTS)


def draft_field(official: str, key: str) -> str:
    """In which field the form of this key lies: the digest of its operator, then the key; 40 characters at most."""
    return f"{hashlib.sha256(official.encode()).hexdigest()[:17]}.{key}"


def drafts_kept(session: Session, official: str, now: datetime) -> Sequence[tuple[str, str]]:
    """The calls (key of the form, what is kept of it) of one operator, the recorded ones too, the last on top."""
    mine, start = private.c.kept_until > now, draft_field(official, "")
    query = sa.select(private.c.field, private.c.value).where(private.c.ref == DRAFTS, mine)
    rows = session.connection().execute(query.order_by(private.c.kept_until.desc()))
    return [(row.field.removeprefix(start), row.value) for row in rows if row.field.startswith(start)]


def forget_drafts(session: Session, official: str, keys: Sequence[str]) -> None:
    """Remove these of one operator."""
    fields = [draft_field(official, key) for key in keys]
    session.connection().execute(private.delete().where(private.c.ref == DRAFTS, private.c.field.in_(fields)))


def drafts_over(session: Session, now: datetime) -> bool:
    """Whether one is kept longer than a shift."""
    query = sa.select(private.c.field).where(private.c.ref == DRAFTS, private.c.kept_until <= now).limit(1)
    return session.connection().execute(query).first() is not None


def forget_over(session: Session, now: datetime) -> None:
    """Remove those that were kept for a shift."""
    session.connection().execute(private.delete().where(private.c.ref == DRAFTS, private.c.kept_until <= now))
