"""Hotline's tables, and the questions asked of them. Every row here is the fold of events."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, col, select

from services.hotline.rules import Case, Person, Status
from shared.calendars import calendar_of
from shared.mechanism import Instant, private
from shared.worktime import Calendar


class Table(SQLModel, registry=registry()):
    """Base of hotline's tables: a metadata of its own."""


class Complaint(Table, table=True):
    """A report and where it is. Whom it is about stands in no row before a human has verified it."""

    __table_args__ = (
        sa.Index("ix_complaint_kind_filed_at", "kind", "filed_at"),
        sa.Index("ix_complaint_kind_triaged_at", "kind", "triaged_at"),
        sa.Index("ix_complaint_kind_answered_at", "kind", "answered_at"),
    )

    complaint_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    number: str = Field(max_length=40, index=True)
    channel: str = Field(max_length=16)
    taken_by: str | None = Field(default=None, max_length=64)
    reporter_ref: str | None = Field(default=None, max_length=64)
    text_ref: str = Field(max_length=64)
    receipt_sha256: str = Field(max_length=64)
    filed_at: datetime = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant, index=True)
    due_arithmetic: dict[str, Any] = Field(sa_type=sa.JSON)
    status: str = Field(max_length=16)
    kind: str | None = Field(default=None, max_length=16)
    category: str | None = Field(default=None, max_length=32)
    severity: str | None = Field(default=None, max_length=16)
    triaged_at: datetime | None = Field(default=None, sa_type=Instant)
    triaged_by: str | None = Field(default=None, max_length=64)
    acknowledge_by: datetime | None = Field(default=None, sa_type=Instant)
    attribution_ref: str | None = Field(default=None, max_length=64)
    attributed_by: str | None = Field(default=None, max_length=64)
    answer_ref: str | None = Field(default=None, max_length=64)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    answered_by: str | None = Field(default=None, max_length=64)
    outcome: str | None = Field(default=None, max_length=16)
    finding: str | None = Field(default=None, max_length=16)
    conduct: str | None = Field(default=None, max_length=16)
    verified_at: datetime | None = Field(default=None, sa_type=Instant)
    event_id: str = Field(max_length=36)
    """The event that filed it."""

    def case(self, accused: str | None = None) -> Case:
        """What the rules see of it."""
        return Case(
            self.complaint_id,
            Status(self.status),
            self.category,
            self.due_at,
            accused,
            self.finding,
            self.conduct,
            self.brought_by,
        )

    @property
    def brought_by(self) -> frozenset[str]:
        """Who took the call, and who attributed it: they do not verify it."""
        return frozenset(who for who in (self.taken_by, self.attributed_by) if who is not None)


class OfficialRow(Table, table=True):
    """An official whom personnel appointed."""

    official_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)
    post: str = Field(max_length=200)
    heads_up_to: str | None = Field(default=None, max_length=64)
    relatives: list[str] = Field(sa_type=sa.JSON)


class CalendarDay(Table, table=True):
    """A day that personnel declared off or worked."""

    day: date = Field(primary_key=True)
    kind: str = Field(max_length=4)
    basis: str = Field(max_length=200)


def complaint_for_decision(session: Session, complaint_id: str) -> Complaint | None:
    """A report, locked until the transaction ends."""
    return session.get(Complaint, complaint_id, with_for_update=True)


def complaint_by_number(session: Session, number: str) -> Complaint | None:
    """The report with this number."""
    return session.exec(select(Complaint).where(Complaint.number == number)).first()


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


def complaint_seen_by(session: Session, complaint_id: str, official: str) -> Complaint | None:
    """A report, unless it is attributed to whoever looks."""
    found: Complaint | None = session.exec(_seen_by(official).where(Complaint.complaint_id == complaint_id)).first()
    return found


def complaints_seen_by(session: Session, official: str, limit: int = 100) -> list[Complaint]:
    """The reports, without those attributed to whoever looks: unanswered ones first, the nearest date on top."""
    answered = sa.case((col(Complaint.answered_at).is_(None), 0), else_=1)
    query = _seen_by(official).order_by(answered, col(Complaint.due_at), col(Complaint.number)).limit(limit)
    return list(session.exec(query))


def _seen_by(official: str) -> Any:
    concerns_them = sa.exists(
        sa.select(private.c.ref).where(
            private.c.ref == col(Complaint.attribution_ref),
            private.c.field == "official_id",
            private.c.value == official,
        )
    )
    return select(Complaint).where(~concerns_them)


def everybody(session: Session) -> dict[str, Person]:
    """Every official with whoever heads them and their relatives."""
    rows = session.exec(select(OfficialRow))
    return {row.official_id: Person(row.heads_up_to, frozenset(row.relatives)) for row in rows}


def officials_by_name(session: Session) -> list[OfficialRow]:
    """Every official, for a list to choose from."""
    return list(session.exec(select(OfficialRow).order_by(OfficialRow.name, OfficialRow.official_id)))


def working_calendar(session: Session) -> Calendar:
    """The calendar in force: the seeded one, and what personnel declared, which wins."""
    return calendar_of(session, CalendarDay)
