"""Filings online, and the questions asked of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.intake.rulebook.states import FilingStatus
from services.intake.rules.filings import Filed
from services.intake.rules.states import OPEN
from services.intake.rules.versions import Standing
from services.intake.tables.base import Table
from services.intake.tables.dossiers import Dossier
from shared.mechanism import Instant

LIVE = sa.text("status IN (1, 2, 5)")
"""A number of the portal stands for one filing that is open or received; one that ended may be registered again."""


class Filing(Table, table=True):
    """What a citizen filed online, and where it is until it is a dossier."""

    __table_args__ = (
        sa.Index("ix_filing_status_answer_by", "status", "answer_by"),
        sa.Index("ix_filing_portal_number", "portal_number"),
        sa.Index("ix_filing_applicant_ref", "applicant_ref"),
    )

    filing_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    portal_number: str = Field(max_length=40)
    procedure: str = Field(max_length=16)
    procedure_version: str = Field(max_length=10)
    papers: list[str] = Field(sa_type=sa.JSON)
    applicant_ref: str = Field(max_length=64)
    status: int
    filed_at: datetime = Field(sa_type=Instant)
    registered_by: str = Field(max_length=64)
    department: str = Field(max_length=64)
    look_by: datetime = Field(sa_type=Instant)
    answer_by: datetime = Field(sa_type=Instant)
    answer_by_arithmetic: dict[str, Any] = Field(sa_type=sa.JSON)
    unanswered_told: bool = False
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    asked_papers: list[str] | None = Field(default=None, sa_type=sa.JSON)
    supplement_by: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was received, refused, taken back or closed."""
    dossier_id: str | None = Field(default=None, max_length=64)
    """The dossier that it was received as."""
    visit_id: str | None = Field(default=None, max_length=64)
    """The visit to the counter at which papers were asked for."""
    event_id: str = Field(max_length=36)
    """The event that registered it."""

    def is_unanswered(self, now: datetime) -> bool:
        """Whether its time to answer has passed, and nobody was told."""
        return self.status == FilingStatus.REGISTERED and self.answer_by < now and not self.unanswered_told

    @property
    def is_live(self) -> bool:
        """Whether it is open, or was received."""
        return self.status in (FilingStatus.REGISTERED, FilingStatus.ACCEPTED, FilingStatus.SUPPLEMENT_AWAITED)

    @property
    def leads_to(self) -> datetime:
        """Until when somebody is to do something, or when it came to its end."""
        awaited = self.supplement_by if self.status == FilingStatus.SUPPLEMENT_AWAITED else None
        return self.ended_at or awaited or self.answer_by

    def filed(self) -> Filed:
        """What the rules see of it."""
        status = FilingStatus(self.status)
        return Filed(self.filing_id, self.procedure, self.department, status, self.answer_by, self.supplement_by)


def unanswered_until(session: Session, until: datetime, limit: int = 500) -> list[Filing]:
    """Filings that wait for an answer whose time ends before this moment or has passed, the nearest first."""
    waiting = (Filing.status == int(FilingStatus.REGISTERED), col(Filing.answer_by) < until)
    return list(session.exec(select(Filing).where(*waiting).order_by(col(Filing.answer_by)).limit(limit)))


def filing_for_decision(session: Session, filing_id: str) -> Filing | None:
    """A filing, locked until the transaction ends."""
    return session.get(Filing, filing_id, with_for_update=True)


def filing_by_portal_number(session: Session, number: str) -> Filing | None:
    """The filing that the portal calls so: the one that is open or received, or else the last registered."""
    query = select(Filing).where(Filing.portal_number == number)
    alive = sa.case((LIVE, 0), else_=1)
    return session.exec(query.order_by(alive, col(Filing.event_id).desc()).limit(1)).first()


def open_filings(session: Session, limit: int = 200) -> list[Filing]:
    """Filings that are neither received nor ended: those that wait for the office first, the nearest date first."""
    query = select(Filing).where(col(Filing.status).in_((FilingStatus.REGISTERED, FilingStatus.SUPPLEMENT_AWAITED)))
    return list(session.exec(query.order_by(col(Filing.status), col(Filing.answer_by)).limit(limit)))


def next_unanswered(session: Session, now: datetime) -> str | None:
    """The filing whose time to answer passed first, and nobody was told."""
    waiting = (Filing.status == int(FilingStatus.REGISTERED), col(Filing.answer_by) < now)
    query = select(Filing.filing_id).where(*waiting, col(Filing.unanswered_told).is_(False))
    return session.exec(query.order_by(col(Filing.answer_by)).limit(1)).first()


def standing_of(session: Session, procedure: str) -> list[Standing]:
    """All open dossiers of a procedure as a new version of it looks at them, oldest first."""
    query = select(Dossier, Filing.filed_at).outerjoin(Filing, col(Filing.filing_id) == Dossier.filing_id)
    query = query.where(Dossier.procedure == procedure, col(Dossier.status).in_(list(map(int, OPEN))))
    return [
        Standing(
            each.number,
            each.procedure_version,
            each.received_at,
            each.due_at,
            each.variant,
            (filed_at or each.received_at) if each.channel == "online" else None,
        )
        for each, filed_at in session.exec(query.order_by(col(Dossier.received_at), Dossier.number))
    ]
