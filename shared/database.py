"""A service's database: one writer thread with group commit, a few readers. SQLite and PostgreSQL, one behaviour.

    receipt = await db.write(receive_dossier, body, now)    # runs receive_dossier(session, body, now) in a transaction
    rows = await db.read(overdue_dossiers, now)

What arrives while a commit is under way shares the next one. If one function of a group fails after it has written, the
group is rolled back and each is run alone: functions depend on their arguments and the session only. One that lost a
race is run once more. An error of COMMIT itself is passed on as OutcomeUnknown and never retried. A cancelled caller
harms nobody. Nobody waits for ever, and a stop neither: what the database keeps from being done ends as an Unavailable,
and after an outage the writer finds out by itself when it is over.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import sqlalchemy as sa
import structlog
from sqlmodel import Session

from shared.causes import current_cause
from shared.engines import PATIENCE_SECONDS, open_engine
from shared.errors import Refused
from shared.events import Cause
from shared.mechanism import next_number
from shared.metrics import Metrics
from shared.readers import Readers
from shared.record import Recorder
from shared.transaction import Turn, WriterSession, before_statement, begin, roll_back
from shared.unavailable import Busy, Closed, OutcomeUnknown, in_short, lost_a_race, why_unavailable
from shared.work import NO_MORE, Work, ask_beforehand, fail, instead, read_within, tell, tellable, written

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()

MOST_IN_A_GROUP = 64
STUCK_SECONDS = 10
"""How long the writer may be at one group before nobody else is let in."""
ANSWER_SECONDS = 15
"""How long a caller waits."""
CLOSE_SECONDS = 30
PROBE_SECONDS = 1
GIVE_WAY_SECONDS = 0.05
"""How long the loser of a deadlock lets the winner go on: who takes its own locks again at once may lose again."""


class Database:
    """The doors' way to the database. Create it once, close it last."""

    def __init__(
        self, url: str | sa.URL, recorder: Recorder, *, readers: int = 4, metrics: Metrics | None = None
    ) -> None:
        self.recorder, self.metrics = recorder, metrics or Metrics(recorder.service)
        self.engine = open_engine(url, write=True, patience=PATIENCE_SECONDS)
        self.reading = open_engine(url, write=False, readers=readers, patience=PATIENCE_SECONDS)
        self._readers = Readers(readers, f"{recorder.service}-reader")
        self._waiting: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._group: Sequence[Work | None] = ()
        self._closing = threading.Lock()
        self._closed = self._given_up = False
        self._busy_since: float | None = None
        self.problem: str | None = None
        """What kept the writer from saving, until it has saved something again."""
        self.after_commit: Callable[[bool], None] = lambda _recorded: None
        """Called in the writer thread after each commit, with whether a fact was recorded: it wakes the relay."""
        sa.event.listen(self.engine, "before_cursor_execute", before_statement)
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

    @property
    def stuck(self) -> bool:
        """Whether the writer has been at one group for so long that nobody else is let in."""
        return self.busy_seconds > STUCK_SECONDS

    async def write(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function(session, *args)` in a transaction and return its result once it is committed."""
        assert not kwargs, "functions of the core take positional arguments"
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        if self.stuck:
            raise Busy("the writer has been at one transaction for too long")
        with self._closing:
            if self._closed or not self.alive:
                raise Closed(NO_MORE)
            self._waiting.put(work := Work(function, args, current_cause(), done))
        return cast(R, await written(work, done, ANSWER_SECONDS))

    async def settled(self) -> None:
        """Back when all that the writer was given before this is done. Raises Unavailable."""
        await self.write(_nothing)

    async def read(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `function(session, *args)` on a reader; it sees one snapshot and cannot write."""
        assert not kwargs, "functions of the core take positional arguments"
        with self._closing:
            if self._closed:
                raise Closed(NO_MORE)
            done = self._readers.ask(partial(self._read, function, args))
        return await read_within(done, ANSWER_SECONDS)

    def _read(self, function: Callable[..., R], args: tuple[Any, ...]) -> R:
        try:
            with Session(self.reading) as session:
                return function(session, *args)
        except BaseException as error:  # noqa: BLE001  # it belongs to the caller
            raise tellable(error, function)  # noqa: B904  # the same error, or one that names it as its cause

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Finish what is queued, then stop; after so many seconds in any case. Who still waits by then is told Closed,
        and is never run, or OutcomeUnknown if the writer is at it."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._waiting.put(None)
        deadline = time.monotonic() + seconds
        self._thread.join(seconds)
        self._give_up()
        self._readers.close(max(0.0, deadline - time.monotonic()))
        self.engine.dispose()
        self.reading.dispose()

    def _give_up(self) -> None:
        self._given_up = True  # before we look: who is just leaving the queue is seen here, or by the writer
        waiting = list(self._group)
        with contextlib.suppress(queue.Empty):
            while True:
                waiting.append(self._waiting.get_nowait())
        for entry in filter(None, waiting):
            entry.fail(Closed(NO_MORE) if entry.take() else OutcomeUnknown("no answer before the stop"))
        self._waiting.put(None)

    def _run(self) -> None:
        open_ = True
        while open_:
            self._group = group = self._next()
            open_ = None not in group
            if self._given_up:
                return self._give_up()
            work = [entry for entry in group if entry is not None and entry.waits]
            if not work:
                continue
            self._busy_since = time.monotonic()
            try:
                self._do(work)
            except BaseException as error:  # nothing may end this thread while callers wait for it
                fail(work, error)
                with contextlib.suppress(Exception):
                    log.exception("writer.failed", service=self.recorder.service, error=type(error).__name__)
            self._busy_since = None

    def _next(self) -> list[Work | None]:
        """What is queued, once anything is. While something keeps us from saving, see now and then if it is over."""
        try:
            group = [self._waiting.get(timeout=PROBE_SECONDS if self.problem else None)]
        except queue.Empty:
            return [Work(_probe, (), Cause(), None)]
        while len(group) < MOST_IN_A_GROUP and not self._waiting.empty():
            group.append(self._waiting.get())
        return group

    def _do(self, work: list[Work]) -> None:
        alone = len(work) == 1
        for entry in self._transact(work):
            if self._given_up:
                return
            if self.stuck:  # its neighbours have waited for locks: it has not begun
                entry.fail(Busy("others of its group took too long"))
            elif self._transact([entry], again=alone):
                self._transact([entry], again=True)

    def _transact(self, work: list[Work], *, again: bool = False) -> list[Work]:
        """One transaction for all. Returns who is to be run again, alone: then nothing of this has happened."""
        began = time.monotonic()
        with WriterSession(self.engine) as session:
            try:
                turn = begin(session)
            except Exception as error:  # noqa: BLE001  # the database does not answer: it answers nobody
                return self._refuse(work, error)
            try:
                taken = [entry for entry in work if entry.take()]
                left = self._together(session, turn, taken, again, began) if taken else []
                return [entry.put_back() for entry in left]
            finally:
                turn.end()

    def _together(self, session: Session, turn: Turn, work: list[Work], again: bool, began: float) -> list[Work]:
        answers: list[tuple[Work, Any]] = []
        try:
            ask_beforehand(session, work)
        except Exception as error:  # noqa: BLE001  # one of the callers', unless it is the database's own
            roll_back(session)
            return self._refuse(work, error) if why_unavailable(error) else self._whose(work, None, error, again)
        for entry in work:
            mixed = bool(turn.later)  # what others have put off is sent in this one's turn, and may fail there
            try:
                answers.append((entry, self._one(session, turn, entry)))
            except BaseException as error:  # noqa: BLE001  # it belongs to the caller, not to this thread
                roll_back(session)
                return self._whose(work, None if mixed else entry, error, again)
        try:
            failed = turn.commit(session)
        except BaseException as error:  # noqa: BLE001  # it belongs to one of the callers
            roll_back(session)
            return self._whose(work, None, error, again)
        if failed:
            self._refuse(work, failed)
        else:
            self.metrics.committed(time.monotonic() - began, len(work))
            self.problem = None if turn.writes else self.problem
            turn.end()  # all of this before anybody hears of it
            tell(answers)
        self.after_commit(turn.recorded)
        return []

    def _whose(self, work: list[Work], entry: Work | None, error: BaseException, again: bool) -> list[Work]:
        """Who is told of an error of this entry, or of any of them, and who is to be run again, alone."""
        if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
            return self._refuse(work, error)
        if lost_a_race(error) and not again:
            if not isinstance(error, sa.exc.IntegrityError):
                time.sleep(GIVE_WAY_SECONDS)  # nobody tells when the winner has what it waits for
            return work
        if len(work) > 1 and (entry is None or not isinstance(why_unavailable(error), Busy)):
            return work
        guilty = entry or work[0]
        self._refuse([guilty], error)
        return [other for other in work if other is not guilty]  # it waited for others' locks, not for its neighbours

    def _refuse(self, work: Sequence[Work], error: BaseException) -> list[Work]:
        if why := why_unavailable(error):
            self.problem = in_short(why)
        return fail(work, error)

    def _one(self, session: Session, turn: Turn, entry: Work) -> Any:
        """What the function returns, or the Refused that it raised before it wrote anything."""
        tracing, parent = self.recorder.tracing, entry.cause.traceparent
        if tracing is None or parent is None:
            return self._run_one(session, turn, entry, entry.cause)
        with tracing.function(entry.function, entry.args, parent) as traceparent:
            return self._run_one(session, turn, entry, replace(entry.cause, traceparent=traceparent))

    def _run_one(self, session: Session, turn: Turn, entry: Work, cause: Cause) -> Any:
        before = turn.writes
        self.recorder.bind(session, cause)
        try:
            result = entry.function(session, *entry.args)
            session.flush()
        except Refused as refused:
            if turn.writes != before:
                raise
            result = instead(session, entry, refused)
        session.expunge_all()  # the next function sees the database, not what this one's objects remember
        return result


def _nothing(_session: Session) -> None:
    """Asked for its place in the queue."""


def _probe(session: Session) -> None:
    next_number(session.connection(), "probe")
