"""The relay on a real nats-server: every event of the log stands in the stream once, in order, whatever happens."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nats.js.errors import APIError

from shared import outbox as outboxes
from shared import relay as relays
from shared.mechanism import event_log, outbox, publication
from shared.relay import Diverged, Doubt
from shared.streams import provision, service_stream
from tests.brokers import UNIT
from tests.folded import damaged
from tests.shared.desk import Desk
from tests.shared.line import a_database, received, rows, taken_up, until, with_tables
from tests.support import new_database


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(relays, "REQUEST_SECONDS", 0.5)
    yield


async def forget_duplicates(desk: Desk) -> None:
    """The stream's memory of message ids is too short to help."""
    plan = replace(service_stream("intake"), duplicate_window=timedelta(milliseconds=100))
    await provision((await desk.office.sign_in("provisioner")).jetstream(), [plan], [])


async def test_events_are_published_in_order_as_their_bytes_are_stored(desk: Desk) -> None:
    await desk.records(received("d-1"), taken_up("d-1"), received("d-2"))
    async with desk.publishing() as relay:
        await desk.drained()
        await desk.records(received("d-3"))
        relay.wake.set()
        await desk.drained()
    assert await desk.stream() == desk.log()
    assert list(desk.places().values()) == [1, 2, 3, 4]
    stored = [row["body"] for row in rows(desk.url, event_log)]
    messages = [await desk.auditor.get_msg("INTAKE", seq, direct=True) for seq in range(1, 5)]
    assert [message.data for message in messages] == stored
    assert messages[1].subject == f"motcua.{UNIT}.intake.dossier_taken_up"
    batches = [(message.headers or {}).get("Nats-Batch-Id") for message in messages]
    assert batches[0] and batches[0] == batches[1] == batches[2] and batches[3] is None


async def test_more_than_a_batch_is_published_in_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outboxes, "BATCH_BYTES", 100_000)
    await desk.records(*(received(f"d-{n}") for n in range(1100)))
    assert 1 < len(await desk.entries()) < 500  # cut by weight
    async with desk.publishing() as relay:
        await desk.drained()
        await until(lambda: relay.state.published == 1100)
        await desk.drained()
    assert list(desk.places()) == desk.log() and list(desk.places().values()) == list(range(1, 1101))
    assert (await desk.auditor.stream_info("INTAKE")).state.last_seq == 1100
    last = await desk.auditor.get_msg("INTAKE", 1100, direct=True)
    assert (last.headers or {})["Nats-Msg-Id"] == desk.log()[-1]


@pytest.mark.parametrize("size", [1, 3])
async def test_what_a_dead_leader_published_without_confirming_is_confirmed_and_never_doubled(
    desk: Desk, size: int
) -> None:
    await forget_duplicates(desk)
    await desk.records(*(received(f"d-{n}") for n in range(size)))
    dead = desk.relay()
    await dead._publish(desk.nc, await desk.entries(), 0)  # and then it died
    await asyncio.sleep(0.2)
    async with desk.publishing() as relay:
        await desk.drained()
        await desk.records(received("d-new"))
        await desk.drained()
        await until(lambda: (relay.state.recovered, relay.state.published) == (size, 1))
    assert await desk.stream() == desk.log()


async def test_a_stream_rolled_back_gets_every_event_back_at_its_old_sequence(desk: Desk, tmp_path: Path) -> None:
    """The power failed and the disk had an older state; meanwhile new facts were recorded."""
    await forget_duplicates(desk)
    await desk.records(*(received(f"d-{n}") for n in range(5)))
    async with desk.publishing():
        await desk.drained()
        await desk.office.broker.stop()
        shutil.copytree(desk.store(), tmp_path / "older")
        await desk.office.broker.start()
        await desk.records(*(received(f"d-{n}") for n in range(5, 12)))
        await desk.drained()
    before = desk.places()
    assert len(before) == 12
    await desk.office.broker.stop()
    shutil.rmtree(desk.store())
    shutil.copytree(tmp_path / "older", desk.store())
    await desk.records(received("d-new"))
    await desk.office.broker.start()
    async with desk.publishing() as relay:
        await desk.drained()
    assert relay.state.republished == 7
    assert await desk.stream() == desk.log()
    assert before.items() <= desk.places().items()


async def test_events_that_were_published_out_of_log_order_come_back_out_of_log_order(desk: Desk) -> None:
    """On PostgreSQL a lower position may commit later; the stream's order is what the world has seen."""
    await desk.records(received("d-late"), received("d-early"))
    late, early = desk.log()
    await desk.db.write(lambda s: s.connection().execute(outbox.delete().where(outbox.c.position == 1)) and None)
    async with desk.publishing():
        await desk.drained()
        await desk.db.write(lambda s: s.connection().execute(outbox.insert().values(position=1)) and None)
        await desk.drained()
    assert await desk.stream() == [early, late]
    await desk.office.broker.stop()
    shutil.rmtree(desk.store())
    await desk.office.broker.start()
    await provision((await desk.office.sign_in("provisioner")).jetstream(), [service_stream("intake")], [])
    async with desk.publishing() as relay:
        await until(lambda: relay.state.republished == 2)
    assert await desk.stream() == [early, late]


async def test_a_log_that_cannot_say_what_came_next_is_not_guessed_at(desk: Desk) -> None:
    await desk.records(received("d-1"), received("d-2"), received("d-3"))
    async with desk.publishing():
        await desk.drained()
    lost = publication.delete().where(publication.c.stream_seq == 2)
    await desk.db.write(lambda s: s.connection().execute(lost) and None)
    await desk.office.broker.stop()
    shutil.rmtree(desk.store())
    await desk.office.broker.start()
    await provision((await desk.office.sign_in("provisioner")).jetstream(), [service_stream("intake")], [])
    with pytest.raises(Diverged, match="cannot say what came after"):
        await asyncio.wait_for(desk.relay().run(desk.nc, desk.js), 5)
    assert await desk.stream() == desk.log()[:1]


@pytest.mark.parametrize("known", ["nothing before it", "events before it"])
async def test_a_strangers_message_stops_the_relay_and_nothing_else(desk: Desk, known: str) -> None:
    if known == "events before it":
        await desk.records(received("d-1"))
        async with desk.publishing():
            await desk.drained()
    await desk.js.publish(f"motcua.{UNIT}.intake.dossier_received", b"{}")
    relay = desk.relay()
    with pytest.raises(Diverged, match=r"message \d of INTAKE \(id none\) is not in our log"):
        await asyncio.wait_for(relay.run(desk.nc, desk.js), 5)
    assert relay.state.stopped is not None and "requests are still accepted" in relay.state.stopped
    await desk.records(received("d-accepted"))
    assert len(rows(desk.url, outbox)) == 1
    assert (await desk.stream())[-1] == "stranger"


async def test_a_database_from_an_older_backup_stops_the_relay_with_what_to_do(desk: Desk, tmp_path: Path) -> None:
    await desk.records(*(received(f"d-{n}") for n in range(4)))
    async with desk.publishing():
        await desk.drained()
    with new_database(tmp_path, "backup") as older, a_database(with_tables(older)) as backup:
        for table in (event_log, publication):
            kept = [row for row in rows(desk.url, table) if row["position"] <= 2]
            await backup.write(lambda session, t=table, k=kept: session.connection().execute(t.insert(), k) and None)
        damaged(older)  # a log without rows
        relay = desk.relay(backup)
        with pytest.raises(Diverged, match=r"message 3 of INTAKE .* restored from an older backup"):
            await asyncio.wait_for(relay.run(desk.nc, desk.js), 5)
    async with desk.publishing(relay=desk.relay()) as right:
        await desk.records(received("d-new"))
        await desk.drained()
    assert right.state.stopped is None and await desk.stream() == desk.log()


@pytest.mark.parametrize("size", [1, 3])
async def test_a_leader_of_yesterday_is_refused_by_the_stream(desk: Desk, size: int) -> None:
    await forget_duplicates(desk)
    await desk.records(*(received(f"d-{n}") for n in range(size)))
    stale, entries = desk.relay(), await desk.entries()
    async with desk.publishing():
        await desk.drained()
    await asyncio.sleep(0.2)
    with pytest.raises(APIError) as refused:
        await stale._publish(desk.nc, entries, 0)
    assert refused.value.err_code == 10071
    assert await desk.stream() == desk.log()


async def test_a_leader_of_yesterday_that_is_answered_as_a_duplicate_believes_nothing(desk: Desk) -> None:
    await desk.records(received("d-1"), received("d-2"))
    entries = await desk.entries()
    async with desk.publishing():
        await desk.drained()
    with pytest.raises((Doubt, APIError)):
        await desk.relay()._publish(desk.nc, entries[1:], 0)
    assert await desk.stream() == desk.log()


async def test_two_that_believe_to_lead_publish_everything_once(desk: Desk) -> None:
    async with desk.publishing(), desk.publishing():
        for n in range(40):
            await desk.records(received(f"d-{n}"), taken_up(f"d-{n}"))
            for relay in desk.relays:
                relay.wake.set()
        await desk.drained(20)
    assert sorted(await desk.stream()) == sorted(desk.log())
    assert len(desk.places()) == 80


async def test_requests_are_accepted_while_the_broker_is_down_and_drain_in_order(desk: Desk, impatient: None) -> None:
    async with desk.publishing() as relay:
        await desk.records(received("d-0"))
        await desk.drained()
        await desk.office.broker.stop()
        for n in range(1, 20):
            await desk.records(received(f"d-{n}"))
        await until(lambda: relay.state.last_error, 5)
        assert len(rows(desk.url, outbox)) == 19
        await desk.office.broker.start()
        await desk.drained()
        await until(lambda: relay.state.last_error is None)
    assert await desk.stream() == desk.log()


@pytest.mark.parametrize("size", [1, 4])
async def test_a_broker_that_hangs_is_timed_out_and_nothing_is_doubled_when_it_goes_on(
    desk: Desk, impatient: None, size: int
) -> None:
    async with desk.publishing() as relay:
        await desk.records(received("d-before"))
        await desk.drained()
        pid: Any = desk.office.broker.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            await desk.records(*(received(f"d-{n}") for n in range(size)))
            await until(lambda: relay.state.last_error, 5)
        finally:
            os.kill(pid, signal.SIGCONT)
        await desk.records(received("d-after"))
        await desk.drained()
    assert await desk.stream() == desk.log()


async def test_a_log_too_old_for_its_own_confirmations_says_so(desk: Desk) -> None:
    """Somebody else's message stands where our confirmed event should."""
    await desk.records(received("d-1"))
    async with desk.publishing():
        await desk.drained()
    await desk.office.broker.stop()
    shutil.rmtree(desk.store())
    await desk.office.broker.start()
    await provision((await desk.office.sign_in("provisioner")).jetstream(), [service_stream("intake")], [])
    await desk.js.publish(f"motcua.{UNIT}.intake.dossier_received", b"{}")
    with pytest.raises(Diverged, match="message 1 of INTAKE is a stranger"):
        await asyncio.wait_for(desk.relay().run(desk.nc, desk.js), 5)
    assert (await desk.auditor.stream_info("INTAKE")).state.last_seq == 1
