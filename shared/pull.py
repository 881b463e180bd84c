"""Reading a backlog: raw pulls from a durable, a batch a request, each message handed on in delivery order.

FastStream asks for one message at a time: quick for a lone event, slow for thousands. Both read the same durable, never
at the same time.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

ANSWER_SECONDS = 5.0

Take = Callable[[Msg], Awaitable[None]]
Pull = Callable[[int], Awaitable[int]]
"""Ask for at most so many messages, no more than the durable may have on their way; how many came. Raises TimeoutError
when the server says nothing for too long, and Error when it refuses."""
NOTHING_MORE = ("404", "408")


def slow_when_closed(subscriber: Any, nc: Client) -> None:
    """Let its pulls wait a second once the connection has ended for good: FastStream asks again at once for ever, and
    nothing else of the process would run."""
    pulls = subscriber.subscription
    fetch = pulls.fetch

    async def wait_and_fetch(*words: Any, **more: Any) -> Any:
        if nc.is_closed:
            await asyncio.sleep(1)
        return await fetch(*words, **more)

    pulls.fetch = wait_and_fetch


@asynccontextmanager
async def pulling(nc: Client, api: str, stream: str, durable: str, take: Take) -> AsyncIterator[Pull]:
    """Pulls from a durable while the context lasts. `api` is what JetStream's API is called on this connection."""
    count, wanted, refused = 0, 0, ""
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def arrived(message: Msg) -> None:
        nonlocal count, refused
        headers = message.headers or {}
        status = headers.get("Status")
        if status is None:
            count += 1
            await take(message)
        elif status not in NOTHING_MORE:
            refused = headers.get("Description", status)
        if (status is not None or count == wanted) and not ended.done():
            ended.set_result(None)

    inbox = nc.new_inbox()
    subscription = await nc.subscribe(inbox, cb=arrived)

    async def pull(most: int) -> int:
        nonlocal count, wanted, refused, ended
        count, wanted, refused, ended = 0, most, "", asyncio.get_running_loop().create_future()
        ask = json.dumps({"batch": most, "no_wait": True}).encode()
        await nc.publish(f"{api}.CONSUMER.MSG.NEXT.{stream}.{durable}", ask, reply=inbox)
        async with asyncio.timeout(ANSWER_SECONDS):
            await ended
        if refused and not count:
            raise nats.errors.Error(f"the broker gives nothing: {refused}")
        return count

    try:
        yield pull
    finally:
        await subscription.unsubscribe()
