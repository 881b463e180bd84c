"""Questions about dangers that nobody acknowledges."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from services.hotline.rules.ladder import ACKNOWLEDGEMENT
from services.hotline.tables import Complaint, ComplaintClock, Escalation

_OF_CLOCK = sa.and_(
    col(Escalation.complaint_id) == col(ComplaintClock.complaint_id),
    col(Escalation.code) == col(ComplaintClock.code),
    col(Escalation.nth) == col(ComplaintClock.nth),
)


def escalations_of(session: Session, complaint_ids: Collection[str]) -> dict[str, Escalation]:
    """Of each of these reports whose danger nobody has acknowledged, the last time that somebody was told."""
    told = select(Escalation).join(ComplaintClock, _OF_CLOCK)
    running = told.where(col(Escalation.complaint_id).in_(complaint_ids), col(ComplaintClock.outcome).is_(None))
    return {row.complaint_id: row for row in session.exec(running)}


def next_silent_danger(session: Session, now: datetime) -> str | None:
    """The report whose danger nobody acknowledged in time and of which somebody is to be told now: first what nobody
    has, then what waits longest."""
    passed = (
        ComplaintClock.code == ACKNOWLEDGEMENT,
        ComplaintClock.due_at < now,
        col(ComplaintClock.outcome).is_(None),
    )
    to_be_told = sa.or_(col(Escalation.next_at).is_(None), col(Escalation.next_at) <= now)
    held = sa.case((col(Complaint.assignee).is_(None), 0), else_=1)
    query = (
        select(ComplaintClock.complaint_id)
        .join(Complaint, col(Complaint.complaint_id) == col(ComplaintClock.complaint_id))
        .outerjoin(Escalation, _OF_CLOCK)
        .where(*passed, to_be_told)
        .order_by(held, col(ComplaintClock.due_at), col(ComplaintClock.complaint_id))
    )
    return session.exec(query.limit(1)).first()
