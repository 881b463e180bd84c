"""Where a side is measured: a folder of its own on the same disk, brokers and servers that end with it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import nats
from nats.aio.client import Client

from deploy import office
from deploy.broker import Broker
from deploy.embedded import provision_streams
from deploy.processes import nats_server_binary
from shared.nats_client import NatsClient, connect, read_seed
from tests.support import UNIT, free_port

READY_SECONDS = 30.0
STOP_SECONDS = 15.0


@dataclass(frozen=True)
class Measured:
    """One side in one round: how many a second, the seconds of CPU it took, and what else was seen."""

    per_second: float
    cpu_seconds: float
    more: dict[str, Any] = field(default_factory=dict)


def cpu_seconds(pid: int | None = None) -> float:
    """Seconds of CPU that a process has taken so far: this one, or a running child."""
    if pid is None:
        return time.process_time()
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:  # no /proc on this system
        return float("nan")
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def process(words: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose words go to a file; ended afterwards, whatever happened. Ctrl-C is ours alone."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            list(words),
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


async def answers(url: str, child: subprocess.Popen[bytes], log: Path) -> None:
    """Return once an address answers 200. Raises RuntimeError with the server's last words."""
    deadline = time.monotonic() + READY_SECONDS
    async with httpx.AsyncClient(timeout=5) as client:
        while child.poll() is None and time.monotonic() < deadline:
            try:
                if (await client.get(url)).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
    raise RuntimeError(f"{url} does not answer: {log.read_text(errors='replace')[-2000:]}")


@dataclass
class OfficeBroker:
    """The broker as the office runs it, with its accounts, streams and consumers."""

    home: Path
    broker: Broker

    @property
    def url(self) -> str:
        return self.broker.url

    def seed_file(self, name: str) -> Path:
        return office.seed_file(self.home, name)

    async def sign_in(self, name: str) -> NatsClient:
        """A connection of one identity. The caller closes it."""
        return await connect(self.url, name=name, seed=read_seed(self.seed_file(name)), patience=5)


@asynccontextmanager
async def office_broker(folder: Path) -> AsyncIterator[OfficeBroker]:
    """A new broker of ours: every acknowledgement on the disk, streams empty."""
    home = folder / "home"
    broker = Broker(home, free_port(), office.identities(home, UNIT))
    try:
        await broker.start()
        await provision_streams(home, broker.url)
        yield OfficeBroker(home, broker)
    finally:
        await broker.stop()


PLAIN = """
host: 127.0.0.1
port: {port}
jetstream {{ store_dir: "{store}", sync_interval: always, max_file: 50GB }}
"""


@asynccontextmanager
async def plain_broker(folder: Path) -> AsyncIterator[Client]:
    """The bare side's broker: the same server and the same care for the disk, without accounts; a connection to it."""
    port, log = free_port(), folder / "nats.log"
    (folder / "nats.conf").write_text(PLAIN.format(port=port, store=folder / "store"))
    with process([nats_server_binary(), "-c", str(folder / "nats.conf")], log):
        client = await nats.connect(
            f"nats://127.0.0.1:{port}", connect_timeout=2, max_reconnect_attempts=50, reconnect_time_wait=0.1,
            error_cb=_silent,
        )  # fmt: skip
        try:
            yield client
        finally:
            await client.close()


async def _silent(_error: Exception) -> None:
    """The first tries meet a server that is not up yet."""


def python(*words: str) -> list[str]:
    """A command line of this very code."""
    return [sys.executable, *words]
