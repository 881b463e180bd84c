"""What Open311 asks of the reports."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from services.hotline.tables import TOLD, Complaint


def complaints_by_number(session: Session, numbers: Collection[str]) -> list[Complaint]:
    """The reports with these numbers, the newest first."""
    wanted = select(Complaint).where(col(Complaint.number).in_(numbers))
    return list(session.exec(wanted.order_by(col(Complaint.filed_at).desc(), col(Complaint.number).desc())))


def reports_filed(
    session: Session,
    since: datetime,
    until: datetime,
    *,
    categories: Collection[str],
    closed: bool | None,
    offset: int,
    limit: int,
) -> list[Complaint]:
    """What a human found to be reports (PAKN) of these categories, filed from `since` up to and with `until`, closed
    (answered, or ended without an answer) or open (both, when None), the newest first."""
    wanted = select(Complaint).where(
        Complaint.kind == "pakn",
        col(Complaint.filed_at).between(since, until),
        col(Complaint.category).in_(categories),
    )
    if closed is not None:
        ended = sa.or_(col(Complaint.answered_at).is_not(None), col(Complaint.closed_at).is_not(None))
        wanted = wanted.where(ended if closed else ~ended)
    newest = wanted.order_by(col(Complaint.filed_at).desc(), col(Complaint.number).desc())
    return list(session.exec(newest.offset(offset).limit(limit)))


class Step(NamedTuple):
    """Something that everybody may know of a report: what, as its moment is called (`triaged`, `referred`, …), or of an
    answer its outcome, of an end its reason."""

    number: str
    at: datetime
    what: str


def steps_of_reports(
    session: Session, since: datetime, until: datetime, *, categories: Collection[str], offset: int, limit: int
) -> list[Step]:
    """What happened to reports (PAKN) of these categories from `since` up to and with `until`, the oldest first. Of
    several of one kind the last, and what was undone since is not among them."""

    def steps(at: Any, what: Any) -> Any:
        wanted = sa.select(col(Complaint.number).label("number"), at.label("at"), what.label("what"))
        of_these = col(Complaint.category).in_(categories)
        return wanted.where(col(Complaint.kind) == "pakn", at.between(since, until), of_these)

    said = {"answered_at": col(Complaint.outcome), "closed_at": col(Complaint.closing_reason)}
    plain = {name: sa.literal(name.removesuffix("_at"), sa.String) for name in TOLD if name not in said}
    every = [steps(getattr(Complaint, name), what) for name, what in (plain | said).items()]
    found = sa.union_all(*every).subquery()
    oldest = sa.select(found).order_by(found.c.at, found.c.number, found.c.what).offset(offset).limit(limit)
    return [Step(*row) for row in session.connection().execute(oldest)]
