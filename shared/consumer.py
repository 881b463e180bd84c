"""The facts door: from a durable consumer to a handler's transaction, in stream order, nothing skipped, effects once.

FastStream hands over one message at a time and the inflow only queues it (a backlog is pulled in batches first);
whatever is queued shares one transaction, in which `tracking` moves by compare-and-set. Loss between server and handler
shows as a gap in the consumer's own sequence (it restarts at 1 with each reset and has no holes): the durable is then
reset to `tracking`. Nothing is nak'ed; acknowledgements follow the commit, a moment later and together.

What was handled last comes first after a reset, and is known by its SHA-256: where the stream holds another fact there,
nothing is handled until somebody has decided.

An event that cannot be handled is parked after growing delays, as a row in the same transaction as the tracking; later
events of its aggregate wait behind it, others go on. `motcua dead-letters redrive` hands them over again, in order.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from shared import inbox
from shared.changes import Projection
from shared.clock import Clock
from shared.database import Database
from shared.deliveries import (
    NOT_STARTED,
    Behind,
    Changed,
    Delivery,
    FarBehind,
    Gap,
    InflowState,
    LastHandled,
    Subscription,
    acknowledge,
)
from shared.errors import why
from shared.events import Unreadable
from shared.inbox import Fenced, Follows, Parked, Place, UnknownVersion
from shared.leader import at_once
from shared.lingering import Lingering
from shared.metrics import Metrics
from shared.pull import pulling, slow_when_closed
from shared.redrives import not_its_fault, redrive_all
from shared.unavailable import Closed, in_short

log = structlog.get_logger()

MOST_IN_A_BATCH = 200
FAR_BEHIND = 500
"""From so many events that wait at the server on, they are pulled in batches."""
IDLE_SECONDS = 2.0
RETRY_DELAYS = (0.1, 0.5, 2.0)
RESTART_SECONDS = 0.5
LINGER_SECONDS = 0.05
"""How long what is handled waits to be acknowledged with what comes next."""


@dataclass
class Inflow:
    """One followed stream of one service. Runs while we lead."""

    service: str
    stream: str
    db: Database
    clock: Clock
    projection: Projection
    follows: Follows
    filters: str = ""
    """The subjects that we follow, as the tracking knows them."""
    subscription: Subscription | None = None
    api: str = "$JS.API"
    """What JetStream's API is called on our connection."""
    retry_delays: Sequence[float] = RETRY_DELAYS
    """Seconds before each new attempt at an event that fails, the last of which parks it."""
    sure: Callable[[], Awaitable[None]] = at_once
    """Back once it is certain that we lead: asked before the tracking is claimed."""
    state: InflowState = field(default_factory=InflowState)
    metrics: Metrics = field(default_factory=lambda: Metrics("inflow"))
    _queue: asyncio.Queue[Delivery | Gap] = field(default_factory=asyncio.Queue)
    _expected: int | None = None
    """The consumer sequence of the next delivery; none when the order is broken and nothing more is taken."""
    _newest: int = 0
    _left: int = 0
    """How many events waited at the server when it sent the last one."""
    _again: int = 0
    """Up to here, everything was delivered in an earlier epoch."""
    _since: float = 0.0
    """When the first of the present batch was delivered; never later than that."""
    _looked: float = 0.0
    """When the queue was last emptied."""
    _claim: int = 0
    _last: LastHandled = field(default_factory=lambda: LastHandled(0, None, awaited=False))
    _handled: Lingering[Delivery] = field(init=False)
    """What is to be acknowledged."""
    _known: tuple[bool, bool] = (True, True)
    """Whether the tracking has a count, and what stood where it ends."""
    _doubts: int = 0
    _ending: bool = False
    _redrives_due: float = 0.0

    def __post_init__(self) -> None:
        self._handling = self.metrics.handling(self.stream)

    async def take(self, message: Msg) -> None:
        """Queue what FastStream hands over; called in delivery order."""
        seq, number = message.metadata.sequence.stream, message.metadata.sequence.consumer
        if self._expected is None:
            return
        if number != self._expected or seq <= self._newest:
            what = f"delivery {self._expected} after {self._newest} expected, {number} came with {seq}"
            self._expected = None
            self.state.redelivered += seq <= self._newest
            self._queue.put_nowait(Gap(what))
            return
        self._expected, self._newest, self._left = number + 1, seq, message.metadata.num_pending
        self._queue.put_nowait(Delivery(seq, message.data, message))

    async def take_no_more(self) -> None:
        """Ask for nothing more; what has been delivered is still handled."""
        self._ending = True
        if self.subscription is not None:
            await self.subscription.stop()

    async def run(self, nc: Client, js: JetStreamContext) -> None:
        """Follow the stream until the database closes; after any doubt start again from the tracking."""
        while True:
            try:
                await self._epoch(nc, js)
            except Closed:
                return
            except FarBehind:
                continue
            except Exception as error:  # noqa: BLE001  # whatever it was, the tracking knows where to go on
                self.state.gaps += isinstance(error, Gap)
                self.state.problem = in_short(error)
                log.warning("inflow.restart", service=self.service, stream=self.stream, error=self.state.problem)
            self.state.restarts += 1
            await asyncio.sleep(RESTART_SECONDS)

    async def _epoch(self, nc: Client, js: JetStreamContext) -> None:
        assert self.subscription is not None
        last = (await js.stream_info(self.stream)).state.last_seq
        await self.sure()
        handled = await self.db.read(inbox.tracked, self.stream)
        if last < handled:  # a reset beyond the end would skip what is published next, without a word
            raise Behind(f"{self.stream} ends at {last}, we have handled {handled}")
        place = await self.db.write(inbox.claim_tracking, self.stream, self.filters)
        self._claim, self._last = place.claim, LastHandled(place.seq, place.sha256, awaited=place.seq > 0)
        self._known = (place.handed is not None, place.sha256 is not None)
        self.state.follow_from(place.seq, place.handed)
        first = max(1, place.seq)
        durable = (await js.reset_consumer(self.stream, self.service, seq=first)).info.config
        self._again, self._looked = max(self._again, self._newest), time.monotonic()
        self._queue, self._expected, self._newest, self._doubts = asyncio.Queue(), 1, first - 1, 0
        if self.state.problem == NOT_STARTED:
            self.state.problem = None
        most = durable.max_ack_pending or 0  # how many may be on their way; none or -1: no limit
        most = min(MOST_IN_A_BATCH, most) if most > 0 else MOST_IN_A_BATCH
        self._handled = Lingering(acknowledge, LINGER_SECONDS, max(1, most // 2))
        try:
            await self._catch_up(nc, js, most)
            if not self._ending:
                await self.subscription.start()
                slow_when_closed(self.subscription, nc)
            self.state.catching_up = False
            while self._left < FAR_BEHIND:
                await self._step(js)
                self.state.problem = None
            raise FarBehind
        finally:
            self._expected = None
            await self.subscription.stop()
            await self._handled.forget()

    async def _catch_up(self, nc: Client, js: JetStreamContext, most: int) -> None:
        """Handle what has piled up, a batch a pull, until nothing waits."""
        self.state.catching_up = True
        async with pulling(nc, self.api, self.stream, self.service, self.take) as pull:
            while not self._ending and await pull(most):
                await self._step(js)
                await self._handled.settle()
                self.state.problem = None
        if self._last.awaited and self._last.sha256 and not self._ending:
            info = await js.consumer_info(self.stream, self.service)
            if info.paused or info.num_pending or (info.delivered and info.delivered.consumer_seq):
                raise Gap("what we handled last does not come, or came to whoever led before us")
            raise Changed(self.service, self.stream, self.state.position)
        self._left = 0

    async def _step(self, js: JetStreamContext) -> None:
        batch = await self._next_batch()
        if deliveries := [item for item in batch if isinstance(item, Delivery)]:
            if not self._last.is_continued(deliveries):
                raise Changed(self.service, self.stream, self.state.position)
            if fresh := deliveries[deliveries[0].seq == self.state.position :]:
                await self._deliver(fresh)
            self._handled.add(deliveries)
        self._handled.check()
        await self._note_count()
        for item in batch:
            if isinstance(item, Gap):
                raise item
        if not batch:
            await self._look_at_server(js)
        if time.monotonic() >= self._redrives_due:
            await self._redrives()
            self._redrives_due = time.monotonic() + IDLE_SECONDS

    async def _note_count(self) -> None:
        """What we count from, and what stands where the tracking ends, outlives us as soon as it is known."""
        known = (self.state.handed is not None, self._last.sha256 is not None)
        if known != self._known:
            sha256 = self._last.sha256 if self._last.seq == self.state.position else None
            await self.db.write(inbox.count_from, self.stream, self._place()._replace(sha256=sha256))
            self._known = known

    async def _next_batch(self) -> list[Delivery | Gap]:
        """What is queued, as soon as anything is; nothing after two idle seconds."""
        waited = not self._queue.empty()
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                batch = [await self._queue.get()]
        except TimeoutError:
            return []
        while len(batch) < MOST_IN_A_BATCH and not self._queue.empty():
            batch.append(self._queue.get_nowait())
        now = time.monotonic()
        self._since, self._looked = (self._looked if waited else now), now
        return batch

    async def _look_at_server(self, js: JetStreamContext) -> None:
        """A silent consumer is either idle, gone, or has lost the last delivery on its way to us: ask."""
        info = await js.consumer_info(self.stream, self.service)
        delivered = info.delivered.consumer_seq if info.delivered else 0
        expected = self._expected or 0
        arrived = delivered < expected and not info.num_pending
        if arrived or info.paused or not self._queue.empty():
            self._doubts = 0
            return
        self._doubts += 1
        if self._doubts > 1:  # twice in a row, two seconds apart: it is not just on its way
            raise Gap(f"the server has delivered {delivered} and holds {info.num_pending}; {expected} has not come")

    async def _deliver(self, deliveries: Sequence[Delivery]) -> None:
        try:
            await self._handle(deliveries)
        except Exception as error:
            if not_its_fault(error):
                raise
            log.warning("inflow.batch_failed", service=self.service, stream=self.stream, error=type(error).__name__)
            for item in deliveries:  # find those that it belongs to
                await self._deliver_alone(item)

    async def _handle(self, deliveries: Sequence[Delivery]) -> None:
        bodies = [(item.seq, item.body) for item in deliveries]
        await self.db.write(inbox.handle, self.stream, self._place(), bodies, self.projection, self.follows)
        self._handling.observe(time.monotonic() - self._since)
        if deliveries[0].seq <= self._again:
            self.state.redelivered += sum(item.seq <= self._again for item in deliveries)
        self._moved(deliveries[-1].seq, len(deliveries))
        self.state.handled += len(deliveries)

    def _place(self) -> Place:
        return Place(self.state.position, self._claim, self.state.handed)

    def _moved(self, seq: int, facts: int) -> None:
        self.state.position = seq
        if self.state.handed is not None:
            self.state.handed += facts

    async def _deliver_alone(self, item: Delivery) -> None:
        cause = ""
        for delay in (0.0, *self.retry_delays):
            await asyncio.sleep(delay)
            try:
                return await self._handle([item])
            except (Parked, Unreadable) as error:  # trying again changes nothing
                cause = str(error)
                self.state.unknown += isinstance(error, UnknownVersion)
                break
            except Exception as error:
                if not_its_fault(error):
                    raise
                cause = why(error)
        await self.db.write(inbox.park, self.stream, self._place(), item.seq, item.body, cause, self.clock.now())
        self._moved(item.seq, 1)
        self.state.parked += 1
        log.error("event.parked", service=self.service, stream=self.stream, seq=item.seq, cause=cause)

    async def _redrives(self) -> None:
        if self.state.lost and await self.db.read(inbox.claimed, self.stream) != self._claim:
            raise Fenced("what was lost has been accepted")
        await redrive_all(self.service, self.stream, self.db, self.projection, self.follows, self.sure)
