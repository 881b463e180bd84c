"""Real brokers for tests: a nats-server with the office's accounts on a free port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.broker import Broker
from shared.access import DEAD_LETTERS, Identity, auditor_identity, provisioner_identity, service_identity
from shared.access import subscriber_identity as subscriber
from shared.nats_client import NatsClient, connect, make_seed, public_key_of
from shared.streams import ConsumerPlan, dead_letter_stream, provision, service_stream
from tests.support import UNIT, free_port

SERVICES = ("intake", "hotline")


@dataclass
class Office:
    """A running broker, the seeds of its identities, and connections that end with the test."""

    broker: Broker
    seeds: dict[str, str]
    stack: AsyncExitStack
    identities: list[Identity] = field(default_factory=list)

    async def sign_in(self, name: str) -> NatsClient:
        client = await connect(self.broker.url, name=name, seed=self.seeds[name], patience=3)
        self.stack.push_async_callback(client.close)
        return client


def a_seed_each(*names: str) -> dict[str, str]:
    return {name: make_seed()[0] for name in names}


def office_identities(seeds: dict[str, str]) -> list[Identity]:
    """intake; hotline, which follows and asks intake; an auditor, the province as a subscriber, the provisioner."""
    keys = {name: public_key_of(seed) for name, seed in seeds.items()}
    return [
        service_identity("intake", keys["intake"], unit=UNIT, asks=["hotline"]),
        service_identity("hotline", keys["hotline"], unit=UNIT, consumes=["intake"], asks=["intake"]),
        auditor_identity("auditor", keys["auditor"], streams=["INTAKE", "HOTLINE", DEAD_LETTERS]),
        subscriber("province", keys["province"], streams=["INTAKE"], durable="province"),
        provisioner_identity(keys["provisioner"]),
    ]


@asynccontextmanager
async def an_office(home: Path) -> AsyncIterator[Office]:
    """A broker with streams for intake and hotline and durables for hotline and the province."""
    seeds = a_seed_each("intake", "hotline", "auditor", "province", "provisioner")
    identities = office_identities(seeds)
    broker = Broker(home, free_port(), identities)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(broker.stop)
        await broker.start()
        office = Office(broker, seeds, stack, identities)
        await provision_office(await office.sign_in("provisioner"))
        yield office


async def provision_office(client: NatsClient) -> list[str]:
    opened = ("motcua.*.intake.dossier_received", "motcua.*.intake.dossier_completed")
    consumers = [ConsumerPlan("INTAKE", "hotline", opened), ConsumerPlan("INTAKE", "province", opened[:1])]
    streams = [*(service_stream(name) for name in SERVICES), dead_letter_stream()]
    return await provision(client.jetstream(), streams, consumers)
