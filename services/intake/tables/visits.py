"""Visits to the counter, and the questions asked of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.intake.rules.queue import BY_NUMBER, BY_SLOT, Place
from services.intake.rules.visits import Visited, VisitStatus, lapses_at
from services.intake.tables.base import Table
from services.intake.tables.people import working_calendar
from shared.events.visit import Purpose, VisitOutcome
from shared.mechanism import Instant

T = TypeVar("T")


class Visit(Table, table=True):
    """Somebody at the counter: what they came for, whether they were called, and what became of it."""

    __table_args__ = (
        sa.Index("ix_visit_status_day_serial", "status", "day", "serial"),
        sa.Index("ix_visit_code_sha256", "code_sha256"),
        sa.Index("ix_visit_previous_visit", "previous_visit"),
        sa.Index("ix_visit_outcome_procedure_trip", "outcome", "procedure", "trip"),
        sa.Index("ix_visit_booking_id", "booking_id"),
        sa.Index("ix_visit_status_slot_at", "status", "slot_at"),
        sa.Index("ix_visit_by_slot_at", "by_slot_at"),
    )

    visit_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    ticket: str = Field(max_length=8)
    serial: int
    """The ticket as a number: the order of the day."""
    day: date
    procedure: str | None = Field(default=None, max_length=16)
    purpose: str = Field(max_length=8)
    channel: str = Field(max_length=8)
    code_sha256: str = Field(max_length=64)
    previous_visit: str | None = Field(default=None, max_length=64)
    trip: int
    opened_at: datetime = Field(sa_type=Instant)
    status: str = Field(max_length=8)
    desk: str | None = Field(default=None, max_length=4)
    called_by: str | None = Field(default=None, max_length=64)
    called_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was called last."""
    outcome: str | None = Field(default=None, max_length=12)
    closed_by: str | None = Field(default=None, max_length=64)
    closed_at: datetime | None = Field(default=None, sa_type=Instant)
    dossier_id: str | None = Field(default=None, max_length=64)
    event_id: str = Field(max_length=36)
    """The event that opened it."""
    booking_id: str | None = Field(default=None, max_length=64)
    """The booking that they came with."""
    slot_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the slot that they booked begins."""
    by_slot_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was called because its slot had begun."""

    def visited(self) -> Visited:
        """What the rules see of it."""
        return Visited(
            self.visit_id,
            cast(Purpose, self.purpose),
            self.procedure,
            self.day,
            self.trip,
            cast(VisitStatus, self.status),
            cast(VisitOutcome | None, self.outcome),
            self.booking_id,
            self.desk,
        )

    def place(self) -> Place:
        """Where its ticket stands."""
        return Place(self.visit_id, self.day, self.serial, self.slot_at)


def visit_for_decision(session: Session, visit_id: str) -> Visit | None:
    """A visit, locked until the transaction ends."""
    return session.get(Visit, visit_id, with_for_update=True)


def visit_by_code(session: Session, code_sha256: str) -> Visit | None:
    """The visit whose ticket has this code, locked until the transaction ends."""
    return session.exec(select(Visit).where(Visit.code_sha256 == code_sha256).with_for_update()).first()


def is_followed(session: Session, visit_id: str) -> bool:
    """Whether a later visit is linked to this one."""
    return session.exec(select(Visit.visit_id).where(Visit.previous_visit == visit_id).limit(1)).first() is not None


def next_waiting(session: Session, day: date) -> Visit | None:
    """Whoever waits longest with a number of this day or of one before and is not being called at this moment, locked
    until the transaction ends."""
    return session.exec(_waiting(day).limit(1).with_for_update(skip_locked=True)).first()


def _waiting(day: date) -> SelectOfScalar[Visit]:
    mine = select(Visit).where(Visit.status == "waiting", col(Visit.day) <= day)
    return mine.order_by(*columns(BY_NUMBER))


def slots_begun(session: Session, now: datetime, limit: int) -> list[Visit]:
    """Of those who wait, the first whose slot has begun, in the order of their slots."""
    return list(session.exec(begun(select(Visit), now).limit(limit)))


def next_begun(session: Session, now: datetime) -> Visit | None:
    """The first of them that is not being called at this moment, locked until the transaction ends."""
    return session.exec(begun(select(Visit), now).limit(1).with_for_update(skip_locked=True)).first()


def begun(of_visits: SelectOfScalar[T], now: datetime) -> SelectOfScalar[T]:
    """Of these only what is about visits that wait and whose slots have begun, in the order of their slots."""
    return of_visits.where(Visit.status == "waiting", col(Visit.slot_at) <= now).order_by(*columns(BY_SLOT))


def columns(order: Iterable[str]) -> list[Any]:
    """An order of tickets, as the columns of a visit."""
    return [getattr(Visit, name) for name in order]


def is_slot_waiting(session: Session, day: date) -> bool:
    """Whether somebody who booked that day waits, and may be called before lower numbers."""
    booked = select(Visit.visit_id).where(Visit.status == "waiting", col(Visit.slot_at).is_not(None), Visit.day == day)
    return session.exec(booked.limit(1)).first() is not None


def called_by_slot_since(session: Session, since: datetime) -> int:
    """How many were called because their slot had begun, from a moment on."""
    return session.exec(select(sa.func.count()).select_from(Visit).where(col(Visit.by_slot_at) >= since)).one()


def visit_of_booking(session: Session, booking_id: str) -> Visit | None:
    """The visit of whoever came with this booking."""
    return session.exec(select(Visit).where(Visit.booking_id == booking_id)).first()


def waiting_visits(session: Session, day: date, limit: int = 200) -> list[Visit]:
    """Who waits with a number of this day or of one before, the longest first."""
    return list(session.exec(_waiting(day).limit(limit)))


def called_visits(session: Session, limit: int = 200) -> list[Visit]:
    """Who was called and has no outcome yet, by their numbers."""
    query = select(Visit).where(Visit.status == "called").order_by(*columns(BY_NUMBER))
    return list(session.exec(query.limit(limit)))


def waiting_until(session: Session, day: date, serial: int | None = None) -> int:
    """How many wait with a number of this day or of one before; of this day, before a number alone."""
    before = col(Visit.day) < day if serial is not None else col(Visit.day) <= day
    if serial is not None:
        before = sa.or_(before, sa.and_(col(Visit.day) == day, col(Visit.serial) < serial))
    return int(session.exec(select(sa.func.count()).where(Visit.status == "waiting", before)).one())


def first_waiting(session: Session, day: date) -> Visit | None:
    """Who waits longest of this day, and of those before."""
    return session.exec(_waiting(day).limit(1)).first()


def last_called(session: Session, day: date, limit: int = 6) -> list[Visit]:
    """The numbers of a day that are called and have no outcome yet, the last one first."""
    query = select(Visit).where(Visit.status == "called", Visit.day == day)
    return list(session.exec(query.order_by(col(Visit.called_at).desc(), col(Visit.serial).desc()).limit(limit)))


def next_lapsed(session: Session, now: datetime) -> str | None:
    """A visit without an outcome whose day is over; those of one day that wait end together, so the first says it."""
    calendar = working_calendar(session)
    for status in ("waiting", "called"):
        query = select(Visit).where(Visit.status == status).order_by(*columns(BY_NUMBER)).limit(1)
        row = session.exec(query).first()
        until = lapses_at(row.visited(), calendar) if row else None
        if row is not None and until is not None and until <= now:
            return row.visit_id
    return None


def trips_taken(session: Session) -> list[tuple[str, int, int]]:
    """Of the dossiers that were received through a visit: procedure, trips, and how many took so many."""
    count = sa.func.count()
    query = sa.select(Visit.procedure, Visit.trip, count).where(col(Visit.outcome) == "received")  # type: ignore[call-overload]  # SQLModel's columns are typed as their values
    grouped = query.group_by(Visit.procedure, Visit.trip)
    return [(str(procedure), int(trip), int(n)) for procedure, trip, n in session.connection().execute(grouped)]
