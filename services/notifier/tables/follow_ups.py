"""Follow-ups, and the questions asked of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal, cast

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.notifier.rules.follow_ups import Watch
from services.notifier.tables.base import Table
from services.notifier.tables.cases import Complaint
from shared.events.notifier import Kind
from shared.mechanism import Instant
from shared.worktime import VN

State = Literal["open", "overdue", "closed"]


class FollowUp(Table, table=True):
    """A watched promise. `remind_at` and `escalate_at` are what comes next; none when nothing does."""

    follow_up_id: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=32)
    case_id: str = Field(max_length=64, index=True)
    case_number: str = Field(max_length=40)
    promised_by: str = Field(max_length=36)
    department: str | None = Field(None, max_length=64)
    official_id: str | None = Field(None, max_length=64, index=True)
    opened_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant, index=True)
    remind_at: datetime | None = Field(None, sa_type=Instant, index=True)
    escalate_at: datetime | None = Field(None, sa_type=Instant, index=True)
    rung: int = 0
    told: str | None = Field(None, max_length=64)
    """Who was told last on the ladder."""
    closed_at: datetime | None = Field(None, sa_type=Instant)
    in_time: bool | None = None

    def watch(self) -> Watch:
        """What the rules see of it."""
        return Watch(
            self.follow_up_id,
            cast(Kind, self.kind),
            self.official_id,
            self.department,
            self.opened_at,
            self.due_at,
            self.remind_at,
            self.escalate_at,
            self.rung,
        )


def follow_up_for_decision(session: Session, follow_up_id: str) -> FollowUp | None:
    """An open follow-up, locked until the transaction ends."""
    row = session.get(FollowUp, follow_up_id, with_for_update=True)
    return row if row is not None and row.closed_at is None else None


def watching(session: Session, case_id: str, kind: Kind) -> FollowUp | None:
    """The open follow-up of a case, locked until the transaction ends."""
    query = select(FollowUp).where(
        FollowUp.case_id == case_id, FollowUp.kind == kind, col(FollowUp.closed_at).is_(None)
    )
    return session.exec(query.with_for_update()).first()


def next_reminder(session: Session, now: datetime) -> str | None:
    """The open follow-up whose reminder is due longest, by id."""
    query = (
        select(FollowUp.follow_up_id)
        .where(col(FollowUp.remind_at) <= now, col(FollowUp.due_at) > now, col(FollowUp.closed_at).is_(None))
        .order_by(col(FollowUp.remind_at))
    )
    return session.exec(query.limit(1)).first()


def next_escalation(session: Session, now: datetime) -> str | None:
    """The open follow-up whose next rung is due longest, by id."""
    query = (
        select(FollowUp.follow_up_id)
        .where(col(FollowUp.escalate_at) <= now, col(FollowUp.closed_at).is_(None))
        .order_by(col(FollowUp.escalate_at))
    )
    return session.exec(query.limit(1)).first()


def follow_ups(
    session: Session,
    state: State,
    now: datetime,
    *,
    of: str | None = None,
    reader: str = "",
    flags: Collection[str] = (),
    limit: int = 200,
) -> list[FollowUp]:
    """Follow-ups in a state, the nearest date first (closed: the last closed first); those of one official, or all.

    An explanation awaited from an official is seen only through `flags`, the flags that the asker may know of; a report
    that concerns an official, by whoever has it alone (`reader`).
    """
    query = select(FollowUp).limit(limit)
    if state == "closed":
        query = query.where(col(FollowUp.closed_at).is_not(None)).order_by(col(FollowUp.closed_at).desc())
    else:
        query = query.where(col(FollowUp.closed_at).is_(None)).order_by(col(FollowUp.due_at))
    if state == "overdue":
        query = query.where(col(FollowUp.due_at) < now)
    known = sa.and_(col(FollowUp.kind) == "flag_explanation", col(FollowUp.case_id).in_(list(flags)))
    theirs = sa.and_(
        col(FollowUp.kind) != "flag_explanation", sa.or_(~_concerns(), col(FollowUp.official_id) == reader)
    )
    if of is not None:
        theirs = sa.and_(theirs, col(FollowUp.official_id) == of)
    return list(session.exec(query.where(sa.or_(known, theirs))))


def not_taken_up(session: Session, department: str) -> int:
    """How many open dossiers of a department nobody has taken up."""
    query = select(sa.func.count()).where(FollowUp.kind == "result_date", FollowUp.department == department)
    return session.exec(query.where(col(FollowUp.official_id).is_(None), col(FollowUp.closed_at).is_(None))).one()


def figures(session: Session, now: datetime) -> dict[str, int]:
    """How many promises are open, due today, overdue, kept in time and kept late; explanations are not counted, nor
    reports that concern an official: one who counts would find one that no list shows."""
    closing = (now.astimezone(VN) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    is_open = col(FollowUp.closed_at).is_(None)
    late = col(FollowUp.due_at) < now
    counts = {
        "open": is_open,
        "due_today": sa.and_(is_open, ~late, col(FollowUp.due_at) < closing),
        "overdue": sa.and_(is_open, late),
        "kept_in_time": col(FollowUp.in_time).is_(True),
        "kept_late": col(FollowUp.in_time).is_(False),
    }
    columns = [sa.func.coalesce(sa.func.sum(sa.case((where, 1), else_=0)), 0) for where in counts.values()]
    counted = sa.select(*columns).where(col(FollowUp.kind) != "flag_explanation", ~_concerns())
    row = session.connection().execute(counted).one()
    return dict(zip(counts, map(int, row), strict=True))


def _concerns() -> sa.ColumnElement[bool]:
    """Whether it is of a report that concerns an official, whatever was promised there."""
    concerned = sa.select(col(Complaint.complaint_id)).where(col(Complaint.concerns))
    return col(FollowUp.case_id).in_(concerned)
