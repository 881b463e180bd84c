"""Who looked citizens up by their number, and the questions asked of it. Whose cases an official was told of lies in
`private` alone: under the reference of each, by the id of the look-up, the field that was compared."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.intake.tables.base import Table
from shared.mechanism import Instant


class LookUp(Table, table=True):
    """A look-up: by whom, when, what for, and of how many cases was told."""

    __table_args__ = (sa.Index("ix_lookup_looked_up_by_looked_up_at", "looked_up_by", "looked_up_at"),)

    look_up_id: str = Field(primary_key=True, max_length=64)
    looked_up_by: str = Field(max_length=64)
    looked_up_at: datetime = Field(sa_type=Instant)
    purpose: str = Field(max_length=16)
    told: int


def nth_newest(session: Session, official: str, since: datetime, n: int) -> datetime | None:
    """When an official asked the n-th newest of their look-ups after this moment; none where there are fewer."""
    theirs = (LookUp.looked_up_by == official, col(LookUp.looked_up_at) > since)
    query = select(LookUp.looked_up_at).where(*theirs).order_by(col(LookUp.looked_up_at).desc())
    return session.exec(query.offset(n - 1).limit(1)).first()
