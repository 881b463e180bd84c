"""Files that came with reports: which there are, as events say, and beside them, private, the files themselves.

A file is kept by its SHA-256, once however often it came, and under a reference each time. Forgetting a reference
forgets the file with the last of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import sqlalchemy as sa
from sqlmodel import Field, Session, col, select

from services.hotline.tables.base import Private, Table
from shared.mechanism import Instant, upsert


class ComplaintFile(Table, table=True):
    """A file of a report, as it was when it came."""

    file_ref: str = Field(primary_key=True, max_length=64)
    complaint_id: str = Field(max_length=64, index=True)
    nth: int
    """Its place among those that came with it."""
    kind: str = Field(max_length=8)
    bytes: int
    sha256: str = Field(max_length=64)
    """Of its salt and it."""
    came_with: str = Field(max_length=16)
    recorded_by: str | None = Field(default=None, max_length=64)
    received_at: datetime = Field(sa_type=Instant)


class PrivateBytes(Private, table=True):
    """A file, by what it is."""

    __tablename__ = "private_bytes"

    sha256: str = Field(primary_key=True, max_length=64)
    content: bytes = Field(sa_type=sa.LargeBinary)


class PrivateFile(Private, table=True):
    """A file under a reference."""

    __tablename__ = "private_file"

    ref: str = Field(primary_key=True, max_length=64)
    sha256: str = Field(max_length=64, index=True, foreign_key="private_bytes.sha256")
    salt: str = Field(max_length=32)
    purpose: str = Field(max_length=80)
    kept_until: datetime = Field(sa_type=Instant)


BYTES, FILES = PrivateBytes.metadata.tables["private_bytes"], PrivateFile.metadata.tables["private_file"]


@dataclass(frozen=True)
class Stored:
    """A file as it lies there, and the salt that an event's digest was made with."""

    content: bytes
    salt: str
    whole: bool
    """Whether it is still what it was stored as."""


def store_file(session: Session, ref: str, content: bytes, salt: str, *, purpose: str, until: datetime) -> None:
    """Keep a file under a reference, in the caller's transaction."""
    connection, digest = session.connection(), sha256(content).hexdigest()
    upsert(connection, BYTES, [{"sha256": digest, "content": content}])  # locks it against whoever forgets it now
    row = {"ref": ref, "sha256": digest, "salt": salt, "purpose": purpose, "kept_until": until}
    connection.execute(FILES.insert().values(row))


def stored_file(session: Session, ref: str) -> Stored | None:
    """What is kept under a reference; none once it is forgotten. Record a PrivateDataRead beside it."""
    both = FILES.outerjoin(BYTES, FILES.c.sha256 == BYTES.c.sha256)
    query = sa.select(FILES.c.sha256, FILES.c.salt, BYTES.c.content).select_from(both).where(FILES.c.ref == ref)
    row = session.connection().execute(query).first()
    if row is None:
        return None
    content = bytes(row.content or b"")
    return Stored(content, row.salt, sha256(content).hexdigest() == row.sha256)


def stored_bytes(session: Session) -> int:
    """How many bytes all files have, each counted once."""
    query = sa.select(sa.func.coalesce(sa.func.sum(sa.func.length(BYTES.c.content)), 0))
    return int(session.connection().execute(query).scalar_one())


def forget_files(session: Session, refs: Sequence[str]) -> None:
    """Remove what is kept under these references, and each file that no other reference holds."""
    connection = session.connection()
    gone = set(connection.execute(sa.select(FILES.c.sha256).where(FILES.c.ref.in_(refs))).scalars())
    connection.execute(FILES.delete().where(FILES.c.ref.in_(refs)))
    held = sa.exists(sa.select(FILES.c.ref).where(FILES.c.sha256 == BYTES.c.sha256))
    connection.execute(BYTES.delete().where(BYTES.c.sha256.in_(gone), ~held))


def refs_of_files(session: Session, complaint_id: str) -> list[str]:
    """The references of all files that ever came with a report."""
    return list(session.exec(select(ComplaintFile.file_ref).where(ComplaintFile.complaint_id == complaint_id)))


def files_of(session: Session, complaint_id: str) -> list[ComplaintFile]:
    """The files of a report that are still kept, in the order in which they came. Those that were erased are not told
    of: it may be for a reason that nobody is to guess."""
    kept = sa.exists(sa.select(FILES.c.ref).where(FILES.c.ref == col(ComplaintFile.file_ref)))
    query = select(ComplaintFile).where(ComplaintFile.complaint_id == complaint_id, kept)
    return list(session.exec(query.order_by(col(ComplaintFile.received_at), col(ComplaintFile.nth))))
