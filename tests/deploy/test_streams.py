"""`motcua streams` and `motcua replay` on a home whose broker is not there, or is another office's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from deploy import office
from deploy.broker import Broker
from deploy.home import Home
from deploy.processes import nats_server_binary
from tests.support import UNIT, free_port
from tests.system.command import motcua, refused

READING = [("streams",), ("replay", "--service", "intake")]


@pytest_asyncio.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """The broker of an office in `ours`."""
    broker = Broker(tmp_path / "ours", free_port(), office.identities(tmp_path / "ours", UNIT))
    await broker.start()
    yield broker
    await broker.stop()


def a_home(path: Path, url: str) -> Path:
    """One whose office was started with the broker at this address, and stopped."""
    office.identities(path, UNIT)
    Home(path).remember(url)
    return path


@pytest.mark.asyncio
async def test_streams_asks_the_broker_of_its_own_home(broker: Broker, tmp_path: Path) -> None:
    Home(tmp_path / "ours").remember(broker.url)
    words = ("streams", "--home", str(tmp_path / "ours"))
    made, again = [await asyncio.to_thread(motcua, *words) for _ in range(2)]
    assert (made.returncode, made.stderr) == (0, "") and "stream INTAKE created" in made.stdout
    assert again.stdout == "Streams and consumers are as they should be.\n"


@pytest.mark.asyncio
@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
async def test_the_broker_of_another_office_is_told_from_one_that_is_silent(
    broker: Broker, tmp_path: Path, words: tuple[str, ...]
) -> None:
    theirs = a_home(tmp_path / "theirs", broker.url)
    done = await asyncio.to_thread(motcua, *words, "--home", str(theirs))
    assert refused(done) == (
        f"motcua: {broker.url} does not know this home's key: another office runs there; name yours with --home.\n"
    )
    assert done.stdout == ""


@pytest.mark.parametrize("words", READING, ids=lambda words: words[0])
def test_a_broker_that_is_silent_is_said_with_the_office_to_start(tmp_path: Path, words: tuple[str, ...]) -> None:
    url = f"nats://127.0.0.1:{free_port()}"
    home = a_home(tmp_path / "stopped", url)
    done = motcua(*words, "--home", str(home))
    assert refused(done) == f"motcua: {url} does not answer: start the office (motcua up --home {home}) first.\n"
    assert done.stdout == ""
    named = motcua(*words, "--home", str(home), "--nats-url", url)
    assert refused(named) == f"motcua: {url} does not answer: start the broker first.\n"


NO_ADDRESSES = ["nats://", "://", "nats://127.0.0.1:99999", "nats://x:x", "nats://[::1"]


@pytest.mark.parametrize("url", NO_ADDRESSES)
def test_what_is_no_address_of_a_broker_is_said_in_one_sentence(tmp_path: Path, url: str) -> None:
    says = f"motcua: {url} is no broker's address: write it as nats://HOST:4222.\n"
    home = a_home(tmp_path / "home", "nats://127.0.0.1:4222")
    for words in (*READING, ("up",)):
        assert refused(motcua(*words, "--home", str(home), "--nats-url", url)) == says


@pytest.mark.asyncio
async def test_a_broker_without_streams_is_said_in_one_sentence(broker: Broker, tmp_path: Path) -> None:
    home = a_home(tmp_path / "ours", broker.url)
    await broker.stop()
    whole = broker.config.read_text()
    broker.config.write_text(re.sub(r"jetstream \{.*?\n\}\n", "", whole, count=1, flags=re.DOTALL))
    server = await asyncio.create_subprocess_exec(nats_server_binary(), "-c", str(broker.config))
    try:
        said = refused(await asyncio.to_thread(motcua, "streams", "--home", str(home)))
        up = ("up", "--home", str(home), "--port", str(free_port()), "--nats-url", broker.url)
        assert "start it with what `motcua broker-config" in refused(await asyncio.to_thread(motcua, *up))
    finally:
        server.terminate()
        await server.wait()
    assert said.startswith(f"motcua: {broker.url} has no streams to work on (ServiceUnavailableError): see in the")


@pytest.mark.asyncio
@pytest.mark.parametrize("who", ["intake", "auditor"])
async def test_the_key_of_another_identity_is_told_from_a_broker_that_is_silent(
    broker: Broker, tmp_path: Path, who: str
) -> None:
    home = a_home(tmp_path / "ours", broker.url)
    seed, own = office.seed_file(home, who), office.seed_file(home, "provisioner")
    says = (
        f"motcua: {broker.url} does not let whoever holds {seed} make streams: name the provisioner's key with --seed "
    )
    assert refused(await asyncio.to_thread(motcua, "streams", "--home", str(home), "--seed", str(seed))) == (
        f"{says}({own}).\n"
    )
    words = ("streams", "--home", str(tmp_path / "elsewhere"), "--nats-url", broker.url, "--seed", str(seed))
    assert refused(await asyncio.to_thread(motcua, *words)) == (
        f"{says}(keys/provisioner.nk in the home of the office, or in compose in deploy/secrets).\n"
    )


@pytest.mark.asyncio
async def test_a_broker_of_another_release_is_told_from_one_that_is_silent(broker: Broker, tmp_path: Path) -> None:
    """It does not let the provisioner do what this release needs; it was said to have stopped answering."""
    home, new = a_home(tmp_path / "ours", broker.url), "CONSUMER.CREATE"
    await broker.reload(
        [
            replace(each, publish=tuple(may for may in each.publish if new not in may))
            for each in office.identities(home, UNIT)
        ]
    )
    said = refused(await asyncio.to_thread(motcua, "streams", "--home", str(home)))
    assert said.startswith(f"motcua: {broker.url} does not let the provisioner ask for $js.office.api.consumer.create.")
    assert said.endswith(
        ": its configuration is of another release: write it anew (`make secrets`, or `motcua broker-config`), reload "
        "it twice, then run this again.\n"
    )
