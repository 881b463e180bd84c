"""What was erased because its time was over: a reference and a date, and nothing of what it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, Session

from services.hotline.tables.base import Private
from shared.mechanism import Instant, private, upsert
from shared.worktime import VN

WHOM = "official_id"
"""The private field that names whom a report is about."""
ERASED = "(erased)"
"""What stands there afterwards, and is no official: from somebody the report was kept, and nobody knows from whom."""


class PrivateErased(Private, table=True):
    """A reference under which something was kept that a page shows, and until when that was to be kept."""

    __tablename__ = "private_erased"

    ref: str = Field(primary_key=True, max_length=64)
    kept_until: datetime = Field(sa_type=Instant)


GONE = PrivateErased.metadata.tables["private_erased"]


def note_erased(session: Session, refs: Mapping[str, datetime]) -> None:
    """From here on it is known of these references that what they led to was erased."""
    if refs:
        rows = [{"ref": ref, "kept_until": until} for ref, until in refs.items()]
        upsert(session.connection(), GONE, rows)


def days_erased(session: Session, named: Mapping[str, str]) -> dict[str, date]:
    """Of what lay under these references, each with what it was: the day until which it was to be kept, of that of
    which all was erased. What was forgotten before its time, as when a report is sealed, is none of it."""
    kept = sa.exists(sa.select(private.c.ref).where(private.c.ref == GONE.c.ref))
    query = sa.select(GONE.c.ref, GONE.c.kept_until).where(GONE.c.ref.in_(list(named)), ~kept)
    days = [(named[row.ref], row.kept_until.astimezone(VN).date()) for row in session.connection().execute(query)]
    return {what: max(day for of, day in days if of == what) for what, _ in days}
