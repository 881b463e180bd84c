"""Acts that were recorded wrong, and the dossiers whose dates they have moved."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.intake.rules.states import RUNNING
from services.intake.rules.taken_back import ActDeclared
from services.intake.tables.base import Table
from services.intake.tables.dossiers import Dossier
from services.intake.tables.emergencies import Emergency
from shared.worktime import Suspension


class PassedOver(Table, table=True):
    """A promise that passed over days which an act suspended: the first of them and the last. It stays when the dossier
    gets another date."""

    __table_args__ = (sa.Index("ix_passedover_last_day_first_day", "last_day", "first_day"),)

    event_id: str = Field(primary_key=True, max_length=36)
    """The event that promised it."""
    dossier_id: str = Field(max_length=64)
    first_day: date
    last_day: date


def declared_of_late(session: Session, limit: int = 20) -> list[Emergency]:
    """The emergencies that were declared last and not taken back, the newest first."""
    query = select(Emergency).where(col(Emergency.taken_back_at).is_(None))
    return list(session.exec(query.order_by(col(Emergency.declared_at).desc()).limit(limit)))


def acts_declared(session: Session) -> tuple[ActDeclared, ...]:
    """All acts that suspended, as they were declared, in that order, whatever became of them since."""
    query = select(Emergency).where(Emergency.deadlines == "suspended")
    rows = session.exec(query.order_by(Emergency.event_id))
    return tuple(act for row in rows if (act := _act_of(row)) is not None)


def mistaken_acts(session: Session) -> dict[str, ActDeclared]:
    """The acts that suspended and were taken back, by their emergencies; the last one that was taken back comes
    first."""
    query = select(Emergency).where(col(Emergency.taken_back_at).is_not(None), Emergency.deadlines == "suspended")
    rows = session.exec(query.order_by(col(Emergency.taken_back_at).desc(), Emergency.emergency_id))
    return {row.emergency_id: act for row in rows if (act := _act_of(row)) is not None}


def moved_by(session: Session, days: Suspension, now: datetime, limit: int, offset: int) -> list[Dossier]:
    """Dossiers whose clock runs, whose date comes later than now, and a promise of which passed over one of these days,
    the nearest date first; as many as `limit`, after the first `offset`."""
    query = _moved(days, now).order_by(col(Dossier.due_at), Dossier.number)
    return list(session.exec(query.limit(limit).offset(offset)))


def count_moved_by(session: Session, days: Suspension, now: datetime) -> int:
    """How many there are."""
    return session.exec(select(sa.func.count()).select_from(_moved(days, now).subquery())).one()


def of_these_moved_by(session: Session, days: Suspension, dossier_ids: Collection[str]) -> list[str]:
    """Those of these dossiers a promise of which passed over one of these days, the nearest date first."""
    mine = (col(Dossier.dossier_id).in_(list(dossier_ids)), col(Dossier.dossier_id).in_(_passed_over(days)))
    return list(session.exec(select(Dossier.dossier_id).where(*mine).order_by(col(Dossier.due_at), Dossier.dossier_id)))


def _act_of(row: Emergency) -> ActDeclared | None:
    if row.last_day is None or row.deadlines_basis is None:
        return None
    days = Suspension(row.first_day, row.last_day, row.deadlines_basis)
    return ActDeclared(row.emergency_id, days, row.event_id, row.taken_back_at)


def _moved(days: Suspension, now: datetime) -> SelectOfScalar[Dossier]:
    running = col(Dossier.status).in_(list(map(int, RUNNING)))
    return select(Dossier).where(running, col(Dossier.due_at) > now, col(Dossier.dossier_id).in_(_passed_over(days)))


def _passed_over(days: Suspension) -> SelectOfScalar[str]:
    mine = (col(PassedOver.last_day) >= days.first, col(PassedOver.first_day) <= days.last)
    return select(PassedOver.dossier_id).where(*mine)
