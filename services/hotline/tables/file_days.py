"""How many bytes of files were kept on a day, by whose they are: no event tells it, and it is kept for that day."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session

from services.hotline.tables.base import Private


class PrivateFileDay(Private, table=True):
    """Whose files they are is an official, a digest of an address that no database can undo, or all strangers."""

    __tablename__ = "private_file_day"

    day: date = Field(primary_key=True)
    sender: str = Field(primary_key=True, max_length=80)
    bytes: int = Field(sa_type=sa.BigInteger)


DAYS = PrivateFileDay.metadata.tables["private_file_day"]


def count_bytes(session: Session, day: date, sender: str, size: int) -> int:
    """Add these bytes to a sender's; what they are together then. Locked until the transaction ends."""
    connection = session.connection()
    insert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(DAYS)
    together = {"bytes": DAYS.c.bytes + insert.excluded.bytes}
    counting = insert.on_conflict_do_update(index_elements=["day", "sender"], set_=together).returning(DAYS.c.bytes)
    return int(connection.execute(counting.values(day=day, sender=sender, bytes=size)).scalar_one())


def uncount_bytes(session: Session, day: date, sender: str, size: int) -> None:
    """Take these bytes away again that were added in this transaction."""
    connection, theirs = session.connection(), (DAYS.c.day == day, DAYS.c.sender == sender)
    connection.execute(DAYS.update().where(*theirs).values(bytes=DAYS.c.bytes - size))
    connection.execute(DAYS.delete().where(*theirs, DAYS.c.bytes == 0))


def counted_bytes(session: Session, day: date, sender: str) -> int:
    """How many of a sender were kept on a day."""
    theirs = sa.select(DAYS.c.bytes).where(DAYS.c.day == day, DAYS.c.sender == sender)
    return int(session.connection().execute(theirs).scalar() or 0)


def forget_days(session: Session, before: date) -> int:
    """Remove the counts of the days before this one; how many there were."""
    return int(session.connection().execute(DAYS.delete().where(DAYS.c.day < before)).rowcount)
