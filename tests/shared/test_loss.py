"""Nothing is lost between the server and a handler, with nothing failing: FastStream's batch mode dropped 19 to 26 of
600 messages without an exception, so the way we use it is tried as often as that took to show.

LOSS_ROUNDS asks for more rounds than the default run's; `make loss` for twenty.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from faststream.nats import NatsMessage

from deploy.broker import Broker
from shared import consumer
from shared.access import provisioner_identity, service_identity
from shared.events import Recorded
from shared.events.intake import DossierReceived
from shared.nats_client import NatsClient, connect, make_seed, public_key_of
from shared.service import Service
from shared.settings import ServiceSettings
from shared.streams import ConsumerPlan, dead_letter_stream, provision, service_stream
from tests.shared.follower import at_the_end
from tests.shared.line import body_of, nothing, received, until, with_tables
from tests.support import UNIT, free_port, keys, new_database

FOLLOWERS = ("hotline", "ledger", "notifier", "personnel", "survey")
RECEIVED = f"motcua.{UNIT}.intake.dossier_received"
EACH = 600
ROUNDS = int(os.environ.get("LOSS_ROUNDS", "1"))


class Follower:
    """A service that follows INTAKE and remembers what it handled, in its order."""

    def __init__(self, name: str, folder: Path, nats_url: str, url: str) -> None:
        _, public = keys(folder)
        seed = folder / f"{name}.nk"
        settings = ServiceSettings(
            unit=UNIT, database_url=url, nats_url=nats_url, nats_seed_file=seed, signin_public_key_file=public
        )
        self.handled: list[str] = []
        self.service = Service(name, settings, projection=nothing, follows={DossierReceived: self.note})
        self.flow = self.service.inflows["INTAKE"]

        @self.service.broker.subscriber(**self.service.durable("INTAKE"))
        async def take(message: NatsMessage) -> None:
            await self.service.take("INTAKE", message)

    def note(self, _session: object, recorded: Recorded[Any]) -> None:
        self.handled.append(recorded.event.aggregate)


@asynccontextmanager
async def five_followers(folder: Path) -> AsyncIterator[tuple[NatsClient, list[Follower]]]:
    """A broker, intake's connection, and five services that follow it, at work."""
    names = ("intake", *FOLLOWERS)
    seeds = {name: make_seed()[0] for name in (*names, "provisioner")}
    key = {name: public_key_of(seed) for name, seed in seeds.items()}
    identities = [service_identity(name, key[name], unit=UNIT, consumes=["intake"]) for name in FOLLOWERS]
    identities += [service_identity("intake", key["intake"], unit=UNIT), provisioner_identity(key["provisioner"])]
    broker = Broker(folder, free_port(), identities)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(broker.stop)
        await broker.start()
        clients = {}
        for name in ("intake", "provisioner"):
            clients[name] = await connect(broker.url, name=name, seed=seeds[name], patience=5)
            stack.push_async_callback(clients[name].close)
        streams = [*map(service_stream, names), dead_letter_stream()]
        plans = [ConsumerPlan("INTAKE", name, ("motcua.*.intake.dossier_received",)) for name in FOLLOWERS]
        await provision(clients["provisioner"].jetstream(timeout=5), streams, plans)
        followers = []
        for name in FOLLOWERS:
            (folder / f"{name}.nk").write_text(seeds[name])
            url = stack.enter_context(_tables(folder, name))
            followers.append(Follower(name, folder, broker.url, url))
            await stack.enter_async_context(followers[-1].service.running())
        await until(lambda: all(at_the_end(each.flow.state) for each in followers))
        yield clients["intake"], followers


@contextmanager
def _tables(folder: Path, name: str) -> Any:
    with new_database(folder, name) as url:
        yield with_tables(url)


@pytest.mark.parametrize("far_behind", [10**9, 100], ids=["FastStream alone", "with pulls of a backlog"])
async def test_600_messages_to_five_subscribers_are_handled_once_and_in_order_in_every_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, far_behind: int
) -> None:
    monkeypatch.setattr(consumer, "FAR_BEHIND", far_behind)
    expected: list[str] = []

    async def all_have_come() -> bool:
        return all(len(each.handled) >= len(expected) for each in followers)

    async with five_followers(tmp_path) as (nc, followers):
        js = nc.jetstream(timeout=5)
        for number in range(ROUNDS):
            names = [f"d-{number:02d}-{n:03d}" for n in range(EACH)]
            for name in names[:-1]:
                await nc.publish(RECEIVED, body_of(received(name)))
            await js.publish(RECEIVED, body_of(received(names[-1])))
            expected += names
            await until(all_have_come, 60)
            await asyncio.sleep(0.02)  # for one too many
            assert [each.service.name for each in followers if each.handled != expected] == []
        assert [each.flow.state.restarts for each in followers] == [0] * len(followers)
