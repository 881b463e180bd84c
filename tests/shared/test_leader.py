"""Leadership: one process does the background work, its death costs seconds, and who was paused writes nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from shared.leader import Leadership, LeadershipLost
from shared.mechanism import event_log, outbox
from tests.shared.follower import Place, a_place, a_service
from tests.shared.line import effects, received, rows, until, with_tables


class Process:
    """Hotline in a process of its own."""

    def __init__(self, place: Place, url: str, output: Path) -> None:
        command = [sys.executable, "-m", "tests.shared.follower", str(place.folder), place.broker.url, url, "0"]
        self.output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, start_new_session=True)

    @property
    def leads(self) -> bool:
        said = [line for line in self.output.read_text().splitlines() if line in ("leads", "follows no more")]
        return said[-1:] == ["leads"]

    def send(self, number: int) -> None:
        self.process.send_signal(number)


@pytest.fixture
def url(database_url: str) -> str:
    return with_tables(database_url)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with a_place(tmp_path) as place:
        yield place


@pytest.fixture
def two(place: Place, url: str, tmp_path: Path) -> Iterator[list[Process]]:
    processes = [Process(place, url, tmp_path / f"{name}.out") for name in "ab"]
    yield processes
    for one in processes:
        with contextlib.suppress(ProcessLookupError):
            one.process.kill()
        one.process.wait()


async def stream(place: Place) -> list[str]:
    """The ids in hotline's own stream."""
    js = (await place.sign_in("auditor")).jetstream(timeout=5)
    last = (await js.stream_info("HOTLINE")).state.last_seq
    found = [await js.get_msg("HOTLINE", seq, direct=True) for seq in range(1, last + 1)]
    return [(message.headers or {})["Nats-Msg-Id"] for message in found]


async def whole(place: Place, url: str, names: list[str]) -> None:
    """Everything was handled once and in order, and what was recorded stands in the stream once."""
    await until(lambda: len(effects(url)) >= len(names), 15)
    await until(lambda: not rows(url, outbox), 10)
    assert effects(url) == names
    assert sorted(await stream(place)) == sorted(row["event_id"] for row in rows(url, event_log))


async def test_one_of_two_leads_and_when_it_is_killed_the_other_does(
    place: Place, url: str, two: list[Process]
) -> None:
    names = [f"d-{n:02d}" for n in range(40)]
    await until(lambda: any(one.leads for one in two), 20)
    await place.publish(*(received(name) for name in names[:20]))
    await until(lambda: len(effects(url)) >= 20)
    await until(lambda: all(one.process.poll() is None for one in two))
    (leader,), (other,) = [one for one in two if one.leads], [one for one in two if not one.leads]
    leader.send(signal.SIGKILL)
    began = time.monotonic()
    await until(lambda: other.leads, 10)
    assert time.monotonic() - began < 5
    await place.publish(*(received(name) for name in names[20:]))
    await whole(place, url, names)


async def test_a_leader_that_was_paused_and_replaced_writes_nothing_when_it_wakes(
    place: Place, url: str, two: list[Process]
) -> None:
    names = [f"d-{n:02d}" for n in range(60)]
    await until(lambda: any(one.leads for one in two), 20)
    (paused,), (other,) = [one for one in two if one.leads], [one for one in two if not one.leads]
    await _load(place, names[:20])
    await until(lambda: len(effects(url)) == 20 and not rows(url, outbox))  # in a transaction it would lock a file
    paused.send(signal.SIGSTOP)
    _take_the_lock_away(url)
    await until(lambda: other.leads, 10)
    loading = asyncio.create_task(_load(place, names[20:]))
    await until(lambda: len(effects(url)) > 25)
    paused.send(signal.SIGCONT)
    await loading
    await until(lambda: not paused.leads, 10)
    assert other.leads
    await whole(place, url, names)


async def _load(place: Place, names: list[str]) -> None:
    for name in names:
        await place.publish(received(name))
        await asyncio.sleep(0.02)


def _take_the_lock_away(url: str) -> None:
    """What a network that breaks does on PostgreSQL, and a restored folder on SQLite."""
    where = sa.make_url(url)
    if where.get_backend_name() == "sqlite":
        Path(str(where.database)).with_suffix(".leader").unlink()
        return
    engine = sa.create_engine(where, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database"
    with engine.connect() as connection:
        gone = connection.exec_driver_sql(f"{cut} WHERE locktype = 'advisory' AND d.datname = current_database()")
        assert len(gone.all()) == 1


async def test_who_loses_the_lock_hears_of_it_within_two_seconds(url: str) -> None:
    leadership = Leadership(sa.make_url(url), "hotline")
    async with asyncio.timeout(5):
        with pytest.raises(LeadershipLost):
            async with leadership.held_by_us() as watch:
                _take_the_lock_away(url)
                await watch
    assert not leadership.held


async def test_leadership_given_up_is_there_for_the_next(url: str) -> None:
    for _ in range(3):
        first, second = (Leadership(sa.make_url(url), "hotline") for _ in "12")
        async with first.held_by_us():
            waiting = asyncio.create_task(_lead(second))
            await asyncio.sleep(0.2)
            assert first.held and not second.held
            waiting.cancel()  # in the midst of its attempt, as a stop does
            await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(3), second.held_by_us():
            assert second.held


async def _lead(leadership: Leadership) -> None:
    async with leadership.held_by_us() as watch:
        await watch


async def test_a_leader_that_cannot_even_stand_says_so_and_tries_again(place: Place, url: str) -> None:
    """Its lock file cannot be made: nothing would be published, and nobody would know."""
    service = a_service(place.folder, place.broker.url, url)
    nowhere = place.folder / "nowhere"
    service._leadership = Leadership(sa.make_url(f"sqlite:///{nowhere}/hotline.db"), "hotline")
    async with service.running():
        await until(lambda: service.leading_problem == "FileNotFoundError")
        os.mkdir(nowhere)
        await until(lambda: service.leads)
        assert service.leading_problem is None


async def test_a_stop_ends_even_a_job_that_swallows_its_cancellation(place: Place, url: str) -> None:
    service, swallowed = a_service(place.folder, place.broker.url, url), 0

    async def stubborn() -> bool:
        nonlocal swallowed
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            swallowed += 1
        return True

    service.every(0.1, "stubborn", stubborn)

    async def office() -> Any:
        async with service.running():
            await until(lambda: service.leads)
            await asyncio.sleep(0.1)

    await asyncio.wait_for(office(), 15)
    assert swallowed >= 1 and not service.db.alive
