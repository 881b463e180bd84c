"""Leadership: one process does the background work, its death costs seconds, and who was paused writes nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from shared.leader import SURE_SECONDS, Leadership, LeadershipLost
from shared.mechanism import outbox
from tests.shared.follower import Place, a_service
from tests.shared.line import effects, rows, take_the_lock_away, until
from tests.shared.standby import leader_of, load, processes, whole


async def test_a_leader_that_was_paused_and_lost_its_lock_writes_nothing_when_it_wakes(
    place: Place, url: str, tmp_path: Path
) -> None:
    names = [f"d-{n:02d}" for n in range(60)]
    with processes(place, url, tmp_path, "a", "b") as two:
        paused, other = await leader_of(two)
        await load(place, names[:20])
        await until(lambda: len(effects(url)) == 20 and not rows(url, outbox))  # in a transaction it would lock a file
        paused.send(signal.SIGSTOP)
        take_the_lock_away(url)
        await until(lambda: other.leads, 10)
        loading = asyncio.create_task(load(place, names[20:]))
        await until(lambda: len(effects(url)) > 25)
        paused.send(signal.SIGCONT)
        await loading
        await until(lambda: not paused.leads, 10)
        assert other.leads
        await whole(place, url, names)


async def test_who_loses_the_lock_hears_of_it_within_two_seconds(url: str) -> None:
    leadership = Leadership(sa.make_url(url), "hotline")
    async with asyncio.timeout(5):
        with pytest.raises(LeadershipLost):
            async with leadership.held_by_us() as watch:
                take_the_lock_away(url)
                await watch
    assert not leadership.held


async def test_who_is_stopped_after_the_lock_has_answered_asks_again_before_it_goes_on(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    leadership, holds = Leadership(sa.make_url(url), "hotline"), Leadership._holds
    answered: list[float] = []

    async def stopped_once(self: Leadership, lock: Any) -> bool:
        held = await holds(self, lock)
        answered.append(time.monotonic())
        if len(answered) == 1:
            await asyncio.sleep(SURE_SECONDS + 0.3)
        return held

    monkeypatch.setattr(Leadership, "_holds", stopped_once)
    async with leadership.held_by_us():
        await until(lambda: leadership._beat.is_set())
        await leadership.sure()
    assert len(answered) > 1


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


async def test_who_cannot_ask_for_the_lock_says_so_until_it_answers_and_not_only_until_he_leads(
    url: str, tmp_path: Path
) -> None:
    """Nobody else might lead, and all would be green; or another does, and one error would stay red for ever."""
    leader, waiting = Leadership(sa.make_url(url), "hotline"), Leadership(_another_way_to(url, tmp_path), "hotline")
    async with leader.held_by_us():
        with _no_way_to(url, tmp_path):
            standing = asyncio.create_task(_lead(waiting))
            await until(lambda: waiting.problem in ("OperationalError", "FileNotFoundError"))
        await until(lambda: waiting.problem is None)
        assert leader.held and not waiting.held
        standing.cancel()
        await asyncio.gather(standing, return_exceptions=True)


def _another_way_to(url: str, folder: Path) -> sa.URL:
    at = sa.make_url(url)
    if at.get_backend_name() != "sqlite":
        return at
    (folder / "way").symlink_to(Path(at.database or "").parent)
    return at.set(database=str(folder / "way" / Path(at.database or "").name))


@contextmanager
def _no_way_to(url: str, folder: Path) -> Iterator[None]:
    """Nobody who asks for the lock from now on gets an answer; whoever holds it does."""
    at = sa.make_url(url)
    if at.get_backend_name() == "sqlite":
        (folder / "way").rename(folder / "closed")
        yield
        (folder / "closed").rename(folder / "way")
        return
    engine = sa.create_engine(at.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{at.database}" ALLOW_CONNECTIONS false')
        try:
            yield
        finally:
            connection.exec_driver_sql(f'ALTER DATABASE "{at.database}" ALLOW_CONNECTIONS true')


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
