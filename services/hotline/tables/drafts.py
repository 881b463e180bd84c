"""Calls that are being typed: rows of `private`, under a reference for each operator, and of no event."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from shared.mechanism import next_number, private

DRAFT = "draft"
"""What such a row is kept for."""
RECORDED = "-"
"""What stands in the row of a call that was recorded since: a word that comes late is not kept again."""


def draft_ref(official: str) -> str:
    """Under which reference the calls of one operator lie."""
    return f"drf_{hashlib.sha256(official.encode()).hexdigest()[:40]}"


def lock_drafts(session: Session) -> None:
    """Until the transaction ends nobody else keeps a draft or records a call of one."""
    next_number(session.connection(), "drafts")


def drafts_kept(session: Session, official: str, now: datetime) -> Sequence[tuple[str, str]]:
    """The calls (key of the form, what is kept of it) of one operator, the recorded ones among them."""
    mine = (private.c.ref == draft_ref(official), private.c.kept_until > now)
    query = sa.select(private.c.field, private.c.value).where(*mine).order_by(private.c.kept_until.desc())
    return [(row.field, row.value) for row in session.connection().execute(query)]


def forget_drafts(session: Session, official: str, keys: Sequence[str]) -> None:
    """Remove these of one operator."""
    mine = (private.c.ref == draft_ref(official), private.c.field.in_(keys))
    session.connection().execute(private.delete().where(*mine))


def drafts_over(session: Session, now: datetime) -> bool:
    """Whether one is kept longer than a shift. Reads all of `private`: seldom."""
    query = sa.select(private.c.ref).where(*_over(now)).limit(1)
    return session.connection().execute(query).first() is not None


def forget_over(session: Session, now: datetime) -> None:
    """Remove those that were kept for a shift."""
    session.connection().execute(private.delete().where(*_over(now)))


def _over(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return private.c.ref >= "drf_", private.c.ref < "drf`", private.c.purpose == DRAFT, private.c.kept_until <= now
