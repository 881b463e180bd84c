"""A service's background work, in the process that leads: relay, inflows and jobs, each supervised on its own.

It ends in one of two ways. Leadership lost: at once, everything is fenced. A stop: nothing new is taken, what is under
way is finished, and what it recorded is published.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ParamSpec

import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.consumer import Inflow
from shared.deliveries import NOT_STARTED
from shared.inbox import tracked
from shared.leader import Leadership, LeadershipLost
from shared.metrics import Metrics
from shared.relay import Diverged, Relay
from shared.unavailable import Unavailable, in_short
from shared.watchdog import Watchdog

log = structlog.get_logger()

P = ParamSpec("P")
Task = asyncio.Task[None]
Job = Callable[[], Awaitable[bool]]
"""One item of work; true when it did something, so that the next item follows at once."""
AFTER_FAILURE_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 5.0
STILL_SECONDS = 1.0
"""How long, at a stop, nothing is handled and the writer is idle before a delivery counts as lost on its way to us."""


@dataclass
class Background:
    """What runs beside the doors of one service."""

    service: str
    leadership: Leadership
    relay: Relay
    inflows: Mapping[str, Inflow]
    watchdog: Watchdog
    metrics: Metrics
    connection: Callable[[], Awaitable[tuple[Client, JetStreamContext]]]
    """The connection to the broker, as soon as there has been one."""
    jobs: Sequence[tuple[float, str, Job]] = ()
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Lead whenever we can, and work then; until told to stop."""
        self.relay.sure = self.leadership.sure
        for flow in self.inflows.values():
            flow.sure = self.leadership.sure
        while not self._stopping.is_set():
            try:
                async with self.leadership.held_by_us() as watch:
                    await self._work(watch)
            except LeadershipLost:
                continue
            except Exception as error:  # without a leader nothing is published: try again, aloud
                self.leadership.problem = type(error).__name__
                log.exception("leader.failed", service=self.service, error=type(error).__name__)
                await self._rest(AFTER_FAILURE_SECONDS)

    async def watch(self) -> None:
        """Look after the streams, whoever leads."""
        await self._supervised("watchdog", self.watchdog.run, *await self.connection())

    async def stop(self, seconds: float) -> None:
        """End in an orderly way, if that takes no longer."""
        self._stopping.set()
        deadline = asyncio.get_running_loop().time() + seconds
        while self.leadership.held and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)

    async def _work(self, watch: Task) -> None:
        self.relay.lead_anew()
        relay = asyncio.create_task(self._supervised("relay", self._publish))
        flows = [
            asyncio.create_task(self._supervised(f"inflow {stream}", self._follow, flow))
            for stream, flow in self.inflows.items()
        ]
        jobs = [asyncio.create_task(self._repeat(*job)) for job in self.jobs]
        stop: Task = asyncio.create_task(self._told_to_stop())
        try:
            await asyncio.wait({watch, stop}, return_when=asyncio.FIRST_COMPLETED)
            if watch.done():
                await watch
            await self._finish(relay, flows, jobs)
        finally:
            await end([relay, *flows, *jobs, stop])

    async def _told_to_stop(self) -> None:
        await self._stopping.wait()

    # --- the parts ---

    async def _publish(self) -> None:
        await self.relay.run(*await self.connection())

    async def _follow(self, flow: Inflow) -> None:
        """Handle what comes from a stream; not while its durable may pass over something that we follow."""
        (nc, js), followed = await self.connection(), self.watchdog.followed[flow.stream]
        while True:
            await followed.trusted()
            handling = asyncio.create_task(flow.run(nc, js))
            doubt = asyncio.create_task(followed.doubted())
            try:
                await asyncio.wait({handling, doubt}, return_when=asyncio.FIRST_COMPLETED)
                if handling.done():
                    return await handling
            finally:
                await end([handling, doubt])
                flow.state.problem = NOT_STARTED  # nobody counts what nobody handles

    async def _repeat(self, seconds: float, name: str, job: Job) -> None:
        while not self._stopping.is_set():
            await self.leadership.sure()
            try:
                worked = await job()
            except Exception as error:  # the item stays due and is tried again
                worked = False
                self.metrics.job_failures.labels(name).inc()
                log.exception("job.failed", service=self.service, job=name, error=type(error).__name__)
                await self._rest(AFTER_FAILURE_SECONDS)
            if not worked:
                await self._rest(seconds)

    async def _supervised(self, name: str, work: Callable[P, Awaitable[None]], *args: P.args, **more: P.kwargs) -> None:
        while not self._stopping.is_set():
            try:
                return await work(*args, **more)
            except Diverged:
                await self._rest(LOOK_AGAIN_SECONDS)  # a person has to act; they may have
            except Exception as error:  # one part's failure must not end the others
                log.exception("background.failed", service=self.service, part=name, error=type(error).__name__)
                await self._rest(AFTER_FAILURE_SECONDS)

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until we are told to stop."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    # --- a stop ---

    async def _finish(self, relay: Task, flows: Collection[Task], jobs: Collection[Task]) -> None:
        """Whoever told us to stop says how long this may take, by cancelling it."""
        if self._reachable():
            await self._each(self._settle)
        await end(flows)
        with contextlib.suppress(Unavailable):
            await self.relay.db.settled()  # what was ended may still be in the writer, and is part of what follows
        if self._reachable():
            await self._each(self._give_back)
        if jobs:
            await asyncio.wait(jobs)
        if self._reachable():
            self.relay.finish()
            await asyncio.wait({relay})

    async def _each(self, step: Callable[[Inflow], Awaitable[None]]) -> None:
        for error in await asyncio.gather(*map(step, self.inflows.values()), return_exceptions=True):
            if isinstance(error, Exception):  # the stop goes on: what was not given back is delivered again
                log.warning("inflow.not_settled", service=self.service, error=in_short(error))

    async def _settle(self, flow: Inflow) -> None:
        """Take nothing more from a stream; back when what was delivered is handled, or is not going to be."""
        if flow.subscription is None:
            return
        (_, js), loop = await self.connection(), asyncio.get_running_loop()
        await flow.take_no_more()
        position, since = -1, loop.time()
        while loop.time() - since < STILL_SECONDS:
            if position != flow.state.position or flow.db.busy_seconds:
                position, since = flow.state.position, loop.time()
            if not (await js.consumer_info(flow.stream, self.service)).num_ack_pending:
                return
            await asyncio.sleep(0.05)

    async def _give_back(self, flow: Inflow) -> None:
        """What was delivered and lost on its way to us is not to come again: begin after the tracking."""
        _, js = await self.connection()
        if not (await js.consumer_info(flow.stream, self.service)).num_ack_pending:
            return
        await self.leadership.sure()
        handled = await flow.db.read(tracked, flow.stream)
        if handled <= (await js.stream_info(flow.stream)).state.last_seq:
            await js.reset_consumer(flow.stream, self.service, seq=handled + 1)

    def _reachable(self) -> bool:
        return not any(each.startswith("nats:") for each in self.watchdog.problems)


async def end(tasks: Collection[Task], *, again_after: float = 1.0) -> None:
    """Cancel until they have ended: Python 3.11's `wait_for`, in nats-py too, may swallow a cancellation."""
    while going := [task for task in tasks if not task.done()]:
        for task in going:
            task.cancel()
        await asyncio.wait(going, timeout=again_after)
