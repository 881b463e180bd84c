"""Where a side is measured: a folder of its own on the same disk, brokers and servers that end with it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import nats
import sqlalchemy as sa
from nats.aio.client import Client

from deploy import office
from deploy.broker import Broker
from deploy.embedded import provision_streams
from deploy.processes import nats_server_binary
from shared.nats_client import NatsClient, connect, read_seed
from tests.support import POSTGRES, UNIT, free_port

READY_SECONDS = 60.0
STOP_SECONDS = 15.0


def cpu_seconds(pid: int) -> float:
    """Seconds of CPU that a running process has taken so far."""
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
    url: str

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
        yield OfficeBroker(home, broker.url)
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
        await _greets(port)
        client = await nats.connect(f"nats://127.0.0.1:{port}")
        try:
            yield client
        finally:
            await client.close()


async def _greets(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


def python(*words: str) -> list[str]:
    """A command line of this very code."""
    return [sys.executable, *words]


@contextmanager
def a_postgres() -> Iterator[None]:
    """PostgreSQL in a container, for every database made meanwhile; its commits wait for the disk, as it ships."""
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    os.environ.setdefault("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
    from testcontainers.community.postgres import PostgresContainer

    with PostgresContainer("postgres:17-trixie", driver="psycopg") as postgres:
        url = sa.make_url(postgres.get_connection_url()).set(host="127.0.0.1")
        os.environ[POSTGRES] = url.render_as_string(hide_password=False)
        try:
            yield
        finally:
            del os.environ[POSTGRES]


def docker_answers() -> bool:
    """Whether containers can be started here."""
    try:
        return subprocess.run(["docker", "version"], capture_output=True, timeout=20, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
