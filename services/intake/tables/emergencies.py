"""Emergencies, bookings and checks at the door, and the questions asked of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.intake.rules.bookings import Booked
from services.intake.rules.door import lapses_at
from services.intake.rules.emergencies import Declared, suspends
from services.intake.rules.states import OPEN
from services.intake.tables.base import Table
from services.intake.tables.dossiers import Dossier
from services.intake.tables.people import working_calendar
from services.intake.tables.visits import Visit, begun
from shared.changes import table_of
from shared.events.emergency import Deadlines, Lapsed, NotPassed
from shared.mechanism import Instant
from shared.prepared import Prepared
from shared.transaction import turn_of
from shared.worktime import VN

LOOKED_BACK = timedelta(days=31)
"""How far back whoever was left at the door is looked for, every second or so: an office that stood still has its days
closed when it starts again."""


class Emergency(Table, table=True):
    """An emergency as it was declared, and when it was lifted."""

    emergency_id: str = Field(primary_key=True, max_length=64)
    basis: str = Field(max_length=120)
    first_day: date
    last_day: date | None = None
    urgent: list[str] = Field(sa_type=sa.JSON)
    roster: str = Field(max_length=100)
    inside: int
    slot_minutes: int
    per_slot: int
    deadlines: str = Field(max_length=16)
    deadlines_basis: str | None = Field(default=None, max_length=120)
    notices: list[str] = Field(sa_type=sa.JSON)
    declared_by: str = Field(max_length=64)
    declared_at: datetime = Field(sa_type=Instant)
    lifted_by: str | None = Field(default=None, max_length=64)
    lifted_at: datetime | None = Field(default=None, sa_type=Instant)
    lifted_basis: str | None = Field(default=None, max_length=120)
    taken_back_by: str | None = Field(default=None, max_length=64)
    taken_back_at: datetime | None = Field(default=None, sa_type=Instant)
    taken_back_reason: str | None = Field(default=None, max_length=32)
    event_id: str = Field(max_length=36)
    """The event that declared it."""

    @property
    def suspended_under(self) -> str | None:
        """The act that suspends deadlines; none while they go on."""
        return self.deadlines_basis if suspends(cast(Deadlines, self.deadlines)) else None

    def declared(self) -> Declared:
        """What the rules see of it."""
        return Declared(
            self.emergency_id,
            self.first_day,
            self.last_day,
            frozenset(self.urgent),
            self.inside,
            self.slot_minutes,
            self.per_slot,
            self.lifted_at is not None,
            self.suspended_under,
            self.lifted_at.astimezone(VN).date() if self.lifted_at else None,
            self.taken_back_at is not None,
        )


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


_LAST = Prepared(
    sa.select(table_of(Emergency).c.emergency_id).order_by(table_of(Emergency).c.declared_at.desc()).limit(1)
)


def last_emergency(session: Session, *, lock: bool = False) -> Emergency | None:
    """The emergency that was declared last, over or not; locked until the transaction ends, if that is asked.

    Every dossier of the counter asks it: of a group of functions the first reads which one it is.
    """
    connection, table = session.connection(), table_of(Emergency)
    turn = turn_of(connection)
    if turn and table in turn.kept:
        rows: Sequence[tuple[str]] = turn.kept[table]
    else:
        rows = _LAST(connection, {}).rows
        if turn:
            turn.kept[table] = rows
    return session.get(Emergency, rows[0][0], with_for_update=lock or None) if rows else None


def emergency_on(session: Session, day: date, *, lock: bool = False) -> Emergency | None:
    """The emergency that is in force on a day; locked until the transaction ends, if that is asked."""
    row = last_emergency(session, lock=lock)
    return row if row is not None and row.declared().in_force(day) else None


def open_emergency(session: Session, day: date) -> Emergency | None:
    """The emergency that is declared and not over on a day: in force, or still to begin."""
    row = last_emergency(session)
    return row if row is not None and row.declared().is_open(day) else None


def promises_between(
    session: Session, first: datetime, last: datetime, urgent: Collection[str], limit: int
) -> list[Dossier]:
    """Open dossiers of procedures that are not urgent with a date from one moment until before the other, the nearest
    first."""
    return list(session.exec(_between(first, last, urgent).order_by(col(Dossier.due_at), Dossier.number).limit(limit)))


def count_promises_between(session: Session, first: datetime, last: datetime, urgent: Collection[str]) -> int:
    """How many there are."""
    wanted = _between(first, last, urgent).subquery()
    return session.exec(select(sa.func.count()).select_from(wanted)).one()


def _between(first: datetime, last: datetime, urgent: Collection[str]) -> SelectOfScalar[Dossier]:
    due = (col(Dossier.due_at) >= first, col(Dossier.due_at) < last)
    others = col(Dossier.procedure).not_in(sorted(urgent))
    return select(Dossier).where(col(Dossier.status).in_(list(map(int, OPEN))), *due, others)


def not_put_off(session: Session, dossier_ids: Collection[str]) -> list[str]:
    """Those of these dossiers that have their first date, the nearest date first."""
    mine = (col(Dossier.dossier_id).in_(list(dossier_ids)), col(Dossier.rescheduled).is_(False))
    return list(session.exec(select(Dossier.dossier_id).where(*mine).order_by(col(Dossier.due_at), Dossier.dossier_id)))


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
