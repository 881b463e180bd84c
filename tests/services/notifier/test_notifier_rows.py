"""Rows are the fold of events; what is still to be done is not; and of two at once one counts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from services.notifier import jobs
from services.notifier.handlers import FOLLOWS
from services.notifier.projection import project
from services.notifier.tables import SideEffect, Table
from shared.changes import apply
from shared.engines import open_engine
from shared.events import Event, Recorded, decode, every_event, newest
from shared.events.filing import FilingRegistered, FilingSupplementRequested
from shared.inbox import handle_one
from shared.mechanism import event_log
from shared.texts import new_id
from tests.services.notifier.lookout import (
    OFFICE,
    Lookout,
    answered,
    at,
    completed,
    filed,
    handed_over,
    received,
    rescheduled,
    taken_up,
    verified,
)
from tests.support import UNIT

DAY: list[Event] = [
    received("dos-1", at("10 17:00"), at("05 09:00")),
    received("dos-2", at("05 11:00"), at("04 09:00")),
    taken_up("dos-1", "off-officer", at("05 09:10")),
    filed("com-1", at("26 21:10"), at("02 21:10")),
    verified("com-1", at("03 09:00")),
    verified("com-2", at("05 09:00")),
    rescheduled("dos-1", at("10 17:00"), at("12 17:00")),
    answered("com-1", at("05 10:00")),
    completed("dos-1", at("05 14:00")),
    handed_over("dos-1", at("05 15:00")),
    FilingRegistered.sample(),
    FilingSupplementRequested.sample(),
]


async def a_day(lookout: Lookout) -> None:
    """A day with a bit of everything, its jobs done."""
    lookout.contacts |= {"prs_dos-1": {"full_name": "A", "phone": "0912 345 678"}, "prs_c": {"full_name": "B"}}
    await lookout.hears(*DAY)
    [flag] = await lookout.rows("flag")
    async with lookout.as_("off-deputy", "leader") as client:
        await client.post(f"/flags/{flag['flag_id']}/review", json={"proceed": True})
        await client.post(f"/flags/{flag['flag_id']}/inform")
    async with lookout.as_("off-clerk", "clerk") as client:
        await client.post(f"/flags/{flag['flag_id']}/explain", json={"text": "Tôi xin giải trình."})
    for job in (jobs.remind, jobs.escalate, jobs.deliver):
        await lookout.works(job)


def snapshot(session: Session) -> dict[str, list[Any]]:
    """Every row that is a fold of events."""
    return {
        name: sorted((dict(row._mapping) for row in session.connection().execute(sa.select(table))), key=str)
        for name, table in Table.metadata.tables.items()
    }


def fold_again(session: Session, heard: Iterable[Recorded[Event]]) -> None:
    connection = session.connection()
    bodies = list(connection.execute(sa.select(event_log.c.body).order_by(event_log.c.position)).scalars())
    own = [event for body in bodies if (event := decode(body)) is not None]
    for table in Table.metadata.tables.values():
        connection.execute(table.delete())
    apply(connection, (change for event in [*heard, *own] for change in project(event)))


async def test_a_replay_in_one_batch_makes_the_same_rows_and_leaves_deliveries_alone(lookout: Lookout) -> None:
    await a_day(lookout)
    live, waiting = await lookout.service.db.read(snapshot), await lookout.rows("delivery")
    await lookout.service.db.write(fold_again, lookout.heard)

    assert await lookout.service.db.read(snapshot) == live
    assert await lookout.rows("delivery") == waiting
    assert waiting
    assert all(live[table] for table in live if table != "calendarday")


def test_a_replay_knows_no_delivery() -> None:
    assert set(SideEffect.metadata.tables) == {"delivery"}
    assert "delivery" not in Table.metadata.tables


def test_the_migrations_make_the_tables_of_today(database_url: str) -> None:
    from shared.migrations import Migrations

    engine = open_engine(database_url, write=True)
    Migrations("notifier").apply(engine)
    found = sa.inspect(engine)
    for table in (*Table.metadata.tables.values(), *SideEffect.metadata.tables.values()):
        made = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert made == {column.name: column.nullable for column in table.columns}
        indexes = {index["name"] for index in found.get_indexes(table.name)}
        assert indexes >= {index.name for index in table.indexes}
    engine.dispose()


async def test_every_fact_handed_over_a_second_time_doubles_nothing(lookout: Lookout) -> None:
    await lookout.hears(*DAY)
    opened, intended = await lookout.events("FollowUpOpened"), await lookout.events("NoticeIntended")

    def again(session: Session) -> None:
        for event in lookout.heard:
            handle_one(session, event, {}, project, FOLLOWS)

    await lookout.service.db.write(again)
    assert await lookout.events("FollowUpOpened") == opened
    assert await lookout.events("NoticeIntended") == intended
    assert len(await lookout.events("FlagRaised")) == 1


async def test_of_two_reviews_at_once_one_counts(lookout: Lookout) -> None:
    await lookout.hears(*DAY)
    [flag] = await lookout.rows("flag")
    async with lookout.as_("off-deputy", "leader") as one, lookout.as_("off-chair", "leader") as other:
        answers = await asyncio.gather(
            *(each.post(f"/flags/{flag['flag_id']}/review", json={"proceed": True}) for each in (one, other) * 3)
        )

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert len(await lookout.events("FlagReviewed")) == 1


async def test_reports_that_arrive_in_one_batch_raise_one_flag(lookout: Lookout) -> None:
    now = lookout.clock.now()
    facts = [Recorded(verified(f"com-{n}", at("05 09:00")), new_id(), UNIT, 1, now, now) for n in range(10)]

    def batch(session: Session) -> None:
        for fact in facts:
            handle_one(session, fact, {}, project, FOLLOWS)

    await lookout.service.db.write(batch)
    assert [len(each["evidence"]) for each in await lookout.events("FlagRaised")] == [2]


def test_the_office_of_these_tests_is_made_of_facts_that_are_followed() -> None:
    assert {type(fact) for fact in OFFICE} < set(FOLLOWS)


def test_every_own_event_but_a_reading_changes_a_row() -> None:
    silent = []
    for fact in {newest(each): None for each in every_event("notifier")}:
        now = at("05 09:00")
        if not list(project(Recorded(fact.sample(), new_id(), UNIT, 1, now, now))):
            silent.append(fact.event_name())
    assert silent == ["PrivateDataRead"]
