"""Idempotency-Key: asked twice, done once; another request under the same key is refused."""

from __future__ import annotations

import asyncio
import re
import threading
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from pydantic import BaseModel
from sqlmodel import Session

from shared.database import Database
from shared.engines import open_engine
from shared.errors import Refused
from shared.idempotency import Call, _answered, answer_once
from shared.mechanism import event_log, idempotency, next_number
from shared.record import record
from shared.transaction import turn_of
from tests.shared.line import NOW, a_database, held_up, received, rows, with_tables
from tests.shared.plans import plans


class Ticket(BaseModel):
    number: int
    dossier: str


def draw(session: Session, dossier: str) -> Ticket:
    number = next_number(session.connection(), "tickets")
    record(session, received(f"{dossier}-{number}"))
    return Ticket(number=number, dossier=dossier)


async def ask(
    db: Database, key: str = "k-1", fingerprint: str = "f" * 64, scope: str = "s", function: Any = draw
) -> Any:
    return orjson.loads(await db.write(answer_once, scope, key, fingerprint, NOW, function, ("d",)))


async def test_the_same_request_again_gets_the_same_answer_and_does_nothing(db: Database, url: str) -> None:
    first = await ask(db)
    assert await ask(db) == first == {"number": 1, "dossier": "d"}
    assert len(rows(url, event_log)) == 1


async def test_many_at_once_are_done_once(db: Database, url: str) -> None:
    """From two processes: on PostgreSQL they meet at the key, and the loser finds the winner's answer."""
    with a_database(url) as other:
        answers = await asyncio.gather(*(ask(one) for one in (db, other) * 8))
    assert answers == [{"number": 1, "dossier": "d"}] * 16
    assert len(rows(url, event_log)) == 1


async def test_twice_in_one_group_is_done_once_and_another_request_beside_them_is_refused(
    db: Database, url: str
) -> None:
    """The group asked what is known before any of them was answered: what the first was told, it remembers."""
    began: list[object] = []
    async with held_up(db):
        sa.event.listen(db.engine, "begin", began.append)
        asked = [asyncio.ensure_future(ask(db, fingerprint=each * 64)) for each in "ff0"]
    first, again, another = await asyncio.gather(*asked, return_exceptions=True)
    assert first == again == {"number": 1, "dossier": "d"}
    assert isinstance(another, Refused) and (another.code, another.status) == ("idempotency_key_reused", 422)
    assert len(began) == 1, "they shared one transaction, and none had to be run again"
    assert len(rows(url, event_log)) == len(rows(url, idempotency)) == 1


async def test_another_request_under_the_same_key_is_refused(db: Database, url: str) -> None:
    await ask(db)
    with pytest.raises(Refused) as refused:
        await ask(db, fingerprint="0" * 64)
    assert (refused.value.code, refused.value.status) == ("idempotency_key_reused", 422)
    assert len(rows(url, event_log)) == 1


async def test_keys_of_different_people_do_not_meet(db: Database) -> None:
    assert [(await ask(db, scope=scope))["number"] for scope in ("an", "binh", "an")] == [1, 2, 1]


async def test_what_was_refused_or_failed_is_no_answer(db: Database, url: str) -> None:
    def refused(_session: Session, _dossier: str) -> Ticket:
        raise Refused("closed", "Come tomorrow.")

    def broken(session: Session, dossier: str) -> Ticket:
        draw(session, dossier)
        raise KeyError

    for function, error in ((refused, Refused), (broken, KeyError)):
        with pytest.raises(error):
            await ask(db, function=function)
        assert rows(url, idempotency) == rows(url, event_log) == []
    assert (await ask(db))["number"] == 1


@pytest.mark.parametrize("begun", [True, False], ids=["while it runs", "while it waits"])
async def test_who_hangs_up_and_asks_again_gets_the_answer_that_was_made_or_is_made_now(
    db: Database, url: str, begun: bool
) -> None:
    started, go = threading.Event(), threading.Event()

    def slow(session: Session, dossier: str) -> Ticket:
        started.set()
        assert go.wait(10)
        return draw(session, dossier)

    busy = asyncio.ensure_future(ask(db, key="k-0", function=slow))
    await asyncio.to_thread(started.wait, 5)
    hangs_up = busy if begun else asyncio.ensure_future(ask(db))
    await asyncio.sleep(0)
    hangs_up.cancel()
    again = asyncio.ensure_future(ask(db, key="k-0" if begun else "k-1"))
    await asyncio.sleep(0)
    go.set()
    assert (await again)["number"] == (1 if begun else 2)
    await asyncio.gather(busy, return_exceptions=True)
    assert len(rows(url, event_log)) == len(rows(url, idempotency)) == (1 if begun else 2)


async def test_one_whose_neighbour_fails_still_meets_its_own_answer_from_another_process(
    db: Database, url: str
) -> None:
    """It was run alone for its neighbour's sake, and only then lost the race at the key: it is run once more."""
    with a_database(url) as other:
        started, go = threading.Event(), threading.Event()
        tries = 0

        def hold(_session: Session) -> None:
            started.set()
            assert go.wait(10)

        def broken(_session: Session) -> None:
            raise KeyError

        def met(session: Session, dossier: str) -> Ticket:
            nonlocal tries
            tries += 1
            if tries == 2 and session.connection().dialect.name == "postgresql":  # SQLite's writers cannot meet
                asyncio.run_coroutine_threadsafe(ask(other), loop).result(10)
            return draw(session, dossier)

        loop = asyncio.get_running_loop()
        holding = asyncio.ensure_future(db.write(hold))
        await asyncio.to_thread(started.wait, 5)
        mine, bad = asyncio.ensure_future(ask(db, function=met)), asyncio.ensure_future(db.write(broken))
        await asyncio.sleep(0)
        go.set()
        answers = await asyncio.gather(holding, mine, bad, return_exceptions=True)
    assert answers[1] == {"number": 1, "dossier": "d"}, answers
    assert len(rows(url, event_log)) == 1


async def test_a_refusal_gives_way_to_the_answer_that_another_process_gave_meanwhile(db: Database, url: str) -> None:
    """On PostgreSQL it may be given between our question for known keys and the rules' refusal of what it changed."""

    def answered_elsewhere(session: Session, _dossier: str) -> Ticket:
        row = {"scope": "s", "key": "k-1", "fingerprint": "f" * 64, "answer": b'{"number": 7}', "answered_at": NOW}
        session.connection().execute(idempotency.insert(), row)
        turn = turn_of(session.connection())
        assert turn
        turn.writes -= 1  # it was not we who said so
        raise Refused("not_waiting", "Taken up already.")

    assert await ask(db, function=answered_elsewhere) == {"number": 7}
    with pytest.raises(Refused) as refused:
        await ask(db, fingerprint="0" * 64)
    assert refused.value.code == "idempotency_key_reused"


async def test_a_refused_key_costs_its_neighbours_nothing_and_is_asked_for_once(db: Database, url: str) -> None:
    """Refused before anything was written, it leaves the group whole; and the group still knows what it had asked."""
    await ask(db, key="known")
    began: list[object] = []
    sa.event.listen(db.engine, "begin", began.append)
    held, go = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        held.set()
        assert go.wait(10)

    def refused(_session: Session, _dossier: str) -> Ticket:
        raise Refused("closed", "Come tomorrow.")

    holding = asyncio.ensure_future(db.write(hold))
    await asyncio.to_thread(held.wait, 5)
    calls = [ask(db, key=f"new-{n}") for n in range(5)]
    calls += [ask(db, key="known", fingerprint="0" * 64), ask(db, key="closed", function=refused), ask(db, key="known")]
    asked = [asyncio.ensure_future(call) for call in calls]
    await asyncio.sleep(0)
    go.set()
    answers = await asyncio.gather(holding, *asked, return_exceptions=True)
    assert [getattr(answer, "code", None) for answer in answers[6:]] == ["idempotency_key_reused", "closed", None]
    assert [answer["number"] for answer in answers[1:6]] == [2, 3, 4, 5, 6] and answers[8]["number"] == 1
    assert len(began) == 2  # the one that held them up, and theirs
    assert len(rows(url, event_log)) == 6


def test_a_key_is_found_by_itself_however_many_one_official_has_used(database_url: str) -> None:
    url = with_tables(database_url)
    engine = open_engine(url, write=True)
    answer = {"fingerprint": "f" * 64, "answer": b"{}", "answered_at": NOW}
    with engine.begin() as connection:
        connection.execute(idempotency.insert(), [answer | {"scope": "o", "key": f"k-{n}"} for n in range(5000)])
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE idempotency")  # and so it knows nothing of whoever asks from now on
        connection.execute(idempotency.insert(), [answer | {"scope": "s", "key": f"k-{n}"} for n in range(5000)])
    calls: list[Call] = [("s", key, "f" * 64, NOW, draw, ()) for key in ("k-7", "k-4999", "k-none")]
    (plan,) = plans(engine, lambda session: _answered(session, calls))
    with Session(engine) as session:
        assert sorted(_answered(session, calls)) == [("s", "k-4999"), ("s", "k-7")]
    engine.dispose()
    assert re.search(r"\(scope=\? AND key=\?\)|Index Cond: \(\(\(scope\).* AND \(\(key\)", plan), plan
