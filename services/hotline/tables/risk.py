"""Matters that may go above, the steps taken for them, petitions that went, and the questions asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.hotline.rules.risk import Standing
from services.hotline.tables.base import Table
from shared.events.settlement import ReasonCode, Rung
from shared.mechanism import Instant


class SettlementRisk(Table, table=True):
    """A report or a cluster that is at risk, or was: why, whose turn it is, and until when."""

    __table_args__ = (sa.Index("ix_settlementrisk_at_risk_act_by", "at_risk", "act_by"),)

    subject_id: str = Field(primary_key=True, max_length=64)
    of: str = Field(max_length=8)
    unit: str = Field(max_length=64)
    at_risk: bool
    reasons: list[dict[str, Any]] = Field(sa_type=sa.JSON)
    rung: str = Field(max_length=16)
    act_by: datetime | None = Field(default=None, sa_type=Instant)
    act_arithmetic: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON)
    since: datetime = Field(sa_type=Instant)
    steps: int = 0
    rule: str = Field(max_length=64)
    calmed_at: datetime | None = Field(default=None, sa_type=Instant)
    event_id: str = Field(max_length=36)
    """The event that said so last."""

    def standing(self) -> Standing:
        """What the rules see of it."""
        return Standing(
            self.at_risk,
            frozenset(cast(ReasonCode, each["code"]) for each in self.reasons),
            cast(Rung, self.rung),
            self.act_by,
            self.act_arithmetic,
            self.since,
            self.steps,
        )


class SettlementStep(Table, table=True):
    """A step of the ladder that was taken for a matter."""

    subject_id: str = Field(primary_key=True, max_length=64)
    nth: int = Field(primary_key=True)
    rung: str = Field(max_length=16)
    outcome: str = Field(max_length=16)
    note_ref: str = Field(max_length=64)
    taken_by: str = Field(max_length=64)
    taken_at: datetime = Field(sa_type=Instant)


class Petition(Table, table=True):
    """A petition that went to a level above, and whether it came back."""

    __table_args__ = (sa.Index("ix_petition_went_at", "went_at"),)

    petition_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    category: str = Field(max_length=32)
    level: str = Field(max_length=16)
    went_at: datetime = Field(sa_type=Instant)
    recorded_by: str = Field(max_length=64)
    ordered: bool | None = None
    """Whether this unit was ordered to settle it, once it came back."""
    came_back_at: datetime | None = Field(default=None, sa_type=Instant)
    event_id: str = Field(max_length=36)
    """The event that recorded it."""


def risk_for_decision(session: Session, subject_id: str) -> SettlementRisk | None:
    """How a matter stands, locked until the transaction ends."""
    return session.get(SettlementRisk, subject_id, with_for_update=True)


def standings(session: Session) -> Mapping[str, SettlementRisk]:
    """Every matter that is at risk, by its id."""
    return {row.subject_id: row for row in session.exec(select(SettlementRisk).where(col(SettlementRisk.at_risk)))}


def steps_of(session: Session, subject_id: str) -> list[SettlementStep]:
    """The steps taken for a matter, in their order."""
    query = select(SettlementStep).where(SettlementStep.subject_id == subject_id)
    return list(session.exec(query.order_by(col(SettlementStep.nth))))


def petition_for_decision(session: Session, petition_id: str) -> Petition | None:
    """A petition, locked until the transaction ends."""
    return session.get(Petition, petition_id, with_for_update=True)


def petitions_since(session: Session, since: datetime, limit: int = 500) -> list[Petition]:
    """The petitions that went above from a moment on, the newest first."""
    query = select(Petition).where(col(Petition.went_at) >= since)
    return list(session.exec(query.order_by(col(Petition.went_at).desc(), col(Petition.petition_id)).limit(limit)))
