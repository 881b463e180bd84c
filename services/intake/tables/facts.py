"""What was recorded, read from the log."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session

from shared.events import Event, Recorded, decode, digest
from shared.mechanism import event_log


def facts_of(session: Session, dossier_id: str) -> list[Recorded[Event]]:
    """What happened to a dossier, in order."""
    wanted = sa.select(event_log.c.body).where(event_log.c.aggregate == dossier_id).order_by(event_log.c.version)
    return [fact for row in session.connection().execute(wanted) if (fact := decode(row.body)) is not None]


def fact_as_written(session: Session, event_id: str) -> tuple[Recorded[Event], str] | None:
    """An event and the SHA-256 of its bytes."""
    body = session.connection().execute(sa.select(event_log.c.body).where(event_log.c.event_id == event_id)).scalar()
    recorded = decode(body) if body is not None else None
    return (recorded, digest(body)) if recorded is not None and body is not None else None
