"""The facts door: from a durable consumer to a handler's transaction, in stream order, nothing skipped, effects once.

FastStream hands over one message at a time and the handler only queues it; whatever is queued shares one
transaction, in
which `tracking` moves by compare-and-set. Loss between server and handler shows as a gap in the consumer's own sequence
(it restarts at 1 with each reset and has no holes): the durable is then reset to `tracking` + 1. Nothing is nak'ed.

An event that cannot be handled is parked after growing delays, as a row in the same transaction as the tracking; later
events of its aggregate wait behind it, others go on. `redrive` hands them over again, in order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import nats.errors
import nats.js.errors
import sqlalchemy as sa
import structlog
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from sqlmodel import Session

from shared.changes import Projection, apply
from shared.clock import Clock
from shared.database import Closed, Database, OutcomeUnknown
from shared.events import Event, Recorded, Unreadable, decode
from shared.mechanism import parked, tracking, upsert
from shared.record import cause_of, caused

log = structlog.get_logger()

Handler = Callable[[Session, Recorded[Any]], None]
Follows = Mapping[type[Event], Handler | None]
"""Which facts a service follows: the handler, or none where the projection says it all."""

MOST_IN_A_BATCH = 200
IDLE_SECONDS = 2.0
ACK_SECONDS = 2.0
RETRY_DELAYS = (0.1, 0.5, 2.0)
RESTART_SECONDS = 0.5
TRANSIENT = (
    nats.errors.Error,
    nats.js.errors.Error,
    asyncio.TimeoutError,
    sa.exc.DBAPIError,
    OutcomeUnknown,
    OSError,
)


class Fenced(Exception):
    """`tracking` is not where we left it: another leader works."""


class Gap(Exception):
    """A delivery is missing between the server and us."""


class Behind(Exception):
    """The stream is shorter than what we have handled: its owner is completing it; nothing is skipped meanwhile."""


class Subscription(Protocol):
    """The part of a FastStream subscriber that we start and stop."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as the server numbered it."""

    seq: int
    consumer_seq: int
    body: bytes
    ack: Callable[[], Awaitable[Any]]


@dataclass
class InflowState:
    """What health and metrics show of one followed stream."""

    position: int = 0
    handled: int = 0
    parked: int = 0
    restarts: int = 0
    running: bool = False
    problem: str | None = "not started"


# --- plain functions, one transaction each
# -------------------------------------------------------------------------------


def tracked(session: Session, stream: str) -> int:
    """The last sequence of a stream that has been handled."""
    query = sa.select(tracking.c.last_seq).where(tracking.c.stream == stream)
    return int(session.connection().execute(query).scalar() or 0)


def positions(session: Session) -> dict[str, int]:
    """How far every followed stream has been handled."""
    return {row.stream: row.last_seq for row in session.connection().execute(sa.select(tracking))}


def move_tracking(session: Session, stream: str, before: int, after: int) -> None:
    """Advance by compare-and-set; raises Fenced when somebody else has moved it."""
    connection = session.connection()
    if before == 0:
        row = {"stream": stream, "last_seq": 0}
        if not connection.execute(sa.select(tracking.c.last_seq).where(tracking.c.stream == stream)).first():
            connection.execute(tracking.insert(), [row])
    where = sa.and_(tracking.c.stream == stream, tracking.c.last_seq == before)
    if connection.execute(tracking.update().where(where).values(last_seq=after)).rowcount != 1:
        raise Fenced(f"{stream}: tracking is not at {before}")


def handle(
    session: Session,
    stream: str,
    before: int,
    bodies: Sequence[tuple[int, bytes]],
    projection: Projection,
    follows: Follows,
) -> None:
    """Handle these events of a stream, in order, and move the tracking, all in the caller's transaction."""
    move_tracking(session, stream, before, bodies[-1][0])
    seen = positions(session)
    waiting = aggregates_waiting(session, stream)
    for seq, body in bodies:
        event = decode(body)
        if event is None or type(event.event) not in follows:
            continue
        if event.event.aggregate in waiting:
            raise Parked("an earlier event of its aggregate is parked")
        handle_one(session, event, {**seen, stream: seq}, projection, follows)


class Parked(Exception):
    """The event has to wait behind an earlier one of its aggregate."""


def handle_one(
    session: Session, event: Recorded[Event], seen: Mapping[str, int], projection: Projection, follows: Follows
) -> None:
    """The effects of one followed fact: its rows, then its handler."""
    caused(session, **_fields(cause_of(event, seen)))
    apply(session.connection(), projection(event))
    session.expire_all()
    handler = follows[type(event.event)]
    if handler is not None:
        handler(session, event)
        session.flush()


def _fields(cause: Any) -> dict[str, Any]:
    return {name: getattr(cause, name) for name in ("correlation", "causation", "traceparent", "seen")}


def aggregates_waiting(session: Session, stream: str) -> set[str]:
    """Aggregates of a stream with a parked event."""
    query = sa.select(parked.c.aggregate).where(parked.c.stream == stream, parked.c.state != "done").distinct()
    return {row.aggregate for row in session.connection().execute(query)}


def park(session: Session, stream: str, before: int, seq: int, body: bytes, cause: str, now: datetime) -> None:
    """Set an event aside with its cause, and move on."""
    move_tracking(session, stream, before, seq)
    try:
        event = decode(body)
    except Unreadable:
        event = None
    row = {
        "stream": stream,
        "stream_seq": seq,
        "event_id": event.id if event else "unreadable",
        "aggregate": event.event.aggregate if event else f"unreadable-{seq}",
        "body": body,
        "cause": cause[:500],
        "parked_at": now,
        "state": "waiting",
        "published": False,
    }
    upsert(session.connection(), parked, [row])


def next_redrive(session: Session, stream: str) -> tuple[int, bytes] | None:
    """The oldest parked event that somebody asked to hand over again."""
    query = sa.select(parked.c.stream_seq, parked.c.body).where(parked.c.stream == stream, parked.c.state == "redrive")
    row = session.connection().execute(query.order_by(parked.c.stream_seq).limit(1)).first()
    return (row.stream_seq, row.body) if row else None


def redrive(session: Session, stream: str, seq: int, projection: Projection, follows: Follows) -> None:
    """Hand a parked event over again; it is done when this commits."""
    where = sa.and_(parked.c.stream == stream, parked.c.stream_seq == seq, parked.c.state == "redrive")
    row = session.connection().execute(sa.select(parked.c.body).where(where)).first()
    if row is None:
        return
    event = decode(row.body)
    if event is not None and type(event.event) in follows:
        handle_one(session, event, positions(session), projection, follows)
    session.connection().execute(parked.update().where(where).values(state="done"))


def refuse_redrive(session: Session, stream: str, seq: int, cause: str) -> None:
    """The parked event failed again: it and those behind it wait on."""
    aggregate = sa.select(parked.c.aggregate).where(parked.c.stream == stream, parked.c.stream_seq == seq)
    connection = session.connection()
    where = sa.and_(
        parked.c.stream == stream, parked.c.state == "redrive", parked.c.aggregate == aggregate.scalar_subquery()
    )
    connection.execute(parked.update().where(where).values(state="waiting"))
    mine = sa.and_(parked.c.stream == stream, parked.c.stream_seq == seq)
    connection.execute(parked.update().where(mine).values(cause=cause[:500]))


# --- the inflow
# ----------------------------------------------------------------------------------------------------------


@dataclass
class Inflow:
    """One followed stream of one service. Runs while we lead."""

    service: str
    stream: str
    db: Database
    clock: Clock
    projection: Projection
    follows: Follows
    subscription: Subscription | None = None
    state: InflowState = field(default_factory=InflowState)
    after_commit: Callable[[], None] = lambda: None
    _queue: asyncio.Queue[Delivery | Gap] = field(default_factory=asyncio.Queue)
    _expected: int = 1
    _doubts: int = 0

    async def take(self, message: Msg) -> None:
        """Queue what FastStream hands over; called in delivery order."""
        meta = message.metadata
        if meta.sequence.consumer != self._expected:
            self._queue.put_nowait(Gap(f"delivery {self._expected} expected, {meta.sequence.consumer} came"))
            return
        self._expected += 1
        self._queue.put_nowait(
            Delivery(meta.sequence.stream, meta.sequence.consumer, message.data, lambda: message.ack_sync(ACK_SECONDS))
        )

    async def run(self, js: JetStreamContext) -> None:
        """Follow the stream for ever; after any doubt start again from the tracking."""
        while True:
            try:
                await self._epoch(js)
            except (Gap, Fenced, Behind, *TRANSIENT) as error:
                self.state.problem = f"{type(error).__name__}: {error}"
                log.warning("inflow.restart", service=self.service, stream=self.stream, error=self.state.problem)
            except Closed:
                return
            finally:
                self.state.running = False
            self.state.restarts += 1
            await asyncio.sleep(RESTART_SECONDS)

    async def _epoch(self, js: JetStreamContext) -> None:
        assert self.subscription is not None
        self.state.position = await self.db.read(tracked, self.stream)
        last = (await js.stream_info(self.stream)).state.last_seq
        if last < self.state.position:
            raise Behind(f"{self.stream} ends at {last}, we have handled {self.state.position}")
        await js.reset_consumer(self.stream, self.service, seq=self.state.position + 1)
        self._queue, self._expected, self._doubts = asyncio.Queue(), 1, 0
        try:
            await self.subscription.start()
            self.state.running, self.state.problem = True, None
            while True:
                await self._step(js)
        finally:
            await self.subscription.stop()

    async def _step(self, js: JetStreamContext) -> None:
        try:
            first = await asyncio.wait_for(self._queue.get(), IDLE_SECONDS)
        except TimeoutError:
            await self._redrives()
            await self._look_at_server(js)
            return
        batch = [first]
        while len(batch) < MOST_IN_A_BATCH and not self._queue.empty():
            batch.append(self._queue.get_nowait())
        gaps = [item for item in batch if isinstance(item, Gap)]
        deliveries = [item for item in batch if isinstance(item, Delivery)]
        await self._deliver([item for item in deliveries if item.seq > self.state.position])
        await self._acknowledge(deliveries)
        if gaps:
            raise gaps[0]

    async def _look_at_server(self, js: JetStreamContext) -> None:
        """A silent consumer is either idle, gone, or has lost the last delivery on its way to us: ask."""
        info = await js.consumer_info(self.stream, self.service)
        delivered = info.delivered.consumer_seq if info.delivered else 0
        if not self._queue.empty() or (delivered < self._expected and not info.num_pending):
            self._doubts = 0
            return
        self._doubts += 1
        if self._doubts > 1:  # twice in a row, two seconds apart: it is not just on its way
            raise Gap(
                f"the server has delivered {delivered} and holds {info.num_pending}; {self._expected} has not come"
            )

    async def _deliver(self, deliveries: Sequence[Delivery]) -> None:
        if not deliveries:
            return
        bodies = [(item.seq, item.body) for item in deliveries]
        try:
            await self.db.write(handle, self.stream, self.state.position, bodies, self.projection, self.follows)
        except (Fenced, Closed, *TRANSIENT):
            raise
        except Exception as error:  # noqa: BLE001  # whatever a handler raises: find the one event it belongs to
            log.warning("inflow.batch_failed", service=self.service, stream=self.stream, error=type(error).__name__)
            for item in deliveries:
                await self._deliver_alone(item)
        else:
            self._moved(deliveries[-1].seq, len(deliveries))

    async def _deliver_alone(self, item: Delivery) -> None:
        bodies, cause = [(item.seq, item.body)], ""
        for delay in (0.0, *RETRY_DELAYS):
            await asyncio.sleep(delay)
            try:
                await self.db.write(handle, self.stream, self.state.position, bodies, self.projection, self.follows)
            except (Fenced, Closed, *TRANSIENT):
                raise
            except (Parked, Unreadable) as error:  # trying again changes nothing
                cause = str(error)
                break
            except Exception as error:  # noqa: BLE001  # a poison event may raise anything
                cause = _cause(error)
            else:
                self._moved(item.seq, 1)
                return
        now = self.clock.now()
        await self.db.write(park, self.stream, self.state.position, item.seq, item.body, cause, now)
        self.state.parked += 1
        log.error("event.parked", service=self.service, stream=self.stream, seq=item.seq, cause=cause)
        self._moved(item.seq, 0)

    def _moved(self, position: int, handled: int) -> None:
        self.state.position = position
        self.state.handled += handled
        self.after_commit()

    async def _acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        answers = await asyncio.gather(*(item.ack() for item in deliveries), return_exceptions=True)
        lost = [answer for answer in answers if isinstance(answer, BaseException)]
        if lost:  # the server will send them again, and tracking will know them
            raise Gap(f"{len(lost)} acknowledgements got no answer")

    async def _redrives(self) -> None:
        while found := await self.db.read(next_redrive, self.stream):
            seq, _ = found
            try:
                await self.db.write(redrive, self.stream, seq, self.projection, self.follows)
            except (Closed, *TRANSIENT):
                raise
            except Exception as error:  # noqa: BLE001  # it is still poison: it waits on, with its new cause
                await self.db.write(refuse_redrive, self.stream, seq, _cause(error))
                log.error("event.parked_again", service=self.service, stream=self.stream, seq=seq)
            else:
                self.after_commit()
                log.info("event.redriven", service=self.service, stream=self.stream, seq=seq)


def _cause(error: Exception) -> str:
    """Why it failed, by type and place: an exception's text may hold what no table but `private` may."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    code = f" {error.code}" if hasattr(error, "code") and isinstance(error.code, str) else ""
    return f"{type(error).__name__}{code}{place}"
