"""Intake's tables, and the questions asked of them. Every row here is the fold of events."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, Session, SQLModel, col, select

from services.intake.rulebook.states import FilingStatus, Status
from services.intake.rules.bookings import Booked
from services.intake.rules.emergencies import Declared
from services.intake.rules.filings import Filed
from services.intake.rules.states import OPEN, RUNNING, Case
from services.intake.rules.versions import Standing
from services.intake.rules.visits import Visited, VisitStatus, lapses_at
from shared.calendars import calendar_of
from shared.events import Event, Recorded, decode, digest
from shared.events.emergency import NotPassed
from shared.events.visit import Purpose, VisitOutcome
from shared.mechanism import Instant, event_log
from shared.texts import first_id
from shared.worktime import Calendar


class Table(SQLModel, registry=registry()):
    """Base of intake's tables: a metadata of its own."""


class Dossier(Table, table=True):
    """A dossier and where it is."""

    __table_args__ = (sa.Index("ix_dossier_status_due_at", "status", "due_at"),)

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
    event_id: str = Field(max_length=36)
    """The event that received it."""

    def is_overdue(self, now: datetime) -> bool:
        """Whether its date has passed, and nobody was told of that date."""
        return Status(self.status) in RUNNING and self.due_at < now and self.overdue_told != self.due_at

    def standing(self) -> Standing:
        """What a new version of its procedure is compared with."""
        return Standing(self.number, self.procedure_version, self.received_at, self.due_at, self.variant)

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
        )


LIVE = sa.text("status IN (1, 2, 5)")
"""A number of the portal stands for one filing that is open or received; one that ended may be registered again."""


class Filing(Table, table=True):
    """What a citizen filed online, and where it is until it is a dossier."""

    __table_args__ = (
        sa.Index("ix_filing_status_answer_by", "status", "answer_by"),
        sa.Index("ix_filing_portal_number", "portal_number"),
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
    event_id: str = Field(max_length=36)
    """The event that registered it."""

    def is_unanswered(self, now: datetime) -> bool:
        """Whether its time to answer has passed, and nobody was told."""
        return self.status == FilingStatus.REGISTERED and self.answer_by < now and not self.unanswered_told

    @property
    def is_live(self) -> bool:
        """Whether it is open, or was received."""
        return self.status in (FilingStatus.REGISTERED, FilingStatus.ACCEPTED, FilingStatus.SUPPLEMENT_AWAITED)

    def filed(self) -> Filed:
        """What the rules see of it."""
        status = FilingStatus(self.status)
        return Filed(self.filing_id, self.procedure, self.department, status, self.answer_by, self.supplement_by)


class Visit(Table, table=True):
    """Somebody at the counter: what they came for, whether they were called, and what became of it."""

    __table_args__ = (
        sa.Index("ix_visit_status_day_serial", "status", "day", "serial"),
        sa.Index("ix_visit_day_called_at", "day", "called_at"),
        sa.Index("ix_visit_code_sha256", "code_sha256"),
        sa.Index("ix_visit_previous_visit", "previous_visit"),
        sa.Index("ix_visit_outcome_procedure_trip", "outcome", "procedure", "trip"),
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
        )


class Emergency(Table, table=True):
    """An emergency as it was declared, and when it was lifted."""

    emergency_id: str = Field(primary_key=True, max_length=64)
    basis: str = Field(max_length=100)
    first_day: date
    last_day: date | None = None
    urgent: list[str] = Field(sa_type=sa.JSON)
    roster: str = Field(max_length=100)
    inside: int
    slot_minutes: int
    per_slot: int
    deadlines: str = Field(max_length=16)
    deadlines_basis: str | None = Field(default=None, max_length=100)
    notices: list[str] = Field(sa_type=sa.JSON)
    declared_by: str = Field(max_length=64)
    declared_at: datetime = Field(sa_type=Instant)
    lifted_by: str | None = Field(default=None, max_length=64)
    lifted_at: datetime | None = Field(default=None, sa_type=Instant)
    lifted_basis: str | None = Field(default=None, max_length=100)
    event_id: str = Field(max_length=36)
    """The event that declared it."""

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

    def booked(self, screening: Screening | None) -> Booked:
        """What the rules see of it, with what the check at the door said."""
        return Booked(
            self.booking_id,
            self.procedure,
            self.day,
            self.slot_at,
            self.cancelled_at is not None,
            self.arrived_at is not None,
            screening.passed if screening else None,
            cast(NotPassed | None, screening.outcome) if screening else None,
            self.served_at is not None,
        )


class Screening(Table, table=True):
    """A check at the door: passed or not, and nothing about a body or a person."""

    __table_args__ = (
        sa.Index("ix_screening_booking_id", "booking_id"),
        sa.Index("ix_screening_emergency_id", "emergency_id", "outcome"),
    )

    screening_id: str = Field(primary_key=True, max_length=64)
    emergency_id: str = Field(max_length=64)
    booking_id: str | None = Field(default=None, max_length=64)
    passed: bool
    outcome: str | None = Field(default=None, max_length=16)
    procedure: str | None = Field(default=None, max_length=16)
    screened_by: str = Field(max_length=64)
    screened_at: datetime = Field(sa_type=Instant)


class CalendarDay(Table, table=True):
    """A day that personnel declared off or worked."""

    day: date = Field(primary_key=True)
    kind: str = Field(max_length=4)
    basis: str = Field(max_length=200)


class Official(Table, table=True):
    """An official, as on the badge."""

    official_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)
    post: str = Field(max_length=200)


class Department(Table, table=True):
    """A department's name."""

    department_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)


def dossier_for_decision(session: Session, dossier_id: str) -> Dossier | None:
    """A dossier, locked until the transaction ends."""
    return session.get(Dossier, dossier_id, with_for_update=True)


def dossier_by_number(session: Session, number: str) -> Dossier | None:
    """The dossier with this official number."""
    return session.exec(select(Dossier).where(Dossier.number == number)).first()


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


def open_dossiers(session: Session, limit: int = 200) -> list[Dossier]:
    """Dossiers whose result is not ready, the nearest date first."""
    query = select(Dossier).where(col(Dossier.status).in_(list(map(int, OPEN)))).order_by(col(Dossier.due_at))
    return list(session.exec(query.limit(limit)))


def open_of(session: Session, procedure: str) -> list[Dossier]:
    """All open dossiers of a procedure, oldest first."""
    query = select(Dossier).where(Dossier.procedure == procedure, col(Dossier.status).in_(list(map(int, OPEN))))
    return list(session.exec(query.order_by(col(Dossier.received_at), Dossier.number)))


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


def unanswered_until(session: Session, until: datetime, limit: int = 500) -> list[Filing]:
    """Filings that wait for an answer whose time ends before this moment or has passed, the nearest first."""
    waiting = (Filing.status == int(FilingStatus.REGISTERED), col(Filing.answer_by) < until)
    return list(session.exec(select(Filing).where(*waiting).order_by(col(Filing.answer_by)).limit(limit)))


def ready_dossiers(session: Session, limit: int = 200) -> list[Dossier]:
    """Dossiers whose result waits for its citizen, the longest first."""
    query = select(Dossier).where(Dossier.status == int(Status.COMPLETED)).order_by(col(Dossier.completed_at))
    return list(session.exec(query.limit(limit)))


def longest_uncollected(session: Session) -> str | None:
    """The dossier whose result has waited longest for its citizen, of those that nobody was told of."""
    waiting = (Dossier.status == int(Status.COMPLETED), col(Dossier.uncollected_told).is_(False))
    query = select(Dossier.dossier_id).where(*waiting).order_by(col(Dossier.completed_at)).limit(1)
    return session.exec(query).first()


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


def visit_for_decision(session: Session, visit_id: str) -> Visit | None:
    """A visit, locked until the transaction ends."""
    return session.get(Visit, visit_id, with_for_update=True)


def visit_by_code(session: Session, code_sha256: str) -> Visit | None:
    """The visit whose ticket has this code, locked until the transaction ends."""
    return session.exec(select(Visit).where(Visit.code_sha256 == code_sha256).with_for_update()).first()


def is_followed(session: Session, visit_id: str) -> bool:
    """Whether a later visit is linked to this one."""
    return session.exec(select(Visit.visit_id).where(Visit.previous_visit == visit_id).limit(1)).first() is not None


def next_waiting(session: Session) -> Visit | None:
    """Whoever waits longest and is not being called at this moment, locked until the transaction ends."""
    query = select(Visit).where(Visit.status == "waiting").order_by(col(Visit.day), col(Visit.serial)).limit(1)
    return session.exec(query.with_for_update(skip_locked=True)).first()


def waiting_visits(session: Session, limit: int = 200) -> list[Visit]:
    """Who waits, the longest first."""
    query = select(Visit).where(Visit.status == "waiting").order_by(col(Visit.day), col(Visit.serial))
    return list(session.exec(query.limit(limit)))


def called_visits(session: Session, limit: int = 200) -> list[Visit]:
    """Who was called and has no outcome yet, by their numbers."""
    query = select(Visit).where(Visit.status == "called").order_by(col(Visit.day), col(Visit.serial))
    return list(session.exec(query.limit(limit)))


def waiting_until(session: Session, day: date, serial: int | None = None) -> int:
    """How many wait with a number of this day or of one before; of this day, before a number alone."""
    before = col(Visit.day) < day if serial is not None else col(Visit.day) <= day
    if serial is not None:
        before = sa.or_(before, sa.and_(col(Visit.day) == day, col(Visit.serial) < serial))
    return int(session.exec(select(sa.func.count()).where(Visit.status == "waiting", before)).one())


def first_waiting(session: Session, day: date) -> Visit | None:
    """Who waits longest of this day, and of those before."""
    query = select(Visit).where(Visit.status == "waiting", col(Visit.day) <= day)
    return session.exec(query.order_by(col(Visit.day), col(Visit.serial)).limit(1)).first()


def last_called(session: Session, day: date, limit: int = 6) -> list[Visit]:
    """The numbers of a day that were called last, the newest first."""
    query = select(Visit).where(Visit.day == day, col(Visit.called_at).is_not(None))
    return list(session.exec(query.order_by(col(Visit.called_at).desc(), col(Visit.serial).desc()).limit(limit)))


def next_lapsed(session: Session, now: datetime) -> str | None:
    """A visit without an outcome whose day is over; those of one day that wait end together, so the first says it."""
    calendar = working_calendar(session)
    for status in ("waiting", "called"):
        query = select(Visit).where(Visit.status == status).order_by(col(Visit.day), col(Visit.serial)).limit(1)
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


def badges(session: Session) -> dict[str, tuple[str, str]]:
    """The name and post of every official who is known, by id."""
    return {row.official_id: (row.name, row.post) for row in session.exec(select(Official))}


def department_names(session: Session) -> dict[str, str]:
    """The name of every department that is known, by id."""
    return {row.department_id: row.name for row in session.exec(select(Department))}


def facts_of(session: Session, dossier_id: str) -> list[Recorded[Event]]:
    """What happened to a dossier, in order."""
    wanted = sa.select(event_log.c.body).where(event_log.c.aggregate == dossier_id).order_by(event_log.c.version)
    return [fact for row in session.connection().execute(wanted) if (fact := decode(row.body)) is not None]


def fact_as_written(session: Session, event_id: str) -> tuple[Recorded[Event], str] | None:
    """An event and the SHA-256 of its bytes."""
    body = session.connection().execute(sa.select(event_log.c.body).where(event_log.c.event_id == event_id)).scalar()
    recorded = decode(body) if body is not None else None
    return (recorded, digest(body)) if recorded is not None and body is not None else None


def working_calendar(session: Session) -> Calendar:
    """The calendar in force: the seeded one, and what personnel declared, which wins."""
    return calendar_of(session, CalendarDay)
