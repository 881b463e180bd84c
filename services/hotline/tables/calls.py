"""Calls that nobody took, and the questions asked of them. Whose they were lies in `private` alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.hotline.rules.calls import CallStatus, Missed
from services.hotline.tables.base import Table
from shared.mechanism import Instant


class MissedCall(Table, table=True):
    """A call that nobody took: until when they are called back, how often that was tried, and what came of it."""

    __table_args__ = (sa.Index("ix_missedcall_status_call_back_by", "status", "call_back_by"),)

    call_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    number_ref: str | None = Field(default=None, max_length=64)
    missed_at: datetime = Field(sa_type=Instant)
    noted_by: str = Field(max_length=64)
    status: str = Field(max_length=16)
    attempts: int = 0
    counted_from: datetime = Field(sa_type=Instant)
    """When the clock that runs began: the call, or the last try."""
    call_back_by: datetime | None = Field(default=None, sa_type=Instant)
    call_back_arithmetic: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    closed_by: str | None = Field(default=None, max_length=64)
    complaint_id: str | None = Field(default=None, max_length=64)
    event_id: str = Field(max_length=36)
    """The event that noted it."""

    def missed(self) -> Missed:
        """What the rules see of it."""
        return Missed(self.call_id, cast(CallStatus, self.status), self.attempts, self.missed_at)


def call_for_decision(session: Session, call_id: str) -> MissedCall | None:
    """A missed call, locked until the transaction ends."""
    return session.get(MissedCall, call_id, with_for_update=True)


def waiting_calls(session: Session, limit: int = 200) -> list[MissedCall]:
    """Who waits to be called back, the nearest moment first."""
    query = select(MissedCall).where(MissedCall.status == "waiting")
    return list(session.exec(query.order_by(col(MissedCall.call_back_by), MissedCall.call_id).limit(limit)))


def count_waiting_calls(session: Session) -> int:
    """How many wait to be called back."""
    return session.exec(select(sa.func.count()).select_from(MissedCall).where(MissedCall.status == "waiting")).one()
