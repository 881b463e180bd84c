"""Leadership: one process per service does the background work. A PostgreSQL session lock, or a file lock on SQLite.

Losing it costs seconds and nothing else: a process that still believes to lead is refused by the stream (expected last
sequence) and by `tracking` (compare-and-set). A leader beats; one that is killed is followed at the next look, one that
is stopped or has lost its machine after some three seconds, well within five.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
import structlog

from shared.locks import FileLock, Lock, SessionLock
from shared.unavailable import in_short

T = TypeVar("T")

log = structlog.get_logger()
BEAT_SECONDS = 0.4
LOOK_SECONDS = 0.35
LOOKS = 7
"""How many looks without a beat depose a leader: two and a half seconds, six beats."""
ANSWER_SECONDS = 4.0
"""What the lock may take to say that it is still ours; longer than the database's own time-outs."""
SURE_SECONDS = 3 * BEAT_SECONDS


async def at_once() -> None:
    """What `sure` is where nobody else may lead: no assurance is needed."""


class LeadershipLost(Exception):
    """The lock is gone: stop the background work and stand for it again."""


class Leadership:
    """The right to do a service's background work."""

    def __init__(self, url: sa.URL, service: str) -> None:
        self.url, self.service = url, service
        self.held = False
        self.problem: str | None = None
        """Why it is not known who leads, or why nobody can: told until the lock answers again."""
        self._in_the_way: str | None = None
        """Why whoever holds the lock and does not beat keeps it."""
        self._seen = 0.0
        self._beat = asyncio.Event()

    @asynccontextmanager
    async def held_by_us(self) -> AsyncIterator[asyncio.Task[None]]:
        """Wait until we lead. The task given ends with LeadershipLost when we no longer do."""
        lock = self._lock()
        try:
            while not await self._taken(lock):
                await self._look(lock)
            self._seen, self.held = time.monotonic(), True
            log.info("leader.taken", service=self.service)
            watch = asyncio.create_task(self._watch(lock))
            try:
                yield watch
            finally:
                watch.cancel()
        finally:
            self.held = False
            await _in_thread(lock.drop)

    async def sure(self) -> None:
        """Back once we have made sure that we lead: at once, unless we may have been stopped since the last beat.

        Who waits here while another has taken over is cancelled with the rest of the work.
        """
        while time.monotonic() - self._seen > SURE_SECONDS:
            self._beat.clear()
            await self._beat.wait()

    def _lock(self) -> Lock:
        if self.url.get_backend_name() == "sqlite":
            return FileLock(Path(self.url.database or self.service).with_suffix(".leader"))
        return SessionLock(self.url)

    async def _taken(self, lock: Lock) -> bool:
        try:
            taken = await _in_thread(lock.take)
        except (OSError, sa.exc.DBAPIError) as error:
            if self.problem is None:
                log.warning("leader.not_asked", service=self.service, error=type(error).__name__)
            self.problem = type(error).__name__
            return False
        if taken:
            self._in_the_way = None
        self.problem = self._in_the_way
        return taken

    async def _look(self, lock: Lock) -> None:
        if not await _in_thread(lambda: lock.stale(LOOKS)):
            self._in_the_way = None
        elif await self._deposes(lock):
            return
        await asyncio.sleep(LOOK_SECONDS)

    async def _deposes(self, lock: Lock) -> bool:
        """Whether nobody is in the way any more; where the lock cannot be taken away, each look tries it anew."""
        reason = f"no beat in {LOOKS} looks"
        try:
            await _in_thread(lock.depose)
        except OSError as error:
            if self._in_the_way is None:
                log.warning("leader.not_deposed", service=self.service, reason=reason, error=in_short(error))
            self._in_the_way = f"whoever leads does not beat and cannot be deposed: {in_short(error)}"
            return False
        log.warning("leader.deposed", service=self.service, reason=reason)
        return True

    async def _watch(self, lock: Lock) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            asked = time.monotonic()  # whoever is stopped after the answer must not think it new
            if not await self._holds(lock):
                log.warning("leader.lost", service=self.service)
                raise LeadershipLost(self.service)
            self._seen = asked
            self._beat.set()

    async def _holds(self, lock: Lock) -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await asyncio.to_thread(lock.holds)
        except TimeoutError:
            return False


async def _in_thread(function: Callable[[], T]) -> T:
    """What the function returns. A cancelled caller waits for its end: a lock is never taken after it was dropped."""
    work = asyncio.ensure_future(asyncio.to_thread(function))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise
