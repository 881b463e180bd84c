"""Whose shift it is, and the calls that try the line out every night."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.hotline.rules.line_tests import TriedOut
from services.hotline.tables.base import Table
from shared.mechanism import Instant


class DeskShift(Table, table=True):
    """Whose shift it is, since when, and what was handed over with it."""

    desk_id: str = Field(primary_key=True, max_length=64)
    held_by: str = Field(max_length=64)
    given_by: str = Field(max_length=64)
    recorded_by: str = Field(max_length=64)
    handed_at: datetime = Field(sa_type=Instant)
    open_reports: int
    missed_calls: int
    open_numbers: int
    promises_ref: str | None = Field(default=None, max_length=64)
    event_id: str = Field(max_length=36)
    """The event that handed it over."""


class LineTest(Table, table=True):
    """A call that tries the line out: one a night, and what came of it."""

    __table_args__ = (sa.Index("ix_linetest_night", "night"),)

    test_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    night: date
    opened_at: datetime = Field(sa_type=Instant)
    record_by: datetime = Field(sa_type=Instant)
    answered: bool | None = None
    seconds: int | None = None
    in_time: bool | None = None
    recorded_by: str | None = Field(default=None, max_length=64)
    recorded_at: datetime | None = Field(default=None, sa_type=Instant)
    event_id: str = Field(max_length=36)
    """The event that opened it."""

    def tried_out(self) -> TriedOut:
        """What the rules see of it."""
        return TriedOut(self.test_id, self.opened_at, self.record_by, self.recorded_at is not None)


def shift_for_decision(session: Session, desk_id: str) -> DeskShift | None:
    """Whose shift it is, locked until the transaction ends; none before the first one is handed over."""
    return session.get(DeskShift, desk_id, with_for_update=True)


def line_test_for_decision(session: Session, test_id: str) -> LineTest | None:
    """A test, locked until the transaction ends."""
    return session.get(LineTest, test_id, with_for_update=True)


def last_line_tests(session: Session, limit: int = 7) -> list[LineTest]:
    """The tests of the last nights, the last one first."""
    return list(session.exec(select(LineTest).order_by(col(LineTest.night).desc()).limit(limit)))
