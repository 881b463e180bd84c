"""Reports that are answered with another, and who sees which."""

from __future__ import annotations

from sqlmodel import Session, col, or_, select

from services.hotline.rules import Status
from services.hotline.tables import Complaint, seen_by


def lead_seen_by(session: Session, complaint: Complaint, official: str, desk: bool = True) -> Complaint | None:
    """The report that this one is answered with, unless it came to be about an official's conduct; away from the desk,
    if it is in their hands. None for one that ended without an answer: it has none of another either."""
    if complaint.merged_into is None or (complaint.closed_at and not complaint.answered_at):
        return None
    query = seen_by(official, desk).where(Complaint.complaint_id == complaint.merged_into, _is_shown())
    found: Complaint | None = session.exec(query).first()
    return found


def merged_seen_by(session: Session, complaint: Complaint, official: str) -> list[Complaint]:
    """The reports that are or were answered with this one, by their numbers."""
    ended = col(Complaint.closed_at).is_not(None) & col(Complaint.answered_at).is_(None)
    query = seen_by(official, desk=True).where(Complaint.merged_into == complaint.complaint_id, _is_shown(), ~ended)
    return list(session.exec(query.order_by(col(Complaint.number))))


def merged_into(session: Session, complaint_id: str) -> list[str]:
    """The ids of the reports that wait for the answer of this one, in the order in which they are locked."""
    waiting = (Complaint.merged_into == complaint_id, Complaint.status == Status.MERGED.value)
    return list(session.exec(select(Complaint.complaint_id).where(*waiting).order_by(Complaint.complaint_id)))


def _is_shown() -> object:
    return (
        or_(col(Complaint.category).is_(None), col(Complaint.category) != "conduct")
        & col(Complaint.attribution_ref).is_(None)
        & col(Complaint.meant_ref).is_(None)
    )
