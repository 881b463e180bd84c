"""Prints the events you may read: python subscriber.py nats://127.0.0.1:4222 sub-province.nk sub-province INTAKE"""

import asyncio
import json
import sys

import nats


async def read(url: str, seed: str, name: str, stream: str) -> None:
    client = await nats.connect(url, nkeys_seed=seed, inbox_prefix=f"_INBOX_{name}")
    events = await client.jetstream(domain="office").pull_subscribe_bind(name, stream)
    while True:
        try:
            messages = await events.fetch(100, timeout=30)
        except nats.errors.TimeoutError:
            continue  # nothing new: ask again
        for message in messages:
            event = json.loads(message.data)
            print(event["type"], message.subject, event["data"], flush=True)  # do your work here, know event["id"]
            await message.ack()  # only now: what was not acknowledged comes again


asyncio.run(read(*sys.argv[1:5]))
