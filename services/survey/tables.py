"""Survey's tables, and the questions asked of them. Every row here is the fold of events."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, col, select

from services.survey.rules import POINTS, Paper, Tally
from shared.mechanism import Instant


class Table(SQLModel, registry=registry()):
    """Base of survey's tables: a metadata of its own."""


class Slip(Table, table=True):
    """A single-use slip."""

    slip_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    dossier_id: str = Field(max_length=64)
    procedure: str = Field(max_length=16)
    department: str = Field(max_length=64)
    code_sha256: str = Field(max_length=64, index=True)
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used: bool = False

    def paper(self) -> Paper:
        """What the rules see of it."""
        return Paper(self.slip_id, self.department, self.procedure, self.expires_at, self.used)


class Rating(Table, table=True):
    """What a slip said. Its hour is all that is known of its time."""

    slip_id: str = Field(primary_key=True, max_length=64)
    rating_id: str = Field(max_length=64)
    department: str = Field(max_length=64, index=True)
    procedure: str = Field(max_length=16)
    overall: str = Field(max_length=16)
    points: int
    attitude: int
    convenience: int
    ready_on_the_day: bool
    channel: str = Field(max_length=8)
    comment_ref: str | None = Field(default=None, max_length=64)
    hour: datetime = Field(sa_type=Instant)


class Department(Table, table=True):
    """A department's name, for those who read the figures."""

    department_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)


def slip_for_decision(session: Session, code_sha256: str) -> Slip | None:
    """The slip with this code, locked until the transaction ends."""
    return session.exec(select(Slip).where(Slip.code_sha256 == code_sha256).with_for_update()).first()


def slip_with_code(session: Session, code_sha256: str) -> Slip | None:
    """The slip with this code."""
    return session.exec(select(Slip).where(Slip.code_sha256 == code_sha256)).first()


def tallies(session: Session) -> list[Tally]:
    """What was counted, by department."""
    satisfied = sa.case((col(Rating.points) >= POINTS["satisfied"], 1), else_=0)
    ready = sa.case((col(Rating.ready_on_the_day), 1), else_=0)
    query = (
        sa.select(
            col(Rating.department),
            sa.func.count(),
            sa.func.sum(satisfied),
            sa.func.sum(col(Rating.points)),
            sa.func.sum(ready),
        )
        .group_by(col(Rating.department))
        .order_by(col(Rating.department))
    )
    return [Tally(row[0], *map(int, row[1:])) for row in session.connection().execute(query)]


def department_names(session: Session) -> dict[str, str]:
    """The departments whose name is known."""
    return {row.department_id: row.name for row in session.exec(select(Department))}
