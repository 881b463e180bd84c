"""The working calendar as a service knows it: the seeded days, and those that personnel declared, which win."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from shared.changes import table_of
from shared.transaction import kept
from shared.worktime import Calendar, Override


def calendar_of(session: Session, days: type[SQLModel]) -> Calendar:
    """The calendar in force. `days` is the service's own table of declared days: day, kind, basis."""
    connection, table = session.connection(), table_of(days)
    known = kept(connection)
    found: Calendar | None = known.get(table) if known is not None else None
    if found is None:
        found = Calendar.declared(Override.declared(*row) for row in connection.execute(_declared(table)))
        if known is not None:
            known[table] = found
    return found


@cache
def _declared(days: sa.Table) -> sa.Select[Any]:
    return sa.select(*(days.c[name] for name in ("day", "kind", "basis")))
