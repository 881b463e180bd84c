"""What personnel tells: days, officials and departments."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, Session, select

from services.intake.tables.base import Table
from shared.calendars import calendar_of
from shared.worktime import Calendar


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


def badges(session: Session) -> dict[str, tuple[str, str]]:
    """The name and post of every official who is known, by id."""
    return {row.official_id: (row.name, row.post) for row in session.exec(select(Official))}


def department_names(session: Session) -> dict[str, str]:
    """The name of every department that is known, by id."""
    return {row.department_id: row.name for row in session.exec(select(Department))}


def working_calendar(session: Session) -> Calendar:
    """The calendar in force: the seeded one, and what personnel declared, which wins."""
    return calendar_of(session, CalendarDay)
