"""The two locks behind leadership: a file lock beside a SQLite file, a session lock in PostgreSQL.

A process that is killed lets go of either. One that is stopped, or whose machine has gone, does not: the kernel and the
server go on keeping its lock. So a holder beats, and who waits looks: `stale` is true when so many looks in a row saw
no beat, and `depose` then takes the lock away. Beats are compared with each other and never with a clock, and looks are
counted and not timed: a clock that jumps, or both processes being stopped, deposes nobody.
"""

from __future__ import annotations

import fcntl
import os
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa


class Lock(Protocol):
    """What one process holds at a time. Each call may block; only one runs at a time, but for `drop`."""

    def take(self) -> bool:
        """Whether we hold it now. Raises OSError or DBAPIError where that cannot be asked."""
        ...

    def holds(self) -> bool:
        """Beat; whether the lock is still ours."""
        ...

    def stale(self, looks: int) -> bool:
        """Whether its holder has not beaten in this many looks in a row, of which this is one."""
        ...

    def depose(self) -> None:
        """Take it from the holder that was found stale; harmless when somebody else was faster. Raises OSError where it
        cannot be taken: the holder is stale still."""
        ...

    def drop(self) -> None:
        """Let go. A call that still blocks in another thread ends."""
        ...


class FileLock:
    """flock on a file; its modification time is the beat. The lock is on the file that stands at the path, no other."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file: int | None = None
        self.seen: tuple[int, int] | None = None
        self.still = 0

    def take(self) -> bool:
        self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:  # who asks again opens it again
            self.drop()
            if isinstance(error, BlockingIOError):
                return False
            raise
        if not self.holds():  # it was deposed, or somebody else deposed it, between the two calls
            self.drop()
            return False
        return True

    def holds(self) -> bool:
        try:  # a lock on a file that was removed or replaced keeps nobody out
            if self.file is None or not os.path.samestat(os.fstat(self.file), os.stat(self.path)):
                return False
            os.utime(self.file)
        except OSError:
            return False
        return True

    def stale(self, looks: int) -> bool:
        seen = self._beat()
        self.still = self.still + 1 if seen == self.seen is not None else 0
        self.seen = seen
        return self.still >= looks

    def depose(self) -> None:
        """Two who do this at once may both remove a file; the second one's is the lock, the first finds out."""
        if self._beat() == self.seen is not None:
            self.path.unlink(missing_ok=True)
        self.seen, self.still = None, 0

    def _beat(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def drop(self) -> None:
        if self.file is not None:
            os.close(self.file)
            self.file = None


class SessionLock:
    """pg_try_advisory_lock on a connection of its own: it dies with the connection. Not behind a pooler.

    The holder asks something at every beat, which moves its session's `state_change`.
    """

    KEY = 0x4D6F7463  # "Motc": one lock per database

    def __init__(self, url: sa.URL) -> None:
        # libpq's tcp_user_timeout is what ends a question to a machine that is gone; the server's is for its answers
        options = "-c statement_timeout=3000 -c tcp_user_timeout=3000"
        connect = {"options": options, "connect_timeout": 5, "tcp_user_timeout": 3000}
        self.engine = sa.create_engine(url, poolclass=sa.pool.NullPool, connect_args=connect)
        self.connection: sa.Connection | None = None
        self.line: socket.socket | None = None
        self.asking = threading.Lock()
        self.still: dict[tuple[object, ...], int] = {}
        """In how many looks each session has not moved, the first of which found it so."""

    def take(self) -> bool:
        try:
            if self.connection is None:
                self._connect()
            taken = self._ask("SELECT pg_try_advisory_lock(:key)", key=self.KEY)
        except sa.exc.DBAPIError:
            self.drop()
            raise
        return bool(taken)

    def _connect(self) -> None:
        self.connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        opened: Any = self.connection.connection.driver_connection
        self.line = socket.socket(fileno=os.dup(opened.fileno()))

    def _ask(self, question: str, **values: object) -> Any:
        with self.asking:
            return None if self.connection is None else self.connection.scalar(sa.text(question), values)

    def holds(self) -> bool:
        try:
            return bool(self._ask("SELECT 1") == 1)
        except sa.exc.DBAPIError:
            return False

    def stale(self, looks: int) -> bool:
        try:
            self.still = {session: self.still.get(session, -1) + 1 for session in self._sessions()}
        except sa.exc.DBAPIError:
            self.still = {}
        return any(still >= looks for (_, _, holds), still in self.still.items() if holds)

    def depose(self) -> None:
        """End its session, and those that have stood in a transaction from one look to the next: they keep rows locked.

        A process stops some time after its last beat, on a busy machine a second or two after, and what it had begun by
        then has stood for fewer looks. Whoever else stands so long in a transaction is told that the database is away,
        and asks again.
        """
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = :pid AND state_change = :moved"
        try:
            if self.connection is not None:
                for (pid, moved, _), still in self.still.items():
                    if still:
                        self.connection.execute(sa.text(end), {"pid": pid, "moved": moved})
        except sa.exc.DBAPIError:
            self.drop()
        self.still = {}

    def _sessions(self) -> Iterable[tuple[object, ...]]:
        """Our role's sessions here that hold the lock or stand in a transaction: (pid, when it last moved, holds).

        One that waits for the rest of a pipeline counts as active, and is not: whoever writes to it may have stopped.
        """
        if self.connection is None:
            return []
        query = """
            SELECT a.pid, a.state_change, l.pid IS NOT NULL FROM pg_stat_activity a
            LEFT JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'advisory' AND l.granted
                 AND l.database = a.datid AND l.classid = 0 AND l.objid = :key AND l.objsubid = 1
            WHERE a.datname = current_database() AND a.usename = current_user AND a.state_change IS NOT NULL
                 AND (a.state <> 'active' OR a.wait_event = 'ClientRead')
                 AND (l.pid IS NOT NULL OR a.state <> 'idle')"""
        return [tuple(row) for row in self.connection.execute(sa.text(query), {"key": self.KEY})]

    def drop(self) -> None:
        """A server that hangs keeps `holds` waiting: its line is cut first, and closed once nobody reads from it.

        libpq's memory, freed under a thread that reads, ended the whole process.
        """
        line, self.line = self.line, None
        if line is not None:
            with suppress(OSError):  # the server was faster
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        with self.asking:
            if self.connection is not None:
                self.connection.invalidate()
                self.connection.close()
                self.connection = None
