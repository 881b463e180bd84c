"""Prints the events you may read: python subscriber.py nats://127.0.0.1:4222 sub-province.nk sub-province INTAKE"""

import asyncio
import sys
from contextlib import suppress

import nats


async def say(error: Exception) -> None:
    print(f"{type(error).__name__}: {error}", file=sys.stderr)  # the broker restarts, say: nats-py goes on by itself


async def read(url: str, seed: str, me: str, stream: str) -> None:
    nc = await nats.connect(url, nkeys_seed=seed, inbox_prefix=f"_INBOX_{me}", max_reconnect_attempts=-1, error_cb=say)
    events = await nc.jetstream(domain="office").pull_subscribe_bind(me, stream)
    while True:
        with suppress(TimeoutError):  # nothing new: ask again
            for message in await events.fetch(100, timeout=5):
                print(message.subject, message.data.decode(), flush=True)  # your work; the "id" in it is unique
                await message.ack()  # only now: what was not acknowledged comes again


asyncio.run(read(*sys.argv[1:])) if len(sys.argv) == 5 else sys.exit(__doc__)
