"""What lasts for one transaction: statements that are put off are as if they had run at once, and what was read once is
read again when it has changed."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Field, Session

from shared import database
from shared.calendars import calendar_of
from shared.changes import apply, put
from shared.database import Database
from shared.engines import open_engine
from shared.errors import Refused, why
from shared.mechanism import counter, next_number, upsert
from shared.prepared import Prepared
from shared.transaction import Grouped, Turn, turn_of
from shared.unavailable import Busy, Full, OutcomeUnknown
from tests.shared.faults import no_file_grows
from tests.shared.line import Effect, Table, a_database, held_up, rows

ADD = Prepared(counter.insert(), "series", "last")
DOUBLE = Prepared(counter.update().where(counter.c.series == sa.bindparam("of")).values(last=counter.c.last * 2))
SERIES = sa.select(counter.c.last).where(counter.c.series == "s")
LAST = Prepared(sa.select(counter.c.last).where(counter.c.series == sa.bindparam("of")))


def add(session: Session, series: str, last: int = 1) -> None:
    ADD.later(session.connection(), {"series": series, "last": last})


async def test_what_nobody_asks_about_waits_and_is_one_statement_of_many_rows(db: Database, url: str) -> None:
    def three(session: Session) -> list[int]:
        for number in range(3):
            add(session, f"s{number}")
        turn = turn_of(session.connection())
        assert turn and turn.writes == 3
        return [len(said.rows) for said in turn.later]

    assert await db.write(three) == [3]
    assert len(rows(url, counter)) == 3


def rows_of(session: Session) -> Sequence[Any]:
    return session.connection().execute(sa.select(counter)).all()


@contextmanager
def overheard(session: Session) -> Iterator[Callable[[], tuple[list[str], int]]]:
    """What the driver is asked meanwhile: how each statement begins, and how often it had to wait for the answers."""
    driver = session.connection().connection.driver_connection
    assert driver
    if session.connection().dialect.name == "sqlite":
        heard: list[str] = []
        driver.set_trace_callback(heard.append)
        yield lambda: ([text.split()[0] for text in heard], len(heard))
        driver.set_trace_callback(None)
        return
    with tempfile.TemporaryFile("r+") as wire:

        def heard_so_far() -> tuple[list[str], int]:
            driver.pgconn.untrace()  # what libpq still keeps of it is written
            wire.seek(0)
            said = _read_off(wire.read())
            driver.pgconn.trace(wire.fileno())
            return said

        driver.pgconn.trace(wire.fileno())
        yield heard_so_far
        driver.pgconn.untrace()


def _read_off(wire: str) -> tuple[list[str], int]:
    """From libpq's own trace. The server is ready for more once for each time that somebody waits for it."""
    return re.findall(r'\t(?:Parse\t \S*|Query\t) "(\w+)', wire), wire.count("ReadyForQuery")


async def test_what_was_put_off_travels_with_the_next_question_and_before_it(db: Database, url: str) -> None:
    def asks(session: Session) -> tuple[Any, list[str], int]:
        with overheard(session) as heard:
            add(session, "s")
            add(session, "t")
            DOUBLE.later(session.connection(), {"of": "s"})
            before = heard()
            last = LAST(session.connection(), {"of": "s"}).rows[0][0]
            assert before == ([], 0)
            return last, *heard()

    last, said, trips = await db.write(asks)
    assert last == 2
    if url.startswith("sqlite"):  # where a trip costs nothing
        assert said == ["INSERT", "UPDATE", "SELECT"]
    else:
        assert (said, trips) == (["BEGIN", "INSERT", "UPDATE", "SELECT"], 2)  # psycopg waits for BEGIN


async def test_the_commit_travels_with_what_was_put_off(db: Database, url: str) -> None:
    """Where a transaction has begun; where nothing was asked yet, BEGIN and what was put off take a trip each."""
    with ExitStack() as until_committed:
        heard: list[Callable[[], tuple[list[str], int]]] = []

        def says(session: Session, series: str, asks: bool) -> None:
            if asks:
                LAST(session.connection(), {"of": series})
            heard[:] = [until_committed.enter_context(overheard(session))]
            add(session, series)

        for asks, series in ((True, "s"), (False, "t")):
            await db.write(says, series, asks)
            said, trips = heard[0]()
            until_committed.close()
            if url.startswith("sqlite"):
                assert said == ["INSERT", "COMMIT"]
            else:
                assert said[-1] == "COMMIT" and trips == (1 if asks else 3)
    assert len(rows(url, counter)) == 2


async def test_a_question_sees_what_was_said_before_it(db: Database) -> None:
    def told(session: Session) -> list[int | None]:
        seen = []
        for last in (1, 2, 3):
            upsert(session.connection(), counter, [{"series": "s", "last": last}])
            seen.append(session.connection().execute(SERIES).scalar())
        return seen

    assert await db.write(told) == [1, 2, 3]


async def test_what_is_said_later_is_said_in_order(db: Database, url: str) -> None:
    def said(session: Session) -> None:
        for last in range(30):
            upsert(session.connection(), counter, [{"series": "s", "last": last}])

    await db.write(said)
    assert [row["last"] for row in rows(url, counter)] == [29]


async def test_numbers_of_a_series_are_said_once_and_those_of_two_series_each(db: Database, url: str) -> None:
    def numbered(session: Session) -> tuple[list[int], int]:
        connection = session.connection()
        taken = [next_number(connection, series) for series in ("a", "a", "a", "a", "b", "a", "b", "a", "a")]
        turn = turn_of(connection)
        assert turn
        return taken, sum(len(said.rows) for said in turn.later)

    taken, waiting = await db.write(numbered)
    assert taken == [1, 2, 3, 4, 1, 5, 2, 6, 7] and waiting == 3  # after b's first: a, b, a
    assert {row["series"]: row["last"] for row in rows(url, counter)} == {"a": 7, "b": 2}
    assert await db.write(lambda session: next_number(session.connection(), "a")) == 8


async def test_two_statements_about_one_table_keep_their_order(db: Database, url: str) -> None:
    def said(session: Session) -> None:
        for last in range(5):
            upsert(session.connection(), counter, [{"series": "s", "last": last}])
            DOUBLE.later(session.connection(), {"of": "s"})

    await db.write(said)
    assert [row["last"] for row in rows(url, counter)] == [8]


async def test_an_object_of_the_session_comes_after_what_was_said_before_it(db: Database) -> None:
    def mixed(session: Session) -> list[str]:
        add(session, "before")
        session.add(Effect(stream="INTAKE", name="object"))
        session.flush()
        return [row.series for row in rows_of(session)]

    assert await db.write(mixed) == ["before"]


@pytest.mark.parametrize("asks", [False, True], ids=["at once", "after a question, with the COMMIT"])
@pytest.mark.parametrize("beside", [0, 3], ids=["alone", "in a group"])
async def test_an_error_of_what_was_put_off_is_its_functions_own_and_tells_no_values(
    db: Database, url: str, beside: int, asks: bool
) -> None:
    def add(session: Session, series: str) -> None:
        if asks:
            LAST(session.connection(), {"of": series})
        ADD.later(session.connection(), {"series": series, "last": 1})

    await db.write(add, "0912 345 678")
    async with held_up(db):
        good = [asyncio.ensure_future(db.write(add, f"good-{n}")) for n in range(beside)]
        twice = asyncio.ensure_future(db.write(add, "0912 345 678"))
    answers = await asyncio.gather(*good, twice, return_exceptions=True)
    error = answers.pop()
    assert answers == [None] * beside
    assert isinstance(error, sa.exc.IntegrityError)
    assert "0912" not in str(error) and "0912" not in str(error.__cause__) and "0912" not in repr(error.orig)
    assert why(error).endswith(" (counter)"), "whoever reads of it can tell which table it was"
    assert sorted(row["series"] for row in rows(url, counter)) == [
        "0912 345 678",
        *(f"good-{n}" for n in range(beside)),
    ]


@pytest.mark.parametrize("travels", [False, True], ids=["alone", "with what was put off"])
async def test_an_error_of_commit_is_told_by_its_code_and_without_the_row(
    db: Database, url: str, travels: bool
) -> None:
    """PostgreSQL has no room at COMMIT; SQLite's file may grow no more."""
    kind, code = (OutcomeUnknown, "SQLITE_IOERR_WRITE") if url.startswith("sqlite") else (Full, "53100")
    full = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room'"
    full += " USING ERRCODE = '53100', DETAIL = 'Hường 0912'; END $$"
    at_commit = "CREATE CONSTRAINT TRIGGER full_at_commit AFTER INSERT ON counter DEFERRABLE INITIALLY DEFERRED"

    def says(session: Session) -> None:
        LAST(session.connection(), {"of": "s"})
        add(session, "s", 1)
        if not travels:
            LAST(session.connection(), {"of": "s"})

    with ExitStack() as broken:
        if url.startswith("sqlite"):
            await db.write(add, "first")
            broken.enter_context(no_file_grows(os.getpid()))
        else:
            engine = open_engine(url, write=True)
            with engine.begin() as connection:
                connection.exec_driver_sql(full)
                connection.exec_driver_sql(f"{at_commit} FOR EACH ROW EXECUTE FUNCTION full_disk()")
            engine.dispose()
        with pytest.raises(kind, match=code) as told:
            await db.write(says)
    assert "Hường" not in repr(told.value.__cause__) + str(told.value.__cause__)
    assert [row["series"] for row in rows(url, counter) if row["series"] == "s"] == []


@pytest.mark.parametrize("beside", [0, 3], ids=["alone", "in a group"])
async def test_who_passes_over_the_error_of_a_statement_commits_nothing_of_anybody(
    db: Database, url: str, beside: int
) -> None:
    def goes_on(session: Session) -> None:
        add(session, "taken")
        with suppress(sa.exc.IntegrityError):
            LAST(session.connection(), {"of": "s"})

    await db.write(add, "taken")
    async with held_up(db):
        wrong = asyncio.ensure_future(db.write(goes_on))
        good = [asyncio.ensure_future(db.write(add, f"good-{n}")) for n in range(beside)]
    with pytest.raises(RuntimeError, match="went on"):
        await wrong
    assert await asyncio.gather(*good) == [None] * beside
    assert {row["series"] for row in rows(url, counter)} == {"taken", *(f"good-{n}" for n in range(beside))}


async def test_who_passes_over_the_error_of_its_own_statement_commits_nothing_either(db: Database, url: str) -> None:
    def goes_on(session: Session) -> None:
        add(session, "before")
        with suppress(sa.exc.IntegrityError):
            ADD(session.connection(), {"series": "taken", "last": 2})
        add(session, "after")

    await db.write(add, "taken")
    with pytest.raises((RuntimeError, sa.exc.DBAPIError)):
        await db.write(goes_on)
    assert [(row["series"], row["last"]) for row in rows(url, counter)] == [("taken", 1)]


async def test_an_error_after_something_put_off_takes_it_back(db: Database, url: str) -> None:
    def fails(session: Session) -> None:
        add(session, "s")
        raise KeyError("a bug")

    def refuses(session: Session) -> None:
        add(session, "s")
        raise Refused("not_now", "Come tomorrow.")

    for function, error in ((fails, KeyError), (refuses, Refused)):
        with pytest.raises(error):
            await db.write(function)
        assert rows(url, counter) == []
    await db.write(add, "s")
    assert len(rows(url, counter)) == 1


async def test_numbers_of_a_group_have_neither_gap_nor_double_whoever_fails_beside_them(db: Database, url: str) -> None:
    def number(session: Session) -> int:
        return next_number(session.connection(), "s")

    def fails(session: Session) -> None:
        number(session)
        raise KeyError("a bug")

    for bad in ([], [fails]):  # together, then each alone
        async with held_up(db):
            asked = [asyncio.ensure_future(db.write(each)) for each in (number, number, *bad, number)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        numbers = [answer for answer in answers if isinstance(answer, int)]
        assert numbers == ([4, 5, 6] if bad else [1, 2, 3])
    assert [row["last"] for row in rows(url, counter)] == [6]


async def test_outside_the_writer_nothing_is_put_off(db: Database) -> None:
    await db.write(add, "before")
    with db.reading.connect() as connection:
        assert turn_of(connection) is None
    with db.engine.connect() as connection:
        assert turn_of(connection) is None, "the writer's transaction has ended"
        ADD(connection, {"series": "s", "last": 1})
        ADD.later(connection, {"series": "t", "last": 1})
        assert len(connection.execute(sa.select(counter)).all()) == 3


async def test_who_carries_a_neighbours_statement_is_not_blamed_for_the_lock_that_it_waits_for(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 1)

    def says(session: Session) -> None:
        upsert(session.connection(), counter, [{"series": "s", "last": 2}])

    def asks(session: Session) -> str:
        return str(session.connection().execute(SERIES.where(counter.c.last > 99)).scalar())

    with a_database(url) as db:
        await db.write(add, "s")
        locking = open_engine(url, write=True)
        on_postgresql = locking.dialect.name == "postgresql"  # where a row can be locked alone
        async with held_up(db):
            waits = [asyncio.ensure_future(db.write(each)) for each in (says, asks)]
        await asyncio.gather(*waits)
        if on_postgresql:
            with locking.connect() as connection:
                async with held_up(db):
                    connection.execute(counter.update().values(last=7))
                    waits = [asyncio.ensure_future(db.write(each)) for each in (says, asks)]
                told = await asyncio.gather(*waits, return_exceptions=True)
                connection.rollback()
            assert isinstance(told[0], Busy) and told[1] == "None"
        locking.dispose()


class Guess(Grouped):
    """Refuses unless it has written; knows better when it is asked instead."""

    def __init__(self, better: Any, *, write: bool) -> None:
        self.better, self.write = better, write
        self.asked: list[Sequence[Any]] = []

    def __call__(self, session: Session, name: str) -> str:
        if self.write:
            add(session, name)
        raise Refused("no", "No.")

    def beforehand(self, _session: Session, calls: Sequence[Any]) -> None:
        self.asked.append(calls)

    def instead(self, session: Session, call: Any) -> Any:
        return self.better


@pytest.mark.parametrize("beside", [0, 2])
async def test_an_error_of_the_question_for_a_group_is_told_to_its_own_callers_alone(db: Database, beside: int) -> None:
    class Wrong(Guess):
        def beforehand(self, _session: Session, calls: Sequence[Any]) -> None:
            raise KeyError("a bug")

    async with held_up(db):
        good = [asyncio.ensure_future(db.write(add, f"s{n}")) for n in range(beside)]
        bad = asyncio.ensure_future(db.write(Wrong(None, write=False), "a"))
    assert await asyncio.gather(*good) == [None] * beside
    with pytest.raises(KeyError):
        await bad


@pytest.mark.parametrize(("better", "write"), [(None, False), ("found", True)])
async def test_a_refusal_stands_where_nothing_better_is_known_or_something_was_written(
    db: Database, url: str, better: Any, write: bool
) -> None:
    with pytest.raises(Refused):
        await db.write(Guess(better, write=write), "a")
    assert rows(url, counter) == []


async def test_what_is_known_by_now_is_told_in_place_of_a_refusal(db: Database) -> None:
    guess = Guess("found", write=False)
    assert await db.write(guess, "a") == "found"
    assert guess.asked == [[("a",)]]


class Day(Table, table=True):
    """A service's declared days."""

    day: date = Field(primary_key=True)
    kind: str = Field(max_length=16)
    basis: str = Field(max_length=64)


async def test_a_calendar_is_read_once_and_again_after_a_day_was_declared(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, run = [], Turn.run

    def noting(turn: Turn, text: str, *words: Any, **more: Any) -> Any:
        asked.append(text)
        return run(turn, text, *words, **more)

    monkeypatch.setattr(Turn, "run", noting)
    free = date(2026, 6, 8)

    def declared(session: Session) -> list[bool]:
        seen = [calendar_of(session, Day).is_working_day(free) for _ in range(3)]
        apply(session.connection(), [put(Day, day=free, kind="off", basis="announced")])
        return seen + [calendar_of(session, Day).is_working_day(free) for _ in range(2)]

    assert await db.write(declared) == [True, True, True, False, False]
    assert sum(text.startswith("SELECT") for text in asked) == 2
    assert await db.write(lambda session: calendar_of(session, Day).is_working_day(free)) is False
