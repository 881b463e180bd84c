"""Leadership: one process per service does the background work. A PostgreSQL session lock, or a file lock on SQLite.

Losing it costs seconds and nothing else: a process that still believes to lead is refused by the stream (expected last
sequence) and by `tracking` (compare-and-set).
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
import structlog

T = TypeVar("T")

log = structlog.get_logger()
RETRY_SECONDS = 0.5
CHECK_SECONDS = 1.0


class LeadershipLost(Exception):
    """The lock is gone: stop the background work and stand for it again."""


class Leadership:
    """The right to do a service's background work."""

    def __init__(self, url: sa.URL, service: str) -> None:
        self.url, self.service = url, service
        self.held = False

    @asynccontextmanager
    async def held_by_us(self) -> AsyncIterator[asyncio.Task[None]]:
        """Wait until we lead. The task given ends with LeadershipLost when we no longer do."""
        lock = _FileLock(self.url, self.service) if self.url.get_backend_name() == "sqlite" else _SessionLock(self.url)
        try:
            while not await _in_thread(lock.take):
                await asyncio.sleep(RETRY_SECONDS)
            self.held = True
            log.info("leader.taken", service=self.service)
            watch = asyncio.create_task(self._watch(lock))
            try:
                yield watch
            finally:
                watch.cancel()
        finally:
            self.held = False
            await _in_thread(lock.drop)

    async def _watch(self, lock: _FileLock | _SessionLock) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            if not await asyncio.to_thread(lock.holds):
                log.warning("leader.lost", service=self.service)
                raise LeadershipLost(self.service)


async def _in_thread(function: Callable[[], T]) -> T:
    """What the function returns. A cancelled caller waits for its end: a lock is never taken after it was dropped."""
    work = asyncio.ensure_future(asyncio.to_thread(function))
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait([work])
        raise


class _FileLock:
    def __init__(self, url: sa.URL, service: str) -> None:
        self.path = Path(url.database or service).with_suffix(".leader")
        self.file: int | None = None

    def take(self) -> bool:
        self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.drop()
            return False
        return True

    def holds(self) -> bool:
        try:  # a lock on a file that was removed or replaced keeps nobody out
            return self.file is not None and os.path.samestat(os.fstat(self.file), os.stat(self.path))
        except OSError:
            return False

    def drop(self) -> None:
        if self.file is not None:
            os.close(self.file)
            self.file = None


class _SessionLock:
    """pg_try_advisory_lock on a connection of its own: it dies with the connection. Not behind a pooler."""

    KEY = 0x4D6F7463  # "Motc": one lock per database

    def __init__(self, url: sa.URL) -> None:
        options = {"options": "-c statement_timeout=3000 -c tcp_user_timeout=3000", "connect_timeout": 5}
        self.engine = sa.create_engine(url, poolclass=sa.pool.NullPool, connect_args=options)
        self.connection: sa.Connection | None = None

    def take(self) -> bool:
        try:
            if self.connection is None:
                self.connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            taken = self.connection.scalar(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": self.KEY})
        except sa.exc.DBAPIError:
            self.drop()
            return False
        return bool(taken)

    def holds(self) -> bool:
        try:
            return self.connection is not None and self.connection.scalar(sa.text("SELECT 1")) == 1
        except sa.exc.DBAPIError:
            return False

    def drop(self) -> None:
        if self.connection is not None:
            self.connection.invalidate()
            self.connection.close()
            self.connection = None
