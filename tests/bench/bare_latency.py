"""The bare side of `latency`: what any outbox must at least do for one event, by hand; nothing of ours is imported.

Commit a row, publish and wait for JetStream's answer, pull the message, commit a row: three waits for the disk, one
after the other. The consumer's pull is waiting before the message comes.
"""

from __future__ import annotations

import json
import time

import sqlalchemy as sa
from nats.aio.client import Client
from nats.errors import TimeoutError as NothingCame

from tests.bench.bare_handle import effect


class Chain:
    """A producer and a consumer, each with a database of its own. Moments are those of `time.perf_counter`."""

    def __init__(self, client: Client, producer: sa.Engine, consumer: sa.Engine) -> None:
        self.js = client.jetstream()
        self.producer, self.consumer = producer.connect(), consumer.connect()
        self.began: dict[str, float] = {}
        self.ended: dict[str, float] = {}

    async def follow(self) -> None:
        """Pull one message at a time and commit a row for it, until cancelled."""
        subscription = await self.js.pull_subscribe("", durable="bare", stream="INTAKE")
        while True:
            try:
                (message,) = await subscription.fetch(1, timeout=30)
            except NothingCame:
                continue
            name = json.loads(message.data)["id"]
            _commit(self.consumer, name)
            self.ended[name] = time.perf_counter()
            await message.ack()

    async def send(self, name: str, subject: str, body: bytes) -> None:
        """Commit, then publish."""
        self.began[name] = time.perf_counter()
        _commit(self.producer, name)
        await self.js.publish(subject, body)

    def close(self) -> None:
        """Give the databases up."""
        for connection in (self.producer, self.consumer):
            connection.close()
            connection.engine.dispose()


def _commit(connection: sa.Connection, name: str) -> None:
    connection.execute(effect.insert(), [{"stream": "INTAKE", "name": name}])
    connection.commit()
