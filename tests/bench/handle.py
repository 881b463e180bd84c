"""`handle`: events a second from the stream to a committed row each, by our inflow and by a bare batch consumer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from faststream.nats import NatsMessage
from sqlmodel import Session

from deploy import office
from shared import mechanism
from shared.changes import Change
from shared.engines import open_engine
from shared.events import Event, Recorded
from shared.inbox import Follows, Handler
from shared.service import Service
from shared.settings import ServiceSettings
from tests.bench import bare_drain, bare_handle
from tests.bench.bare_handle import effect
from tests.bench.place import OfficeBroker, office_broker, plain_broker
from tests.bench.sizes import Sizes
from tests.bench.stream import messages
from tests.bench.watch import Measured, watching
from tests.support import UNIT, keys, new_database

SERVICE, STREAM = "notifier", "INTAKE"
INSERT = effect.insert()
PATIENCE_SECONDS = 300.0


def note(session: Session, recorded: Recorded[Any]) -> None:
    """The handler: one row an event."""
    session.connection().execute(INSERT, {"stream": STREAM, "name": recorded.event.aggregate})


def nothing(_recorded: Recorded[Event]) -> Iterable[Change]:
    """The follower has no rows of its own but those of its handler."""
    return ()


def follower(broker: OfficeBroker, folder: Path, url: str, handler: Handler) -> Service:
    """A service that follows intake as notifier does, wired as in its app.py, with this handler for every fact."""
    engine = open_engine(url, write=True)
    with engine.begin() as connection:
        mechanism.create(connection)
        bare_handle.metadata.create_all(connection)
    engine.dispose()
    settings = ServiceSettings(
        unit=UNIT,
        database_url=url,
        nats_url=broker.url,
        nats_seed_file=broker.seed_file(SERVICE),
        signin_public_key_file=keys(folder)[1],
        graceful_seconds=5,
    )
    follows: Follows = {event: handler for event in office.follows(SERVICE) if event.stream() == STREAM}
    service = Service(SERVICE, settings, projection=nothing, follows=follows)

    @service.broker.subscriber(**service.durable(STREAM))
    async def take(message: NatsMessage) -> None:
        await service.take(STREAM, message)

    return service


async def bare(folder: Path, sizes: Sizes) -> Measured:
    """The bare consumer on a stream that is already there."""
    async with plain_broker(folder) as client:
        await bare_drain.a_stream(client)
        await bare_drain.publish(client, _bodies(sizes))
        engine = bare_handle.open_database(folder / "bare.db")
        with watching() as watch:
            await bare_handle.consume(client, engine, sizes.events)
        _counted(engine, sizes.events)
        return watch.measured(sizes.events)


async def ours(folder: Path, sizes: Sizes) -> Measured:
    """The whole inflow on a stream that is already there: from the start of the service to the last commit."""
    async with office_broker(folder) as broker:
        client = await broker.sign_in("intake")
        await bare_drain.publish(client, _bodies(sizes))
        await client.close()
        with new_database(folder, SERVICE) as url:
            found = await _handled(follower(broker, folder, url, note), sizes.events)
            _counted(open_engine(url, write=False), sizes.events)
            return found


async def _handled(service: Service, events: int) -> Measured:
    async with AsyncExitStack() as stack:
        with watching() as watch:
            await stack.enter_async_context(service.running())
            async with asyncio.timeout(PATIENCE_SECONDS):
                while service.inflows[STREAM].state.handled < events:
                    await asyncio.sleep(0.005)
    return watch.measured(events)


def _bodies(sizes: Sizes) -> list[tuple[str, bytes]]:
    return [(one.subject, one.body) for one in messages(sizes.seed, sizes.events)]


def _counted(engine: sa.Engine, events: int) -> None:
    """Each event left its one row, or the figure is worth nothing."""
    with engine.connect() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(effect)).scalar_one()
    engine.dispose()
    assert count == events, f"{count} rows for {events} events"
