"""Bookings and checks at the door, and the questions asked of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.intake.rules.bookings import Booked
from services.intake.rules.door import lapses_at
from services.intake.tables.base import Table
from services.intake.tables.emergencies import Emergency
from services.intake.tables.people import working_calendar
from services.intake.tables.visits import Visit, begun
from shared.events.emergency import Lapsed, NotPassed
from shared.mechanism import Instant
from shared.worktime import VN

LOOKED_BACK = timedelta(days=31)
"""How far back whoever was left at the door is looked for, every second or so: an office that stood still has its days
closed when it starts again."""


class Booking(Table, table=True):
    """A visit that was booked, and how far it came; who comes is not known."""

    __table_args__ = (
        sa.Index("ix_booking_day_slot_at", "day", "slot_at"),
        sa.Index("ix_booking_code_sha256", "code_sha256"),
    )

    booking_id: str = Field(primary_key=True, max_length=64)
    emergency_id: str = Field(max_length=64)
    procedure: str = Field(max_length=16)
    day: date
    slot_at: datetime = Field(sa_type=Instant)
    code_sha256: str = Field(max_length=64)
    phone_ref: str | None = Field(default=None, max_length=64)
    booked_at: datetime = Field(sa_type=Instant)
    cancelled_at: datetime | None = Field(default=None, sa_type=Instant)
    arrived_at: datetime | None = Field(default=None, sa_type=Instant)
    served_at: datetime | None = Field(default=None, sa_type=Instant)
    served_by: str | None = Field(default=None, max_length=64)
    previous_visit: str | None = Field(default=None, max_length=64)
    """The visit at which they were guided before."""
    lapsed: str | None = Field(default=None, max_length=12)
    """The outcome that the end of the day wrote down."""

    def booked(self, screening: Screening | None, visit: Visit | None) -> Booked:
        """What the rules see of it, with what the check at the door said, and the visit of their ticket."""
        return Booked(
            self.booking_id,
            self.procedure,
            self.day,
            self.slot_at,
            self.cancelled_at is not None,
            self.arrived_at,
            screening.passed if screening else None,
            cast(NotPassed | None, screening.outcome) if screening else None,
            self.served_at is not None,
            visit.visited().status if visit else None,
            self.previous_visit,
            cast(Lapsed | None, self.lapsed),
        )


class Screening(Table, table=True):
    """A check at the door: passed or not, and nothing about a body or a person."""

    __table_args__ = (
        sa.Index("ix_screening_booking_id", "booking_id"),
        sa.Index("ix_screening_emergency_id_outcome_screened_at", "emergency_id", "outcome", "screened_at"),
    )

    screening_id: str = Field(primary_key=True, max_length=64)
    emergency_id: str = Field(max_length=64)
    booking_id: str | None = Field(default=None, max_length=64)
    passed: bool
    outcome: str | None = Field(default=None, max_length=16)
    procedure: str | None = Field(default=None, max_length=16)
    screened_by: str = Field(max_length=64)
    screened_at: datetime = Field(sa_type=Instant)


def taken_of(session: Session, slot_at: datetime, day: date) -> int:
    """How many visits are booked for a slot."""
    mine = (col(Booking.day) == day, col(Booking.slot_at) == slot_at, col(Booking.cancelled_at).is_(None))
    return session.exec(select(sa.func.count()).select_from(Booking).where(*mine)).one()


def taken_on(session: Session, day: date) -> dict[datetime, int]:
    """How many visits are booked for each slot of a day that has one."""
    mine = (col(Booking.day) == day, col(Booking.cancelled_at).is_(None))
    rows = session.exec(select(Booking.slot_at, sa.func.count()).where(*mine).group_by(col(Booking.slot_at)))
    return dict(rows.all())


def bookings_of(session: Session, day: date) -> list[tuple[Booking, Screening | None, Visit | None]]:
    """The visits of a day by their slots, and within one as they were booked."""
    rows = session.exec(
        select(Booking, Screening, Visit)
        .join(Screening, col(Screening.booking_id) == col(Booking.booking_id), isouter=True)
        .join(Visit, col(Visit.booking_id) == col(Booking.booking_id), isouter=True)
        .where(Booking.day == day)
        .order_by(col(Booking.slot_at), col(Booking.booked_at), Booking.booking_id)
    )
    return [(booking, screening, visit) for booking, screening, visit in rows]


def booking_for_decision(session: Session, booking_id: str) -> Booking | None:
    """A booking, locked until the transaction ends."""
    return session.get(Booking, booking_id, with_for_update=True)


def booking_by_code(session: Session, code_sha256: str) -> Booking | None:
    """The booking with this code."""
    return session.exec(select(Booking).where(Booking.code_sha256 == code_sha256)).first()


def next_left_at_door(session: Session, now: datetime) -> str | None:
    """The booking of somebody who was at the door and has no outcome though the day is over."""
    calendar = working_calendar(session)
    for booking, screening in _at_door(session, now.astimezone(VN).date()):
        until = lapses_at(booking.booked(screening, None), calendar)
        if until is not None and until <= now:
            return booking.booking_id
    return None


def _at_door(session: Session, today: date) -> list[tuple[Booking, Screening | None]]:
    """Who is at the door and has no outcome, the earliest day first."""
    days = (col(Booking.day) <= today, col(Booking.day) >= today - LOOKED_BACK)
    here = (col(Booking.arrived_at).is_not(None), col(Booking.served_at).is_(None), col(Booking.lapsed).is_(None))
    waits = sa.or_(col(Screening.passed).is_(None), col(Screening.outcome) == "served_outside")
    rows = session.exec(
        select(Booking, Screening)
        .join(Screening, col(Screening.booking_id) == col(Booking.booking_id), isouter=True)
        .join(Visit, col(Visit.booking_id) == col(Booking.booking_id), isouter=True)
        .where(*days, *here, waits, col(Visit.visit_id).is_(None))
        .order_by(col(Booking.day), col(Booking.slot_at), Booking.booking_id)
    )
    return [(booking, screening) for booking, screening in rows]


def emergency_of_begun(session: Session, now: datetime) -> str | None:
    """The emergency in which the visit was booked that waits, and whose slot began first; none while none has begun."""
    mine = select(Booking.emergency_id).join(Visit, col(Visit.booking_id) == col(Booking.booking_id))
    return session.exec(begun(mine, now).limit(1)).first()


def screening_of(session: Session, booking_id: str) -> Screening | None:
    """What the check at the door said of a booked visitor."""
    return session.exec(select(Screening).where(Screening.booking_id == booking_id)).first()


def screened_in(session: Session, emergency_id: str) -> dict[str | None, int]:
    """How many were checked in an emergency, by what became of those who did not pass; None are those who did."""
    count = select(Screening.outcome, sa.func.count()).where(Screening.emergency_id == emergency_id)
    return dict(session.exec(count.group_by(col(Screening.outcome))).all())


def inside_now(session: Session, emergency: Emergency, now: datetime) -> int:
    """How many came in today and have not gone, in the emergency that is in force, as far as is written down. Whoever
    passed without a booking stands for one until the visit of somebody without one has ended: which of the tickets is
    theirs nobody knows. Whoever booked, or took a ticket before anybody was checked, is inside until their own has."""
    today = now.astimezone(VN).date()
    midnight = datetime.combine(today, datetime.min.time(), VN)
    booked, opened = col(Visit.booking_id).is_not(None), col(Visit.opened_at)
    unchecked = sa.and_(opened >= midnight, opened < emergency.declared_at)
    passed = _count(
        session,
        Screening,
        col(Screening.emergency_id) == emergency.emergency_id,
        col(Screening.outcome).is_(None),
        col(Screening.screened_at) >= midnight,
        col(Screening.booking_id).is_(None),
    )
    gone = _count(
        session, Visit, col(Visit.status) == "closed", col(Visit.day) == today, sa.not_(booked), sa.not_(unchecked)
    )
    here = col(Visit.status).in_(("waiting", "called"))
    return max(0, passed - gone) + _count(session, Visit, here, opened >= midnight, sa.or_(booked, unchecked))


def _count(session: Session, table: type[Table], *wanted: Any) -> int:
    return session.exec(select(sa.func.count()).select_from(table).where(*wanted)).one()
