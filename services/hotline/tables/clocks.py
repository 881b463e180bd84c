"""The clocks of reports, and the questions asked of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.hotline.rules.clocks import Clock
from services.hotline.tables.base import Table
from shared.mechanism import Big, Instant


class ComplaintClock(Table, table=True):
    """A clock that runs for a report, or ran."""

    __table_args__ = (
        sa.Index(
            "ix_complaintclock_running",
            "complaint_id",
            "started_s",
            "lasts_s",
            "outcome",  # with it and the next one SQLite reads nothing but the index
            "owed",
            sqlite_where=sa.text("outcome IS NULL AND owed = 1"),
            postgresql_where=sa.text("outcome IS NULL AND owed"),
        ),
        sa.Index(
            "ix_complaintclock_due_at",
            "code",
            "due_at",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        ),
    )

    complaint_id: str = Field(primary_key=True, max_length=64)
    code: str = Field(primary_key=True, max_length=32)
    nth: int = Field(primary_key=True)
    started_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    due_arithmetic: dict[str, Any] = Field(sa_type=sa.JSON)
    rule: str | None = Field(default=None, max_length=64)
    owed: bool
    started_s: int = Field(sa_type=Big)
    """When it started, in seconds since 1970; beside it how many it lasts, for what is used up to be asked for."""
    lasts_s: int = Field(sa_type=Big)
    outcome: str | None = Field(default=None, max_length=8)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)

    def clock(self) -> Clock:
        """What the rules see of it."""
        return Clock(self.code, self.nth, self.started_at, self.due_at, self.owed, self.outcome)


def clocks_of(session: Session, complaint_ids: Collection[str]) -> Mapping[str, list[ComplaintClock]]:
    """All clocks of these reports, those that run first, the nearest date on top."""
    ended = sa.case((col(ComplaintClock.outcome).is_(None), 0), else_=1)
    query = select(ComplaintClock).where(col(ComplaintClock.complaint_id).in_(complaint_ids))
    found: dict[str, list[ComplaintClock]] = {each: [] for each in complaint_ids}
    for row in session.exec(query.order_by(ended, col(ComplaintClock.due_at), col(ComplaintClock.code))):
        found[row.complaint_id].append(row)
    return found


def most_used(now: datetime, at_least: int | None = None) -> Any:
    """Of each report with a clock that runs and is owed, the largest share used up, in whole percent; with `at_least`
    of those that have so much used up."""
    share = sa.func.max(_share(now)).label("used")
    query: Any = sa.select(col(ComplaintClock.complaint_id).label("complaint_id"), share).where(_running())
    if at_least is not None:
        query = query.where(_share(now) >= at_least)
    return query.group_by(col(ComplaintClock.complaint_id)).subquery()


def shares_of_the_first(session: Session, now: datetime, limit: int) -> Mapping[str, int] | None:
    """How much is used up, in whole percent, of the reports that a queue begins with, and of all with as much: by
    report. None where the first so many are not known without asking for all: there are few, or very many alike.

    A report has few clocks that run: four times as many clocks are of more reports. To join and sort all that waits
    costs far more, and PostgreSQL walks through the whole table where it does not know how few they are.
    """
    connection, share = session.connection(), _share(now).label("share")
    query = sa.select(share).where(_running()).order_by(share.desc()).offset(4 * limit - 1).limit(1)
    first: int | None = connection.execute(query).scalar()
    if first is None:
        return None
    used = most_used(now, first)
    rows = connection.execute(sa.select(used.c.complaint_id, used.c.used).limit(8 * limit + 1)).all()
    return {row.complaint_id: row.used for row in rows} if len(rows) <= 8 * limit else None


def _share(now: datetime) -> Any:
    return (int(now.timestamp()) - col(ComplaintClock.started_s)) * 100 // col(ComplaintClock.lasts_s)


def _running() -> Any:
    return sa.and_(col(ComplaintClock.outcome).is_(None), col(ComplaintClock.owed))
