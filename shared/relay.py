"""The relay: the leader publishes the event log to the service's own stream, as its only writer.

JetStream atomic batches, fenced by the expected last sequence. On any doubt it reconciles: what the stream holds is
confirmed, what it lost at its end is published again in its old order (so that every event gets its old sequence back),
and a stream that holds what the log does not, has a hole or would store something else stops the relay, which says why.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import nats.errors
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import StreamInfo

from shared import diverging
from shared.clock import Clock
from shared.database import Database
from shared.diverging import Diverged as Diverged
from shared.events import stream_of
from shared.events.envelope import CONTENT_TYPE
from shared.leader import at_once
from shared.letters import Letters
from shared.metrics import Metrics
from shared.nats_client import asked
from shared.noting import Noting
from shared.outbox import (
    Entry,
    confirm,
    last_confirmed,
    position_of,
    published_after,
    published_at,
    what_waits,
)
from shared.texts import age_of
from shared.tracing import Tracing
from shared.unavailable import Closed, in_short

log = structlog.get_logger()

BATCH = 500
POLL_SECONDS = 0.5
"""How long what another process of the service has recorded waits at most; our own commits wake the relay."""
RETRY_SECONDS = 0.5
"""How long it rests after an error, unless it is told to finish."""
REQUEST_SECONDS = 5.0
SEEN_SECONDS, NOTED_SECONDS = 0.5, 0.05
"""Whoever publishes, or notes, asks first how the stream is set, unless it was seen so lately. Notes delay nobody."""


class Doubt(Exception):
    """The stream did not answer as it does to its only writer: reconcile."""


@dataclass
class RelayState:
    """What health and metrics show."""

    published: int = 0
    recovered: int = 0
    """Events that the stream held and our log did not know to be there."""
    republished: int = 0
    """Events that the stream had lost at its end."""
    stopped: str | None = None
    """Why nothing is published until a person has decided."""
    last_error: str | None = None
    missing: int = 0
    """Events in a hole of the stream."""


@dataclass
class Relay:
    """Runs while we lead; wake it with `wake.set()` after a commit, and end it with `finish()`."""

    service: str
    unit: str
    db: Database
    clock: Clock
    state: RelayState = field(default_factory=RelayState)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    metrics: Metrics = field(default_factory=lambda: Metrics("relay"))
    tracing: Tracing | None = None
    sure: Callable[[], Awaitable[None]] = at_once
    """Back once it is certain that we lead: asked before each round."""
    letters: Letters = field(init=False)
    _noting: Noting = field(init=False)
    _last: int | None = None
    """Where the stream ends, as far as we know; none while in doubt."""
    _holds: Counter[str] = field(default_factory=Counter)
    """How many messages it holds under each subject, if it has taken what we sent."""
    _seen: float = 0.0
    """When it was last seen to do so."""
    _looked: tuple[int, int, int | None] | None = None
    _finishing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.letters = Letters(self.service, self.unit, self.db)
        self._noting = Noting(self.db, self.clock)

    @property
    def stream(self) -> str:
        return stream_of(self.service)

    async def run(self, nc: Client, js: JetStreamContext) -> None:
        """Publish until told to finish or the database closes. Raises Diverged."""
        self._last = None
        self._finishing.clear()
        self._noting.vouch = lambda: self._vouch(js)
        try:
            await self._go_on(nc, js)
            await self._noting.settle_or_forget(REQUEST_SECONDS)
        finally:
            await self._noting.forget()

    async def _go_on(self, nc: Client, js: JetStreamContext) -> None:
        while True:
            finishing = self._finishing.is_set()  # then this round is the last: nothing is recorded any more
            try:
                await self._round(nc, js)
                if finishing and self._last is not None:
                    return
                if not self._finishing.is_set():
                    await _wait(self.wake, POLL_SECONDS)
            except Diverged as diverged:
                self.state.stopped = str(diverged)
                log.error("relay.diverged", service=self.service, reason=str(diverged))
                raise
            except Closed:
                return
            except Exception as error:  # noqa: BLE001  # whatever it was, the stream and the log tell how to go on
                self._last = None
                self.state.last_error = in_short(error)
                log.warning("relay.retry", service=self.service, error=self.state.last_error)
                if finishing:
                    return
                await _wait(self._finishing, RETRY_SECONDS)

    async def _round(self, nc: Client, js: JetStreamContext) -> None:
        await self.sure()
        if self._last is None:
            await self._noting.settle_or_forget(REQUEST_SECONDS)
            self._last = await self.reconcile(nc, js)
            self.state.stopped = None
        more = True
        while more:
            self.wake.clear()  # what is recorded from here on sets it again
            passed_on = self._noting.positions()
            waiting = await self.db.read(what_waits, BATCH)
            if self._last is None:  # somebody doubts it meanwhile, and has set the wake
                return
            if entries := [entry for entry in waiting.entries if entry.position not in passed_on]:
                await self._pass_on(nc, js, entries, self._last)
            shown = await self.letters.show(nc, waiting.letters)
            if more := waiting.more and (shown or bool(entries)):
                await self._noting.settle()  # until then the next question finds the same events
        self.state.last_error = None

    def lead_anew(self) -> None:
        """We begin to lead: what kept us from publishing when we led before may have been mended since."""
        self.state.stopped = self.state.last_error = self.letters.problem = None
        self.state.missing = 0

    def finish(self) -> None:
        """Publish what waits, and end."""
        self._finishing.set()
        self.wake.set()

    def look(self, info: StreamInfo) -> None:
        """What somebody saw of our stream: to reconcile, if it stores something else, or is twice not as we left it."""
        seen = (info.state.last_seq, info.state.messages, self._last)
        strange = seen == self._looked and seen != (self._last,) * 3
        if self._last is not None and (strange or diverging.stores_otherwise(info.config)):
            log.warning("relay.doubt", service=self.service, expected=self._last, found=info.state.last_seq)
            self._last = None
            self.wake.set()
        self._looked = seen

    async def _vouch(self, js: JetStreamContext) -> None:
        """Raises Doubt or Diverged when the stream may hold what we published under another subject than its own."""
        await self.sure()
        await self._see(js, NOTED_SECONDS)

    async def _see(self, js: JetStreamContext, lately: float) -> None:
        """A broker that does not answer contradicts nothing: what it acknowledged is noted, and reconciling looks."""
        now = time.monotonic()
        if now - self._seen < lately:
            return
        try:
            async with asyncio.timeout(REQUEST_SECONDS / 2):
                info = await js.stream_info(self.stream, subjects_filter=">")
        except (TimeoutError, nats.errors.Error):
            return
        diverging.expect_settings(self.service, info.config)
        if strange := Counter(info.state.subjects or {}) - self._holds:
            raise Doubt(f"{self.stream} holds more than it was told under {', '.join(strange)}")
        self._seen = now

    async def _pass_on(self, nc: Client, js: JetStreamContext, entries: Sequence[Entry], last: int) -> None:
        """Publish what follows `last`; where it stands is noted soon."""
        began, at = time.monotonic(), time.time_ns()
        await self._see(js, SEEN_SECONDS)
        if self._last is None:  # doubted meanwhile
            return
        self._last = await self._publish(nc, entries, last)
        self.metrics.confirmed(time.monotonic() - began, age_of(entries[0].event_id))
        if self.tracing is not None:
            self.tracing.published([entry.body for entry in entries], at, time.time_ns())
        self._noting.add((entry.position, seq) for seq, entry in enumerate(entries, last + 1))
        self.state.published += len(entries)

    async def _publish(self, nc: Client, entries: Sequence[Entry], last: int) -> int:
        """One atomic batch: one fsync, all or nothing, refused if anybody else wrote. Returns its last sequence."""
        batch, size = uuid4().hex, len(entries)
        self._holds.update(entry.subject for entry in entries)
        for number, entry in enumerate(entries, 1):
            headers = {"Nats-Msg-Id": entry.event_id, "Content-Type": CONTENT_TYPE}
            if number == 1:
                headers["Nats-Expected-Last-Sequence"] = str(last)
            if size > 1:
                headers |= {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
            if size > 1 and number == size:
                headers["Nats-Batch-Commit"] = "1"
            if number in (1, size):
                answer = await asked(nc, entry.subject, entry.body, headers, REQUEST_SECONDS)
            else:
                await nc.publish(entry.subject, entry.body, headers=headers)
        end = int(answer["seq"])
        if end != last + size:  # it was there already: another leader has published it
            raise Doubt(f"a batch of {size} after {last} ended at {end}")
        return end

    async def reconcile(self, nc: Client, js: JetStreamContext) -> int:
        """Agree with the stream; returns its last sequence. Raises Diverged."""
        info = await js.stream_info(self.stream, subjects_filter=">")
        diverging.expect_settings(self.service, info.config)
        last = info.state.last_seq
        self.state.missing = last - info.state.messages
        diverging.expect_whole(self.service, info.state)
        self._holds, self._seen = Counter(info.state.subjects or {}), time.monotonic()
        known, event_id = await self.db.write(last_confirmed)  # behind a note of ours that may still be under way
        if last < known:
            event_id = await self.db.read(published_at, last)
        await diverging.expect_event(self.service, js, self.db, min(last, known), event_id)
        placed: dict[int, int] = {}
        for seq in range(known + 1, last + 1):
            message = await diverging.message_at(self.service, js, seq)
            found = (message.headers or {}).get("Nats-Msg-Id", "")
            position = await self.db.read(position_of, found)
            if position is None:
                raise diverging.stranger(self.service, seq, f"(id {found or 'none'}) is not in our log")
            await diverging.expect_first(self.service, self.db, message, position, placed.get(position))
            placed[position] = seq
        if placed:
            await self.db.write(confirm, list(placed.items()), self.clock.now())
            self.state.recovered += len(placed)
            log.info("relay.recovered", service=self.service, events=len(placed))
        await diverging.expect_kinds(self.service, self.unit, self.db, self._holds)
        return await self._restore(nc, js, last, known)

    async def _restore(self, nc: Client, js: JetStreamContext, last: int, known: int) -> int:
        while last < known:
            entries = await self.db.read(published_after, last, BATCH)
            if not entries:
                raise diverging.stranger(self.service, last, "is the last, and our log cannot say what came after it")
            last = await self._publish(nc, entries, last)
            self.state.republished += len(entries)
            log.warning("relay.republished", service=self.service, events=len(entries), last=last)
            self._seen = 0.0  # who follows may have been there already: look each time
            await self._vouch(js)
        return last


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
