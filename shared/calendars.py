"""The working calendar as a service knows it: the seeded days, and those that personnel declared, which win."""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from shared.changes import table_of
from shared.worktime import Calendar, Override


def calendar_of(session: Session, days: type[SQLModel]) -> Calendar:
    """The calendar in force. `days` is the service's own table of declared days: day, kind, basis."""
    return Calendar.declared(Override.declared(*row) for row in session.connection().execute(_declared(days)))


@cache
def _declared(days: type[SQLModel]) -> sa.Select[Any]:
    return sa.select(*(table_of(days).c[name] for name in ("day", "kind", "basis")))
