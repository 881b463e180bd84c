"""Notices that are still to leave: side effects, which no replay makes or repeats."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, Session, col, select

from services.notifier.tables.base import SideEffect
from shared.mechanism import Instant


class Delivery(SideEffect, table=True):
    """A notice on its way; the row goes when its outcome is a fact. Its id is the key under which it leaves."""

    notice_id: str = Field(primary_key=True, max_length=64)
    due_at: datetime = Field(sa_type=Instant)
    attempts: int = 0
    last_error: str | None = Field(None, max_length=40)
    next_try: datetime = Field(sa_type=Instant, index=True)


def next_delivery(session: Session, now: datetime) -> str | None:
    """The delivery that has waited longest for its time, by id."""
    query = select(Delivery.notice_id).where(col(Delivery.next_try) <= now).order_by(col(Delivery.next_try))
    return session.exec(query.limit(1)).first()


def delivery_for_decision(session: Session, notice_id: str) -> Delivery | None:
    """A delivery, locked until the transaction ends."""
    return session.get(Delivery, notice_id, with_for_update=True)
