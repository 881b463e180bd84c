"""A citizen's data and texts: kept in the service that collected them, by random reference, read for a purpose.

Nothing of it goes into an event, a header, a log line or a trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from shared.mechanism import private, upsert
from shared.prepared import Prepared

_KEEP = Prepared(private.insert(), "ref", "field", "value", "purpose", "kept_until")


def keep(session: Session, ref: str, fields: Mapping[str, str | None], *, purpose: str, until: datetime) -> None:
    """Store fields under a reference, in the caller's transaction; empty ones are left out."""
    rows = [
        {"ref": ref, "field": name, "value": value, "purpose": purpose, "kept_until": until}
        for name, value in fields.items()
        if value
    ]
    if rows:
        _KEEP.later(session.connection(), rows)


def put_right(session: Session, ref: str, fields: Mapping[str, str], *, purpose: str, until: datetime) -> None:
    """Replace fields under a reference, or add them. Record who did it, and which they were."""
    for name, value in fields.items():
        row = {"ref": ref, "field": name, "value": value, "purpose": purpose, "kept_until": until}
        upsert(session.connection(), private, [row])


def years_from(now: datetime, years: int) -> datetime:
    """Until when something is kept for so many years: counted long, each as a leap year."""
    return now + timedelta(days=366 * years)


def look(session: Session, ref: str, fields: Iterable[str]) -> dict[str, str]:
    """The fields kept under a reference, those that are there. Record a PrivateDataRead beside it."""
    wanted = sa.select(private.c.field, private.c.value).where(private.c.ref == ref, private.c.field.in_(list(fields)))
    return {row.field: row.value for row in session.connection().execute(wanted)}
