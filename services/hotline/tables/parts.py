"""The parts of a report, and who sees which."""

from __future__ import annotations

from sqlmodel import Session, col, or_

from services.hotline.tables import Complaint, seen_by


def parts_seen_by(session: Session, complaint: Complaint, official: str, desk: bool = True) -> list[Complaint]:
    """The other parts of what was one report, without those attributed to whoever looks; away from the desk, those in
    their hands."""
    whole = complaint.part_of or complaint.complaint_id
    others = seen_by(official, desk).where(
        or_(col(Complaint.complaint_id) == whole, col(Complaint.part_of) == whole),
        col(Complaint.complaint_id) != complaint.complaint_id,
    )
    return list(session.exec(others.order_by(col(Complaint.number))))
