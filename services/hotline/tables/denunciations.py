"""Envelopes of denunciations, and the questions asked of them. No row knows what is in one, or whether anything is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.hotline.tables.base import Table
from shared.mechanism import private

SEALED = "denunciation"
"""What envelopes are kept and read for."""
ENVELOPE = "envelope"
"""Their private field."""


class SealedReport(Table, table=True):
    """An envelope that was given out with others."""

    report_id: str = Field(primary_key=True, max_length=64)
    envelope_ref: str = Field(max_length=64)
    since: date
    released_on: date = Field(index=True)


def last_release(session: Session) -> date | None:
    """The day on which envelopes were last given out."""
    return session.exec(select(sa.func.max(col(SealedReport.released_on)))).one()


def envelopes_waiting(session: Session) -> list[tuple[str, str]]:
    """The envelopes (reference, the envelope itself) that are not given out yet. Reads all of `private`: seldom."""
    given_out = sa.exists(
        sa.select(col(SealedReport.envelope_ref)).where(col(SealedReport.envelope_ref) == private.c.ref)
    )
    query = sa.select(private.c.ref, private.c.value).where(private.c.purpose == SEALED, ~given_out)
    return [(row.ref, row.value) for row in session.connection().execute(query.order_by(private.c.ref))]


def forget(session: Session, refs: Sequence[str]) -> None:
    """Remove what is kept under these references."""
    session.connection().execute(private.delete().where(private.c.ref.in_(refs)))


def releases(session: Session, limit: int = 100) -> list[tuple[date, date, int]]:
    """The last days on which envelopes were given out: the day, since when they were sealed, and how many there are."""
    day, since = col(SealedReport.released_on), sa.func.min(col(SealedReport.since))
    query = sa.select(day, since, sa.func.count()).group_by(day).order_by(day.desc()).limit(limit)
    return [(row[0], row[1], int(row[2])) for row in session.execute(query)]


def reports_of(session: Session, day: date) -> list[SealedReport]:
    """The envelopes that were given out on a day."""
    query = select(SealedReport).where(SealedReport.released_on == day).order_by(col(SealedReport.report_id))
    return list(session.exec(query))
