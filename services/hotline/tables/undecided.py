"""Reports that nobody has triaged yet, with what a machine reads of them for their order."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlmodel import Session, col, select

from services.hotline.rules import Status
from services.hotline.tables import Complaint, seen_by
from shared.mechanism import private

READ = ("text", "service_code")
"""The private fields that their order rests on."""


def undecided_seen_by(session: Session, official: str, limit: int) -> list[Complaint]:
    """Those that this official may see, the first due on top."""
    query = seen_by(official, desk=True).where(Complaint.status == Status.FILED.value)
    return list(session.exec(query.order_by(col(Complaint.due_at), col(Complaint.number)).limit(limit)))


def count_undecided(session: Session) -> int:
    """How many there are. A part of what concerns an official is left out, as in every number."""
    nobodys = (col(Complaint.attribution_ref).is_(None), col(Complaint.meant_ref).is_(None))
    undecided = (Complaint.status == Status.FILED.value, *nobodys)
    return session.exec(select(sa.func.count()).select_from(Complaint).where(*undecided)).one()


def said_in(session: Session, refs: Collection[str]) -> Mapping[str, dict[str, str]]:
    """Of each of these references what is read for the order; no human does."""
    found: dict[str, dict[str, str]] = {ref: {} for ref in refs}
    query = sa.select(private.c.ref, private.c.field, private.c.value)
    query = query.where(private.c.ref.in_(refs), private.c.field.in_(READ))
    for row in session.connection().execute(query):
        found[row.ref][row.field] = row.value
    return found
