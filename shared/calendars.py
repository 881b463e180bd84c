"""The working calendar as a service knows it: the seeded days, and those that personnel declared, which win."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import cast

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from shared.changes import table_of
from shared.prepared import Prepared
from shared.transaction import turn_of
from shared.worktime import Calendar, Override


def calendar_of(session: Session, days: type[SQLModel]) -> Calendar:
    """The calendar in force. `days` is the service's own table of declared days: day, kind, basis."""
    connection, table = session.connection(), table_of(days)
    turn = turn_of(connection)
    if turn and table in turn.kept:
        return cast(Calendar, turn.kept[table])
    rows = _declared(table)(connection, {}).rows
    found = Calendar.declared(Override.declared(_day(day), kind, basis) for day, kind, basis in rows)
    if turn:
        turn.kept[table] = found
    return found


@cache
def _declared(days: sa.Table) -> Prepared:
    return Prepared(sa.select(*(days.c[name] for name in ("day", "kind", "basis"))))


def _day(kept: date | str) -> date:
    """SQLite's driver gives a day as text."""
    return date.fromisoformat(kept) if isinstance(kept, str) else kept
