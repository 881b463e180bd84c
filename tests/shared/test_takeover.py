"""A leader that is killed or stopped is replaced in under five seconds, and one that wakes up does no more harm."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from shared import leader
from shared.engines import open_engine
from shared.leader import Leadership, LeadershipLost
from shared.locks import FileLock, Lock, SessionLock
from shared.mechanism import event_log, outbox
from tests.shared.follower import Place
from tests.shared.line import effects, received, rows, until
from tests.shared.standby import GRACE_SECONDS, leader_of, load, processes, told, whole
from tests.system.running import eventually

TAKEOVER_SECONDS = 5.0


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
async def test_a_leader_is_replaced_in_under_five_seconds(
    place: Place, url: str, tmp_path: Path, sign: signal.Signals
) -> None:
    names = [f"d-{n:02d}" for n in range(60)]
    with processes(place, url, tmp_path, "a", "b") as two:
        old, new = await leader_of(two)
        await load(place, names[:20])
        await until(lambda: len(effects(url)) == 20 and not rows(url, outbox))
        old.send(sign)
        began = time.monotonic()
        await until(lambda: new.leads, TAKEOVER_SECONDS)
        assert time.monotonic() - began < TAKEOVER_SECONDS
        done = old.jobs_done()
        await load(place, names[20:30])
        await until(lambda: len(effects(url)) == 30)  # by the new one
        loading = asyncio.create_task(load(place, names[30:]))
        if sign == signal.SIGSTOP:
            old.send(signal.SIGCONT)
            await until(lambda: not old.leads)
            assert "leader.lost" in old.says()
        await loading
        await whole(place, url, names)
        assert new.leads and new.jobs_done() and old.jobs_done() == done


async def test_a_leader_stopped_in_a_transaction_does_not_keep_its_rows_from_the_next(
    place: Place, url: str, tmp_path: Path
) -> None:
    """On PostgreSQL its sessions are ended. A SQLite file stays locked until the process is: nobody else can."""
    names = [f"d-{n:02d}" for n in range(20)]
    with ExitStack() as stack:
        (old,) = stack.enter_context(processes(place, url, tmp_path, "a", stops_at=10))
        await until(lambda: old.leads, 20)
        (new,) = stack.enter_context(processes(place, url, tmp_path, "b"))
        await until(lambda: "stands by" in new.says(), 20)
        await load(place, names)
        await until(lambda: new.leads, 20)
        if sa.make_url(url).get_backend_name() == "sqlite":
            old.send(signal.SIGKILL)
        await until(lambda: len(effects(url)) == 20, 10)
        if sa.make_url(url).get_backend_name() != "sqlite":
            old.send(signal.SIGCONT)
            await until(lambda: not old.leads)
        await whole(place, url, names)
        assert new.leads


# --- the locks ---


def a_lock(url: str) -> Lock:
    where = sa.make_url(url)
    if where.get_backend_name() == "sqlite":
        return FileLock(Path(str(where.database)).with_suffix(".leader"))
    return SessionLock(where)


@contextmanager
def locks(url: str, count: int) -> Iterator[list[Lock]]:
    found = [a_lock(url) for _ in range(count)]
    try:
        yield found
    finally:
        for each in found:
            each.drop()


def looks(lock: Lock, count: int, needed: int = 3) -> list[bool]:
    return [lock.take() or lock.stale(needed) for _ in range(count)]


def test_a_holder_that_beats_is_never_stale_and_one_that_does_not_is_after_so_many_looks(url: str) -> None:
    with locks(url, 2) as (holder, waiting):
        assert holder.take()
        for _ in range(10):
            assert looks(waiting, 1) == [False]
            time.sleep(0.01)  # the next beat has another time
            assert holder.holds()
        assert looks(waiting, 4) == [False, False, False, True]
        waiting.depose()
        assert eventually(waiting.take, 5) and waiting.holds()  # PostgreSQL ends a session in its own time
        assert not holder.holds()


def test_a_holder_that_beats_again_at_the_last_moment_is_not_deposed(url: str) -> None:
    with locks(url, 2) as (holder, waiting):
        assert holder.take()
        assert looks(waiting, 4)[-1]
        time.sleep(0.01)  # the beat has another time
        assert holder.holds()
        waiting.depose()
        assert not waiting.take() and holder.holds()


@pytest.mark.parametrize("late", [1, 5])
def test_what_the_holder_began_after_its_last_beat_is_ended_with_it(url: str, late: int) -> None:
    """It stood still for fewer looks, on a busy machine for many fewer: one that stopped two seconds after its last
    beat kept its rows for thirty. What somebody began just now goes on, and on SQLite nobody can end it."""
    engines = [open_engine(url, write=True) for _ in range(2)]
    with ExitStack() as stack:
        holder, waiting = stack.enter_context(locks(url, 2))
        assert holder.take() and looks(waiting, late, 7) == [False] * late
        (begun, fresh) = (stack.enter_context(engine.connect()) for engine in engines)
        begun.execute(sa.text("INSERT INTO effect (stream, name) VALUES ('INTAKE', 'begun')"))
        assert looks(waiting, 8 - late, 7) == [False] * (7 - late) + [True]
        if begun.dialect.name == "sqlite":
            waiting.depose()
            begun.commit()
            return
        fresh.execute(sa.text("INSERT INTO effect (stream, name) VALUES ('INTAKE', 'fresh')"))
        waiting.depose()
        assert eventually(waiting.take, 5)
        with pytest.raises(sa.exc.OperationalError):
            begun.commit()
        fresh.commit()
        assert effects(url) == ["fresh"]


def test_what_the_holder_left_in_the_middle_of_a_pipeline_is_ended_with_it(url: str) -> None:
    """PostgreSQL calls it active: it waits for the rest, and keeps its rows. SQLite knows no such thing."""
    with ExitStack() as stack:
        holder, waiting = stack.enter_context(locks(url, 2))
        assert holder.take()
        begun = stack.enter_context(open_engine(url, write=True).connect())
        begun.execute(sa.text("INSERT INTO effect (stream, name) VALUES ('INTAKE', 'begun')"))
        if begun.dialect.name == "sqlite":
            assert looks(waiting, 4)[-1]
            begun.commit()
            return
        driver = begun.connection.driver_connection
        assert driver
        with pytest.raises(psycopg.OperationalError), driver.pipeline():
            driver.execute("INSERT INTO effect (stream, name) VALUES ('INTAKE', 'left')")
            assert looks(waiting, 4)[-1]
            waiting.depose()
            assert eventually(waiting.take, 5)
        begun.invalidate()
        assert effects(url) == []


def test_a_clock_set_back_deposes_nobody(tmp_path: Path) -> None:
    with locks(f"sqlite:///{tmp_path}/hotline.db", 2) as (holder, waiting):
        assert holder.take()
        for hour in range(10):
            os.utime(tmp_path / "hotline.leader", (1_000_000 - 3600 * hour,) * 2)  # it beats, on a clock gone mad
            assert looks(waiting, 1) == [False]


def test_a_lock_taken_on_a_file_that_is_no_longer_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "hotline.leader"
    holder, other = FileLock(path), FileLock(path)
    assert holder.take()
    path.unlink()
    assert other.take() and not holder.holds()
    holder.drop()
    other.drop()


def test_a_file_that_cannot_be_locked_is_closed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for three times a second: within minutes the process could open nothing more, no request either."""
    lock, open_before = FileLock(tmp_path / "hotline.leader"), os.listdir("/proc/self/fd")

    def flock(*_: int) -> None:
        raise OSError(errno.ENOLCK, "this file system locks nothing")

    monkeypatch.setattr(fcntl, "flock", flock)
    for _ in range(3):
        with pytest.raises(OSError, match="locks nothing"):
            lock.take()
    assert os.listdir("/proc/self/fd") == open_before


async def test_of_many_that_wait_for_a_stopped_leader_one_follows(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(leader, "BEAT_SECONDS", 0.03)
    with locks(url, 1) as (stopped,):
        assert stopped.take()  # and never beats
        many = [Leadership(sa.make_url(url), "hotline") for _ in range(5)]
        standing = [asyncio.create_task(_stand(each)) for each in many]
        try:
            await until(lambda: any(each.held for each in many), 15)
            await asyncio.sleep(0.3)  # whoever was replaced in the race has found out
            for _ in range(20):
                assert sum(each.held for each in many) == 1
                await asyncio.sleep(0.05)
            assert not stopped.holds()
        finally:
            for each in standing:
                each.cancel()
            await asyncio.gather(*standing, return_exceptions=True)


async def _stand(leadership: Leadership) -> None:
    while True:
        try:
            async with leadership.held_by_us() as watch:
                await watch
        except LeadershipLost:
            continue


async def test_who_may_have_been_stopped_makes_sure_before_going_on(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leadership = Leadership(sa.make_url(url), "hotline")
    async with leadership.held_by_us():
        await asyncio.wait_for(leadership.sure(), 0.1)
        leadership._seen -= 60  # a minute has passed without a beat
        began = leadership._seen
        await asyncio.wait_for(leadership.sure(), 5)
        assert leadership._seen > began + 30


# --- a stop ---


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
async def test_a_stop_under_load_ends_in_time_leaves_nothing_to_redeliver_and_loses_nothing(
    place: Place, url: str, tmp_path: Path, sign: signal.Signals
) -> None:
    names = [f"d-{n:03d}" for n in range(900)]
    asking = (await place.sign_in("provisioner")).jetstream(timeout=5)
    await place.publish(*map(received, names))  # there is always a next one to deliver
    with processes(place, url, tmp_path, "a") as (first,):
        await until(lambda: len(effects(url)) > 40, 20)
        first.send(sign)
        began = time.monotonic()
        await until(lambda: first.process.poll() is not None, 2 * GRACE_SECONDS)
        assert time.monotonic() - began < GRACE_SECONDS and first.process.returncode == 0
        info = await asking.consumer_info("INTAKE", "hotline")
        assert (info.num_ack_pending, info.num_redelivered) == (0, 0)
        done = effects(url)
        assert 40 < len(done) < len(names) and done == names[: len(done)]
        assert not rows(url, outbox) and await told(place) == [row["event_id"] for row in rows(url, event_log)]
        with processes(place, url, tmp_path, "b"):
            await whole(place, url, names)
            assert (await asking.consumer_info("INTAKE", "hotline")).num_redelivered == 0
