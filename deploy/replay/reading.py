"""Reading whole streams as the auditor may: by batched direct get. Nothing on the server is created or changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import nats.errors
from nats.aio.msg import Msg

from deploy.refusal import Refusal
from shared.nats_client import NatsClient

BATCH = 500
MOST_BYTES = 16 * 2**20
ANSWER_SECONDS = 5.0
TRIES = 3


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a stream holds it."""

    stream: str
    seq: int
    body: bytes


async def last_sequence(client: NatsClient, stream: str) -> int:
    """The last sequence of a stream. Raises Refusal when this credential may not see it, or it is not there."""
    try:
        answer = await client.request(f"{client.api}.STREAM.INFO.{stream}", b"", timeout=ANSWER_SECONDS)
    except (nats.errors.Error, TimeoutError) as error:
        raise Refusal(
            f"The stream {stream} cannot be read ({type(error).__name__}): use the auditor's seed."
        ) from error
    info: dict[str, Any] = json.loads(answer.data)
    if "error" in info:
        raise Refusal(f"The stream {stream} cannot be read: {info['error'].get('description')}.")
    return int(info["state"]["last_seq"])


async def read_stream(client: NatsClient, stream: str, last: int) -> AsyncIterator[list[Message]]:
    """The messages 1 to `last` of a stream, in batches, in order. Ends early where the stream does. Raises Refusal."""
    seq = 1
    while seq <= last:
        found = await _patiently(client, stream, seq, min(BATCH, last - seq + 1))
        batch = [message for message in found if seq <= message.seq <= last]
        if not batch:
            return
        yield batch
        seq = batch[-1].seq + 1


async def _patiently(client: NatsClient, stream: str, seq: int, count: int) -> list[Message]:
    for _ in range(TRIES):
        found = await _ask(client, stream, seq, count)
        if found is not None:
            return found
    raise Refusal(f"The stream {stream} does not answer at message {seq}: start the office (motcua up) and try again.")


async def _ask(client: NatsClient, stream: str, seq: int, count: int) -> list[Message] | None:
    """Up to `count` messages from `seq` on; empty at the end of the stream, none when nothing came at all."""
    found: list[Message] = []
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def take(message: Msg) -> None:
        headers = message.headers or {}
        if "Nats-Sequence" in headers:
            found.append(Message(stream, int(headers["Nats-Sequence"]), message.data))
        elif not ended.done():
            ended.set_result(headers.get("Status", ""))

    inbox = client.new_inbox()
    subscription = await client.subscribe(inbox, cb=take)
    try:
        ask = json.dumps({"seq": seq, "batch": count, "max_bytes": MOST_BYTES}).encode()
        await client.publish(f"{client.api}.DIRECT.GET.{stream}", ask, reply=inbox)
        status = await asyncio.wait_for(ended, ANSWER_SECONDS)
    except TimeoutError:  # the connection was cut: what came is whole as far as it goes
        return found or None
    finally:
        await subscription.unsubscribe()
    if status == "503":
        raise Refusal(f"The stream {stream} cannot be read: use the auditor's seed, or start the office (motcua up).")
    return found
