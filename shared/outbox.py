"""What the relay asks of its database: plain functions, one transaction each.

`event_log` is the truth, `outbox` what is still to publish, `publication` where each event stands in the stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from shared.mechanism import Big, Instant, event_log, outbox, parked, publication
from shared.prepared import Prepared

BATCH_BYTES = 4_000_000


class NotPending(Exception):
    """What was to be confirmed does not wait: somebody else has confirmed it."""


class Entry(NamedTuple):
    """One event of the log on its way to the stream."""

    position: int
    event_id: str
    subject: str
    body: bytes


class Letter(NamedTuple):
    """A dead letter on its way to the dead-letter stream."""

    stream: str
    stream_seq: int
    body: bytes
    cause: str


class Waiting(NamedTuple):
    """What the relay has to do."""

    entries: list[Entry]
    letters: list[Letter]
    more: bool
    """Whether more waits than this."""


_NEXT = (
    sa.select(outbox.c.position).order_by(outbox.c.position).limit(sa.bindparam("most", type_=sa.Integer)).cte("next")
)
_PENDING = Prepared(
    sa.select(event_log.c.position, event_log.c.event_id, event_log.c.subject, event_log.c.body)
    .join(_NEXT, _NEXT.c.position == event_log.c.position)
    .where(  # what a table that is emptied all day holds PostgreSQL never knows: it would walk through the whole log
        event_log.c.position.between(
            sa.select(sa.func.min(_NEXT.c.position)).scalar_subquery(),
            sa.select(sa.func.max(_NEXT.c.position)).scalar_subquery(),
        )
    )
    .order_by(event_log.c.position)
)
_LETTERS = Prepared(
    sa.select(parked.c.stream, parked.c.stream_seq, parked.c.body, parked.c.cause)
    .where(~parked.c.published)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def what_waits(session: Session, limit: int) -> Waiting:
    """The next events to publish, in log order, and dead letters that their stream does not have yet."""
    connection = session.connection()
    found = [Entry._make(row) for row in _PENDING(connection, {"most": limit}).rows]
    letters = [Letter._make(row) for row in _LETTERS(connection, {"most": limit}).rows]
    entries = _at_most(found, BATCH_BYTES)
    return Waiting(entries, letters, len(entries) < len(found) or limit in (len(found), len(letters)))


def _at_most(entries: list[Entry], weight: int) -> list[Entry]:
    """The first entry, and those after it as long as all together weigh no more."""
    total = sum(len(entry.body) for entry in entries)
    if total <= weight:
        return entries
    total = 0
    for number, entry in enumerate(entries):
        total += len(entry.body)
        if number and total > weight:
            return entries[:number]
    return entries


def outbox_depth(session: Session) -> tuple[int, int | None]:
    """How many events wait, and the position of the first."""
    count, first = session.connection().execute(sa.select(sa.func.count(), sa.func.min(outbox.c.position))).one()
    return count, first


_RUN = outbox.c.position.between(sa.bindparam("first"), sa.bindparam("last"))
_PLACED = Prepared(
    publication.insert().from_select(
        ["position", "stream_seq", "published_at"],
        sa.select(
            outbox.c.position,
            outbox.c.position + sa.bindparam("offset", type_=Big),
            sa.bindparam("now", type_=Instant),
        ).where(_RUN),
    )
)
_GONE = Prepared(outbox.delete().where(_RUN))


def confirm(session: Session, placed: Sequence[tuple[int, int]], now: datetime) -> None:
    """These positions, which wait to be published, stand in the stream at these sequences."""
    connection = session.connection()
    for first, last, offset in _runs(placed):
        _PLACED.later(connection, {"first": first, "last": last, "offset": offset, "now": now})
        gone = _GONE(connection, {"first": first, "last": last}).touched
        if gone != last - first + 1:
            raise NotPending(f"{gone} of the positions {first} to {last} waited")


def _runs(placed: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Positions without a hole whose sequences have none either: (first, last, sequence - position). A batch is one
    or a few of them, and what waits between them stays."""
    first = last = placed[0][0]
    offset = placed[0][1] - first
    for position, seq in placed[1:]:
        if position != last + 1 or seq - position != offset:
            yield first, last, offset
            first, offset = position, seq - position
        last = position
    yield first, last, offset


def last_confirmed(session: Session) -> tuple[int, str | None]:
    """The highest stream sequence that we know to be ours and its event's id."""
    query = sa.select(publication.c.stream_seq, event_log.c.event_id).join(
        event_log, event_log.c.position == publication.c.position
    )
    row = session.connection().execute(query.order_by(publication.c.stream_seq.desc()).limit(1)).first()
    return (row.stream_seq, row.event_id) if row else (0, None)


def published_at(session: Session, seq: int) -> str | None:
    """The id of the event that we know at this stream sequence."""
    query = sa.select(event_log.c.event_id).join(publication, publication.c.position == event_log.c.position)
    return session.connection().execute(query.where(publication.c.stream_seq == seq)).scalar()


def position_of(session: Session, event_id: str) -> int | None:
    """Where an event stands in our log; none when it is not ours."""
    return (
        session.connection().execute(sa.select(event_log.c.position).where(event_log.c.event_id == event_id)).scalar()
    )


def published_after(session: Session, seq: int, limit: int) -> list[Entry]:
    """Events that the stream once held right after this sequence, in the order in which it held them."""
    columns = (event_log.c.position, event_log.c.event_id, event_log.c.subject, event_log.c.body)
    query = sa.select(*columns).join(publication, publication.c.position == event_log.c.position)
    query = query.add_columns(publication.c.stream_seq).where(publication.c.stream_seq.between(seq + 1, seq + limit))
    rows = session.connection().execute(query.order_by(publication.c.stream_seq))
    return _at_most(
        [Entry(*row[:4]) for place, row in enumerate(rows, seq + 1) if row.stream_seq == place], BATCH_BYTES
    )


def confirm_parked(session: Session, stream: str, seq: int) -> None:
    """This dead letter stands in the dead-letter stream."""
    where = sa.and_(parked.c.stream == stream, parked.c.stream_seq == seq)
    session.connection().execute(parked.update().where(where).values(published=True))
