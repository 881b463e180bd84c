"""The bare side of `drain`: nats-py and JetStream's atomic batches, written by hand; nothing of ours is imported.

An atomic batch is one write and one fsync of the server: the first and the last message are asked for an answer, what
lies between is only sent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import uuid4

from nats.aio.client import Client
from nats.js.api import StorageType, StreamConfig

BATCH = 500


async def a_stream(client: Client) -> None:
    """A stream on the disk that takes atomic batches."""
    config = StreamConfig("INTAKE", subjects=["motcua.*.intake.>"], storage=StorageType.FILE, allow_atomic=True)
    await client.jetstream().add_stream(config)


async def publish(client: Client, messages: Sequence[tuple[str, bytes]], size: int = BATCH) -> None:
    """Publish (subject, body) in this order, so many a batch, each batch confirmed before the next."""
    for start in range(0, len(messages), size):
        await _one_batch(client, messages[start : start + size])


async def _one_batch(client: Client, batch: Sequence[tuple[str, bytes]]) -> None:
    name, last = uuid4().hex, len(batch)
    for number, (subject, body) in enumerate(batch, 1):
        headers = {"Nats-Batch-Id": name, "Nats-Batch-Sequence": str(number)}
        if number == last:
            headers["Nats-Batch-Commit"] = "1"
        if number not in (1, last):
            await client.publish(subject, body, headers=headers)
            continue
        answer = json.loads((await client.request(subject, body, headers=headers, timeout=10)).data or b"{}")
        if "error" in answer:
            raise RuntimeError(answer["error"])
