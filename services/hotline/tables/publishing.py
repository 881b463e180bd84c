"""What waits to be published, and what is withheld, as an official may see it."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from services.hotline.rules.answers import Standing
from services.hotline.tables import Complaint, ComplaintClock, PublishedAnswer, WithheldAnswer, concerns


def waiting_answers(session: Session, official: str, limit: int) -> list[tuple[Complaint, ComplaintClock]]:
    """The reports whose answer is neither published nor withheld, the nearest date first, with the clock."""
    is_its = col(ComplaintClock.complaint_id) == col(Complaint.complaint_id)
    running = (ComplaintClock.code == "pakn_publication", col(ComplaintClock.outcome).is_(None))
    query = select(Complaint, ComplaintClock).join(ComplaintClock, is_its).where(*running, ~concerns(official))
    nearest = query.order_by(col(ComplaintClock.due_at), col(Complaint.number)).limit(limit)
    return list(session.exec(nearest))


def withheld_answers(session: Session, official: str, limit: int) -> list[tuple[Complaint, WithheldAnswer]]:
    """The reports whose answer is withheld, the nearest review first."""
    is_its = col(WithheldAnswer.complaint_id) == col(Complaint.complaint_id)
    held = col(WithheldAnswer.ended_at).is_(None)
    query = select(Complaint, WithheldAnswer).join(WithheldAnswer, is_its).where(held, ~concerns(official))
    nearest = query.order_by(col(WithheldAnswer.review_by), col(Complaint.number)).limit(limit)
    return list(session.exec(nearest))


def recently_published(
    session: Session, official: str, since: datetime, limit: int
) -> list[tuple[Complaint, PublishedAnswer]]:
    """The reports whose answer was published from a moment on and is not taken down, the newest first."""
    is_its = col(PublishedAnswer.complaint_id) == col(Complaint.complaint_id)
    shown = (col(PublishedAnswer.published_at) >= since, col(PublishedAnswer.taken_down_at).is_(None))
    query = select(Complaint, PublishedAnswer).join(PublishedAnswer, is_its).where(*shown, ~concerns(official))
    newest = query.order_by(col(PublishedAnswer.published_at).desc(), col(Complaint.number)).limit(limit)
    return list(session.exec(newest))


def standing(session: Session, complaint: Complaint) -> Standing:
    """What became of the answer of a report until now."""
    published = session.get(PublishedAnswer, complaint.complaint_id)
    withheld = session.get(WithheldAnswer, complaint.complaint_id)
    shown = published is not None and published.taken_down_at is None
    return Standing(
        number=complaint.number,
        answer_ref=complaint.answer_ref,
        answered=complaint.answer_ref is not None and complaint.answered_at is not None,
        shown_sha256=published.text_sha256 if published is not None and shown else None,
        published=published.times if published else 0,
        withheld=withheld.times if withheld else 0,
    )
