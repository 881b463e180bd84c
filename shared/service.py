"""What every service is made of. Its app.py builds one, hangs its doors on it and returns `service.app(…)`.

service = Service("notifier", settings, projection=project, follows=FOLLOWS, clock=clock)

@service.broker.subscriber(**service.durable("INTAKE"))
async def from_intake(message: NatsMessage) -> None:
    await service.take("INTAKE", message)

service.every(1.0, "remind", lambda: jobs.remind(service.db, service.clock))
return service.app("Follow-ups and flags", routes.router, pages.router)
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

import nats.errors
import structlog
from fastapi import APIRouter, FastAPI
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from faststream.nats.security import NatsNKey
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared import health
from shared.access import API
from shared.background import Background, Job, end
from shared.changes import Projection
from shared.clock import Clock
from shared.consumer import Inflow
from shared.database import Database
from shared.inbox import Follows
from shared.leader import Leadership
from shared.metrics import Metrics
from shared.nats_client import connect_options, js_options, read_seed
from shared.record import Recorder
from shared.relay import Relay
from shared.settings import ServiceSettings
from shared.streams import follower_consumers
from shared.tokens import SignIn
from shared.tracing import Tracing
from shared.watchdog import Followed, Watchdog

log = structlog.get_logger()

PULL_SECONDS = 2.0


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
        self.tracing = Tracing.sent_to(name, settings.otlp_endpoint) if settings.otlp_endpoint else None
        recorder = Recorder(name, settings.unit, projection, self.clock, self.tracing)
        self.db = Database(settings.database(), recorder, readers=settings.readers, metrics=self.metrics)
        self.relay = Relay(name, settings.unit, self.db, self.clock, metrics=self.metrics, tracing=self.tracing)
        follows = follows or {}
        self._seed = read_seed(settings.nats_seed_file) if settings.nats_seed_file else None
        kept = self._seed.encode() if self._seed else settings.signin_public_key_file.read_bytes()
        self._fingerprints = hmac.digest(kept, b"motcua fingerprint", "sha256")
        api, plans = API if self._seed else "$JS.API", follower_consumers(name, follows)
        self.inflows = {
            each.stream: Inflow(
                *(name, each.stream, self.db, self.clock, projection, follows, " ".join(each.filter_subjects)),
                api=api,
                metrics=self.metrics,
            )
            for each in plans
        }
        self.broker = self._broker()
        self._client: asyncio.Future[Client] | None = None
        followed = {plan.stream: Followed(plan, self.inflows[plan.stream].state) for plan in plans}
        self.watchdog = Watchdog(name, self.relay, followed, lambda: self.leads)
        self._leadership = Leadership(settings.database(), name)
        self._jobs: list[tuple[float, str, Job]] = []
        self._background: Background | None = None
        self.waiting = health.Waiting()

    def _broker(self) -> NatsBroker:
        options = connect_options(self.settings.nats_url, name=self.name, seed=None)
        del options["nkeys_seed_str"]  # FastStream has its own word for it
        return NatsBroker(
            **options,
            security=NatsNKey.from_seed(self._seed) if self._seed else None,
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
        self.metrics.job_failures.labels(name)  # shown as 0 before it fails: a rise from nothing is no rise

    def fingerprint(self, said: bytes) -> str:
        """What a request is known by when it comes again, in 64 letters. Its key is made of the service's own seed, so
        whoever reads it in the database cannot try out which number or name was said; only a server without accounts
        has no seed, and a weaker key that no database holds either. A new seed makes new fingerprints."""
        return hmac.digest(self._fingerprints, said, "sha256").hex()

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
    def alive(self) -> bool:
        """Whether it can work at all: its writer runs, and its connection to the broker has not ended for good."""
        return self.db.alive and not self._cut_off

    @property
    def _cut_off(self) -> bool:
        return bool(self._client and self._client.done() and self._client.result().is_closed)

    @property
    def leads(self) -> bool:
        """Whether this process does the service's background work."""
        return self._leadership.held

    @property
    def leading_problem(self) -> str | None:
        """Why nobody leads, when standing for it fails."""
        return self._leadership.problem

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The background work, for as long as the context lasts; stops gracefully."""
        loop = asyncio.get_running_loop()
        self._client = loop.create_future()
        self.db.after_commit = lambda recorded: _quietly(loop, self.relay.wake) if recorded else None
        self._bind()
        self._background = background = Background(
            self.name,
            self._leadership,
            self.relay,
            self.inflows,
            self.watchdog,
            self.metrics,
            self._connection,
            self._jobs,
        )
        parts = (self._connect(), background.watch(), background.run())
        tasks, seconds = [loop.create_task(part) for part in parts], self.settings.graceful_seconds
        try:
            yield
        finally:
            until = loop.time() + seconds
            await background.stop(0.6 * seconds)
            await end(tasks, again_after=0.2 * seconds)
            if not self._cut_off:
                with contextlib.suppress(nats.errors.Error, TimeoutError):
                    async with asyncio.timeout(0.2 * seconds):
                        await self.broker.stop()
            await asyncio.to_thread(self.db.close, max(until - loop.time(), 0.1 * seconds))
            if self.tracing is not None:
                await asyncio.to_thread(self.tracing.close)

    def _bind(self) -> None:
        for subscriber in self.broker.subscribers:
            stream = getattr(subscriber, "stream", None)
            if stream is not None:
                unheard = f"{self.name} subscribes to {stream.name} in its app.py, and its FOLLOWS names no fact of it"
                assert stream.name in self.inflows, unheard
                self.inflows[stream.name].subscription = subscriber
        for stream, flow in self.inflows.items():
            missing = f'@service.broker.subscriber(**service.durable("{stream}"))'
            assert flow.subscription is not None, f"{self.name} follows {stream} without {missing} in its app.py"

    async def _connect(self) -> None:
        assert self._client is not None
        while True:
            try:
                client = await self.broker.connect()
                # FastStream's raises at a refused sign-in: nats-py tries no more then
                client._error_cb = self.watchdog.heard
                for subscriber in self.broker.subscribers:
                    if getattr(subscriber, "stream", None) is None:
                        await subscriber.start()
                break
            except Exception as error:  # noqa: BLE001  # whatever it is, the office works on and tries again
                log.warning("nats.unreachable", service=self.name, error=type(error).__name__)
                await asyncio.sleep(0.5)
        self._client.set_result(client)

    async def _connection(self) -> tuple[Client, JetStreamContext]:
        assert self._client is not None
        client = await asyncio.shield(self._client)
        return client, client.jetstream(timeout=5, **js_options(self._seed))


async def _undecoded(message: NatsMessage) -> NatsMessage:
    """FastStream would parse JSON, and drop without a word what is none: the inflow reads the bytes, and parks them."""
    return message


def _quietly(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
        loop.call_soon_threadsafe(event.set)
