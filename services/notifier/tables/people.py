"""The office's people and days, as personnel tells them."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.notifier.rules.chart import Chart, Member
from services.notifier.tables.base import Table
from shared.calendars import calendar_of
from shared.worktime import Calendar


class Official(Table, table=True):
    """An official: where they work, who heads them, whom they declared as relatives."""

    official_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)
    department_id: str = Field(max_length=64)
    heads_up_to: str | None = Field(None, max_length=64)
    relatives: list[str] = Field(sa_type=sa.JSON)
    roles: list[str] = Field(sa_type=sa.JSON)


class Department(Table, table=True):
    """A department's name."""

    department_id: str = Field(primary_key=True, max_length=64)
    name: str = Field(max_length=200)


class CalendarDay(Table, table=True):
    """A day that personnel declared off or worked."""

    day: date = Field(primary_key=True)
    kind: str = Field(max_length=4)
    basis: str = Field(max_length=200)


def chart(session: Session) -> Chart:
    """Who heads whom today."""
    return Chart(
        Member(row.official_id, row.department_id, row.heads_up_to, frozenset(row.relatives), frozenset(row.roles))
        for row in session.exec(select(Official))
    )


def names(session: Session) -> dict[str, str]:
    """The names of officials and departments by id, as on badge and door."""
    found = dict(session.exec(select(col(Department.department_id), col(Department.name))).all())
    return found | dict(session.exec(select(col(Official.official_id), col(Official.name))).all())


def working_calendar(session: Session) -> Calendar:
    """The calendar in force: the seeded one, and what personnel declared, which wins."""
    return calendar_of(session, CalendarDay)
