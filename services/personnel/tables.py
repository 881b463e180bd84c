"""Personnel's tables, and the questions asked of them. Every row here is the fold of events."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, col, select

from services.personnel.rules import Colleague
from shared.calendars import calendar_of
from shared.mechanism import Instant
from shared.worktime import Calendar, Override


class Table(SQLModel, registry=registry()):
    """Base of personnel's tables: a metadata of its own."""


class Department(Table, table=True):
    """A department of the commune."""

    department_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    name: str = Field(max_length=200)
    opened_at: datetime = Field(sa_type=Instant)


class Member(Table, table=True):
    """An official and their post."""

    official_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    name: str = Field(max_length=200)
    post: str = Field(max_length=200)
    department_id: str = Field(max_length=64)
    heads_up_to: str | None = Field(None, max_length=64)
    relatives: list[str] = Field(sa_type=sa.JSON)
    roles: list[str] = Field(sa_type=sa.JSON)
    appointed_at: datetime = Field(sa_type=Instant)

    def colleague(self) -> Colleague:
        """What the rules see of them."""
        return Colleague(self.official_id, self.appointed_at, frozenset(self.relatives))


class Pledge(Table, table=True):
    """A pledge signed by an official for a year."""

    pledge_id: str = Field(primary_key=True, max_length=64)
    official_id: str = Field(max_length=64)
    year: int = Field(index=True)
    text_version: str = Field(max_length=20)
    text_sha256: str = Field(max_length=64)
    signed_at: datetime = Field(sa_type=Instant)
    witness: str = Field(max_length=64)
    event_id: str = Field(max_length=36)
    """The event that signed it."""


class CalendarDay(Table, table=True):
    """A day declared off or worked; the last declaration counts."""

    day: date = Field(primary_key=True)
    kind: str = Field(max_length=4)
    basis: str = Field(max_length=200)
    declared_at: datetime = Field(sa_type=Instant)
    declared_by: str = Field(max_length=64)

    def override(self) -> Override:
        """The decision, as the deadline engine takes it."""
        return Override.declared(self.day, self.kind, self.basis)


def departments(session: Session) -> list[Department]:
    """All departments, by id."""
    return list(session.exec(select(Department).order_by(col(Department.department_id))))


def members(session: Session) -> list[Member]:
    """All officials, by id."""
    return list(session.exec(select(Member).order_by(col(Member.official_id))))


def member_for_decision(session: Session, official_id: str) -> Member | None:
    """An official, locked until the transaction ends: their pledges change under this lock."""
    return session.get(Member, official_id, with_for_update=True)


def pledges_of(session: Session, year: int) -> list[Pledge]:
    """The pledges signed for a year."""
    return list(session.exec(select(Pledge).where(Pledge.year == year)))


def day_for_decision(session: Session, day: date) -> CalendarDay | None:
    """A declared day, locked. A day never declared has no row to lock: its first event is the one written."""
    return session.get(CalendarDay, day, with_for_update=True)


def working_calendar(session: Session) -> Calendar:
    """The calendar in force: the release's own, and what was declared, which wins."""
    return calendar_of(session, CalendarDay)
