"""Notices: intended, then sent, suppressed or failed, always one of them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.notifier.tables.base import Table
from shared.mechanism import Instant


class Notice(Table, table=True):
    """What somebody was to be told, and what became of it. Never an address, never a text."""

    notice_id: str = Field(primary_key=True, max_length=64)
    purpose: str = Field(max_length=32)
    recipient_kind: str = Field(max_length=16)
    recipient: str = Field(max_length=64)
    owner: str = Field(max_length=16)
    case_id: str = Field(max_length=64, index=True)
    case_number: str = Field(max_length=40)
    about_due_at: datetime | None = Field(None, sa_type=Instant)
    rung: int | None = None
    step: str | None = Field(None, max_length=16)
    due_at: datetime = Field(sa_type=Instant, index=True)
    state: str = Field("intended", max_length=16)
    means: str | None = Field(None, max_length=16)
    reason: str | None = Field(None, max_length=40)
    attempts: int = 0
    ended_at: datetime | None = Field(None, sa_type=Instant)


def newest_notices(session: Session, limit: int = 100) -> list[Notice]:
    """The notices intended last, newest first. Those of a flag are seen with the flag alone, and those about what
    concerns an official, whom they would lead to, nowhere."""
    shown = select(Notice).where(Notice.purpose != "flag", ~_sealed())
    query = shown.order_by(col(Notice.due_at).desc()).limit(limit)
    return list(session.exec(query))


def notices_by_state(session: Session) -> dict[str, int]:
    """How many notices are in each state, without those about what concerns an official."""
    query = sa.select(col(Notice.state), sa.func.count()).where(~_sealed()).group_by(col(Notice.state))
    return {str(state): int(count) for state, count in session.connection().execute(query)}


def _sealed() -> sa.ColumnElement[bool]:
    """A notice to an official whom hotline alone names."""
    return sa.and_(col(Notice.recipient_kind) == "official", col(Notice.owner) == "hotline")
