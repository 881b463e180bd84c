"""The embedded broker: kept alive, ended in order, never opened twice, its data kept through SIGKILL."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from nats.errors import Error as NatsError

from deploy.broker import Broker, BrokerRefused
from deploy.processes import naming, nats_server_binary
from shared.access import Identity, service_identity
from shared.nats_client import NatsClient, connect, keep_seed, make_seed, public_key_of
from shared.streams import provision, service_stream
from tests.brokers import Office, a_seed_each, an_office, office_identities
from tests.support import UNIT, free_port

SUBJECT = f"motcua.{UNIT}.intake.dossier_received"


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with an_office(tmp_path) as running:
        yield running


async def until(true: object, seconds: float = 5.0) -> None:
    """Waits until the callable says yes."""
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.02)


async def published(client: NatsClient, body: bytes) -> int:
    return int((await client.jetstream(timeout=2).publish(SUBJECT, body)).seq)


@pytest.mark.asyncio
async def test_an_empty_broker_is_ready_in_half_a_second(tmp_path: Path) -> None:
    broker = Broker(tmp_path, free_port(), [])
    began = time.monotonic()
    try:
        await broker.start()
        assert time.monotonic() - began < 0.5
    finally:
        await broker.stop()
    assert broker.pid is None and naming(broker.config) == []
    assert stat.S_IMODE(broker.home.stat().st_mode) == 0o700


@pytest.mark.asyncio
async def test_a_killed_server_is_restarted_with_everything_it_acknowledged(office: Office) -> None:
    intake, broker = await office.sign_in("intake"), office.broker
    supervisor = asyncio.create_task(broker.ensure_running())
    last = 0
    for _ in range(3):
        last = await published(intake, b"before")
        pid = broker.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await until(lambda pid=pid: broker.pid not in (None, pid))
        await until(lambda: intake.is_connected)
    assert (await intake.jetstream().stream_info("INTAKE")).state.last_seq == last == 3
    await broker.stop()
    await asyncio.wait_for(supervisor, 2)
    assert naming(broker.config) == []


@pytest.mark.asyncio
async def test_a_server_left_behind_is_ended_before_its_store_is_opened_again(tmp_path: Path) -> None:
    seeds, port = a_seed_each("intake", "hotline", "auditor", "province", "provisioner"), free_port()
    broker = Broker(tmp_path, port, office_identities(seeds))
    await broker.start()
    provisioner = await connect(broker.url, name="provisioner", seed=seeds["provisioner"], patience=2)
    await provision(provisioner.jetstream(), [service_stream("intake")], [])
    intake = await connect(broker.url, name="intake", seed=seeds["intake"], patience=2)
    await published(intake, b"1")
    left = broker.pid
    assert left is not None and broker._lock is not None
    broker._lock.close()  # what the system does when the owner is killed
    successor = Broker(tmp_path, port, office_identities(seeds))
    try:
        await successor.start()
        assert naming(successor.config) == [successor.pid] != [left]
        await until(lambda: intake.is_connected)
        assert await published(intake, b"2") == 2
    finally:
        await successor.stop()
        await intake.close()
        await provisioner.close()


OWNER = """
import asyncio, sys
from pathlib import Path
from deploy.broker import Broker
async def main():
    broker = Broker(Path(sys.argv[1]), int(sys.argv[2]), [])  # kept: its lock goes with it
    await broker.start()
    print("ready", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


@asynccontextmanager
async def another_owner(home: Path, port: int) -> AsyncIterator[subprocess.Popen[bytes]]:
    """A process that runs a broker in this home; it and its server are gone afterwards, whatever happened."""
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(home), str(port)], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    try:
        while await asyncio.to_thread(owner.stdout.readline) not in (b"ready\n", b""):
            pass
        yield owner
    finally:
        owner.kill()
        owner.wait()
        owner.stdout.close()
        for left in naming(home / "nats" / "nats.conf"):
            os.kill(left, signal.SIGKILL)


@pytest.mark.asyncio
async def test_the_server_of_a_killed_owner_is_found_by_the_next(tmp_path: Path) -> None:
    port = free_port()
    broker = Broker(tmp_path, port, [])
    async with another_owner(tmp_path, port) as owner:
        with pytest.raises(BrokerRefused, match="Another motcua already runs the broker"):
            await broker.start()
        (left,) = naming(broker.config)
        owner.kill()
        owner.wait()
        assert naming(broker.config) == [left]
        try:
            await broker.start()
            assert naming(broker.config) == [broker.pid] != [left]
        finally:
            await broker.stop()


@pytest.mark.asyncio
async def test_a_port_taken_by_a_stranger_is_said(tmp_path: Path) -> None:
    stranger = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = stranger.sockets[0].getsockname()[1]
    broker = Broker(tmp_path, port, [])
    with pytest.raises(BrokerRefused, match=rf"Port {port} on 127.0.0.1 is taken .* choose another port\.$"):
        await broker.start()
    assert broker.pid is None
    stranger.close()
    await broker.start()
    await broker.stop()


@pytest.mark.asyncio
async def test_a_supervisor_waits_for_a_port_that_was_taken_meanwhile(tmp_path: Path) -> None:
    stranger = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    broker = Broker(tmp_path, stranger.sockets[0].getsockname()[1], [])
    supervisor = asyncio.create_task(broker.ensure_running())
    await asyncio.sleep(0.3)
    assert broker.pid is None and not supervisor.done()
    stranger.close()
    await until(lambda: broker.pid is not None)
    await broker.stop()
    await asyncio.wait_for(supervisor, 10)


@pytest.mark.asyncio
async def test_a_newcomer_is_let_in_without_cutting_those_who_work(office: Office) -> None:
    intake, hotline = await office.sign_in("intake"), await office.sign_in("hotline")
    pulls = await hotline.jetstream().pull_subscribe_bind("hotline", "INTAKE")
    waiting = asyncio.create_task(pulls.fetch(1, timeout=4))
    await asyncio.sleep(0.1)
    newcomer = keep_seed(office.broker.home.parent / "keys" / "survey.nk")
    identity = service_identity("survey", public_key_of(newcomer), unit=UNIT, consumes=["intake"])
    wider = service_identity("survey", public_key_of(newcomer), unit=UNIT, consumes=["intake", "hotline"])
    await office.broker.reload([*office.identities, identity])
    survey = await connect(office.broker.url, name="survey", seed=newcomer, patience=2)
    assert (await survey.jetstream(timeout=2).stream_info("INTAKE")).state.last_seq == 0
    assert await published(intake, b"after the reload") == 1
    assert [message.data for message in await waiting] == [b"after the reload"]
    await office.broker.reload([*office.identities, wider])
    assert (await survey.jetstream(timeout=2).stream_info("HOTLINE")).state.last_seq == 0
    assert intake.stats["reconnects"] == hotline.stats["reconnects"] == 0
    await survey.close()


@pytest.mark.asyncio
async def test_who_is_no_longer_listed_is_cut(office: Office) -> None:
    await office.broker.reload([one for one in office.identities if one.name != "province"])
    with pytest.raises((TimeoutError, NatsError)):
        await connect(office.broker.url, name="province", seed=office.seeds["province"], patience=1)


@pytest.mark.asyncio
async def test_an_invalid_configuration_is_refused_and_the_old_one_stays(office: Office) -> None:
    bad = Identity("broken", make_seed()[1], publish=("motcua..x",), subscribe=("motcua..x",))
    before = office.broker.config.read_text()
    with pytest.raises(BrokerRefused, match="the old one stays"):
        await office.broker.reload([*office.identities, bad])
    assert office.broker.config.read_text() == before


def test_a_seed_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "intake.nk"
    seed = keep_seed(path)
    assert keep_seed(path) == seed and public_key_of(seed).startswith("U")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_wheel_brought_the_server() -> None:
    said = subprocess.run([nats_server_binary(), "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("nats-server: v2.15")
