"""Prints the events you may read: python subscriber.py nats://127.0.0.1:4222 sub-province.nk sub-province INTAKE"""

import asyncio
import json
import sys
from contextlib import suppress

import nats


async def read(url: str, seed: str, name: str, stream: str) -> None:
    client = await nats.connect(url, nkeys_seed=seed, inbox_prefix=f"_INBOX_{name}", max_reconnect_attempts=-1)
    events = await client.jetstream(domain="office").pull_subscribe_bind(name, stream)
    while True:
        with suppress(TimeoutError):  # nothing new: ask again
            for message in await events.fetch(100, timeout=5):
                event = json.loads(message.data)
                print(event["type"], message.subject, event["data"], flush=True)  # your work; event["id"] is unique
                await message.ack()  # only now: what was not acknowledged comes again


asyncio.run(read(*sys.argv[1:5]))
