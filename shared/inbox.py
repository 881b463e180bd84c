"""What an inflow does in a service's database: plain functions, one transaction each.

Effects and `tracking` move together, so each followed fact has its effects once. A fact that cannot be handled is
parked as a row; later facts of the same aggregate wait behind it, until somebody has them handed over again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa
from sqlmodel import Session

from shared.changes import Projection, apply
from shared.events import Cause, Event, Recorded, Unreadable, decode, digest
from shared.mechanism import Big, parked, tracking, upsert
from shared.prepared import Prepared
from shared.record import cause_of, caused, tracing_of

Handler = Callable[[Session, Recorded[Any]], None]
Follows = Mapping[type[Event], Handler | None]
"""Which facts a service follows: the handler, or none where the projection says it all."""

WAITING, REDRIVE, DONE = "waiting", "redrive", "done"
LET_GO = "let go: "
"""How the cause of a parked event begins that an operator lets go where nothing follows it."""

_POSITIONS = Prepared(sa.select(tracking.c.stream, tracking.c.last_seq).where(tracking.c.last_seq > 0))
_WAITING = Prepared(
    sa.select(parked.c.aggregate).where(parked.c.stream == sa.bindparam("stream"), parked.c.state != DONE).distinct()
)
_MOVE = Prepared(
    tracking.update()
    .where(
        tracking.c.stream == sa.bindparam("of"),
        tracking.c.last_seq == sa.bindparam("before"),
        tracking.c.claim == sa.bindparam("by"),
    )
    .values(last_seq=sa.bindparam("after"), sha256=sa.bindparam("last"), handed=sa.bindparam("count", type_=Big))
)
_CLAIM = """
    INSERT INTO tracking (stream, last_seq, claim, handed, filters) VALUES (:stream, 0, 1, 0, :filters)
    ON CONFLICT (stream) DO UPDATE SET claim = tracking.claim + 1, filters = :filters,
        sha256 = CASE WHEN tracking.filters = :filters THEN tracking.sha256 END,
        handed = CASE WHEN tracking.filters = :filters THEN tracking.handed END
    RETURNING last_seq, claim, handed, sha256"""


class Fenced(Exception):
    """`tracking` is not ours to move so: another leader has claimed it or moved it, or it would go back."""


class Parked(Exception):
    """The event has to wait behind an earlier one of its aggregate."""


class UnknownVersion(Parked):
    """A newer release wrote an event of a kind that we follow: it waits for a release of ours that reads it."""


class Unfollowed(Exception):
    """Somebody set it aside to be handled, and this release has nothing to do about it: it waits for one that has."""


class Place(NamedTuple):
    """How far a stream has been handled, by whom, and what is known of it."""

    seq: int
    claim: int
    handed: int | None = None
    """How many facts that we follow stood up to there; none when there is nothing to count from."""
    sha256: str | None = None
    """Of the bytes that stood there."""


# --- how far a stream has been handled ---


def tracked(session: Session, stream: str) -> int:
    """The last sequence of a stream that has been handled."""
    query = sa.select(tracking.c.last_seq).where(tracking.c.stream == stream)
    return int(session.connection().execute(query).scalar() or 0)


def claim_tracking(session: Session, stream: str, filters: str = "") -> Place:
    """Begin to follow these filters. Whoever claimed before moves this tracking no more."""
    row = session.connection().execute(sa.text(_CLAIM), {"stream": stream, "filters": filters}).one()
    return Place(*row)


def claimed(session: Session, stream: str) -> int:
    """The last claim on a stream."""
    return int(
        session.connection().execute(sa.select(tracking.c.claim).where(tracking.c.stream == stream)).scalar_one()
    )


def accept(session: Session, stream: str) -> bool:
    """Count from here, whatever stood before; whoever follows it begins anew. Whether we follow such a stream."""
    anew = {"sha256": None, "handed": None, "claim": tracking.c.claim + 1}
    return bool(
        session.connection().execute(tracking.update().where(tracking.c.stream == stream).values(anew)).rowcount
    )


def positions(session: Session) -> dict[str, int]:
    """How far every followed stream has been handled."""
    return dict(_POSITIONS(session.connection(), {}).rows)


def move_tracking(session: Session, stream: str, place: Place, bodies: Sequence[tuple[int, bytes]]) -> None:
    """Advance past these bodies by compare-and-set.

    Raises Fenced when somebody else has moved or claimed it, or it would go back.
    """
    after, last = bodies[-1]
    if after <= place.seq:
        raise Fenced(f"{stream}: tracking cannot go from {place.seq} to {after}")
    count = None if place.handed is None else place.handed + len(bodies)
    at = {"of": stream, "before": place.seq, "by": place.claim}
    moved = _MOVE(session.connection(), {**at, "after": after, "last": digest(last), "count": count})
    if moved.touched != 1:
        raise Fenced(f"{stream}: tracking is not at {place.seq} with claim {place.claim}")


def count_from(session: Session, stream: str, place: Place) -> None:
    """Note what was not known of this place. Nothing happens when somebody has moved on meanwhile."""
    here = (tracking.c.stream == stream, tracking.c.last_seq == place.seq, tracking.c.claim == place.claim)
    known = {
        "handed": sa.func.coalesce(tracking.c.handed, place.handed),
        "sha256": sa.func.coalesce(tracking.c.sha256, place.sha256),
    }
    session.connection().execute(tracking.update().where(*here).values(known))


# --- facts and their effects ---


def handle(
    session: Session,
    stream: str,
    place: Place,
    bodies: Sequence[tuple[int, bytes]],
    projection: Projection,
    follows: Follows,
) -> None:
    """Handle these events of a stream, in order, and move the tracking, all in the caller's transaction.

    Raises Parked when one has to wait, Unreadable for bytes that are no event, Fenced, and whatever a handler raises.
    """
    numbers = [place.seq, *(seq for seq, _ in bodies)]
    if numbers != sorted(set(numbers)):
        raise Fenced(f"{stream}: not in stream order")
    move_tracking(session, stream, place, bodies)
    seen = positions(session)
    waiting = aggregates_waiting(session, stream)
    for seq, body in bodies:
        event = decode_from(stream, body)
        if event is None:
            raise UnknownVersion("a newer release wrote it: redrive it with one that reads it")
        if type(event.event) not in follows:
            continue
        if _short(event.event.aggregate, 200) in waiting:
            raise Parked("an earlier event of its aggregate is parked")
        handle_one(session, event, {**seen, stream: seq}, projection, follows)


def decode_from(stream: str, body: bytes) -> Recorded[Event] | None:
    """The event in these bytes of a stream; none when its type is unknown.

    Raises Unreadable, also for a fact of another service: who may write a stream speaks for its owner alone.
    """
    recorded = decode(body)
    if recorded is not None and recorded.event.stream() != stream:
        raise Unreadable(f"a fact of {recorded.event.service} has no place in {stream}")
    return recorded


def handle_one(
    session: Session, event: Recorded[Event], seen: Mapping[str, int], projection: Projection, follows: Follows
) -> None:
    """The effects of one followed fact: its rows, then its handler."""
    cause, tracing = cause_of(event, seen), tracing_of(session)
    if tracing is None or cause.traceparent is None:
        return _effects(session, event, cause, projection, follows)
    with tracing.handling(event.event.event_type(), event.id, cause.traceparent) as traceparent:
        return _effects(session, event, replace(cause, traceparent=traceparent), projection, follows)


def _effects(session: Session, event: Recorded[Event], cause: Cause, projection: Projection, follows: Follows) -> None:
    caused(session, cause)
    apply(session.connection(), projection(event))
    session.expire_all()
    handler = follows[type(event.event)]
    if handler is not None:
        handler(session, event)
        session.flush()


# --- what could not be handled ---


def aggregates_waiting(session: Session, stream: str) -> set[str]:
    """Aggregates of a stream with a parked event."""
    return {row[0] for row in _WAITING(session.connection(), {"stream": stream}).rows}


def park(session: Session, stream: str, place: Place, seq: int, body: bytes, cause: str, now: datetime) -> None:
    """Set an event aside with its cause, and move on. What waits behind events on their way back goes with them."""
    move_tracking(session, stream, place, [(seq, body)])
    try:
        event = decode(body)
    except Exception:  # noqa: BLE001  # whatever keeps it from being read, its envelope says what it is about
        event = None
    aggregate = _short(event.event.aggregate, 200) if event else _said_by(body, "subject") or f"unreadable-{seq}"
    row = {
        "stream": stream,
        "stream_seq": seq,
        "event_id": _short(event.id if event else _said_by(body, "id") or "unreadable", 64),
        "aggregate": aggregate,
        "body": body,
        "cause": _short(cause, 500),
        "parked_at": now,
        "state": REDRIVE if _states(session, stream, aggregate) == {REDRIVE} else WAITING,
        "published": False,
    }
    upsert(session.connection(), parked, [row])


def _said_by(body: bytes, field: str) -> str:
    """What an envelope says although the rest cannot be read by this release: its `subject` is what the event is about,
    so that what follows waits."""
    try:
        said = orjson.loads(body)[field]
    except (ValueError, KeyError, TypeError, IndexError):
        return ""
    return _short(said, 200) if isinstance(said, str) else ""


def _states(session: Session, stream: str, aggregate: str) -> set[str]:
    where = sa.and_(parked.c.stream == stream, parked.c.aggregate == aggregate, parked.c.state != DONE)
    return set(session.connection().execute(sa.select(parked.c.state).where(where)).scalars())


def ask_redrive(session: Session, stream: str, seq: int) -> int:
    """Have this parked event and all that wait of its aggregate handed over again; how many they are."""
    where = sa.and_(parked.c.stream == stream, parked.c.aggregate == aggregate_of(stream, seq))
    asked = parked.update().where(where, parked.c.state == WAITING).values(state=REDRIVE)
    return session.connection().execute(asked).rowcount


def next_redrive(session: Session, stream: str) -> int | None:
    """The oldest parked event that somebody asked to hand over again."""
    query = sa.select(parked.c.stream_seq).where(parked.c.stream == stream, parked.c.state == REDRIVE)
    return session.connection().execute(query.order_by(parked.c.stream_seq).limit(1)).scalar()


def redrive(session: Session, stream: str, seq: int, projection: Projection, follows: Follows) -> bool:
    """Hand a parked event over again; it is done when this commits. Whether it was handled, and not let go.

    Raises Unfollowed, and what `handle` raises.
    """
    where = sa.and_(parked.c.stream == stream, parked.c.stream_seq == seq, parked.c.state == REDRIVE)
    if session.connection().execute(parked.update().where(where).values(state=DONE)).rowcount != 1:
        return True  # another leader has done it
    mine = sa.and_(parked.c.stream == stream, parked.c.stream_seq == seq)
    body, cause = session.connection().execute(sa.select(parked.c.body, parked.c.cause).where(mine)).one()
    event = decode_from(stream, body)
    followed = event is not None and type(event.event) in follows
    if event is not None and followed:
        session.connection().execute(parked.update().where(mine).values(cause=cause.removeprefix(LET_GO)))
        handle_one(session, event, positions(session), projection, follows)
    elif event is None or not cause.startswith(LET_GO):
        raise Unfollowed("this release does not follow it")
    return followed


def refuse_redrive(session: Session, stream: str, seq: int, cause: str) -> None:
    """The parked event failed again: it and those behind it wait on."""
    connection = session.connection()
    where = sa.and_(parked.c.stream == stream, parked.c.aggregate == aggregate_of(stream, seq))
    connection.execute(parked.update().where(where, parked.c.state == REDRIVE).values(state=WAITING))
    mine = sa.and_(parked.c.stream == stream, parked.c.stream_seq == seq, parked.c.state == WAITING)
    connection.execute(parked.update().where(mine).values(cause=_short(cause, 500)))


def aggregate_of(stream: str, seq: int) -> sa.ScalarSelect[Any]:
    """Whom a parked event is about, as part of a question."""
    mine = parked.alias("mine")
    return sa.select(mine.c.aggregate).where(mine.c.stream == stream, mine.c.stream_seq == seq).scalar_subquery()


def _short(text: object, most: int) -> str:
    """What every database takes of a stranger's text."""
    return str(text).replace("\0", "")[:most]
