"""What every service is made of. Its app.py builds one, hangs its doors on it and returns `service.app(…)`.

service = Service("notifier", settings, projection=project, follows=FOLLOWS, clock=clock)

@service.broker.subscriber(**service.durable("INTAKE"))
async def from_intake(message: NatsMessage) -> None:
    await service.take("INTAKE", message)

service.every(1.0, "remind", lambda: jobs.remind(service.db, service.clock.now()))
return service.app("Follow-ups and flags", routes.router, pages.router)
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import nats.errors
import structlog
from fastapi import APIRouter, FastAPI
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared import health
from shared.access import API
from shared.changes import Projection
from shared.clock import Clock
from shared.consumer import Follows, Inflow
from shared.database import Database
from shared.leader import Leadership, LeadershipLost
from shared.metrics import Metrics
from shared.nats_client import connect_options, js_options, read_seed
from shared.record import Recorder
from shared.relay import Diverged, Relay
from shared.settings import ServiceSettings
from shared.tokens import SignIn

log = structlog.get_logger()

Job = Callable[[], Awaitable[bool]]
"""One item of work; true when it did something, so that the next item follows at once."""
PULL_SECONDS = 2.0
AFTER_FAILURE_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 10.0


class Service:
    """A service's database, clock, sign-in, broker and background work."""

    def __init__(
        self,
        name: str,
        settings: ServiceSettings,
        *,
        projection: Projection,
        follows: Follows | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.name, self.settings = name, settings
        self.clock = clock or Clock(settings.clock_start, settings.clock_speed)
        self.metrics = Metrics(name)
        self.signin = SignIn(settings.signin_public_key_file)
        self.db = Database(
            settings.database(), Recorder(name, settings.unit, projection, self.clock), readers=settings.readers
        )
        self.relay = Relay(name, settings.unit, self.db, self.clock)
        follows = follows or {}
        self._seed = read_seed(settings.nats_seed_file) if settings.nats_seed_file else None
        api = API if self._seed else "$JS.API"
        self.inflows = {
            stream: Inflow(name, stream, self.db, self.clock, projection, follows, api=api)
            for stream in sorted({event.stream() for event in follows})
        }
        self.broker = self._broker()
        self._leadership = Leadership(settings.database(), name)
        self._jobs: list[tuple[float, str, Job]] = []
        self._client: asyncio.Future[Client] | None = None
        self.leading_problem: str | None = None
        self.waiting = health.Waiting()

    def _broker(self) -> NatsBroker:
        return NatsBroker(
            **connect_options(self.settings.nats_url, name=self.name, seed=self._seed),
            js_options=js_options(self._seed),
            ack_policy=AckPolicy.MANUAL,
            apply_types=False,  # it would ask a thread pool for each argument: 3 ms a message
            graceful_timeout=self.settings.graceful_seconds,
            logger=None,
        )

    # --- what app.py hangs on it ---

    def durable(self, stream: str) -> dict[str, Any]:
        """How `@broker.subscriber` binds to this service's durable consumer of a stream, made by `motcua streams`."""
        return {
            "subject": f"motcua.*.{stream.lower()}.>",
            "stream": JStream(stream, declare=False),
            "durable": self.name,
            "pull_sub": PullSub(batch_size=1, timeout=PULL_SECONDS),
            "inbox_prefix": f"_INBOX_{self.name}.".encode(),
            "no_reply": True,
            "decoder": _undecoded,
        }

    async def take(self, stream: str, message: NatsMessage) -> None:
        """Queue a followed fact for the next transaction."""
        await self.inflows[stream].take(message.raw_message)

    def every(self, seconds: float, name: str, job: Job) -> None:
        """Run `job` while we lead: again at once while it finds work, else after `seconds`."""
        self._jobs.append((seconds, name, job))

    async def ask(self, service: str, question: str, body: dict[str, Any], *, timeout: float = 2.0) -> dict[str, Any]:
        """Ask another service by request-reply. Raises a nats error or TimeoutError when it does not answer."""
        if not self.connected:
            raise nats.errors.ConnectionClosedError
        reply = await self.broker.request(body, f"rpc.{service}.{question}", timeout=timeout)
        answer = await reply.decode()
        if not isinstance(answer, dict):
            raise nats.errors.Error(f"{service} does not answer {question}")
        return answer

    def app(self, title: str, *routers: APIRouter) -> FastAPI:
        """The HTTP application, with health, documents and problem answers; its lifespan runs the background work."""
        from shared.app import build

        return build(self, title, routers)

    # --- life ---

    @property
    def connected(self) -> bool:
        """Whether NATS answers."""
        return self._client is not None and self._client.done() and self._client.result().is_connected

    @property
    def leads(self) -> bool:
        """Whether this process does the service's background work."""
        return self._leadership.held

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The background work, for as long as the context lasts; stops gracefully."""
        loop = asyncio.get_running_loop()
        self._client = loop.create_future()
        self.db.after_commit = lambda: _quietly(loop, self.relay.wake)
        self._bind()
        tasks = [loop.create_task(self._connect()), loop.create_task(self._lead())]
        try:
            yield
        finally:
            await _end(tasks, again_after=self.settings.graceful_seconds)
            with contextlib.suppress(nats.errors.Error, TimeoutError):
                async with asyncio.timeout(self.settings.graceful_seconds):
                    await self.broker.stop()
            await asyncio.to_thread(self.db.close)

    def _bind(self) -> None:
        for subscriber in self.broker.subscribers:
            stream = getattr(subscriber, "stream", None)
            if stream is not None:
                self.inflows[stream.name].subscription = subscriber
        unheard = [stream for stream, flow in self.inflows.items() if flow.subscription is None]
        assert not unheard, f"{self.name} follows {unheard} without a subscriber in app.py"

    async def _connect(self) -> None:
        assert self._client is not None
        while True:
            try:
                client = await self.broker.connect()
                for subscriber in self.broker.subscribers:
                    if getattr(subscriber, "stream", None) is None:
                        await subscriber.start()
                break
            except Exception as error:  # noqa: BLE001  # whatever it is, the office works on and tries again
                log.warning("nats.unreachable", service=self.name, error=type(error).__name__)
                await asyncio.sleep(0.5)
        self._client.set_result(client)

    async def _lead(self) -> None:
        while True:
            try:
                async with self._leadership.held_by_us() as watch:
                    self.leading_problem = None
                    await self._work(watch)
            except LeadershipLost:
                continue
            except Exception as error:  # without a leader nothing is published: try again, aloud
                self.leading_problem = type(error).__name__
                log.exception("leader.failed", service=self.name, error=type(error).__name__)
                await asyncio.sleep(AFTER_FAILURE_SECONDS)

    async def _work(self, watch: asyncio.Task[None]) -> None:
        tasks = [asyncio.create_task(self._supervised("relay", self._relay))]
        tasks += [
            asyncio.create_task(self._supervised(f"inflow {stream}", lambda flow=flow: self._follow(flow)))  # type: ignore[misc]  # a default binds the loop's variable
            for stream, flow in self.inflows.items()
        ]
        tasks += [asyncio.create_task(self._repeat(*job)) for job in self._jobs]
        try:
            await watch
        finally:
            await _end(tasks)

    async def _relay(self) -> None:
        assert self._client is not None
        client = await asyncio.shield(self._client)
        await self.relay.run(client, self._jetstream(client))

    async def _follow(self, flow: Inflow) -> None:
        assert self._client is not None
        client = await asyncio.shield(self._client)
        await flow.run(client, self._jetstream(client))

    def _jetstream(self, client: Client) -> JetStreamContext:
        return client.jetstream(timeout=5, **js_options(self._seed))

    async def _supervised(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                return await work()
            except Diverged:
                await asyncio.sleep(LOOK_AGAIN_SECONDS)  # a person has to act; they may have
            except Exception as error:  # one part's failure must not end the others
                log.exception("background.failed", service=self.name, part=name, error=type(error).__name__)
                await asyncio.sleep(AFTER_FAILURE_SECONDS)

    async def _repeat(self, seconds: float, name: str, job: Job) -> None:
        while True:
            try:
                worked = await job()
            except Exception as error:  # the item stays due and is tried again
                worked = False
                self.metrics.job_failures.labels(name).inc()
                log.exception("job.failed", service=self.name, job=name, error=type(error).__name__)
                await asyncio.sleep(AFTER_FAILURE_SECONDS)
            if not worked:
                await asyncio.sleep(seconds)


async def _undecoded(message: NatsMessage) -> NatsMessage:
    """FastStream would parse JSON, and drop without a word what is none: the inflow reads the bytes, and parks them."""
    return message


def _quietly(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
        loop.call_soon_threadsafe(event.set)


async def _end(tasks: list[asyncio.Task[None]], *, again_after: float = 1.0) -> None:
    """Cancel until they have ended: Python 3.11's `wait_for`, in nats-py too, may swallow a cancellation."""
    while going := [task for task in tasks if not task.done()]:
        for task in going:
            task.cancel()
        await asyncio.wait(going, timeout=again_after)
