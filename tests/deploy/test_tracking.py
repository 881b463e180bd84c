"""`motcua tracking`, as an operator types it."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy import office
from deploy.broker import Broker
from deploy.home import Home
from shared.mechanism import tracking
from tests.shared.follower import Place, a_place
from tests.shared.line import NOW, a_database, body_of, nothing, received, rows, with_tables
from tests.support import UNIT, free_port, keys, set_aside
from tests.system.command import motcua, refused


@pytest.fixture
def url(database_url: str) -> str:
    return with_tables(database_url)


def typed(url: str, *words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    return motcua("tracking", *words, "--service", "hotline", "--database-url", url, code=code)


async def accepted(url: str, place: Place, *words: str) -> subprocess.CompletedProcess[str]:
    """`accept INTAKE` at this broker, with the key of hotline."""
    where = ("--nats-url", place.broker.url, "--seed", str(place.folder / "hotline.nk"))
    return await asyncio.to_thread(typed, url, "accept", "intake", *where, *words)


async def at_seven(url: str) -> None:
    """Hotline has handled INTAKE up to 7."""
    with a_database(url, "hotline", nothing) as db:
        await db.write(set_aside, "INTAKE", 0, 7, body_of(received("a")), "KeyError at handle:7", NOW)


def of_intake(url: str) -> dict[str, Any]:
    (row,) = (row for row in rows(url, tracking) if row["stream"] == "INTAKE")
    return row


async def test_it_shows_how_far_each_stream_is_handled_and_goes_on_from_there_when_told_to(
    url: str, tmp_path: Path
) -> None:
    assert typed(url, "list").stdout == "hotline has followed no stream yet.\n"
    await at_seven(url)
    with a_database(url, "hotline", nothing) as db:
        await db.write(set_aside, "SURVEY", 0, 2, b"{", "not an event of ours", NOW)
    assert typed(url, "list").stdout == "INTAKE  at 7, 1 handed over\nSURVEY  at 2, 1 handed over\n"
    before = of_intake(url)
    async with a_place(tmp_path) as place:
        await place.publish(*(received(name) for name in "abcdefg"))
        said = await accepted(url, place)
    assert said.stdout == "INTAKE is followed on from where hotline stands, within seconds while it runs.\n"
    assert typed(url, "list").stdout == "INTAKE  at 7, not counted yet\nSURVEY  at 2, 1 handed over\n"
    after = of_intake(url)
    assert before["sha256"] and after["sha256"] is None and after["claim"] == before["claim"] + 1


async def test_nothing_is_accepted_before_the_stream_has_come_to_where_the_service_stands(
    url: str, tmp_path: Path
) -> None:
    """What took the places in between would be passed over, and nobody would count it."""
    await at_seven(url)
    before = of_intake(url)
    async with a_place(tmp_path) as place:
        await place.publish(*(received(name) for name in "abcdef"))
        assert refused(await accepted(url, place)) == (
            "motcua: INTAKE ends at 6, before 7 where hotline stands: its owner is completing it; wait until it ends "
            "there or beyond.\n"
        )
        assert of_intake(url) == before
        await place.publish(received("g"))
        assert (await accepted(url, place)).returncode == 0
    assert of_intake(url)["sha256"] is None


async def test_nothing_is_accepted_when_the_broker_does_not_say_where_the_stream_ends(url: str, tmp_path: Path) -> None:
    await at_seven(url)
    before, silent = of_intake(url), f"nats://127.0.0.1:{free_port()}"
    async with a_place(tmp_path) as place:
        for words, says in (
            (("--nats-url", silent), f"{silent} does not answer: start the broker first."),
            (("--seed", str(tmp_path / "auditor.nk")), f"{place.broker.url} does not say where INTAKE ends"),
            (("--seed", str(tmp_path / "none.nk")), f"There is no key of hotline in {tmp_path}/none.nk"),
        ):
            assert says in refused(await accepted(url, place, *words))
    assert of_intake(url) == before


async def test_in_its_container_the_service_is_asked_about_with_its_own_settings(url: str, tmp_path: Path) -> None:
    await at_seven(url)
    async with a_place(tmp_path) as place:
        await place.publish(received("a"))
        own = {"DATABASE_URL": url, "NATS_URL": place.broker.url, "NATS_SEED_FILE": str(tmp_path / "hotline.nk")}
        own |= {"SIGNIN_PUBLIC_KEY_FILE": str(keys(tmp_path)[1])}
        code = f"import os; os.environ.update({ {f'HOTLINE_{name}': text for name, text in own.items()} })"
        said = await asyncio.to_thread(motcua, "tracking", "accept", "INTAKE", "--service", "hotline", code=code)
    assert "INTAKE ends at 1, before 7" in refused(said)


async def test_in_a_home_its_broker_is_asked_and_a_stream_that_is_missing_is_said(url: str, tmp_path: Path) -> None:
    await at_seven(url)
    broker = Broker(tmp_path, free_port(), office.identities(tmp_path, UNIT))
    Home(tmp_path, url).remember(broker.url)
    await broker.start()
    words = ("tracking", "accept", "INTAKE", "--service", "notifier", "--home", str(tmp_path))
    try:
        assert f"{broker.url} has no stream INTAKE: run `motcua streams`" in refused(
            await asyncio.to_thread(motcua, *words)
        )
    finally:
        await broker.stop()


@pytest.mark.parametrize("stream", ["NOTIFIER", "", "\udcff", "INTAKE:7"])
def test_a_stream_that_is_not_followed_is_said_in_one_sentence(url: str, stream: str) -> None:
    done = typed(url, "accept", stream)
    assert f"hotline has followed no stream {stream}".encode(errors="backslashreplace").decode() in refused(done)
    assert done.stdout == "" and "see `motcua tracking list --service hotline`." in done.stderr
