"""What the stream holds is noted together, a moment later; until then it is neither published again nor lost."""

from __future__ import annotations

import asyncio
import shutil
import threading
from contextlib import AsyncExitStack, nullcontext
from typing import Any

import pytest
from sqlmodel import Session

from shared import noting
from shared import relay as relays
from shared.clock import Clock
from shared.mechanism import outbox, publication
from shared.outbox import confirm, what_waits
from tests.shared.desk import Desk, cut_last_block, power_cut
from tests.shared.line import NOW, received, rows, until

LONG = 60.0


@pytest.fixture
def lingering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is noted unless it has to be."""
    monkeypatch.setattr(noting, "LINGER_SECONDS", LONG)


async def published(desk: Desk, *names: str) -> None:
    """Recorded one after the other, each of them in the stream before the next."""
    relay = desk.relays[-1]
    for name in names:
        await desk.records(received(name))
        relay.wake.set()
        count = relay.state.published + 1
        await until(lambda count=count: relay.state.published == count)


@pytest.mark.usefixtures("lingering")
async def test_what_waits_to_be_noted_is_not_published_again(desk: Desk) -> None:
    async with desk.publishing() as relay:
        await published(desk, "d-1", "d-2", "d-3")
        assert len(rows(desk.url, outbox)) == 3 and not rows(desk.url, publication)
        assert (relay.state.last_error, relay.state.recovered) == (None, 0)
    assert await desk.stream() == desk.log()


async def test_events_published_close_together_are_noted_in_one_transaction(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "LINGER_SECONDS", 0.5)
    async with desk.publishing():
        await published(desk, "d-1", "d-2", "d-3")
        await desk.drained()
    assert len({row["published_at"] for row in rows(desk.url, publication)}) == 1
    assert list(desk.places()) == desk.log() and list(desk.places().values()) == [1, 2, 3]


@pytest.mark.usefixtures("lingering")
async def test_many_are_noted_at_once(desk: Desk) -> None:
    async with desk.publishing():
        await desk.records(*(received(f"d-{number}") for number in range(noting.MANY)))
        await desk.drained()
    assert list(desk.places().values()) == list(range(1, noting.MANY + 1))


async def test_what_is_published_while_others_are_noted_is_noted_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm, under_way, go_on = noting.confirm, threading.Event(), threading.Event()

    def slowly(session: Session, *words: Any) -> None:
        under_way.set()
        go_on.wait(5)
        confirm(session, *words)

    monkeypatch.setattr(noting, "confirm", slowly)
    await desk.records(received("d-1"), received("d-2"))
    noted = noting.Noting(desk.db, Clock(NOW))
    noted.add([(1, 1)])
    await until(under_way.is_set)
    noted.add([(2, 2)])
    go_on.set()
    await noted.settle()
    assert list(desk.places().values()) == [1, 2] and not rows(desk.url, outbox)


async def test_what_is_noted_while_the_relay_asks_what_waits_is_no_reason_for_doubt(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "LINGER_SECONDS", 0.3)
    relay, read, agreed = desk.relay(), desk.db.read, list[int]()
    reconcile = relay.reconcile

    async def counted(*words: Any) -> int:
        agreed.append(await reconcile(*words))
        return agreed[-1]

    async def slow(function: Any, *words: Any) -> Any:
        answer = await read(function, *words)
        if function is what_waits:
            await until(lambda: not relay._noting.positions())
        return answer

    monkeypatch.setattr(relay, "reconcile", counted)
    monkeypatch.setattr(desk.db, "read", slow)
    async with desk.publishing(relay):
        await published(desk, "d-1")
        relay.wake.set()  # it asks while d-1 is about to be noted
        await desk.drained()
        await published(desk, "d-2")
        await desk.drained()
    assert (relay.state.published, agreed) == (2, [0])


@pytest.mark.usefixtures("lingering")
async def test_a_relay_that_is_told_to_finish_notes_everything_first(desk: Desk) -> None:
    relay = desk.relay()
    running = asyncio.create_task(relay.run(desk.nc, desk.js))
    await published(desk, "d-1", "d-2")
    relay.finish()
    await asyncio.wait_for(running, 10)
    assert not rows(desk.url, outbox) and list(desk.places()) == desk.log()


@pytest.mark.usefixtures("lingering")
async def test_the_next_leader_finds_what_the_last_one_did_not_note(desk: Desk) -> None:
    async with desk.publishing():
        await published(desk, "d-1", "d-2")
    assert len(rows(desk.url, outbox)) == 2
    async with desk.publishing() as another:
        await desk.drained()
        await published(desk, "d-3")
    assert (another.state.recovered, another.state.published) == (2, 1)
    assert await desk.stream() == desk.log()


async def a_late_commit(desk: Desk) -> None:
    """As on PostgreSQL, where a lower position may commit later: the first of two does not wait to be published yet."""
    await desk.records(received("d-late"), received("d-early"))
    await desk.db.write(lambda s: s.connection().execute(outbox.delete().where(outbox.c.position == 1)) and None)


async def published_out_of_order(desk: Desk) -> list[str]:
    """The later one first, then the other, and neither noted. Returns their ids in stream order."""
    relay, (late, early) = desk.relays[-1], desk.log()
    await until(lambda: relay.state.published == 1)
    await desk.db.write(lambda s: s.connection().execute(outbox.insert().values(position=1)) and None)
    relay.wake.set()
    await until(lambda: relay.state.published == 2)
    assert await desk.stream() == [early, late] and not rows(desk.url, publication)
    return [early, late]


async def everything_lost(desk: Desk) -> None:
    await desk.office.broker.stop()
    shutil.rmtree(desk.store())
    await desk.office.broker.start()
    await desk.provisions()


@pytest.mark.usefixtures("lingering")
async def test_what_is_lost_before_it_was_noted_comes_back_in_its_old_order(desk: Desk) -> None:
    await a_late_commit(desk)
    async with desk.publishing() as relay:
        order = await published_out_of_order(desk)
        await everything_lost(desk)
        await desk.records(received("d-new"))
        relay.wake.set()
        await until(lambda: relay.state.republished == 2 and relay.state.published == 3, 20)
    assert await desk.stream() == [*order, desk.log()[2]]


@pytest.mark.usefixtures("lingering")
async def test_a_relay_that_ends_while_the_broker_is_gone_notes_what_it_acknowledged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "REQUEST_SECONDS", 0.5)
    await a_late_commit(desk)
    relay = desk.relay()
    running = asyncio.create_task(relay.run(desk.nc, desk.js))
    order = await published_out_of_order(desk)
    await power_cut(desk.office.broker)
    await desk.records(received("d-new"))
    relay.finish()
    await asyncio.wait_for(running, 10)
    assert relay.state.last_error and [*desk.places()] == desk.log()[:2]
    await everything_lost(desk)
    async with desk.publishing() as another:
        await until(lambda: (another.state.republished, another.state.published) == (2, 1), 20)
    assert await desk.stream() == [*order, desk.log()[2]]


@pytest.mark.usefixtures("lingering")
async def test_what_another_leader_has_noted_meanwhile_is_believed(desk: Desk) -> None:
    async with desk.publishing() as relay:
        await published(desk, "d-1", "d-2")
        await desk.db.write(confirm, [(1, 1)], NOW)
        relay._last = None
        await published(desk, "d-3")
        assert (relay.state.recovered, list(desk.places())) == (1, desk.log()[:2])
    assert await desk.stream() == desk.log()


@pytest.mark.parametrize("regained", [False, True])
async def test_a_note_under_way_is_waited_for(desk: Desk, monkeypatch: pytest.MonkeyPatch, regained: bool) -> None:
    """The broker has lost an event whose note a slow disk holds up: its sequence is given to no other."""
    confirm, last_confirmed = noting.confirm, relays.last_confirmed
    slow, under_way, go_on, noted = (threading.Event() for _ in range(4))
    after_commit = desk.db.after_commit

    def slowly(session: Session, *words: Any) -> None:
        if slow.is_set() and not under_way.is_set():
            under_way.set()
            go_on.wait(5)
        confirm(session, *words)

    def overtaken(session: Session) -> tuple[int, str | None]:
        """What is asked here, the note's commit follows at once."""
        found = last_confirmed(session)
        go_on.set()
        if under_way.is_set():
            noted.wait(2)
        return found

    def committed(recorded: bool) -> None:
        if under_way.is_set():
            noted.set()
        after_commit(recorded)

    monkeypatch.setattr(noting, "confirm", slowly)
    monkeypatch.setattr(relays, "last_confirmed", overtaken)
    monkeypatch.setattr(desk.db, "after_commit", committed)
    async with AsyncExitStack() as first:
        await first.enter_async_context(desk.publishing())
        await published(desk, "d-1", "d-2")
        await desk.drained()
        monkeypatch.setattr(noting, "LINGER_SECONDS", 0.4)
        await published(desk, "d-3")
        await power_cut(desk.office.broker)
        await desk.records(received("d-4"))
        cut_last_block(desk.office.broker, "INTAKE", 30)
        go_on.clear()
        slow.set()
        await until(under_way.is_set)
        if regained:
            await first.aclose()
        await desk.office.broker.start()
        await until(lambda: desk.nc.is_connected)
        async with desk.publishing() if regained else nullcontext():
            await desk.drained(20)
    assert await desk.stream() == desk.log() and list(desk.places()) == desk.log()


async def test_what_cannot_be_noted_is_a_reason_to_reconcile_and_noted_then(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm = noting.confirm

    def fails_until_found(session: Session, *words: Any) -> None:
        if not desk.relays[-1].state.recovered:  # not once: what fails in a group of the writer's is run again alone
            raise RuntimeError("no room")
        confirm(session, *words)

    monkeypatch.setattr(noting, "confirm", fails_until_found)
    async with desk.publishing() as relay:
        await published(desk, "d-1")
        await desk.drained()
        await until(lambda: relay.state.recovered == 1)  # it is counted a moment after it was noted
        await published(desk, "d-2")
        await desk.drained()
    assert await desk.stream() == desk.log() and list(desk.places()) == desk.log()
