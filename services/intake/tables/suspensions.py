"""What acts suspend, and the dossiers whose dates do not know of it yet."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import get_args

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.intake.rules.emergencies import suspends
from services.intake.rules.states import RUNNING
from services.intake.rules.suspensions import Suspended, counted_with, suspended_by
from services.intake.tables.dossiers import Dossier
from services.intake.tables.emergencies import Emergency, last_emergency
from services.intake.tables.people import working_calendar
from shared.events.emergency import Deadlines
from shared.worktime import VN, Calendar

_SUSPENDING = col(Emergency.deadlines).in_([each for each in get_args(Deadlines) if suspends(each)])
"""Whether an emergency was declared to suspend deadlines."""


def acts_in(session: Session) -> tuple[Suspended, ...]:
    """All that acts suspended, over or not, the first day first."""
    if last_emergency(session) is None:
        return ()
    query = select(Emergency).where(_SUSPENDING)
    rows = session.exec(query.order_by(col(Emergency.first_day), Emergency.emergency_id))
    return tuple(act for row in rows if (act := suspended_by(row.declared())) is not None)


def counting_calendars(session: Session) -> Callable[[str], Calendar]:
    """What the time limits of a procedure are counted with, by its code: the calendar in force, without the days that
    an act suspends. Opening hours, bookings and visits ask `working_calendar`: the office is open on such a day."""
    calendar, acts = working_calendar(session), acts_in(session)
    return lambda procedure: counted_with(calendar, acts, procedure)


def counting_calendar(session: Session, procedure: str) -> Calendar:
    """What the time limits of a procedure are counted with."""
    return counting_calendars(session)(procedure)


def to_carry(session: Session, act: Suspended, now: datetime, limit: int, offset: int = 0) -> list[Dossier]:
    """Dossiers whose clock runs and whose date comes later than now and may not know of an act, the nearest first: as
    many as `limit`, after the first `offset`."""
    query = _unaware(session, act).where(col(Dossier.due_at) > now)
    return list(session.exec(query.order_by(col(Dossier.due_at), Dossier.number).limit(limit).offset(offset)))


def count_to_carry(session: Session, act: Suspended, now: datetime) -> int:
    """How many there are."""
    wanted = _unaware(session, act).where(col(Dossier.due_at) > now).subquery()
    return session.exec(select(sa.func.count()).select_from(wanted)).one()


def of_these_to_carry(session: Session, act: Suspended, dossier_ids: Collection[str]) -> list[str]:
    """Those of these dossiers whose dates may not know of an act, the nearest date first."""
    mine = (col(Dossier.dossier_id).in_(list(dossier_ids)), _may_not_know(session, act))
    return list(session.exec(select(Dossier.dossier_id).where(*mine).order_by(col(Dossier.due_at), Dossier.dossier_id)))


def due_unaware(session: Session, act: Suspended, until: datetime, limit: int, offset: int = 0) -> list[Dossier]:
    """Dossiers whose clock runs and whose date comes before a moment, may not know of an act, and was not told to have
    been missed, the nearest first: as many as `limit`, after the first `offset`."""
    untold = sa.or_(col(Dossier.overdue_told).is_(None), col(Dossier.overdue_told) != col(Dossier.due_at))
    query = _unaware(session, act).where(col(Dossier.due_at) < until, untold)
    return list(session.exec(query.order_by(col(Dossier.due_at), Dossier.number).limit(limit).offset(offset)))


def start_of(day: date) -> datetime:
    """Midnight, with which a day begins in Vietnam."""
    return datetime(day.year, day.month, day.day, tzinfo=VN)


def tomorrow(now: datetime) -> datetime:
    """The end of today, in Vietnam."""
    return start_of(now.astimezone(VN).date() + timedelta(days=1))


def _unaware(session: Session, act: Suspended) -> SelectOfScalar[Dossier]:
    running = col(Dossier.status).in_(list(map(int, RUNNING)))
    others = col(Dossier.procedure).not_in(sorted(act.urgent))
    later = col(Dossier.due_at) >= start_of(act.days.first)
    return select(Dossier).where(running, later, others, _may_not_know(session, act))


def _may_not_know(session: Session, act: Suspended) -> sa.ColumnElement[bool]:
    """What is worth asking the rule about: not every date, unless an act that was to begin later, and was taken back or
    brought forward, may have told of these last days alone."""
    suspending = select(Emergency.emergency_id).where(_SUSPENDING)
    if session.exec(suspending.where(col(Emergency.first_day) > act.days.first).limit(1)).first():
        return sa.true()
    known = col(Dossier.known_until)
    return sa.or_(known.is_(None), known < act.days.last)
