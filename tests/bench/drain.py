"""`drain`: events a second from a full outbox into the stream, by our relay and by hand."""

from __future__ import annotations

import asyncio
from pathlib import Path

from deploy import office
from shared.background import end
from shared.clock import Clock
from shared.database import Database
from shared.nats_client import NatsClient
from shared.record import Recorder
from shared.relay import BATCH, Relay
from tests.bench import bare_drain
from tests.bench.place import office_broker, plain_broker
from tests.bench.sizes import Sizes
from tests.bench.stream import fill_outbox, messages
from tests.bench.watch import Measured, watching
from tests.folded import damaged
from tests.support import UNIT, migrated, new_database


async def bare(folder: Path, sizes: Sizes) -> Measured:
    """The same bodies in batches of the same size."""
    bodies = [(one.subject, one.body) for one in messages(sizes.seed, sizes.events)]
    async with plain_broker(folder) as client:
        await bare_drain.a_stream(client)
        with watching() as watch:
            await bare_drain.publish(client, bodies, BATCH)
        return watch.measured(len(bodies))


async def ours(folder: Path, sizes: Sizes) -> Measured:
    """The relay of intake, from its first look at the stream until the outbox is empty."""
    async with office_broker(folder) as broker:
        with new_database(folder, "intake") as url:
            fill_outbox(migrated("intake", url), messages(sizes.seed, sizes.events))
            damaged(url)  # a log without rows
            db = Database(url, Recorder("intake", UNIT, office.projection("intake")))
            client = await broker.sign_in("intake")
            try:
                return await _drained(Relay("intake", UNIT, db, Clock()), client, sizes.events)
            finally:
                await client.close()
                await asyncio.to_thread(db.close)


async def _drained(relay: Relay, client: NatsClient, events: int) -> Measured:
    with watching() as watch:
        running = asyncio.create_task(relay.run(client, client.jetstream(timeout=5)))
        try:
            while relay.state.published < events and not running.done():
                await asyncio.sleep(0.002)
            relay.finish()
            await running
        finally:
            await end([running])
    return watch.measured(events)
