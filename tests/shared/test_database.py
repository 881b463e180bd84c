"""The writer thread: whatever arrives together commits together, and nobody pays for another's failure."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from shared import database
from shared.changes import table_of
from shared.database import Database
from shared.errors import Refused
from shared.mechanism import counter, event_log, next_number
from shared.record import record
from shared.unavailable import Busy, Closed, Full, OutcomeUnknown, Unavailable, is_unavailable
from tests.folded import damaged
from tests.shared.line import (
    Effect,
    Line,
    a_database,
    a_recorder,
    effects,
    received,
    rows,
    taken_up,
    until,
    with_tables,
)


class Writes:
    """Functions for the writer, and how often each of them ran."""

    def __init__(self) -> None:
        self.ran: dict[str, int] = {}

    def __call__(self, name: str, then: Callable[[Session], Any] = lambda _: None) -> Callable[[Session], Any]:
        def function(session: Session) -> Any:
            self.ran[name] = self.ran.get(name, 0) + 1
            session.connection().execute(table_of(Effect).insert().values(stream="INTAKE", name=name))
            return then(session) or name

        return function

    def asking(self, name: str, then: Callable[[Session], Any]) -> Callable[[Session], Any]:
        """One that does not write before `then`."""

        def function(session: Session) -> Any:
            self.ran[name] = self.ran.get(name, 0) + 1
            session.connection().execute(sa.select(sa.func.count()).select_from(table_of(Effect)))
            return then(session) or name

        return function


@pytest.fixture
def write() -> Writes:
    return Writes()


@pytest.fixture
async def together(db: Database) -> AsyncIterator[Callable[..., Any]]:
    """Runs functions so that they arrive in one group; returns what each caller got, and counts the commits."""
    held, go = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        held.set()
        assert go.wait(10)

    async def run(*functions: Callable[[Session], Any]) -> list[Any]:
        holding = asyncio.ensure_future(db.write(hold))
        await asyncio.to_thread(held.wait, 5)
        callers = [asyncio.ensure_future(db.write(function)) for function in functions]
        await asyncio.sleep(0)
        go.set()
        await holding
        return await asyncio.gather(*callers, return_exceptions=True)

    yield run
    go.set()


def refuse(_session: Session) -> None:
    raise Refused("not_now", "Come again tomorrow.")


def fail(_session: Session) -> None:
    raise KeyError("a bug")


async def test_what_arrives_during_a_commit_shares_the_next_one(
    db: Database, url: str, write: Writes, together: Any
) -> None:
    commits: list[object] = []
    sa.event.listen(db.engine, "commit", commits.append)
    names = [f"w{n}" for n in range(20)]
    assert await together(*(write(name) for name in names)) == names
    assert len(commits) == 2  # the one that held them up, and theirs
    assert effects(url) == names


async def test_a_failing_function_harms_nobody_in_its_group(
    db: Database, url: str, write: Writes, together: Any
) -> None:
    before, bad, after = await together(write("before"), write("bad", fail), write("after"))
    assert (before, after) == ("before", "after") and isinstance(bad, KeyError)
    assert effects(url) == ["before", "after"]
    assert write.ran == {"before": 2, "bad": 2, "after": 1}


async def test_a_function_that_fails_alone_is_not_run_again(db: Database, url: str, write: Writes) -> None:
    with pytest.raises(KeyError):
        await db.write(write("bad", fail))
    assert write.ran == {"bad": 1} and effects(url) == []


async def test_a_refusal_before_the_first_write_rolls_nobody_back(
    db: Database, url: str, write: Writes, together: Any
) -> None:
    answers = await together(write("before"), write.asking("refused", refuse), write("after"))
    assert isinstance(answers[1], Refused) and answers[::2] == ["before", "after"]
    assert write.ran == {"before": 1, "refused": 1, "after": 1}


async def test_a_refusal_after_a_write_leaves_no_write(db: Database, url: str, write: Writes, together: Any) -> None:
    answers = await together(write("before"), write("refused", refuse), write("after"))
    assert isinstance(answers[1], Refused) and answers[1].code == "not_now"
    assert effects(url) == ["before", "after"]


async def test_a_refusal_that_knew_what_was_rolled_back_is_never_told(
    db: Database, url: str, write: Writes, together: Any
) -> None:
    """It saw its neighbour's row; the neighbour's transaction did not last, so the question is asked again."""

    def only_once(_session: Session) -> None:
        if write.ran["first"] > 1:
            raise KeyError("not a second time")

    def unless_there(session: Session) -> None:
        if session.connection().execute(sa.select(table_of(Effect).c.id)).first():
            raise Refused("already_there", "Somebody was faster.")

    first, second, bad = await together(
        write("first", only_once), write.asking("second", unless_there), write("bad", fail)
    )
    assert isinstance(first, KeyError) and isinstance(bad, KeyError)
    assert second == "second", "it was refused because of a row that never existed"


async def test_one_that_lost_a_race_is_run_once_more(db: Database, url: str) -> None:
    """On PostgreSQL two writers meet at a key; on SQLite they queue."""
    loop, runs = asyncio.get_running_loop(), 0

    def begins(session: Session) -> str:
        session.connection().execute(counter.insert().values(series="s", last=1))
        return "begun"

    def meets_another(session: Session) -> str:
        nonlocal runs
        runs += 1
        if session.connection().execute(sa.select(counter.c.last)).first():
            return "there"
        if runs == 1 and session.connection().dialect.name == "postgresql":
            asyncio.run_coroutine_threadsafe(other.write(begins), loop).result(10)
        return begins(session)

    with a_database(url) as other:
        answer = await db.write(meets_another)
    on_postgresql = db.engine.dialect.name == "postgresql"
    assert (runs, answer) == ((2, "there") if on_postgresql else (1, "begun"))
    assert [row["last"] for row in rows(url, counter)] == [1]


DEFERRED = (
    "CREATE TABLE drawer (id INTEGER PRIMARY KEY)",
    "CREATE TABLE file (id INTEGER PRIMARY KEY, drawer INTEGER REFERENCES drawer (id) DEFERRABLE INITIALLY DEFERRED)",
)


async def test_an_error_of_commit_is_told_to_all_and_never_retried(
    db: Database, url: str, write: Writes, together: Any
) -> None:
    for statement in DEFERRED:
        await db.write(lambda session, statement=statement: session.connection().exec_driver_sql(statement) and None)

    def into_no_drawer(session: Session) -> None:
        session.connection().exec_driver_sql("INSERT INTO file (id, drawer) VALUES (1, 77)")

    answers = await together(write("good"), write("late"), write("doomed", into_no_drawer))
    assert [type(answer) for answer in answers] == [OutcomeUnknown] * 3
    assert all(is_unavailable(answer) for answer in answers)
    assert write.ran == {"good": 1, "late": 1, "doomed": 1}
    assert effects(url) == []
    assert await db.write(write("next")) == "next"
    assert effects(url) == ["next"]


async def test_a_cancelled_caller_harms_nobody(db: Database, url: str, write: Writes) -> None:
    started, go = threading.Event(), threading.Event()

    def slow(_session: Session) -> None:
        started.set()
        assert go.wait(10)

    running = asyncio.ensure_future(db.write(write("running", slow)))
    await asyncio.to_thread(started.wait, 5)
    queued = asyncio.ensure_future(db.write(write("queued")))
    neighbour = asyncio.ensure_future(db.write(write("neighbour")))
    await asyncio.sleep(0)
    running.cancel()
    queued.cancel()
    await asyncio.sleep(0)
    go.set()
    assert await neighbour == "neighbour"
    assert effects(url) == ["running", "neighbour"]  # what ran is kept, what only waited never ran
    assert "queued" not in write.ran


async def test_closing_finishes_what_is_queued_and_takes_no_more(url: str, write: Writes) -> None:
    with a_database(url) as db:
        queued = [asyncio.ensure_future(db.write(write(f"w{n}"))) for n in range(30)]
        await asyncio.sleep(0)
        await asyncio.to_thread(db.close)
        assert len(await asyncio.gather(*queued)) == 30
        with pytest.raises(Closed):
            await db.write(write("late"))
        with pytest.raises(Closed):
            await db.read(lambda session: None)
    assert len(effects(url)) == 30 and not db.alive


async def test_readers_cannot_write(db: Database, url: str, write: Writes) -> None:
    with pytest.raises(Unavailable, match=r"(?i)read.?only"):
        await db.read(write("by a reader"))
    assert effects(url) == []


async def test_a_reader_sees_one_snapshot(db: Database, write: Writes) -> None:
    counted, go = threading.Event(), threading.Event()
    query = sa.select(sa.func.count()).select_from(table_of(Effect))

    def twice(session: Session) -> tuple[int, int]:
        before = session.connection().execute(query).scalar_one()
        counted.set()
        assert go.wait(10)
        return before, session.connection().execute(query).scalar_one()

    reading = asyncio.ensure_future(db.read(twice))
    await asyncio.to_thread(counted.wait, 5)
    await db.write(write("meanwhile"))
    go.set()
    assert await reading == (0, 0)
    assert await db.read(lambda session: session.connection().execute(query).scalar_one()) == 1


async def test_objects_show_what_was_just_recorded(db: Database) -> None:
    def take_up(session: Session) -> list[str | None]:
        record(session, received("d-1"))
        line = session.get_one(Line, "d-1")
        seen = [line.status]
        record(session, taken_up("d-1"))
        return [*seen, line.status]

    assert await db.write(take_up) == ["received", "taken up"]


async def test_functions_of_a_group_do_not_share_objects(db: Database, url: str, together: Any) -> None:
    """The second writes past the first one's objects; the third sees the database."""
    damaged(url)
    await db.write(lambda session: record(session, received("d-1")))
    held: list[Line] = []

    def loads(session: Session) -> None:
        held.append(session.get_one(Line, "d-1"))

    def writes(session: Session) -> None:
        session.connection().execute(table_of(Line).update().values(status="moved"))

    assert (await together(loads, writes, lambda session: session.get_one(Line, "d-1").status))[2] == "moved"


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, StopIteration, asyncio.CancelledError, MemoryError])
async def test_whatever_a_function_raises_reaches_its_caller_and_ends_no_thread(
    db: Database, url: str, write: Writes, error: type[BaseException]
) -> None:
    def end(_session: Session) -> None:
        raise error

    expected = MemoryError if error is MemoryError else RuntimeError
    for call in (db.write, db.read):
        with pytest.raises(expected):
            await asyncio.wait_for(call(end), 5)
    assert await asyncio.wait_for(db.write(write("next")), 5) == "next"


async def test_a_failing_wake_up_ends_no_thread(db: Database, url: str) -> None:
    def broken(_recorded: bool) -> None:
        raise OSError("nobody listens")

    db.after_commit = broken
    for name in ("d-1", "d-2"):
        await db.write(record, received(name))
    assert [row["aggregate"] for row in rows(url, event_log)] == ["d-1", "d-2"]


async def test_a_commit_tells_whether_it_has_something_for_the_relay(db: Database, write: Writes) -> None:
    told: list[bool] = []
    db.after_commit = told.append
    await db.write(write("an effect alone"))
    await db.read(lambda session: None)
    await db.write(record, received("d-1"))
    await db.write(write("another"))
    assert await until(lambda: len(told) == 3) and told == [False, True, False]


async def test_a_locked_database_gives_an_error_to_each_and_goes_on(
    url: str, write: Writes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 1)
    count = lambda session: next_number(session.connection(), "visits")  # noqa: E731
    with a_database(url) as db, a_database(url) as other:
        assert await db.write(count) == 1
        locked, go = threading.Event(), threading.Event()

        def keep(session: Session) -> None:
            count(session)
            locked.set()
            assert go.wait(20)

        keeping = asyncio.ensure_future(other.write(keep))
        await asyncio.to_thread(locked.wait, 5)
        began = time.monotonic()
        answers = await asyncio.gather(*(db.write(count) for _ in range(2)), return_exceptions=True)
        assert [type(answer) for answer in answers] == [Busy] * 2
        assert time.monotonic() - began < 6
        assert db.alive
        await until(lambda: db.busy_seconds == 0)
        go.set()
        await keeping
        assert await db.write(count) == 3


async def test_a_full_disk_gives_an_error_and_goes_on(tmp_path: Path) -> None:
    url = with_tables(f"sqlite:///{tmp_path}/full.db")

    def pages(session: Session, most: int) -> None:
        used = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
        session.connection().exec_driver_sql(f"PRAGMA max_page_count = {used + most}")

    def much(session: Session) -> None:
        rows = [{"stream": "INTAKE", "name": "x" * 4000} for _ in range(200)]
        session.connection().execute(table_of(Effect).insert(), rows)

    with a_database(url) as db:
        await db.write(pages, 5)
        with pytest.raises(Full, match="SQLITE_FULL"):
            await db.write(much)
        assert db.alive and effects(url) == []
        await db.write(pages, 100_000)
        await db.write(much)
    assert len(effects(url)) == 200


async def test_a_connection_that_was_cut_is_made_anew(db: Database, url: str, write: Writes) -> None:
    """By PostgreSQL's server; SQLite's is closed under us."""

    def cut_own(session: Session) -> None:
        if db.engine.dialect.name == "sqlite":
            session.connection().connection.dbapi_connection.close()  # type: ignore[union-attr]  # it is there
        session.connection().exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    await db.write(write("before"))
    with pytest.raises((Unavailable, sa.exc.ProgrammingError)) as raised:
        await db.write(write("cut", cut_own))
    assert is_unavailable(raised.value) or db.engine.dialect.name == "sqlite"
    assert await db.write(write("after")) == "after"
    assert effects(url) == ["before", "after"]


async def test_an_errors_text_does_not_hold_what_was_written(db: Database) -> None:
    def keep(session: Session) -> None:
        row = {"id": 1, "stream": "INTAKE", "name": "Nguyễn Văn An, 0912345678"}
        session.connection().execute(table_of(Effect).insert(), [row])

    await db.write(keep)
    with pytest.raises(sa.exc.IntegrityError) as raised:
        await db.write(keep)
    assert "Nguyễn" not in str(raised.value)


async def test_a_database_that_does_not_answer_is_no_fault_of_what_was_asked(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/there/is/no/folder.db", a_recorder())
    for call in (db.write, db.read):
        with pytest.raises(Unavailable, match="SQLITE_CANTOPEN"):
            await call(lambda session: session.connection().execute(sa.text("SELECT 1")).scalar())
    assert db.alive
    db.close()
