"""A lean HTTP/1.1 client in a process of its own: so many kept connections, each with one request under way.

    echo '{"port": 8000, "path": "/dossiers", …}' | python -m tests.bench.client

It writes prepared bytes and reads no more of an answer than its status and length, so that the server, not the client,
is what is measured. Says `measuring` after the warm-up, then one line of JSON: how many were answered 201, how fast.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import uvloop

from tests.bench.figures import percentile


@dataclass
class Load:
    """What is sent, and for how long; measured after the warm-up."""

    port: int
    path: str
    token: str
    bodies: list[Any]
    seed: int
    connections: int = 16
    warm_up: float = 1.0
    seconds: float = 5.0


@dataclass
class Answered:
    """What came back in the measured seconds."""

    count: int = 0
    failed: int = 0
    first_failure: str = ""
    waits: list[float] = field(default_factory=list)


class Connection(asyncio.Protocol):
    """One kept connection: asks, waits for the whole answer, asks again."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.buffer = b""
        self.asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's does not say so
        self.ask()

    def ask(self) -> None:
        self.asked = time.perf_counter()
        self.transport.write(self.client.next_request())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _length(head):
            return
        self.client.answered(self.buffer, time.perf_counter() - self.asked)
        self.buffer = b""
        if self.client.going:
            self.ask()
        else:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self.client.going:
            self.client.failed(f"the connection ended: {error}")


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise ValueError(f"an answer without its length: {head!r}")


class Client:
    """The load over all connections."""

    def __init__(self, load: Load) -> None:
        self.load, self.dice = load, random.Random(load.seed)
        head = f"POST {load.path} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\nContent-Type: application/json\r\n"
        head += f"Authorization: Bearer {load.token}\r\n"
        self.requests = [(head + f"Content-Length: {len(b)}\r\n", b) for b in map(_as_bytes, load.bodies)]
        self.answers = Answered()
        self.measuring, self.going = False, True

    def next_request(self) -> bytes:
        """Another dossier under a key of its own."""
        head, body = self.requests[self.dice.randrange(len(self.requests))]
        key = UUID(int=self.dice.getrandbits(128))
        return f"{head}Idempotency-Key: {key}\r\n\r\n".encode() + body

    def answered(self, answer: bytes, seconds: float) -> None:
        """Count an answer."""
        if not answer.startswith(b"HTTP/1.1 201"):
            self.failed(answer[:400].decode(errors="replace"))
        elif self.measuring:
            self.answers.count += 1
            self.answers.waits.append(seconds)

    def failed(self, why: str) -> None:
        """Count what was not answered as it should be, in the warm-up too."""
        self.answers.failed += 1
        self.answers.first_failure = self.answers.first_failure or why

    async def run(self) -> dict[str, Any]:
        """Warm up, measure, end; what came of it."""
        loop = asyncio.get_running_loop()
        for _ in range(self.load.connections):
            await loop.create_connection(lambda: Connection(self), "127.0.0.1", self.load.port)
        await asyncio.sleep(self.load.warm_up)
        print("measuring", flush=True)
        self.measuring, began, cpu = True, time.perf_counter(), time.process_time()
        await asyncio.sleep(self.load.seconds)
        self.measuring, seconds = False, time.perf_counter() - began
        self.going = False
        waits = self.answers.waits
        return {
            "answered": self.answers.count,
            "failed": self.answers.failed,
            "first_failure": self.answers.first_failure,
            "per_second": self.answers.count / seconds,
            "p50_ms": percentile(waits, 0.5) * 1000 if waits else None,
            "p99_ms": percentile(waits, 0.99) * 1000 if waits else None,
            "client_cpu_share": (time.process_time() - cpu) / seconds,
        }


def _as_bytes(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


if __name__ == "__main__":
    client = Client(Load(**json.loads(sys.stdin.readline())))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(client.run())))
