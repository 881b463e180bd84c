"""How the reports of a month were settled, counted for everybody to read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from services.hotline.rules.rates import Settled
from services.hotline.tables import Complaint


def settled_in(
    session: Session, since: datetime, until: datetime, now: datetime, *, categories: Collection[str]
) -> list[Settled]:
    """The reports (PAKN) of these categories filed from `since` up to and without `until`, by category, as they stand
    now; without those attributed to an official."""
    answered, ended = col(Complaint.answered_at).is_not(None), col(Complaint.closed_at).is_not(None)
    late, open_ = col(Complaint.outcome) == "late", ~answered & ~ended
    query = sa.select(
        col(Complaint.category).label("category"),
        sa.func.count().label("received"),
        _count(answered & ~late).label("on_time"),
        _count(answered & late).label("late"),
        _count(~answered & ended).label("ended"),
        _count(open_ & (col(Complaint.due_at) >= now)).label("open_in_time"),
        _count(open_ & (col(Complaint.due_at) < now)).label("overdue"),
        _count(col(Complaint.reopened) > 0).label("reopened"),
    ).where(
        col(Complaint.kind) == "pakn",
        col(Complaint.filed_at) >= since,
        col(Complaint.filed_at) < until,
        col(Complaint.category).in_(categories),
        col(Complaint.attribution_ref).is_(None),
        col(Complaint.meant_ref).is_(None),
    )
    rows = session.connection().execute(query.group_by(col(Complaint.category)))
    return [Settled(**row._mapping) for row in rows]


def _count(holds: Any) -> Any:
    return sa.func.coalesce(sa.func.sum(sa.case((holds, 1), else_=0)), 0)
