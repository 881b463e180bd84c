"""Dossiers, and the questions asked of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, assert_never

import sqlalchemy as sa
from sqlalchemy.orm import load_only
from sqlmodel import Field, Session, col, select

from services.intake.rulebook.states import Status
from services.intake.rules.states import OPEN, RUNNING, Case
from services.intake.tables.base import Table
from shared.mechanism import Instant
from shared.texts import first_id


class Dossier(Table, table=True):
    """A dossier and where it is."""

    __table_args__ = (
        sa.Index("ix_dossier_status_due_at", "status", "due_at"),
        sa.Index("ix_dossier_applicant_ref", "applicant_ref"),
    )

    dossier_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    number: str = Field(unique=True, max_length=40)
    procedure: str = Field(max_length=16)
    procedure_version: str = Field(max_length=10)
    channel: str = Field(max_length=16)
    applicant_ref: str = Field(max_length=64)
    lookup_sha256: str = Field(max_length=64)
    status: int
    received_at: datetime = Field(sa_type=Instant)
    received_by: str = Field(max_length=64)
    department: str = Field(max_length=64)
    due_at: datetime = Field(sa_type=Instant)
    due_arithmetic: dict[str, Any] = Field(sa_type=sa.JSON)
    rescheduled: bool = False
    official_id: str | None = Field(default=None, max_length=64)
    taken_up_at: datetime | None = Field(default=None, sa_type=Instant)
    completed_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: str | None = Field(default=None, max_length=16)
    handed_over_at: datetime | None = Field(default=None, sa_type=Instant)
    assigned_to: str | None = Field(default=None, max_length=64)
    rounds: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often papers were asked for."""
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    """Since when papers are awaited."""
    asked_papers: list[str] | None = Field(default=None, sa_type=sa.JSON)
    supplement_by: datetime | None = Field(default=None, sa_type=Instant)
    fee: int | None = None
    """Dong that are awaited."""
    variant: str | None = Field(default=None, max_length=64)
    """The kind of case, where it has a time of its own."""
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was stopped or taken back: then there is no result."""
    overdue_told: datetime | None = Field(default=None, sa_type=Instant)
    """The date that it was last told to have missed."""
    filing_id: str | None = Field(default=None, max_length=64)
    """The filing online that it was received from."""
    uncollected_told: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether its citizen was to be reminded that the result waits."""
    known_until: date | None = None
    """Days up to this one that an act suspends are in its date already, or lie before its time; none: of no act."""
    event_id: str = Field(max_length=36)
    """The event that received it."""

    def is_overdue(self, now: datetime) -> bool:
        """Whether its date has passed, and nobody was told of that date."""
        return Status(self.status) in RUNNING and self.due_at < now and self.overdue_told != self.due_at

    @property
    def leads_to(self) -> datetime:
        """Until when something is to come, or when it came to its end: the date that was promised holds no longer while
        papers are awaited, and once there is a result or will be none."""
        match Status(self.status):
            case Status.RECEIVED | Status.IN_PROGRESS | Status.FEE_AWAITED:
                at: datetime | None = self.due_at
            case Status.SUPPLEMENT_AWAITED:
                at = self.supplement_by
            case Status.WITHDRAWN | Status.STOPPED:
                at = self.ended_at
            case Status.COMPLETED:
                at = self.completed_at
            case Status.HANDED_OVER:
                at = self.handed_over_at
            case status:
                assert_never(status)
        assert at is not None  # the state says so
        return at

    def case(self) -> Case:
        """What the rules see of it."""
        return Case(
            self.dossier_id,
            self.procedure,
            self.department,
            Status(self.status),
            self.due_at,
            self.rescheduled,
            self.official_id,
            self.due_arithmetic,
            self.rounds,
            self.asked_at,
            tuple(self.asked_papers or ()),
            self.supplement_by,
            self.fee,
            self.variant,
            self.channel,
        )


_SHOWN = (
    "dossier_id number procedure status received_at due_at rescheduled supplement_by fee completed_at uncollected_told"
)
_LISTED = load_only(*(getattr(Dossier, name) for name in _SHOWN.split()), raiseload=True)
"""What a list shows of a dossier, and nothing else: all of 200 rows takes a fifth longer to read."""


def dossier_for_decision(session: Session, dossier_id: str) -> Dossier | None:
    """A dossier, locked until the transaction ends."""
    return session.get(Dossier, dossier_id, with_for_update=True)


def dossier_by_number(session: Session, number: str) -> Dossier | None:
    """The dossier with this official number."""
    return session.exec(select(Dossier).where(Dossier.number == number)).first()


def dossiers_by_id(session: Session, dossier_ids: Collection[str]) -> dict[str, Dossier]:
    """These dossiers, by their ids."""
    rows = session.exec(select(Dossier).where(col(Dossier.dossier_id).in_(list(dossier_ids))))
    return {row.dossier_id: row for row in rows}


def newest_dossiers(session: Session, limit: int = 50) -> list[Dossier]:
    """The dossiers written down last, newest first: by their ids, which sort by time."""
    return list(session.exec(select(Dossier).order_by(col(Dossier.dossier_id).desc()).limit(limit)))


def received_between(
    session: Session, since: datetime, until: datetime, procedures: Collection[str], limit: int
) -> list[Dossier]:
    """Dossiers of these procedures received from one moment until before another, in that order.

    Their ids sort by when they were written down, which is never before they were received: so the days before are not
    looked through.
    """
    received = col(Dossier.received_at)
    these = (col(Dossier.procedure).in_(procedures), received >= since, received < until)
    query = select(Dossier).where(col(Dossier.dossier_id) >= first_id(since), *these)
    return list(session.exec(query.order_by(received, col(Dossier.number)).limit(limit)))


def open_dossiers(session: Session, of: Collection[Status] = OPEN, limit: int = 200) -> list[Dossier]:
    """Dossiers whose result is not ready, in one of these states, the nearest date first: what a list shows."""
    query = select(Dossier).where(col(Dossier.status).in_(list(map(int, of)))).order_by(col(Dossier.due_at))
    return list(session.exec(query.limit(limit).options(_LISTED)))


def next_overdue(session: Session, now: datetime) -> str | None:
    """The dossier whose date passed first, and nobody was told."""
    missed = (col(Dossier.status).in_(list(map(int, RUNNING))), col(Dossier.due_at) < now)
    untold = sa.or_(col(Dossier.overdue_told).is_(None), col(Dossier.overdue_told) != col(Dossier.due_at))
    query = select(Dossier.dossier_id).where(*missed, untold).order_by(col(Dossier.due_at)).limit(1)
    return session.exec(query).first()


def running_until(session: Session, until: datetime, limit: int = 500) -> list[Dossier]:
    """Dossiers that the office works on whose date comes before this moment or has passed, the nearest first."""
    running = (col(Dossier.status).in_(list(map(int, RUNNING))), col(Dossier.due_at) < until)
    return list(session.exec(select(Dossier).where(*running).order_by(col(Dossier.due_at)).limit(limit)))


def ready_dossiers(session: Session, limit: int = 200) -> list[Dossier]:
    """Dossiers whose result waits for its citizen, the longest first: what a list shows."""
    query = select(Dossier).where(Dossier.status == int(Status.COMPLETED)).order_by(col(Dossier.completed_at))
    return list(session.exec(query.limit(limit).options(_LISTED)))


def longest_uncollected(session: Session) -> str | None:
    """The dossier whose result has waited longest for its citizen, of those that nobody was told of."""
    waiting = (Dossier.status == int(Status.COMPLETED), col(Dossier.uncollected_told).is_(False))
    query = select(Dossier.dossier_id).where(*waiting).order_by(col(Dossier.completed_at)).limit(1)
    return session.exec(query).first()
