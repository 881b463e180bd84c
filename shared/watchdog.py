"""The watchdog: every two seconds it asks the broker whether all is as this service's plans say, and says what is not.

A consumer's lag reads 0 while messages are lost between it and us, and a ping is answered while a consumer is gone. So
it looks at what must be there, how it is set, whether what waits is handled, and whether as many facts were handled as
were published. Readiness shows what it finds, within ten seconds; what `motcua streams` repairs turns green by itself.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import nats.errors
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo, StreamInfo
from nats.js.errors import APIError, NotFoundError

from shared.access import DEAD_LETTERS
from shared.deliveries import InflowState
from shared.nats_client import on_error, refused_by
from shared.provisioned import consumer_held, stream_held
from shared.relay import Relay
from shared.streams import ConsumerPlan, consumer_differs, dead_letter_stream, service_stream, stream_differs

log = structlog.get_logger()

Ask = Callable[[], Awaitable[list[str]]]
LOOK_SECONDS = 2.0
ANSWER_SECONDS = 2.0
STALLED_SECONDS = 5.0
REPAIR = "run `motcua streams`"
SILENT = "nats: the broker does not answer{}; requests are accepted and published later"
SKIPPING = ("filter_subjects ", "deliver_policy ", "headers_only ", "subject_transform ", "mirror ", "sources ")
"""Settings that, when wrong, let the server withhold what we follow: nothing is handled under them."""


@dataclass
class Followed:
    """A durable of ours: whether it and its stream can be trusted, and whether what is published is handled."""

    plan: ConsumerPlan
    state: InflowState
    _trusted: asyncio.Event = field(default_factory=asyncio.Event)
    _doubted: asyncio.Event = field(default_factory=asyncio.Event)
    _before: tuple[int, ...] = ()
    _moved_at: float = 0.0

    async def trusted(self) -> None:
        """Back when the durable passes over nothing that we follow. Whoever begins to handle waits for it first."""
        await self._trusted.wait()
        self._before = ()

    async def doubted(self) -> None:
        """Back when it might: what is handled from then on may come after something that was passed over."""
        await self._doubted.wait()

    def judge(self, differs: Collection[str]) -> None:
        """Trust it, or no more, by how its settings differ from the plan."""
        good, bad = self._trusted, self._doubted
        if any(each.startswith(SKIPPING) for each in differs):
            good, bad = bad, good
        good.set()
        bad.clear()

    def progress(self, published: int, info: ConsumerInfo) -> str | None:
        """What is wrong with how facts are handled, in the process that handles them and does not say so itself."""
        flying = info.num_ack_pending or 0
        waiting = (info.num_pending or 0) + flying
        applied = self.state.handled + self.state.parked
        seen = (published, applied, self.state.position, self.state.restarts, waiting)
        before, self._before = self._before, seen
        if not waiting or seen[1:3] != before[1:3]:
            self._moved_at = time.monotonic()
        if self.state.problem:
            return self._lost()
        delivered = info.delivered.stream_seq if info.delivered else 0
        if seen == before and not flying and delivered >= self.state.position:  # after a reset the last fact waits anew
            self._count(published - waiting)
        stalled = time.monotonic() - self._moved_at
        if stalled > STALLED_SECONDS:
            return f"{waiting} facts wait, and none has been handled for {stalled:.0f} s"
        return self._lost()

    def _lost(self) -> str | None:
        if not self.state.lost:
            return None
        name, stream = self.plan.durable, self.plan.stream
        return (
            f"{self.state.lost} facts that the stream holds were never handed over: look with "
            f"`motcua replay --service {name} --compare`, then `motcua tracking accept {stream} --service {name}`"
        )

    def _count(self, due: int) -> None:
        """Nothing is on its way: up to where we are the stream holds as many facts as came to us, or some were lost."""
        state = self.state
        if state.handed is None:
            state.handed = due
        lost = max(0, due - state.handed)
        if lost > state.lost:
            log.error("facts.lost", service=self.plan.durable, stream=self.plan.stream, lost=lost)
        state.lost = lost

    def begin_again(self) -> None:
        """Another handles now: what we counted says nothing, and what we missed may be accepted when we lead again."""
        self._before, self.state.lost = (), 0


@dataclass
class Watchdog:
    """Looks after one service's stream and durables, in every process of the service."""

    service: str
    relay: Relay
    followed: dict[str, Followed]
    leads: Callable[[], bool]
    problems: list[str] = field(default_factory=lambda: ["nats: the streams have not been looked at yet"])
    _refused: set[str] = field(default_factory=set)
    """What the broker did not let us ask for since the present look began, in small letters."""

    async def heard(self, error: Exception) -> None:
        """What went wrong on the connection that `run` is given: nats-py itself keeps the last error alone."""
        await on_error(error)
        self._refused.update(refused_by(error))

    async def run(self, nc: Client, js: JetStreamContext) -> None:
        """Look until cancelled. Wants a connection that may ask for our stream, those we follow and our durables."""
        while True:
            if nc.is_connected:
                self._tell(await self._look(js))
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self, js: JetStreamContext) -> list[str]:
        self._refused.clear()
        parts: list[tuple[str, Ask]] = [
            (service_stream(self.service).name, partial(self._own, js)),
            (DEAD_LETTERS, partial(_dead_letters, js)),
            *((stream, partial(self._followed, js, each)) for stream, each in self.followed.items()),
        ]
        found = await asyncio.gather(*(_answered(ask) for _, ask in parts))
        silent = [name for (name, _), answer in zip(parts, found, strict=True) if answer is None]
        told = [sentence for answer in found for sentence in answer or ()]
        refused = [name for name in silent if self._may_not_ask_for(name)]
        unanswered = [name for name in silent if name not in refused]
        if silent != [DEAD_LETTERS]:  # an earlier release's broker lets nobody ask for it, and all is well
            who = f"this broker does not let {self.service} ask for it"
            told += [f"{name}: {who}: run `make secrets` and reload it" for name in refused]
        if unanswered:
            asked = "" if unanswered == [name for name, _ in parts] else f" when asked for {', '.join(unanswered)}"
            told.append(SILENT.format(asked))
        return list(dict.fromkeys(told))

    def _may_not_ask_for(self, stream: str) -> bool:
        asked = (subject.partition(".api.")[2] for subject in self._refused)  # stream.info.hotline, consumer.info.…
        return any(call.split(".")[2:3] == [stream.lower()] for call in asked)

    async def _own(self, js: JetStreamContext) -> list[str]:
        plan = service_stream(self.service)
        held = await _there(stream_held(js, plan.name))
        if held is None:
            return [f"{plan.name}: the stream is missing: {REPAIR}, and it is built anew from the log"]
        info, settings = held
        if self.leads():
            self.relay.look(info)
        return _stream_sentences(plan.name, stream_differs(plan, settings), info)

    async def _followed(self, js: JetStreamContext, each: Followed) -> list[str]:
        name, durable = each.plan.stream, each.plan.durable
        held_consumer = await _there(consumer_held(js, name, durable))
        held_stream = await _there(stream_held(js, name, f"motcua.*.{name.lower()}.>"))
        if held_stream is None:
            return [f"{name}: the stream is missing: {REPAIR}, and its service builds it anew"]
        if held_consumer is None:
            return [f"{name}: the consumer {durable} is missing: {REPAIR}; nothing is skipped"]
        (consumer, settings), (stream, stream_settings) = held_consumer, held_stream
        differs = consumer_differs(each.plan, consumer, settings)
        of_stream = stream_differs(service_stream(name.lower()), stream_settings)
        each.judge([*differs, *of_stream])
        found = (
            [f"{name}: the consumer {durable} is not as planned ({', '.join(differs)}): {REPAIR}"] if differs else []
        )
        found += _stream_sentences(name, of_stream, stream)
        if not self.leads():
            each.begin_again()
        elif (problem := each.progress(_published(stream, each.plan), consumer)) and not differs:
            found.append(f"{name}: {problem}")
        return found

    def _tell(self, problems: list[str]) -> None:
        if problems != self.problems:
            log.log(
                logging.ERROR if problems else logging.INFO, "watchdog.found", service=self.service, problems=problems
            )
        self.problems = problems


async def _dead_letters(js: JetStreamContext) -> list[str]:
    plan = dead_letter_stream()
    held = await _there(stream_held(js, plan.name))
    if held is None:
        return [f"{plan.name}: the stream is missing: {REPAIR}; what is parked meanwhile is shown then"]
    info, settings = held
    return _stream_sentences(plan.name, stream_differs(plan, settings), info)


async def _answered(ask: Ask) -> list[str] | None:
    """What a part of a look found; none when the broker was silent, as it is where it refuses by permission."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await ask()
    except TimeoutError:
        return None
    except nats.errors.Error as error:
        why = f" ({error.description})" if isinstance(error, APIError) and error.description else ""
        return [SILENT.format(why)]


def _stream_sentences(name: str, differs: Collection[str], info: StreamInfo) -> list[str]:
    sealed = [f"{name}: the stream is sealed, it takes nothing more: {REPAIR}, which says what to do"]
    found = sealed if info.config.sealed else []
    return found + ([f"{name}: the stream is not as planned ({', '.join(differs)}): {REPAIR}"] if differs else [])


def _published(stream: StreamInfo, plan: ConsumerPlan) -> int:
    """How many facts of this plan the stream holds."""
    kinds = {tuple(subject.split(".")[2:]) for subject in plan.filter_subjects}
    subjects = stream.state.subjects or {}
    return sum(count for subject, count in subjects.items() if tuple(subject.split(".")[2:]) in kinds)


async def _there(asked: Awaitable[Any]) -> Any:
    """What is asked for; none when the broker has no such thing."""
    try:
        return await asked
    except NotFoundError:
        return None
