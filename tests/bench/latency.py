"""`latency`: from the commit of one event, through relay and consumer, to the commit of its handler; and what three
waits for the disk take by hand, from before the first commit to after the last.

Both sides stand open, each with its own broker and databases, and take turns of two seconds: a machine's mood lasts
longer, so both are measured in it. Who is not asked waits. Of ours each service has its own process, as in compose.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session

from deploy import office
from shared.events import Event
from shared.record import record
from shared.service import Service
from shared.settings import ServiceSettings
from shared.texts import new_id
from tests.bench import bare_drain
from tests.bench.apart import PATIENCE_SECONDS, Commits, follower_apart, following
from tests.bench.bare_handle import open_database
from tests.bench.bare_latency import Chain
from tests.bench.handle import SERVICE
from tests.bench.place import OfficeBroker, office_broker, plain_broker
from tests.bench.sizes import Sizes
from tests.bench.stream import Message, messages, received
from tests.bench.watch import Measured, watching
from tests.support import UNIT, keys, migrated, new_database

WARM_UP = 20
TURN_SECONDS = 2.0
LEAD_IN = 2
"""Events at the start of each turn that do not count: whoever has waited for the other starts cold."""

Send = Callable[[int], Awaitable[str]]
"""Sends a numbered event; its id."""
Waits = dict[str, list[float]]
"""Seconds, by rate."""


@dataclass
class Line:
    """One side, open: how an event is sent, and when each began and ended, as `time.perf_counter` has it."""

    send: Send
    began: Mapping[str, float]
    ended: Mapping[str, float]
    sent: int = 0
    waits: Waits = field(default_factory=dict)

    async def turn(self, rate: float, count: int) -> list[float]:
        """How long each of so many events took, sent at this rate whatever each of them takes."""
        loop = asyncio.get_running_loop()
        start, sending = loop.time(), []
        for number in range(count):
            await asyncio.sleep(max(0.0, start + number / rate - loop.time()))
            sending.append(asyncio.ensure_future(self.send(self.sent + number)))
        names = await asyncio.gather(*sending)
        self.sent += count
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not all(name in self.ended for name in names):
                await asyncio.sleep(0.01)
        return [self.ended[name] - self.began[name] for name in names]


async def both(folder: Path, sizes: Sizes) -> tuple[Measured, Measured]:
    """Bare and ours, by short turns."""
    for side in ("bare", "ours"):
        (folder / side).mkdir()
    async with bare_line(folder / "bare", sizes) as first, our_line(folder / "ours") as second:
        by_hand, by_us = await _at_all_rates((first, second), sizes)
    return by_hand, by_us


async def bare(folder: Path, sizes: Sizes) -> Measured:
    """Bare alone."""
    async with bare_line(folder, sizes) as line:
        (found,) = await _at_all_rates((line,), sizes)
    return found


async def ours(folder: Path, sizes: Sizes) -> Measured:
    """Ours alone."""
    async with our_line(folder) as line:
        (found,) = await _at_all_rates((line,), sizes)
    return found


@asynccontextmanager
async def bare_line(folder: Path, sizes: Sizes) -> AsyncIterator[Line]:
    """Commit, publish, pull, commit."""
    stream = messages(sizes.seed, sizes.latency_events)
    async with plain_broker(folder) as client:
        await bare_drain.a_stream(client)
        chain = Chain(client, open_database(folder / "producer.db"), open_database(folder / "consumer.db"))
        following = asyncio.create_task(chain.follow())

        async def send(number: int) -> str:
            one: Message = stream[number]
            await chain.send(one.event_id, one.subject, one.body)
            return one.event_id

        try:
            yield Line(send, chain.began, chain.ended)
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following
            chain.close()


@asynccontextmanager
async def our_line(folder: Path) -> AsyncIterator[Line]:
    """Two services: one records and publishes, the other, in another process, follows."""
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(office_broker(folder))
        urls = [stack.enter_context(new_database(folder, name)) for name in ("intake", SERVICE)]
        source = _source(broker, folder, urls[0])
        handled = await stack.enter_async_context(follower_apart(broker, folder, urls[1]))
        await stack.enter_async_context(source.running())
        recorded, events = Commits(source.db), received()

        def write(session: Session, event: Event) -> str:
            name = record(session, event).event_id
            recorded.note(name)
            return name

        async def send(number: int) -> str:
            dossier = {"dossier_id": new_id(), "number": f"H55.27.05-260601-{number:06d}"}
            return await source.db.write(write, events[number % len(events)].model_copy(update=dossier))

        await following(source)
        yield Line(send, recorded.at, handled)


def _source(broker: OfficeBroker, folder: Path, url: str) -> Service:
    settings = ServiceSettings(
        unit=UNIT,
        database_url=migrated("intake", url),
        nats_url=broker.url,
        nats_seed_file=broker.seed_file("intake"),
        signin_public_key_file=keys(folder)[1],
        graceful_seconds=5,
    )
    return Service("intake", settings, projection=office.projection("intake"))


async def _at_all_rates(lines: Sequence[Line], sizes: Sizes) -> list[Measured]:
    """There and back: who was first in one turn is last in the next."""
    for line in lines:
        await line.turn(max(sizes.rates), WARM_UP)
    with watching() as watch:
        for rate, samples in sizes.rates.items():
            count = min(samples, round(rate * TURN_SECONDS))
            for number in range(math.ceil(samples / count)):
                for line in lines if number % 2 == 0 else reversed(lines):
                    waits = await line.turn(rate, LEAD_IN + count)
                    line.waits.setdefault(f"at_{rate:g}", []).extend(waits[LEAD_IN:])
    return [watch.measured(line.sent - WARM_UP, waits=line.waits) for line in lines]
