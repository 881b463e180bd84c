"""What a broker loses is completed from the log, in order, at its old sequences; what cannot be is said aloud."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from shared import diverging
from shared.database import Database
from shared.events import Event, Recorded, encode
from shared.mechanism import event_log, outbox, publication
from shared.outbox import confirm
from shared.record import record
from shared.relay import Diverged
from shared.service import Service
from shared.texts import new_id
from tests.brokers import UNIT
from tests.folded import damaged
from tests.shared.desk import Desk, cut_last_block, power_cut
from tests.shared.follower import Place, a_place, a_service
from tests.shared.line import NOW, a_database, completed, effects, project, received, rows, taken_up, until, with_tables
from tests.support import new_database

ALL = 10**9


@pytest.mark.parametrize("size", [1, 100, 5_000, ALL])
async def test_a_tail_that_never_reached_the_disk_is_completed_at_its_old_sequences(desk: Desk, size: int) -> None:
    await desk.records(*(received(f"d-{n}") for n in range(30)))
    async with desk.publishing():
        await desk.drained()
    before = desk.places()
    await power_cut(desk.office.broker)
    cut_last_block(desk.office.broker, "INTAKE", size)
    await desk.office.broker.start()
    assert (await desk.auditor.stream_info("INTAKE")).state.last_seq < 30
    await desk.records(received("d-new"))
    async with desk.publishing() as relay:
        await desk.drained()
    assert relay.state.republished >= 1
    assert await desk.stream() == desk.log()
    assert before.items() <= desk.places().items()


async def test_a_hole_that_the_broker_cannot_fill_stops_the_relay_until_the_stream_is_built_anew(desk: Desk) -> None:
    """A server that knows from its index how far it was gives no sequence twice."""
    await desk.records(*(received(f"d-{n}") for n in range(30)))
    async with desk.publishing():
        await desk.drained()
    before = desk.places()
    await desk.office.broker.stop()
    cut_last_block(desk.office.broker, "INTAKE", 2_000)
    await desk.office.broker.start()
    await desk.records(received("d-new"))
    relay = desk.relay()
    with pytest.raises(Diverged, match=r"INTAKE has lost \d of its 30 messages.*Move the stream aside"):
        await relay.run(desk.nc, desk.js)
    assert relay.state.stopped and len(rows(desk.url, outbox)) == 1
    assert f"has lost {relay.state.missing} of" in relay.state.stopped
    await desk.builds_anew()
    async with desk.publishing(relay):
        await desk.drained()
        await until(lambda: relay.state.stopped is None)
    assert relay.state.missing == 0
    assert await desk.stream() == desk.log()
    assert before.items() <= desk.places().items()


async def test_a_message_that_cannot_be_read_stops_the_relay_until_the_stream_is_built_anew(desk: Desk) -> None:
    """A bit flips on the disk, in the last event of its kind: the server counts it still, and gives it to nobody."""
    await desk.records(received("d-1"), taken_up("d-2"), taken_up("d-3"))
    async with desk.publishing():
        await desk.drained()
    await desk.office.broker.stop()
    (block,) = desk.store().glob("*/streams/INTAKE/msgs/1.blk")
    data = block.read_bytes()
    assert data.count(b'"d-1"') == 2
    block.write_bytes(data.replace(b'"d-1"', b'"d-7"'))
    await desk.office.broker.start()
    relay = desk.relay()
    with pytest.raises(Diverged, match=r"message 1 of INTAKE cannot be read.*Move the stream aside"):
        await asyncio.wait_for(relay.run(desk.nc, desk.js), 10)
    await desk.builds_anew()
    async with desk.publishing(relay):
        await until(lambda: relay.state.republished == 3)
    assert await desk.stream() == desk.log()


@pytest.mark.parametrize("noted", [True, False], ids=["noted", "not noted yet"])
async def test_our_own_event_a_second_time_stops_the_relay_and_is_named(desk: Desk, noted: bool) -> None:
    """Somebody with our rights repeats it, and the broker no longer knows that it had it."""
    await desk.records(received("d-1"), received("d-2"))
    last = await desk.relay()._publish(desk.nc, await desk.entries(), 0)
    if noted:
        await desk.db.write(confirm, [(1, 1), (2, 2)], NOW)
    await desk.set(duplicate_window=0.1)
    await asyncio.sleep(0.5)
    first = await desk.auditor.get_msg("INTAKE", 1, direct=True)
    headers = {"Nats-Msg-Id": (first.headers or {})["Nats-Msg-Id"]}
    assert (await desk.js.publish(first.subject or "", first.data or b"", headers=headers)).seq == last + 1
    relay = desk.relay()
    with pytest.raises(Diverged, match="message 3 of INTAKE repeats the event that stands at 1"):
        await asyncio.wait_for(relay.run(desk.nc, desk.js), 10)


async def test_what_a_slow_leader_notes_while_we_reconcile_is_no_repetition(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.records(received("d-1"), received("d-2"))
    await desk.relay()._publish(desk.nc, await desk.entries(), 0)
    place_of = diverging._place_of

    def noted_meanwhile(session: Session, position: int) -> tuple[str, int | None]:
        return place_of(session, position)[0], position

    monkeypatch.setattr(diverging, "_place_of", noted_meanwhile)
    async with desk.publishing() as relay:
        await desk.drained()
        await until(lambda: relay.state.recovered == 2)
    assert relay.state.stopped is None


# --- a database from an older backup: both ways that docs/operating.md names ---


@pytest.fixture
def older(tmp_path: Path) -> Iterator[str]:
    with new_database(tmp_path, "older") as url:
        yield with_tables(url)
        damaged(url)  # of a backup the tests restore the log alone


async def copy(url: str, db: Database, most: int) -> None:
    """Restore a backup that was made when the log had so many positions; one after the other, if need be."""
    held = await db.read(lambda session: session.connection().execute(sa.select(event_log.c.position)).scalars().all())
    for table in (event_log, publication):
        kept = [row for row in rows(url, table) if row["position"] <= most and row["position"] not in held]
        await db.write(lambda session, t=table, k=kept: session.connection().execute(t.insert(), k) and None)
    published = outbox.delete().where(
        outbox.c.position.in_(sa.select(publication.c.position))
    )  # a dump has no triggers
    await db.write(lambda session: session.connection().execute(published) and None)
    if sa.make_url(url).get_backend_name() == "postgresql":  # where a dump restores its sequences too
        go_on = f"SELECT setval(pg_get_serial_sequence('event_log', 'position'), {most})"
        await db.write(lambda session: session.connection().exec_driver_sql(go_on) and None)


async def test_when_a_newer_backup_is_restored_the_relay_goes_on(desk: Desk, older: str) -> None:
    await desk.records(*(received(f"d-{n}") for n in range(6)))
    async with desk.publishing():
        await desk.drained()
    with a_database(older) as backup:
        await copy(desk.url, backup, 2)
        with pytest.raises(Diverged, match=r"message 3 of INTAKE .* is not in our log"):
            await desk.relay(backup).run(desk.nc, desk.js)
        await copy(desk.url, backup, 6)
        relay = desk.relay(backup)
        async with desk.publishing(relay):
            await backup.write(lambda session: record(session, received("d-next")) and None)
            await until(lambda: not rows(older, outbox) and relay.state.stopped is None)
    assert await desk.stream() == [row["event_id"] for row in rows(older, event_log)]


async def test_when_the_stream_is_moved_aside_it_is_built_anew_from_the_older_log_in_order(
    desk: Desk, older: str
) -> None:
    await desk.records(*(received(f"d-{n}") for n in range(6)))
    async with desk.publishing():
        await desk.drained()
    with a_database(older) as backup:
        await copy(desk.url, backup, 2)
        await backup.write(lambda session: record(session, received("d-accepted")) and None)
        relay = desk.relay(backup)
        with pytest.raises(Diverged):
            await relay.run(desk.nc, desk.js)
        await backup.write(lambda session: record(session, received("d-accepted-meanwhile")) and None)
        await desk.builds_anew()
        async with desk.publishing(relay):
            await until(lambda: not rows(older, outbox))
    assert await desk.stream() == [row["event_id"] for row in rows(older, event_log)]
    assert relay.state.republished == 2 and relay.state.published == 2


async def test_after_a_strangers_message_the_stream_is_built_anew_without_it(desk: Desk) -> None:
    await desk.records(received("d-1"), received("d-2"))
    async with desk.publishing():
        await desk.drained()
    await desk.js.publish(f"motcua.{UNIT}.intake.dossier_received", b"{}")
    relay = desk.relay()
    with pytest.raises(Diverged, match="somebody else wrote into INTAKE"):
        await relay.run(desk.nc, desk.js)
    await desk.records(received("d-accepted"))
    await desk.builds_anew()
    async with desk.publishing(relay):
        await desk.drained()
    assert await desk.stream() == desk.log() and relay.state.stopped is None


def much(session: Session, dossiers: int, each: int) -> None:
    """What so many dossiers would have left in log and outbox, their events interleaved."""
    facts = [
        (received if version == 1 else completed)(f"d-{n}") for version in range(1, each + 1) for n in range(dossiers)
    ]
    told = [Recorded(fact, new_id(), UNIT, place // dossiers + 1, NOW, NOW) for place, fact in enumerate(facts)]
    log = [
        {
            "position": position,
            "event_id": one.id,
            "aggregate": one.event.aggregate,
            "version": one.sequence,
            "subject": one.subject,
            "body": encode(one),
            "recorded_at": NOW,
        }
        for position, one in enumerate(told, 1)
    ]
    session.connection().execute(event_log.insert(), log)


async def test_the_backlog_of_an_outage_drains_in_order(desk: Desk) -> None:
    await desk.office.broker.stop()
    damaged(desk.url)  # a log without rows
    await desk.db.write(much, 500, 10)
    await desk.office.broker.start()
    async with desk.publishing() as relay:
        await until(lambda: relay.state.published == 5_000, 60)
        await desk.drained()
    assert list(desk.places()) == desk.log() and list(desk.places().values()) == list(range(1, 5_001))
    assert await desk.stream() == desk.log()


# --- while everything runs, and with followers that are ahead of what is left ---


@asynccontextmanager
async def an_office(folder: Path, own: str, other: str) -> AsyncIterator[tuple[Place, Service, Service]]:
    """A broker, intake, and hotline that follows it."""
    async with a_place(folder) as place:
        at = (folder, place.broker.url)
        first = a_service(*at, own, {}, name="intake", projection=project)
        second = a_service(*at, other)
        async with first.running(), second.running():
            yield place, first, second


async def says(service: Service, *events: Event) -> None:
    await service.db.write(lambda session: record(session, *events) and None)


@pytest.mark.parametrize("loss", ["last block truncated", "store rolled back"])
async def test_a_loss_is_noticed_and_completed_while_all_runs_and_followers_handle_nothing_twice(
    tmp_path: Path, url: str, older: str, loss: str
) -> None:
    """Nothing is recorded after the loss: the watchdog sees that the stream is shorter than we left it."""
    names = [f"d-{n:02d}" for n in range(40)]
    async with an_office(tmp_path, url, older) as (place, first, _):
        await says(first, *(received(name) for name in names[:20]))
        await until(lambda: effects(older) == names[:20])
        if loss == "store rolled back":
            await place.broker.stop()
            shutil.copytree(place.broker.home / "jetstream", tmp_path / "copy")
            await place.broker.start()
        await says(first, *(received(name) for name in names[20:35]))
        await until(lambda: effects(older) == names[:35], 20)
        await until(lambda: not rows(url, outbox))
        before = {row["position"]: row["stream_seq"] for row in rows(url, publication)}
        await power_cut(place.broker)
        if loss == "store rolled back":
            shutil.rmtree(place.broker.home / "jetstream")
            shutil.copytree(tmp_path / "copy", place.broker.home / "jetstream")
        else:
            cut_last_block(place.broker, "INTAKE", 3_000)
        await place.broker.start()
        await until(lambda: first.relay.state.republished > 0, 20)
        await says(first, *(received(name) for name in names[35:]))
        await until(lambda: effects(older) == names, 30)
        js = (await place.sign_in("auditor")).jetstream(timeout=5)
        state = (await js.stream_info("INTAKE")).state
        assert (state.last_seq, state.messages) == (40, 40)
        ids = [((await js.get_msg("INTAKE", seq, direct=True)).headers or {})["Nats-Msg-Id"] for seq in range(1, 41)]
        assert ids == [row["event_id"] for row in rows(url, event_log)]
        after = {row["position"]: row["stream_seq"] for row in rows(url, publication)}
        assert before.items() <= after.items()
    assert effects(older) == names


async def test_a_strangers_message_turns_readiness_red_although_nothing_is_to_be_published(
    tmp_path: Path, url: str, older: str
) -> None:
    async with an_office(tmp_path, url, older) as (place, first, _):
        await says(first, received("d-1"))
        await until(lambda: not rows(url, outbox))
        await (await place.sign_in("intake")).jetstream().publish(f"motcua.{UNIT}.intake.dossier_received", b"{}")
        await until(lambda: first.relay.state.stopped, 10)
        await says(first, received("d-accepted"))
        assert len(rows(url, outbox)) == 1
