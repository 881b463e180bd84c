"""Sheets of paper with numbers of reports, and the questions asked of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.hotline.rules.sheets import Allotted, NumberState
from services.hotline.tables.base import Table
from shared.events import digest
from shared.mechanism import Instant, event_log


class CallSheet(Table, table=True):
    """A sheet that was printed. The receipt codes beside its numbers lie in `private` alone."""

    sheet_id: str = Field(primary_key=True, max_length=64)
    unit: str = Field(max_length=64)
    codes_ref: str = Field(max_length=64)
    allotted_by: str = Field(max_length=64)
    allotted_at: datetime = Field(sa_type=Instant)
    event_id: str = Field(max_length=36)
    """The event that allotted its numbers."""


class AllottedNumber(Table, table=True):
    """A number on a sheet: open until it is a report's, or void."""

    __table_args__ = (
        sa.Index("ix_allottednumber_sheet_id_place", "sheet_id", "place"),
        sa.Index("ix_allottednumber_state_sheet_id", "state", "sheet_id"),
    )

    number: str = Field(primary_key=True, max_length=40)
    sheet_id: str = Field(max_length=64)
    place: int
    """Where it stands on the sheet, from 1."""
    receipt_sha256: str = Field(max_length=64)
    state: str = Field(max_length=8)
    complaint_id: str | None = Field(default=None, max_length=64)
    reason_code: str | None = Field(default=None, max_length=16)
    accounted_by: str | None = Field(default=None, max_length=64)
    accounted_at: datetime | None = Field(default=None, sa_type=Instant)

    def allotted(self) -> Allotted:
        """What the rules see of it."""
        return Allotted(self.number, cast(NumberState, self.state))


def number_for_decision(session: Session, sheet_id: str, number: str) -> AllottedNumber | None:
    """A number of this sheet, locked until the transaction ends."""
    row = session.get(AllottedNumber, number, with_for_update=True)
    return row if row is not None and row.sheet_id == sheet_id else None


def numbers_of(session: Session, sheet_id: str) -> list[AllottedNumber]:
    """The numbers of a sheet, in their order."""
    query = select(AllottedNumber).where(AllottedNumber.sheet_id == sheet_id)
    return list(session.exec(query.order_by(col(AllottedNumber.place))))


def open_sheets(session: Session, limit: int = 100) -> list[tuple[CallSheet, int]]:
    """The sheets with numbers that are not accounted for, the oldest first, and how many those are."""
    count = sa.func.count()
    left = select(AllottedNumber.sheet_id, count.label("left")).where(AllottedNumber.state == "open")
    counted = left.group_by(col(AllottedNumber.sheet_id)).subquery()
    query = sa.select(CallSheet, counted.c.left).join(counted, counted.c.sheet_id == col(CallSheet.sheet_id))
    ordered = query.order_by(col(CallSheet.allotted_at), col(CallSheet.sheet_id)).limit(limit)
    return [(row[0], int(row[1])) for row in session.execute(ordered)]


def count_open_numbers(session: Session) -> int:
    """How many numbers on sheets are not accounted for."""
    query = select(sa.func.count()).select_from(AllottedNumber).where(AllottedNumber.state == "open")
    return session.exec(query).one()


def last_sheets(session: Session, but: Collection[str], limit: int = 10) -> list[CallSheet]:
    """The sheets printed last, without these."""
    query = select(CallSheet).where(col(CallSheet.sheet_id).not_in(but))
    return list(session.exec(query.order_by(col(CallSheet.sheet_id).desc()).limit(limit)))


def event_as_written(session: Session, event_id: str) -> str:
    """The SHA-256 of an event's bytes in our own log."""
    query = sa.select(event_log.c.body).where(event_log.c.event_id == event_id)
    return digest(session.connection().execute(query).scalar_one())
