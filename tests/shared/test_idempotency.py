"""Idempotency-Key: asked twice, done once; another request under the same key is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from pydantic import BaseModel
from sqlmodel import Session

from shared.database import Database
from shared.errors import Refused
from shared.idempotency import answer_once
from shared.mechanism import event_log, idempotency, next_number
from shared.record import record
from tests.shared.line import NOW, a_database, received, rows, with_tables


class Ticket(BaseModel):
    number: int
    dossier: str


@pytest.fixture
def url(database_url: str) -> str:
    return with_tables(database_url)


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    with a_database(url) as db:
        yield db


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
