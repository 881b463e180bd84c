"""A service's database: one writer thread with group commit, a few readers. SQLite and PostgreSQL, one behaviour.

    receipt = await db.write(receive_dossier, body, now)      # runs receive_dossier(session, body, now) in a
    transaction
    rows = await db.read(overdue_dossiers, now)

What arrives while a commit is under way shares the next one. If one function of a group fails after it has written, the
group is rolled back and each is run alone: functions depend on their arguments and the session only. An error of COMMIT
itself is passed on as OutcomeUnknown and never retried. A cancelled caller harms nobody.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

from shared.causes import current_cause
from shared.errors import Refused
from shared.events import Cause
from shared.record import Recorder

P = ParamSpec("P")
R = TypeVar("R")

MOST_IN_A_GROUP = 64


class OutcomeUnknown(Exception):
    """COMMIT failed: whether it took effect is unknown. The same Idempotency-Key tells."""


class Closed(Exception):
    """The database is closing and takes no more work."""


@dataclass(frozen=True, slots=True)
class _Work:
    function: Callable[..., Any]
    args: tuple[Any, ...]
    cause: Cause
    done: Future[Any]


def open_engine(url: str | sa.URL, *, write: bool) -> sa.Engine:
    """An engine for the writer (one connection) or for readers (which cannot write)."""
    url = sa.make_url(url)
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, write)
    options = "-c lock_timeout=5000 -c statement_timeout=30000" + (
        "" if write else " -c default_transaction_read_only=on"
    )
    return sa.create_engine(
        url, connect_args={"options": options, "connect_timeout": 5}, pool_pre_ping=True, pool_size=1 if write else 4
    )


def _open_sqlite(url: sa.URL, write: bool) -> sa.Engine:
    engine = sa.create_engine(
        url,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 30},
        pool_size=1 if write else 8,
        poolclass=sa.pool.QueuePool,
    )
    pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"]
    if not write:
        pragmas = ["query_only=ON", "temp_store=MEMORY"]

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


class Database:
    """The doors' way to the database. Create it once, close it last."""

    def __init__(self, url: str | sa.URL, recorder: Recorder, *, readers: int = 4) -> None:
        self.recorder = recorder
        self.engine = open_engine(url, write=True)
        self.reading = open_engine(url, write=False)
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix=f"{recorder.service}-reader")
        self._waiting: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._closed = False
        self._statements = 0
        self.after_commit: Callable[[], None] = lambda: None
        """Called in the writer thread after each commit: it wakes the relay."""
        sa.event.listen(self.engine, "before_cursor_execute", self._count)
        self._thread = threading.Thread(target=self._run, name=f"{recorder.service}-writer", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the writer thread runs."""
        return self._thread.is_alive()

    async def write(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function(session, *args)` in a transaction and return its result once it is committed."""
        assert not kwargs, "functions of the core take positional arguments"
        if self._closed or not self.alive:
            raise Closed("the database takes no more work")
        done: Future[R] = Future()
        self._waiting.put(_Work(function, args, current_cause(), done))
        return await asyncio.wrap_future(done)

    async def read(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function(session, *args)` on a reader; it sees one snapshot and cannot write."""
        assert not kwargs, "functions of the core take positional arguments"
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, function, args)

    def _read(self, function: Callable[..., R], args: tuple[Any, ...]) -> R:
        with Session(self.reading) as session:
            return function(session, *args)

    def close(self) -> None:
        """Finish what is queued, then stop."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
            self._thread.join(30)
            self._readers.shutdown(wait=True, cancel_futures=True)
            self.engine.dispose()
            self.reading.dispose()

    def _count(self, _c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool) -> None:
        if not statement.lstrip()[:6].upper().startswith(("SELECT", "BEGIN", "SAVEPO")):
            self._statements += 1

    def _run(self) -> None:
        open_ = True
        while open_:
            group = [self._waiting.get()]
            while len(group) < MOST_IN_A_GROUP and not self._waiting.empty():
                group.append(self._waiting.get())
            open_ = None not in group
            work = [entry for entry in group if entry is not None and entry.done.set_running_or_notify_cancel()]
            if work and not self._together(work):
                for entry in work:
                    if not entry.done.done():
                        self._alone(entry)

    def _together(self, work: list[_Work]) -> bool:
        """One transaction for all; false when it was rolled back and nothing happened."""
        answers: list[tuple[Future[Any], Any]] = []
        with Session(self.engine) as session:
            try:
                session.begin()
                for entry in work:
                    self._one(session, entry, answers)
            except BaseException:  # noqa: BLE001  # whatever it was, each is run alone and gets its own answer
                _roll_back(session)
                return False
            _commit(session, answers)
        self.after_commit()
        return True

    def _one(self, session: Session, entry: _Work, answers: list[tuple[Future[Any], Any]]) -> None:
        before = self._statements
        self.recorder.bind(session, entry.cause)
        try:
            result = entry.function(session, *entry.args)
            session.flush()
        except Refused as refused:
            if self._statements != before or session.new or session.dirty or session.deleted:
                raise
            entry.done.set_exception(refused)  # it wrote nothing: the others go on
        else:
            answers.append((entry.done, result))

    def _alone(self, entry: _Work) -> None:
        with Session(self.engine) as session:
            try:
                session.begin()
                self.recorder.bind(session, entry.cause)
                result = entry.function(session, *entry.args)
                session.flush()
            except BaseException as error:  # noqa: BLE001  # it belongs to the caller, not to this thread
                _roll_back(session)
                entry.done.set_exception(error)
            else:
                _commit(session, [(entry.done, result)])
                self.after_commit()


def _roll_back(session: Session) -> None:
    try:
        session.rollback()
    except sa.exc.DBAPIError:
        session.invalidate()


def _commit(session: Session, answers: list[tuple[Future[Any], Any]]) -> None:
    try:
        session.commit()
    except BaseException as error:  # noqa: BLE001  # the callers must hear it; this thread goes on
        unknown = OutcomeUnknown(str(error))
        unknown.__cause__ = error
        for done, _ in answers:
            done.set_exception(unknown)
        session.invalidate()
    else:
        for done, result in answers:
            done.set_result(result)
