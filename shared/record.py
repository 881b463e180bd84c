"""Recording facts: `record(session, *events)` applies what the projection says and appends them to the log.

It is the only way in which a service changes its rows, so rows are always the fold of the events.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from shared.changes import Projection, apply
from shared.clock import Clock
from shared.events import Cause, Event, Recorded, digest, encode, newest
from shared.mechanism import event_log
from shared.prepared import Prepared
from shared.texts import new_id
from shared.tracing import Tracing
from shared.transaction import turn_of

MOST_BYTES = 500_000
"""What an event may weigh: the broker takes 1 MB, and a fact is small."""
_FIELDS = ("event_id", "aggregate", "version", "subject", "body", "recorded_at")
_LOGGED = Prepared(event_log.insert().inline(), *_FIELDS)  # inline: its position is not asked for
"""The database itself puts it on the outbox."""
_LAST_VERSION = Prepared(
    sa.select(sa.func.max(event_log.c.version)).where(event_log.c.aggregate == sa.bindparam("aggregate"))
)
_RECORDER = "recorder"
_CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a fact was written: its id and the SHA-256 of its bytes, printed on what the citizen gets."""

    event_id: str
    event_sha256: str
    version: int


@dataclass(frozen=True)
class Recorder:
    """Whose facts are recorded, by which projection, on which clock."""

    service: str
    unit: str
    projection: Projection
    clock: Clock = field(default_factory=Clock)
    tracing: Tracing | None = None

    def bind(self, session: Session, cause: Cause) -> None:
        """Give a session what `record` needs; done by the database for each function it runs."""
        session.info[_RECORDER] = self
        session.info[_CAUSE] = cause


def record(session: Session, *events: Event, at: datetime | None = None, first: bool = False) -> Receipt:
    """Write facts and what follows from them for our rows, in the caller's transaction. Returns the last one's receipt.

    `at` is when they happened (now, when not given), with its time zone. An aggregate's row must be locked or its first
    event be the one written: two writers of one aggregate end in an IntegrityError of the one who commits last, whom
    the writer runs once more. `first`: an event of a kind that may come later too is decided as its aggregate's first,
    since there was no row to lock.
    """
    recorder: Recorder = session.info[_RECORDER]
    if not events:
        raise ValueError("record() needs an event")
    if at is not None and at.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    session.flush()
    receipt = None
    for event in events:
        receipt = _record(session, recorder, event, at, first or event.begins)
    session.expire_all()
    assert receipt is not None
    return receipt


def _record(session: Session, recorder: Recorder, event: Event, at: datetime | None, first: bool) -> Receipt:
    if event.service != recorder.service:
        raise ValueError(f"{recorder.service} cannot record {event.event_type()}: it belongs to {event.service}")
    if newest(type(event)) is not type(event):
        raise ValueError(f"{event.event_type()} is read and no longer written: record its newest version")
    connection = session.connection()
    now = recorder.clock.now()
    recorded = Recorded(
        event=event,
        id=new_id(_cut(event, now)) if event.coarse else new_id(),
        unit=recorder.unit,
        sequence=1 if first else _next_version(connection, event.aggregate),
        time=_cut(event, at or now),
        recorded=_cut(event, now),
        cause=_untraced(event, session.info[_CAUSE]),
    )
    body = encode(recorded)
    if len(body) > MOST_BYTES:
        raise ValueError(f"{event.event_type()} weighs {len(body)} bytes: an event has at most {MOST_BYTES}")
    row = {
        "event_id": recorded.id,
        "aggregate": event.aggregate,
        "version": recorded.sequence,
        "subject": recorded.subject,
        "body": body,
        "recorded_at": recorded.recorded,
    }
    _LOGGED.later(connection, row)
    if turn := turn_of(connection):
        turn.recorded = True
    apply(connection, recorder.projection(recorded))
    return Receipt(recorded.id, digest(body), recorded.sequence)


def _cut(event: Event, moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0) if event.coarse else moment


def _untraced(event: Event, cause: Cause) -> Cause:
    """A coarse event does not name its request: the request's id holds its time, and so does a trace."""
    return replace(cause, correlation=None, traceparent=None) if event.coarse else cause


def _next_version(connection: sa.Connection, aggregate: str) -> int:
    return int(_LAST_VERSION(connection, {"aggregate": aggregate}).rows[0][0] or 0) + 1


def tracing_of(session: Session) -> Tracing | None:
    """Where the spans of this session's work go; none while tracing is off."""
    recorder: Recorder = session.info[_RECORDER]
    return recorder.tracing


def caused(session: Session, cause: Cause) -> None:
    """Where the following facts of this session come from."""
    session.info[_CAUSE] = cause


def cause_of(recorded: Recorded[Event], seen: Mapping[str, int]) -> Cause:
    """The cause that facts following from this one carry."""
    return Cause(recorded.cause.correlation or recorded.id, recorded.id, recorded.cause.traceparent, seen)
