"""Emergencies, and the questions asked of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import cast

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.intake.rules.emergencies import Declared, suspends
from services.intake.rules.states import OPEN
from services.intake.tables.base import Table
from services.intake.tables.dossiers import Dossier
from shared.changes import table_of
from shared.events.emergency import Deadlines
from shared.mechanism import Instant
from shared.prepared import Prepared
from shared.transaction import turn_of
from shared.worktime import VN


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
