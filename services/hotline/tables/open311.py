"""What Open311 asks of the reports."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col, select

from services.hotline.tables import Complaint


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
    answered: bool | None,
    offset: int,
    limit: int,
) -> list[Complaint]:
    """What a human found to be reports (PAKN) of these categories, filed from `since` up to and with `until`, answered
    or not (both, when None), the newest first."""
    wanted = select(Complaint).where(
        Complaint.kind == "pakn",
        col(Complaint.filed_at).between(since, until),
        col(Complaint.category).in_(categories),
    )
    if answered is not None:
        has_answer = col(Complaint.answered_at).is_not(None)
        wanted = wanted.where(has_answer if answered else ~has_answer)
    newest = wanted.order_by(col(Complaint.filed_at).desc(), col(Complaint.number).desc())
    return list(session.exec(newest.offset(offset).limit(limit)))


class Step(NamedTuple):
    """Something that happened to a report: `triaged`, or answered, by its outcome."""

    number: str
    at: datetime
    what: str


def steps_of_reports(
    session: Session, since: datetime, until: datetime, *, categories: Collection[str], offset: int, limit: int
) -> list[Step]:
    """What happened to reports (PAKN) of these categories from `since` up to and with `until`, the oldest first. Of
    several triages the last."""

    def steps(at: Any, what: Any) -> Any:
        wanted = sa.select(col(Complaint.number).label("number"), at.label("at"), what.label("what"))
        of_these = col(Complaint.category).in_(categories)
        return wanted.where(col(Complaint.kind) == "pakn", at.between(since, until), of_these)

    triaged = steps(col(Complaint.triaged_at), sa.literal("triaged", sa.String))
    both = sa.union_all(triaged, steps(col(Complaint.answered_at), col(Complaint.outcome))).subquery()
    oldest = sa.select(both).order_by(both.c.at, both.c.number, both.c.what).offset(offset).limit(limit)
    return [Step(*row) for row in session.connection().execute(oldest)]
