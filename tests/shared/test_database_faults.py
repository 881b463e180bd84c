"""What befalls a database harms nobody's data, is told by a stable name within bounds, and passes without a restart."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from pydantic import BaseModel
from sqlmodel import Session

from shared import database
from shared.changes import table_of
from shared.database import Database
from shared.engines import PATIENCE_SECONDS
from shared.idempotency import answer_once
from shared.locks import FileLock, Lock, SessionLock
from shared.mechanism import counter, event_log, next_number, parked
from shared.record import record
from shared.unavailable import Busy, Closed, OutcomeUnknown, Unavailable, is_unavailable
from tests.shared.faults import a_server, held_by_another, no_file_opens
from tests.shared.faults_commit import When, breaking
from tests.shared.follower import a_place, a_service
from tests.shared.line import NOW, Effect, a_database, effects, received, rows, until, with_tables

BOTH = pytest.mark.parametrize("when", ["before", "after"])


class Receipt(BaseModel):
    """An answer."""

    dossier: str


class Desk:
    """Takes dossiers in under a key, and knows how often it did."""

    def __init__(self, db: Database) -> None:
        self.db, self.ran = db, 0

    def take_in(self, session: Session, dossier: str) -> Receipt:
        self.ran += 1
        record(session, received(dossier))
        return Receipt(dossier=f"{dossier} as {self.ran}")

    async def ask(self, dossier: str) -> Any:
        """The answer to this dossier's request, which comes under its own key."""
        work = (answer_once, "s", dossier, "f" * 64, NOW, self.take_in, (dossier,))
        return orjson.loads(await self.db.write(*work))["dossier"]


@asynccontextmanager
async def held_up(db: Database) -> AsyncIterator[None]:
    """The writer is at something that takes its time: what comes meanwhile shares the next transaction."""
    held, go = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        held.set()
        assert go.wait(30)

    holding = asyncio.ensure_future(db.write(hold))
    await until(lambda: held.is_set() or holding.done())  # done: another process holds the whole database
    try:
        yield
    finally:
        go.set()
    await asyncio.gather(holding, return_exceptions=True)


def count(series: str) -> Callable[[Session], int]:
    return lambda session: next_number(session.connection(), series)


def see(session: Session) -> int:
    return int(session.connection().execute(sa.select(sa.func.count()).select_from(counter)).scalar_one())


async def together(db: Database, *functions: Callable[..., Any]) -> list[Any]:
    """What each caller gets of functions that arrive in one group."""
    async with held_up(db):
        callers = [asyncio.ensure_future(db.write(function)) for function in functions]
        await asyncio.sleep(0)
    return await asyncio.gather(*callers, return_exceptions=True)


# --- an error of COMMIT ---


@BOTH
async def test_an_unknown_outcome_is_settled_by_the_same_key(url: str, when: When) -> None:
    with breaking(url) as line, a_database(line.url) as db:
        line.on(db)
        desk = Desk(db)
        assert await desk.ask("d-0") == "d-0 as 1"
        line.when = when
        with pytest.raises(OutcomeUnknown):
            await desk.ask("d-1")
        assert line.when is None and desk.ran == 2, "it was run again by us"
        took_effect = "d-1" in [row["aggregate"] for row in rows(url, event_log)]
        assert took_effect == (when == "after")
        assert await desk.ask("d-1") == ("d-1 as 2" if took_effect else "d-1 as 3")
    assert [row["aggregate"] for row in rows(url, event_log)] == ["d-0", "d-1"]


@BOTH
async def test_an_unknown_outcome_is_told_to_a_whole_group_and_each_repeats_to_one_effect(url: str, when: When) -> None:
    names = [f"d-{n}" for n in range(8)]
    with breaking(url) as line, a_database(line.url) as db:
        line.on(db)
        desk = Desk(db)
        await desk.ask("first")
        async with held_up(db):
            callers = [asyncio.ensure_future(desk.ask(name)) for name in names]
            await asyncio.sleep(0)
            callers.append(asyncio.ensure_future(db.write(lambda _session: setattr(line, "when", when))))
            await asyncio.sleep(0)
        answers = await asyncio.gather(*callers, return_exceptions=True)
        assert [type(answer) for answer in answers] == [OutcomeUnknown] * 9
        assert desk.ran == 9
        await asyncio.gather(*(desk.ask(name) for name in names))
        assert desk.ran == (9 if when == "after" else 17)
    assert sorted(row["aggregate"] for row in rows(url, event_log)) == [*names, "first"]


@BOTH
async def test_a_followed_fact_has_its_effects_once_whatever_became_of_its_commit(
    tmp_path: Path, url: str, when: When
) -> None:
    names = [f"d-{n}" for n in range(30)]
    async with a_place(tmp_path) as place:
        with breaking(url) as line:
            service = a_service(tmp_path, place.broker.url, line.url)
            line.on(service.db)
            async with service.running():
                await place.publish(received("d-before"))
                await until(lambda: effects(url) == ["d-before"])
                line.when = when
                await place.publish(*(received(name) for name in names))
                await until(lambda: len(effects(url)) > len(names), 20)
                flow = service.inflows["INTAKE"]
                await until(lambda: flow.state.position == 31 and flow.state.problem is None, 20)
                assert flow.state.restarts and line.when is None
    assert effects(url) == ["d-before", *names]
    assert rows(url, parked) == []


# --- others hold what is needed ---


async def test_who_waits_for_anothers_lock_is_refused_alone_and_nothing_of_it_is_kept(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite the lock is the whole database's: there nobody gets past it."""
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 1)
    with a_database(url) as db:
        await db.write(count("dossiers"))
        with held_by_another(url, "counter"):
            asked: list[str] = []

            def waits(session: Session) -> int:
                asked.append("dossiers")
                return next_number(session.connection(), "dossiers")

            first, refused, last = await together(db, _noting("first"), waits, _noting("last"))
            assert isinstance(refused, Busy) and refused.code == "database_busy"
            others = ["first", "last"] if db.engine.dialect.name == "postgresql" else []
            assert effects(url) == others
            assert all(isinstance(each, Busy) for each in (first, last)) == (not others)
            assert asked == ["dossiers"] * len(others[:1]), "it waited twice"
        assert await db.write(count("dossiers")) == 2


def _noting(name: str) -> Callable[[Session], str]:
    def note(session: Session) -> str:
        session.connection().execute(table_of(Effect).insert().values(stream="INTAKE", name=name))
        return name

    return note


async def test_a_crowd_that_needs_what_another_holds_is_refused_within_bounds(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would wait its second: forty of them do not wait forty."""
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 1)
    monkeypatch.setattr(database, "STUCK_SECONDS", 2)
    with a_database(url) as db:
        await db.write(count("dossiers"))
        with held_by_another(url, "counter"):
            began = time.monotonic()
            answers = await together(db, *(count("dossiers") for _ in range(40)))
            assert time.monotonic() - began < 12
            assert {type(answer) for answer in answers} == {Busy}
        await until(lambda: db.problem is None)
        assert await db.write(count("dossiers")) == 2


@pytest.mark.parametrize("times", [1, 2], ids=["run again", "refused aloud"])
async def test_who_meets_another_at_one_row_counts_on_what_that_one_left_or_is_refused(url: str, times: int) -> None:
    """A serialization failure on PostgreSQL (the isolation is raised for it); on SQLite the other waits its turn."""
    with a_database(url) as db, a_database(url) as other:
        await db.write(count("dossiers"))
        met: list[Any] = []

        def add(session: Session) -> int:
            connection = session.connection()
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            last = connection.execute(sa.select(counter.c.last).where(counter.c.series == "dossiers")).scalar_one()
            if len(met) < times:
                met.append(asyncio.run_coroutine_threadsafe(other.write(count("dossiers")), loop))
                with suppress(TimeoutError):  # on SQLite it has to wait for us
                    met[-1].result(_meeting(db))
            connection.execute(counter.update().where(counter.c.series == "dossiers").values(last=last + 1))
            return int(last) + 1

        loop = asyncio.get_running_loop()
        (answer,) = await asyncio.gather(db.write(add), return_exceptions=True)
        for each in met:
            await asyncio.wrap_future(each)
        lost = times == 2 and db.engine.dialect.name == "postgresql"
        assert type(answer) is (Busy if lost else int)
    assert [row["last"] for row in rows(url, counter) if row["series"] == "dossiers"] == [1 + len(met) + (not lost)]


def _meeting(db: Database) -> float:
    """How many seconds to wait for another's transaction: on SQLite it cannot come while ours is open."""
    return 0.3 if db.engine.dialect.name == "sqlite" else 20


async def test_two_that_hold_what_the_other_needs_both_get_it_done(url: str) -> None:
    """A deadlock on PostgreSQL, of which one is run again; on SQLite the second waits for its turn."""
    with a_database(url) as db, a_database(url) as other:
        for series in ("a", "b"):
            await db.write(count(series))
        begun = threading.Barrier(2)
        ran: list[str] = []

        def across(first: str, second: str) -> Callable[[Session], None]:
            def function(session: Session) -> None:
                ran.append(first)
                next_number(session.connection(), first)
                if len(ran) <= 2:
                    with suppress(threading.BrokenBarrierError):
                        begun.wait(_meeting(db))
                next_number(session.connection(), second)

            return function

        await asyncio.gather(db.write(across("a", "b")), other.write(across("b", "a")))
        assert len(ran) == (3 if db.engine.dialect.name == "postgresql" else 2)
    assert [row["last"] for row in rows(url, counter)] == [3, 3]


# --- no connection, no reader, no answer ---


async def test_without_a_free_connection_it_is_refused_at_once_and_works_when_there_is_one(
    url: str, request: pytest.FixtureRequest
) -> None:
    """All connections that PostgreSQL allows are taken; for SQLite: this process can open no more files."""
    refused = ["database_unavailable", "database_unavailable"]
    with a_database(url) as db:
        if db.engine.dialect.name == "sqlite":
            assert await _refused_while(db, no_file_opens()) == refused
            return
    with a_server("-c", "max_connections=10") as server, a_database(with_tables(server.url)) as db:
        assert await _refused_while(db, server.crowded()) == refused


async def _refused_while(db: Database, crowd: Any) -> list[str]:
    """The codes that a write and a question get meanwhile; afterwards both are answered."""
    with crowd:
        answers = [(await asyncio.gather(call(see), return_exceptions=True))[0] for call in (db.write, db.read)]

    async def goes_on() -> bool:
        with suppress(Unavailable):  # a server lets those who left go a moment later
            return await db.write(count("dossiers")) == 1 and await db.read(see) >= 1
        return False

    await until(goes_on)
    await until(lambda: db.problem is None)
    return [answer.code if type(answer) is Unavailable else repr(answer) for answer in answers]


async def test_with_all_readers_busy_a_question_is_refused_within_bounds_and_writing_goes_on(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    asked: list[str] = []

    def long(_session: Session) -> None:
        asked.append("long")
        assert go.wait(30)

    def late(session: Session) -> int:
        asked.append("late")
        return see(session)

    with a_database(url) as db:
        with monkeypatch.context() as patch:
            patch.setattr(database, "ANSWER_SECONDS", 1)
            answers = await asyncio.gather(*(db.read(long) for _ in range(4)), db.read(late), return_exceptions=True)
        assert {type(answer) for answer in answers} == {Busy}
        assert asked == ["long"] * 4
        assert await db.write(count("dossiers")) == 1
        go.set()
        await until(lambda: db.read(see))
        assert "late" not in asked


async def test_a_database_that_hangs_is_given_up_within_bounds_and_nobody_else_is_let_in(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def noting(name: str) -> Callable[[Session], None]:
        def note(session: Session) -> None:
            ran.append(name)
            _noting(name)(session)
            if name == "hangs":
                assert go.wait(30)

        return note

    go = threading.Event()
    with a_database(url) as db:
        with monkeypatch.context() as patch:
            patch.setattr(database, "ANSWER_SECONDS", 2)
            patch.setattr(database, "STUCK_SECONDS", 1)
            hangs = asyncio.ensure_future(db.write(noting("hangs")))
            await until(lambda: ran)
            waits = asyncio.ensure_future(db.write(noting("waits")))
            unknown, refused = await asyncio.gather(hangs, waits, return_exceptions=True)
            assert isinstance(unknown, OutcomeUnknown) and type(refused) is Busy
            with pytest.raises(Busy, match="too long"):
                await db.write(noting("comes"))
        go.set()
        await until(lambda: db.busy_seconds == 0)
        await db.write(noting("next"))
    assert effects(url) == ran == ["hangs", "next"]


async def test_the_writer_finds_out_by_itself_that_an_outage_is_over(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 1)
    with a_database(url) as db:
        with held_by_another(url, "counter"):
            with pytest.raises(Busy):
                await db.write(count("dossiers"))
            assert db.problem and db.problem.startswith("Busy: ")
            await asyncio.gather(db.write(see), return_exceptions=True)  # who saves nothing proves nothing
            assert db.problem
            await asyncio.sleep(2.5)
            assert db.problem, "it believes that it can save"
        await until(lambda: db.problem is None)


async def test_a_leader_lets_go_of_a_server_that_hangs_and_leads_again_when_it_is_back(url: str) -> None:
    """Its question at the lock ends before the connection is closed: closed under it, the whole process ended.

    SQLite's lock is a file's, and asks nobody.
    """
    if sa.make_url(url).get_backend_name() == "sqlite":
        await _let_go(FileLock(Path(str(sa.make_url(url).database)).with_suffix(".leader")), nullcontext())
        return
    happened: list[str] = []
    with a_server() as server:
        lock = SessionLock(sa.make_url(server.url))
        sa.event.listen(lock.engine, "handle_error", lambda _context: happened.append("asked"))
        sa.event.listen(lock.engine.pool, "close", lambda *_: happened.append("closed"))
        sa.event.listen(lock.engine.pool, "invalidate", lambda *_: happened.append("closed"))
        await _let_go(lock, server.paused())
    assert happened[:2] == ["asked", "closed"], happened


async def _let_go(lock: Lock, hanging: AbstractContextManager[None]) -> None:
    assert lock.take()
    with hanging:
        asked = asyncio.ensure_future(asyncio.to_thread(lock.holds))
        await asyncio.sleep(0.5)
        await asyncio.wait_for(asyncio.to_thread(lock.drop), 10)
        await asyncio.wait_for(asked, 10)
    assert not lock.holds()
    await until(lock.take)
    assert lock.holds()
    lock.drop()


# --- a stop ---


async def test_a_stop_ends_in_its_time_whoever_holds_the_database_and_answers_all_that_wait(
    tmp_path: Path, url: str
) -> None:
    """More than one group of them, each of which would wait for the lock."""
    async with a_place(tmp_path) as place:
        service = a_service(tmp_path, place.broker.url, url)
        grace, db = service.settings.graceful_seconds, service.db
        assert grace == 2 < PATIENCE_SECONDS
        with held_by_another(url, "effect"):
            async with service.running():
                await until(lambda: service.leads)
                names = [f"w{n}" for n in range(database.MOST_IN_A_GROUP + 6)]
                callers = [asyncio.ensure_future(db.write(_noting(name))) for name in names]
                await until(lambda: db.busy_seconds)
                await place.publish(received("d-1"))
                began = time.monotonic()
            assert time.monotonic() - began < grace + 3
            assert not (await asyncio.wait(callers, timeout=1))[1]
        told = dict(zip(names, [type(caller.exception()) for caller in callers], strict=True))
        await until(lambda: not db.alive)
        kept = effects(url)
    assert set(told.values()) <= {Busy, Closed, OutcomeUnknown} and Closed in told.values()
    assert {told[name] for name in kept} <= {OutcomeUnknown}, "it was kept, and told as not"


async def test_what_waits_at_a_stop_is_told_so_and_never_run_and_what_is_under_way_is_unknown(url: str) -> None:
    with _hanging(url) as (db, go, noting):
        hangs = asyncio.ensure_future(db.write(noting("hangs")))
        await until(lambda: noting.ran)
        waits = asyncio.ensure_future(db.write(noting("waits")))
        await asyncio.sleep(0)
        await asyncio.to_thread(db.close, 0.1)
        with pytest.raises(OutcomeUnknown):
            await hangs
        with pytest.raises(Closed):
            await waits
        go.set()
        await until(lambda: not db.alive)
    assert effects(url) == noting.ran == ["hangs"]


async def test_a_stop_does_not_run_who_is_still_to_be_run_alone(url: str) -> None:
    """One of a group fails, and all are run again."""
    with _hanging(url, at=2) as (db, go, noting):
        async with held_up(db):
            callers = [asyncio.ensure_future(db.write(noting(name))) for name in ("hangs", "fails", "waits")]
            await asyncio.sleep(0)
        await until(lambda: noting.ran == ["hangs", "fails", "hangs"])
        await asyncio.to_thread(db.close, 0.1)
        answers = await asyncio.gather(*callers, return_exceptions=True)
        assert [type(answer) for answer in answers] == [OutcomeUnknown, Closed, Closed]
        go.set()
        await until(lambda: not db.alive)
    assert effects(url) == ["hangs"] and noting.ran == ["hangs", "fails", "hangs"]


async def test_a_stop_does_not_wait_for_readers_and_says_so_to_who_waits_for_one(url: str) -> None:
    go, begun = threading.Event(), list[int]()

    def long(_session: Session) -> bool:
        begun.append(1)
        return go.wait(30)

    with a_database(url) as db:
        at_it = [asyncio.ensure_future(db.read(long)) for _ in range(4)]
        await until(lambda: len(begun) == len(at_it))
        waits = asyncio.ensure_future(db.read(see))
        await asyncio.sleep(0)
        await asyncio.to_thread(db.close, 0.1)
        assert not any(each.done() for each in at_it)
        with pytest.raises(Closed):
            await waits
        go.set()
        assert await asyncio.gather(*at_it) == [True] * 4


HANGS = """
import asyncio, sys, threading
from shared.database import Database
from tests.shared.line import a_recorder
begun = threading.Barrier(3)

def hang(session):
    begun.wait()
    threading.Event().wait()

async def main(db):
    asked = [asyncio.ensure_future(call(hang)) for call in (db.read, db.write)]
    await asyncio.to_thread(begun.wait)
    db.close(0.1)
    print("closed", flush=True)

asyncio.run(main(Database(sys.argv[1], a_recorder())))
"""


def test_a_process_ends_though_its_database_never_answers(url: str) -> None:
    """A server that is frozen answers no question, and its connection stands."""
    done = subprocess.run([sys.executable, "-c", HANGS, url], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (0, "closed\n"), done.stderr


class _Noting:
    """Functions that leave a trace; one named `hangs` waits, at this turn of its own, and one named `fails` fails."""

    def __init__(self, go: threading.Event, at: int) -> None:
        self.go, self.at, self.ran = go, at, list[str]()

    def __call__(self, name: str) -> Callable[[Session], None]:
        def note(session: Session) -> None:
            self.ran.append(name)
            _noting(name)(session)
            assert name != "fails"
            if name == "hangs" and self.ran.count(name) == self.at:
                assert self.go.wait(30)

        return note


@contextmanager
def _hanging(url: str, at: int = 1) -> Iterator[tuple[Database, threading.Event, _Noting]]:
    go = threading.Event()
    with a_database(url) as db:
        try:
            yield db, go, _Noting(go, at)
        finally:
            go.set()


# --- what is said about it ---


async def test_the_row_that_a_database_refuses_is_in_no_error(db: Database) -> None:
    """PostgreSQL's DETAIL shows it whole; structured logs print an error and its causes."""

    def keep(session: Session) -> None:
        row = {"stream": None, "name": "Nguyễn Văn An, 0912345678"}
        session.connection().execute(table_of(Effect).insert(), [row])

    with pytest.raises(sa.exc.IntegrityError) as raised:
        await db.write(keep)
    error: BaseException | None = raised.value
    while error is not None:
        assert "Nguyễn" not in str(error) + repr(error)
        error = error.__cause__ or error.__context__


async def test_a_mistake_of_ours_is_no_outage_on_either_database(db: Database) -> None:
    """Whoever follows a stream would hold it for ever; it must be parked, and shown as our error."""

    def wrong(session: Session) -> None:
        session.connection().exec_driver_sql("SELECT nothing FROM nowhere")

    for call in (db.write, db.read):
        with pytest.raises(sa.exc.DBAPIError) as raised:
            await call(wrong)
        assert not is_unavailable(raised.value)
    assert db.problem is None
