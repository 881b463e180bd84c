"""A connection to the broker that never gives up, and the nkeys that open it."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

import nats.js.errors
import nkeys
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext

from shared.access import API, DOMAIN

log = structlog.get_logger()

_OURS = {
    "Content-Type",
    "Nats-Batch-Commit",
    "Nats-Batch-Id",
    "Nats-Batch-Sequence",
    "Nats-Expected-Last-Sequence",
    "Nats-Msg-Id",
}
"""The headers that the relay sends."""
_REFUSED = re.compile(r'permissions violation for \w+ to "([^"]+)"')


class NatsClient(Client):
    """nats-py's client that knows what JetStream's API is called where it signed in; raw calls: `f"{client.api}.…"`."""

    api = "$JS.API"
    waits = False
    """While the first connection is waited for, by whoever has not for ever."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: set[str] = set()
        """The subjects that the broker has not let us use, in small letters."""

    def jetstream(self, **opts: Any) -> JetStreamContext:
        """JetStream as this client may call it; `timeout` in seconds for each request (5 unless said otherwise)."""
        if self.api == API:
            opts.setdefault("domain", DOMAIN)
        return super().jetstream(**opts)

    @staticmethod
    def _parse_header_lines(raw: bytes) -> dict[str, str]:
        """What nats-py's own finds, which looks at each character of each name: a fifth of a replay went there.

        Its optional parser is one for mail, and gives up a whole message's headers for a strange one.
        """
        found = {}
        for line in raw.split(b"\r\n"):
            name, colon, value = line.partition(b":")
            name = name.strip()
            if colon and name.isascii() and ((key := name.decode()).split() == [key] or not key):
                found[key] = value.strip().decode("utf-8", "replace")
        return found

    async def _send_publish(
        self, subject: str, reply: str, payload: bytes, payload_size: int, headers: dict[str, Any] | None
    ) -> None:
        """Sends what nats-py's own sends, which matches each header's name and translates each value: a third of what
        our process does while a full outbox is published went there. Strange headers are left to it."""
        if not headers or not _OURS.issuperset(headers) or not "".join(headers.values()).isprintable():
            await super()._send_publish(subject, reply, payload, payload_size, headers)
            return
        lines = "".join([f"{name}: {value.strip()}\r\n" for name, value in headers.items()])
        header = f"NATS/1.0\r\n{lines}\r\n".encode()
        size = len(header) + payload_size
        self.stats["out_msgs"] += 1
        self.stats["out_bytes"] += payload_size
        await self._send_command(
            b"%b%b%b\r\n" % (f"HPUB {subject} {reply} {len(header)} {size}\r\n".encode(), header, payload)
        )
        if self._flush_queue is not None and self._flush_queue.empty():
            await self._flush_pending()

    async def lost(self) -> None:
        """The connection has ended; only worth a line when it was not we who closed it."""
        if not self.is_closed:
            await _on_disconnected()

    async def failed(self, error: Exception) -> None:
        """Something went wrong; nats-py tries again, unless this raises."""
        await on_error(error)
        self.refused.update(refused_by(error))
        if self.waits and "authorization violation" in str(error).lower():
            raise KeyUnknown(str(error)) from error


class KeyUnknown(TimeoutError):
    """The broker answers and does not know the key: it will not, however often it is asked."""


async def connect(url: str, *, name: str, seed: str | None, patience: float | None = None) -> NatsClient:
    """Connects as `name` and reconnects for ever; errors are logged, never raised later.

    `seed` is the nkey seed; none only against a server without accounts. `patience` is how many seconds the *first*
    connection may take (none: for ever); then TimeoutError, or KeyUnknown at once.
    """
    client = NatsClient()
    client.api, client.waits = API if seed else "$JS.API", patience is not None
    try:
        async with asyncio.timeout(patience):
            options = connect_options(url, name=name, seed=seed)
            await client.connect(**{**options, "disconnected_cb": client.lost, "error_cb": client.failed})
    except TimeoutError:
        await client.close()
        raise
    client.waits = False
    return client


def connect_options(url: str, *, name: str, seed: str | None) -> dict[str, Any]:
    """What every connection of ours is opened with, nats-py's or FastStream's (which also needs `js_options`)."""
    return {
        "servers": [url],
        "name": name,
        "nkeys_seed_str": seed,
        "inbox_prefix": f"_INBOX_{name}",
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 0.25,
        "connect_timeout": 2,
        "ping_interval": 20,
        "max_outstanding_pings": 2,
        "error_cb": on_error,
        "disconnected_cb": _on_disconnected,
        "reconnected_cb": _on_reconnected,
    }


def js_options(seed: str | None) -> dict[str, Any]:
    """`NatsBroker(js_options=…)`: what JetStream's API is called on a connection with this seed."""
    return {"domain": DOMAIN} if seed else {}


def make_seed() -> tuple[str, str]:
    """A new nkey user: (seed, public key). The seed is a secret."""
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER).decode()
    return seed, public_key_of(seed)


def public_key_of(seed: str) -> str:
    """The public key (`U…`) of a seed. Raises nkeys.NkeysError on what is none."""
    public_key: bytes = nkeys.from_seed(bytearray(seed.strip().encode())).public_key
    return public_key.decode()


def read_seed(path: Path) -> str:
    """The seed in a file: its first line."""
    return path.read_text().splitlines()[0].strip()


def keep_seed(path: Path) -> str:
    """The seed in a file, made on the first call; the file is readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_seed(path)
    with os.fdopen(handle, "w") as file:
        file.write(make_seed()[0] + "\n")
        file.flush()
        os.fsync(file.fileno())
    return read_seed(path)


async def asked(nc: Client, subject: str, body: bytes, headers: dict[str, str], seconds: float) -> dict[str, Any]:
    """What the stream answers to a message; nothing to the first of a batch. Raises APIError when it refuses, and
    TimeoutError."""
    reply = await nc.request(subject, body, headers=headers, timeout=seconds)
    answer: dict[str, Any] = json.loads(reply.data) if reply.data else {}
    if "error" in answer:
        raise nats.js.errors.APIError.from_error(answer["error"])
    return answer


def refused_by(error: Exception) -> list[str]:
    """The subject that the broker does not let us use, in small letters as nats-py says it; nothing for other
    errors."""
    return _REFUSED.findall(str(error).lower())


async def on_error(error: Exception) -> None:
    log.warning("nats.error", kind=type(error).__name__, error=str(error))


async def _on_disconnected() -> None:
    log.info("nats.disconnected")


async def _on_reconnected() -> None:
    log.info("nats.reconnected")
