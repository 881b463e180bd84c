"""What is kept longer than its `kept_until`, a little at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from services.hotline.rules import Status
from services.hotline.tables import Complaint, ComplaintClock, LineTest, SealedReport
from services.hotline.tables.denunciations import SEALED
from services.hotline.tables.drafts import DRAFTS
from services.hotline.tables.erased import ERASED, WHOM, note_erased
from services.hotline.tables.file_days import DAYS
from services.hotline.tables.files import FILES, forget_files
from shared.mechanism import private
from shared.worktime import VN

SHOWN = ("txt_", "prs_")
"""The references that a page of a report asks for: of these it is noted that they were erased."""
NIGHTS = 30
FOR_EVER = datetime.fromisoformat("9000-01-01T00:00:00+00:00")


def over(now: datetime) -> Any:
    """Asks for the private fields whose time is over. Drafts have a job of their own. Two wait for more than their
    time: whom a report is about that is not at its end, since whoever is accused would see it, and what is sealed and
    was not given out yet."""
    free = sa.or_(private.c.field != WHOM, private.c.ref.not_in(_not_at_their_end(now)))
    given_out = sa.or_(private.c.purpose != SEALED, private.c.ref.in_(sa.select(col(SealedReport.envelope_ref))))
    return sa.and_(private.c.kept_until <= now, private.c.ref != DRAFTS, free, given_out)


def had_a_night(session: Session, now: datetime) -> bool:
    """Whether the line was tried out in one of the last thirty nights, a day ago or longer."""
    since = now.astimezone(VN).date() - timedelta(days=NIGHTS)
    there = (col(LineTest.night) >= since, col(LineTest.opened_at) <= now - timedelta(days=1))
    return session.exec(select(LineTest.test_id).where(*there).limit(1)).first() is not None


def is_anything_over(session: Session, now: datetime) -> bool:
    """Whether something is to be erased."""
    connection = session.connection()
    fields = sa.select(private.c.ref).where(over(now)).order_by(private.c.kept_until).limit(1)
    files = sa.select(FILES.c.ref).where(FILES.c.kept_until <= now).limit(1)
    days = sa.select(DAYS.c.day).where(DAYS.c.day < now.astimezone(VN).date()).limit(1)
    return any(connection.execute(query).first() is not None for query in (fields, files, days))


def erase_fields(session: Session, now: datetime, most: int) -> int:
    """Erase the private fields whose time was over first, so many at most; how many there were."""
    connection, by_age = session.connection(), private.c.kept_until
    query = sa.select(private.c.ref, private.c.field, by_age).where(over(now)).order_by(by_age).limit(most)
    found = connection.execute(query).all()
    names = _are([(row.ref, row.field) for row in found if row.field == WHOM], now)
    others = _are([(row.ref, row.field) for row in found if row.field != WHOM], now)
    nobody = {"value": ERASED, "kept_until": FOR_EVER}
    done = connection.execute(private.update().where(*names).values(nobody)).rowcount if names else 0
    done += connection.execute(private.delete().where(*others)).rowcount if others else 0
    note_erased(session, {row.ref: row.kept_until for row in found if row.ref.startswith(SHOWN)})
    return done


def _are(fields: Sequence[tuple[str, str]], now: datetime) -> Sequence[Any]:
    """These fields, found by their references, as far as they were not written anew meanwhile."""
    these = sa.tuple_(private.c.ref, private.c.field).in_(fields)
    return [private.c.ref.in_([ref for ref, _ in fields]), these, private.c.kept_until <= now] if fields else []


def erase_files(session: Session, now: datetime, most: int) -> int:
    """Erase the files whose time was over first, so many at most; how many there were."""
    query = sa.select(FILES.c.ref, FILES.c.kept_until).where(FILES.c.kept_until <= now)
    found: Sequence[Any] = session.connection().execute(query.order_by(FILES.c.kept_until).limit(most)).all()
    if found:
        forget_files(session, [row.ref for row in found])
        note_erased(session, {row.ref: row.kept_until for row in found})
    return len(found)


def _not_at_their_end(now: datetime) -> Any:
    """Where it is kept whom a report is about that somebody has to settle, or that its reporter may still reopen."""
    clock = (col(ComplaintClock.complaint_id) == col(Complaint.complaint_id), col(ComplaintClock.code) == "objection")
    running = (col(ComplaintClock.outcome).is_(None), col(ComplaintClock.due_at) >= now)
    reopened = sa.exists(sa.select(col(ComplaintClock.code)).where(*clock, *running))
    about = sa.func.coalesce(col(Complaint.attribution_ref), col(Complaint.meant_ref))
    ended = sa.and_(col(Complaint.status) == Status.CLOSED.value, ~reopened)
    return sa.select(about).where(about.is_not(None), ~ended)
