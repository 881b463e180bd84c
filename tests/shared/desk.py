"""Intake's database and its relay's place at a broker, for tests of what is published."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nats.js import JetStreamContext

from deploy.broker import Broker
from shared.background import end
from shared.clock import Clock
from shared.database import Database
from shared.events import Event
from shared.mechanism import event_log, outbox, publication
from shared.nats_client import NatsClient
from shared.outbox import Entry, what_waits
from shared.record import record
from shared.relay import Relay
from shared.streams import provision, service_stream
from tests.brokers import UNIT, Office, an_office
from tests.shared.line import NOW, a_database, rows, until


@dataclass
class Desk:
    """Intake's database and its relay's place at the broker."""

    office: Office
    db: Database
    url: str
    nc: NatsClient
    js: JetStreamContext
    auditor: JetStreamContext
    relays: list[Relay] = field(default_factory=list)

    async def records(self, *events: Event) -> list[str]:
        """Records events in one transaction; returns the names of their aggregates."""
        await self.db.write(lambda session: record(session, *events))
        return [event.aggregate for event in events]

    def relay(self, db: Database | None = None) -> Relay:
        self.relays.append(Relay("intake", UNIT, db or self.db, Clock(NOW)))
        return self.relays[-1]

    @asynccontextmanager
    async def publishing(self, relay: Relay | None = None) -> AsyncIterator[Relay]:
        """A relay that runs."""
        relay = relay or self.relay()
        task = asyncio.create_task(relay.run(self.nc, self.js))
        try:
            yield relay
        finally:
            await end([task])
            await asyncio.gather(task, return_exceptions=True)

    async def drained(self, seconds: float = 15) -> None:
        """Waits until nothing is left to publish."""
        await until(lambda: not rows(self.url, outbox), seconds)

    async def stream(self) -> list[str]:
        """The event ids that the stream holds, in its order."""
        last = (await self.auditor.stream_info("INTAKE")).state.last_seq
        found = [await self.auditor.get_msg("INTAKE", seq, direct=True) for seq in range(1, last + 1)]
        return [(message.headers or {}).get("Nats-Msg-Id", "stranger") for message in found]

    async def stands(self) -> list[tuple[str, str]]:
        """Under which subject the stream holds which event id, in its order."""
        return [
            ((await self.auditor.get_msg("INTAKE", seq, direct=True)).subject or "", event_id)
            for seq, event_id in enumerate(await self.stream(), 1)
        ]

    async def set(self, **settings: Any) -> None:
        """Somebody changes settings of the stream by hand."""
        js = (await self.office.sign_in("provisioner")).jetstream(timeout=5)
        await js.update_stream((await js.stream_info("INTAKE")).config.evolve(**settings))

    async def provisions(self) -> list[str]:
        """What `motcua streams` does with the stream."""
        client = await self.office.sign_in("provisioner")
        return await provision(client.jetstream(timeout=5), [service_stream("intake")], [])

    async def builds_anew(self) -> None:
        """As docs/operating.md says: the broker is stopped, the stream's folder moved aside, `motcua streams` run."""
        await self.office.broker.stop()
        (folder,) = self.store().glob("*/streams/INTAKE")
        shutil.move(folder, self.store().parent / "aside")
        await self.office.broker.start()
        assert await self.provisions() == ["stream INTAKE created"]

    def log(self) -> list[str]:
        """The event ids of the log, in its order."""
        return [row["event_id"] for row in rows(self.url, event_log)]

    def places(self) -> dict[str, int]:
        """Where our database believes each event to stand."""
        ids = {row["position"]: row["event_id"] for row in rows(self.url, event_log)}
        return {ids[row["position"]]: row["stream_seq"] for row in rows(self.url, publication)}

    def store(self) -> Path:
        return self.office.broker.home / "jetstream"

    async def entries(self) -> list[Entry]:
        return (await self.db.read(what_waits, 500)).entries


@asynccontextmanager
async def a_desk(folder: Path, url: str) -> AsyncIterator[Desk]:
    """A broker with intake's stream, and intake's database."""
    async with an_office(folder) as office:
        client, auditor = await office.sign_in("intake"), await office.sign_in("auditor")
        with a_database(url) as db:
            yield Desk(office, db, url, client, client.jetstream(timeout=1), auditor.jetstream(timeout=2))


async def power_cut(broker: Broker) -> None:
    """The broker is gone without a word, and without having written its index."""
    assert broker.pid is not None and broker._process is not None
    os.kill(broker.pid, signal.SIGKILL)
    await broker._process.wait()


def cut_last_block(broker: Broker, stream: str, size: int) -> None:
    """So many bytes at the end of a stream's last block never reached the disk."""
    blocks = broker.home.glob(f"jetstream/*/streams/{stream}/msgs/*.blk")
    last = max(blocks, key=lambda path: int(path.stem))
    os.truncate(last, max(0, last.stat().st_size - size))
