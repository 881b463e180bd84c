"""A service's database: one writer thread with group commit, a few readers. SQLite and PostgreSQL, one behaviour.

    receipt = await db.write(receive_dossier, body, now)    # runs receive_dossier(session, body, now) in a transaction
    rows = await db.read(overdue_dossiers, now)

What arrives while a commit is under way shares the next one. If one function of a group fails after it has written, the
group is rolled back and each is run alone: functions depend on their arguments and the session only. One that lost a
race is run once more. An error of COMMIT itself is passed on as OutcomeUnknown and never retried. A cancelled caller
harms nobody.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
import structlog
from sqlmodel import Session

from shared.causes import current_cause
from shared.errors import Refused
from shared.events import Cause
from shared.record import Recorder

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()

MOST_IN_A_GROUP = 64
PATIENCE_SECONDS = 5
"""How long a transaction waits for another's lock, on both databases."""
_LOST_RACES = ("40001", "40P01")  # PostgreSQL: serialization failure, deadlock


class OutcomeUnknown(Exception):
    """COMMIT failed: whether it took effect is unknown. The same Idempotency-Key tells."""


class Closed(Exception):
    """The database is closing and takes no more work."""


def is_unavailable(error: BaseException) -> bool:
    """Whether the database, and not what was asked of it, is why this failed: the same may succeed later."""
    if isinstance(error, sa.exc.DBAPIError):
        return error.connection_invalidated or isinstance(error, sa.exc.OperationalError)
    return isinstance(error, (Closed, OutcomeUnknown, sa.exc.TimeoutError))


def in_short(error: BaseException) -> str:
    """An error as logs and readiness may show it: of a database's error the type alone, its text may hold data."""
    kind = type(error).__name__
    return kind if isinstance(error, sa.exc.SQLAlchemyError) else f"{kind}: {error}"


@dataclass(frozen=True, slots=True)
class _Work:
    function: Callable[..., Any]
    args: tuple[Any, ...]
    cause: Cause
    done: Future[Any]

    def fail(self, error: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(_tellable(error, self.function))


def open_engine(url: str | sa.URL, *, write: bool) -> sa.Engine:
    """An engine for the writer (one connection) or for readers (which cannot write, and see one snapshot)."""
    url = sa.make_url(url)
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, write)
    options = f"-c lock_timeout={PATIENCE_SECONDS}s -c statement_timeout=30s"
    options += " -c idle_in_transaction_session_timeout=30s"  # a paused process must not keep its locks
    more: dict[str, Any] = {"pool_size": 1}
    if not write:
        options += " -c default_transaction_read_only=on"
        more = {"pool_size": 4, "isolation_level": "REPEATABLE READ"}
    connect = {"options": options, "connect_timeout": 5}
    return sa.create_engine(url, connect_args=connect, pool_pre_ping=True, hide_parameters=True, **more)


def _open_sqlite(url: sa.URL, write: bool) -> sa.Engine:
    engine = sa.create_engine(
        url,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": PATIENCE_SECONDS},
        hide_parameters=True,  # an error's text is logged: it must not hold what was written
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
        self._closing = threading.Lock()
        self._closed = False
        self._statements = 0
        self._busy_since: float | None = None
        self.after_commit: Callable[[], None] = lambda: None
        """Called in the writer thread after each commit: it wakes the relay."""
        sa.event.listen(self.engine, "before_cursor_execute", self._count)
        self._thread = threading.Thread(target=self._run, name=f"{recorder.service}-writer", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the writer thread runs."""
        return self._thread.is_alive()

    @property
    def busy_seconds(self) -> float:
        """How long the writer has been at its present group; 0 when it waits for work."""
        since = self._busy_since
        return time.monotonic() - since if since is not None else 0.0

    async def write(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function(session, *args)` in a transaction and return its result once it is committed."""
        assert not kwargs, "functions of the core take positional arguments"
        done: Future[R] = Future()
        with self._closing:
            if self._closed or not self.alive:
                raise Closed("the database takes no more work")
            self._waiting.put(_Work(function, args, current_cause(), done))
        return await asyncio.wrap_future(done)

    async def read(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function(session, *args)` on a reader; it sees one snapshot and cannot write."""
        assert not kwargs, "functions of the core take positional arguments"
        with self._closing:
            if self._closed:
                raise Closed("the database takes no more work")
            done = self._readers.submit(self._read, function, args)
        return await asyncio.wrap_future(done)

    def _read(self, function: Callable[..., R], args: tuple[Any, ...]) -> R:
        try:
            with Session(self.reading) as session:
                return function(session, *args)
        except BaseException as error:  # noqa: BLE001  # it belongs to the caller
            raise _tellable(error, function)  # noqa: B904  # the same error, or one that names it as its cause

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._closing:
            if self._closed:
                return
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
            if not work:
                continue
            self._busy_since = time.monotonic()
            try:
                for entry in self._transact(work):
                    self._transact([entry], again=True)
            except BaseException as error:  # nothing may end this thread while callers wait for it
                log.exception("writer.failed", service=self.recorder.service, error=type(error).__name__)
                for entry in work:
                    entry.fail(error)
            self._busy_since = None

    def _transact(self, work: list[_Work], *, again: bool = False) -> list[_Work]:
        """One transaction for all. Returns who is to be run again, alone: then nothing of this has happened."""
        answers: list[tuple[_Work, Any]] = []
        with Session(self.engine) as session:
            try:
                session.connection()
            except Exception as error:  # noqa: BLE001  # the database does not answer: it answers nobody
                return _fail(work, error)
            for entry in work:
                try:
                    answers.append((entry, self._one(session, entry)))
                except BaseException as error:  # noqa: BLE001  # it belongs to the caller, not to this thread
                    _roll_back(session)
                    if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
                        return _fail(work, error)
                    if len(work) > 1 or (_lost_a_race(error) and not again):
                        return work
                    return _fail(work, error)
            _commit(session, answers)
        self.after_commit()
        return []

    def _one(self, session: Session, entry: _Work) -> Any:
        """What the function returns, or the Refused that it raised before it wrote anything."""
        before = self._statements
        self.recorder.bind(session, entry.cause)
        try:
            result = entry.function(session, *entry.args)
            session.flush()
        except Refused as refused:
            if self._statements != before or session.new or session.dirty or session.deleted:
                raise
            result = refused
        session.expunge_all()  # the next function sees the database, not what this one's objects remember
        return result


def _tellable(error: BaseException, function: Callable[..., Any]) -> BaseException:
    """The error as a caller in an event loop may get it: SystemExit would end the loop, StopIteration never arrive."""
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    told = RuntimeError(f"{getattr(function, '__name__', 'a function')} ended with {type(error).__name__}")
    told.__cause__ = error
    return told


def _lost_a_race(error: BaseException) -> bool:
    return isinstance(error, sa.exc.IntegrityError) or (
        isinstance(error, sa.exc.DBAPIError) and getattr(error.orig, "sqlstate", None) in _LOST_RACES
    )


def _fail(work: Sequence[_Work], error: BaseException) -> list[_Work]:
    for entry in work:
        entry.fail(error)
    return []


def _roll_back(session: Session) -> None:
    try:
        session.rollback()
    except Exception:  # noqa: BLE001  # whatever keeps it from rolling back, a new connection begins clean
        session.invalidate()


def _commit(session: Session, answers: list[tuple[_Work, Any]]) -> None:
    try:
        session.commit()
    except BaseException as error:  # noqa: BLE001  # the callers must hear it; this thread goes on
        session.invalidate()
        for entry, _ in answers:
            unknown = OutcomeUnknown(type(error).__name__)
            unknown.__cause__ = error
            entry.fail(unknown)
    else:
        for entry, answer in answers:
            if isinstance(answer, Refused):
                entry.fail(answer)
            else:
                entry.done.set_result(answer)
