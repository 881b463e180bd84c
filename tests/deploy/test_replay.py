"""Replay on a real broker and real databases, where what is published and what is handled is chosen by the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from deploy import office
from deploy.broker import Broker
from deploy.embedded import provision_streams
from deploy.refusal import Refusal
from deploy.replay import Comparison, command, compare, replay
from deploy.replay.compare import reader
from shared.clock import Clock
from shared.database import Database
from shared.events import Event, every_event, intake, personnel
from shared.mechanism import event_log, outbox
from shared.nats_client import connect, read_seed
from shared.record import Receipt, Recorder, record
from shared.redrives import let_go
from shared.relay import Relay
from tests.support import UNIT, free_port, hand_over, migrated, new_database, set_aside


@dataclass
class Line:
    """Databases of services, and a broker that holds what was published on purpose."""

    home: Path
    broker: Broker
    urls: dict[str, str]
    databases: dict[str, Database]

    @property
    def auditor(self) -> Path:
        return office.seed_file(self.home, office.AUDITOR)

    async def record(self, event: Event, at: datetime | None = None) -> Receipt:
        return await self.databases[event.service].write(_record, event, at)

    async def publish(self, service: str) -> None:
        """Publish what the log of a service holds and the stream does not."""
        relay = Relay(service, UNIT, self.databases[service], Clock())
        client = await connect(
            self.broker.url, name=service, seed=read_seed(office.seed_file(self.home, service)), patience=5
        )
        try:
            running = asyncio.create_task(relay.run(client, client.jetstream()))
            await asyncio.sleep(0)  # it has begun
            relay.finish()
            await running
        finally:
            await client.close()

    async def compare(self, service: str = "intake") -> Comparison:
        return await compare(service, database_url=self.urls[service], nats_url=self.broker.url, seed=self.auditor)


def _record(session: Any, event: Event, at: datetime | None) -> Receipt:
    return record(session, event, at=at)


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    home = tmp_path / "home"
    broker = Broker(home, free_port(), office.identities(home, UNIT))
    await broker.start()
    with new_database(tmp_path, "intake") as one, new_database(tmp_path, "personnel") as other:
        urls = {"intake": one, "personnel": other}
        databases = {
            service: Database(migrated(service, url), Recorder(service, UNIT, office.projection(service)))
            for service, url in urls.items()
        }
        try:
            await provision_streams(home, broker.url)
            yield Line(home, broker, urls, databases)
        finally:
            for database in databases.values():
                await asyncio.to_thread(database.close)
            await broker.stop()


def a_dossier(number: int = 1, **changes: Any) -> intake.DossierReceived:
    values = {"dossier_id": f"dossier-{number}", "number": f"H55.27.05-260605-{number:04d}"}
    return intake.DossierReceived.sample().model_copy(update=values | changes)


def taken_up(number: int = 1) -> intake.DossierTakenUp:
    return intake.DossierTakenUp.sample().model_copy(update={"dossier_id": f"dossier-{number}"})


def a_day(day: int) -> personnel.CalendarDayDeclared:
    values = {"day_id": f"day-2026-01-{day:02d}", "day": f"2026-01-{day:02d}"}
    return personnel.CalendarDayDeclared.model_validate(personnel.CalendarDayDeclared.sample().model_dump() | values)


async def test_more_events_than_a_batch_fold_to_the_live_rows(line: Line) -> None:
    for number in range(700):
        await line.record(a_dossier(number))
        await line.record(taken_up(number))
    await line.publish("intake")
    found = await line.compare()
    assert found.equal and found.events == 1400 and found.pending == 0
    assert {table.name: table.rows for table in found.tables}["dossier"] == 700


async def test_events_not_published_yet_are_folded_from_the_log(line: Line) -> None:
    await line.record(a_dossier())
    await line.publish("intake")
    await line.record(taken_up())
    found = await line.compare()
    assert found.equal, found
    assert (found.events, found.pending) == (2, 1)


async def test_an_event_neither_published_nor_waiting_is_a_fault(line: Line) -> None:
    await line.record(a_dossier())
    await line.databases["intake"].write(lambda session: session.connection().execute(outbox.delete()) and None)
    found = await line.compare()
    assert found.faults == ["position 1 of the log is neither published nor waiting to be"]
    assert not found.equal


async def test_a_missing_version_of_an_aggregate_is_a_fault_with_its_position(line: Line) -> None:
    await line.record(a_dossier())
    skipped = event_log.insert().from_select(
        ["event_id", "aggregate", "version", "subject", "body", "recorded_at"],
        sa.select(
            sa.literal("gap"),
            event_log.c.aggregate,
            sa.literal(2),
            event_log.c.subject,
            event_log.c.body,
            event_log.c.recorded_at,
        ),
    )
    await line.databases["intake"].write(lambda session: session.connection().execute(skipped) and None)
    unsaid = outbox.delete().where(outbox.c.position == 2)
    await line.databases["intake"].write(lambda session: session.connection().execute(unsaid) and None)
    await line.record(taken_up())  # version 3: version 2 is in the log and will never be in the stream
    await line.publish("intake")
    found = await line.compare()
    assert "INTAKE 2 is version 3 of dossier-1, after version 1" in found.faults


async def test_a_followed_stream_is_folded_as_far_as_it_was_handled(line: Line) -> None:
    for day in (2, 3, 4):
        await line.record(a_day(day))
    await line.publish("personnel")
    assert (await line.compare()).equal, "nothing has been handled, nothing is folded"
    await _handled(line, 2)
    found = await line.compare()
    assert found.equal and found.events == 2


async def test_a_parked_event_is_left_out_and_named(line: Line) -> None:
    for day in (2, 3):
        await line.record(a_day(day))
    await line.publish("personnel")
    body = await line.databases["personnel"].read(_body, 1)
    database = line.databases["intake"]
    await database.write(set_aside, "PERSONNEL", 0, 1, body, "a trial", datetime.now(UTC))
    found = await line.compare()
    assert found.equal and found.events == 0
    assert [source.left_out for source in found.sources if source.stream == "PERSONNEL"] == [frozenset({1})]


async def test_what_was_let_go_by_a_release_that_did_not_follow_it_is_left_out(line: Line) -> None:
    """It has no rows, and never will: a release that follows its kind again does not hear it."""
    await line.record(a_day(2))
    await line.publish("personnel")
    body, database = await line.databases["personnel"].read(_body, 1), line.databases["intake"]
    await database.write(set_aside, "PERSONNEL", 0, 1, body, "a trial", datetime.now(UTC))
    await database.write(lambda session: let_go(session, "PERSONNEL", 1, at_once=True))
    assert (await line.compare()).equal


def _body(session: Any, position: int) -> bytes:
    return bytes(session.connection().scalar(sa.select(event_log.c.body).where(event_log.c.position == position)))


async def _handled(line: Line, last: int) -> None:
    """Intake handles personnel's first events, as its consumer does."""
    bodies = [(seq, await line.databases["personnel"].read(_body, seq)) for seq in range(1, last + 1)]
    follows, project = office.follows("intake"), office.projection("intake")
    await line.databases["intake"].write(hand_over, "PERSONNEL", 0, bodies, project, follows)


async def test_at_a_moment_only_what_was_recorded_until_then_counts(line: Line) -> None:
    await line.record(a_dossier(1))
    between = datetime.now(UTC)
    await line.record(a_dossier(2), datetime(2026, 1, 5, tzinfo=UTC))  # happened before, recorded after
    await line.publish("intake")
    client = await reader(line.broker.url, line.auditor)
    try:
        folded = await replay("intake", client, at=between)
        whole = await replay("intake", client)
    finally:
        await client.close()
    assert (folded.events, whole.events) == (1, 2)
    assert not folded.parked_known


async def test_a_replay_needs_no_more_than_the_auditors_key(line: Line) -> None:
    await line.record(a_dossier())
    await line.publish("intake")
    before = (await _streams(line), await line.databases["intake"].read(_everything))
    assert (await line.compare()).equal
    assert (await _streams(line), await line.databases["intake"].read(_everything)) == before


async def _streams(line: Line) -> list[tuple[int, int]]:
    seed = read_seed(office.seed_file(line.home, office.PROVISIONER))
    client = await connect(line.broker.url, name=office.PROVISIONER, seed=seed, patience=5)
    try:
        names = sorted({kind.stream() for kind in every_event()})
        states = [(await client.jetstream().stream_info(name)).state for name in names]
        return [(state.last_seq, state.consumer_count) for state in states]
    finally:
        await client.close()


def _everything(session: Any) -> dict[str, int]:
    connection = session.connection()
    names = sa.inspect(connection).get_table_names()
    return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) for name in names}


async def test_what_cannot_be_read_is_refused_before_anything_is_folded(line: Line, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="There is no database"):
        await compare(
            "intake", database_url=f"sqlite:///{tmp_path}/none.db", nats_url=line.broker.url, seed=line.auditor
        )
    with pytest.raises(Refusal, match="does not answer: start the broker first"):
        await compare("intake", database_url=line.urls["intake"], nats_url="nats://127.0.0.1:9", seed=line.auditor)
    client = await reader(line.broker.url, office.seed_file(line.home, "personnel"), "personnel")
    try:
        with pytest.raises(Refusal, match="use the auditor's seed"):
            await replay("intake", client)
    finally:
        await client.close()


def test_nobody_who_does_not_look_is_shown_progress(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even an empty line: a script reads what stands there as something that went wrong."""
    monkeypatch.setattr(command, "SHOWN_AFTER_SECONDS", -1.0)
    with command.Ticker("intake") as ticker:
        ticker(1, 2)
    assert capsys.readouterr().err == ""
