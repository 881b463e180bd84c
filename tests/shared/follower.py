"""A service that follows three streams and leaves a trace of each fact, on a real broker with real permissions."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from faststream.nats import NatsMessage
from sqlmodel import Session

from deploy.broker import Broker
from shared.access import (
    API,
    Identity,
    auditor_identity,
    provisioner_identity,
    service_identity,
)
from shared.changes import Projection
from shared.deliveries import InflowState
from shared.events import Event, Recorded, stream_of
from shared.events.hotline import PrivateDataRead
from shared.events.intake import DossierCompleted, DossierReceived
from shared.events.personnel import CalendarDayDeclared
from shared.events.survey import SlipIssued
from shared.inbox import Follows
from shared.nats_client import NatsClient, connect, make_seed, public_key_of
from shared.record import record
from shared.service import Service
from shared.settings import ServiceSettings
from shared.streams import ConsumerPlan, dead_letter_stream, provision, service_stream
from tests.shared.line import body_of, note, nothing
from tests.support import UNIT, free_port, keys

SOURCES = ("intake", "personnel", "survey")
STREAMS = tuple(stream_of(source) for source in SOURCES)
FOLLOWS: Follows = {DossierReceived: note, DossierCompleted: note, CalendarDayDeclared: note, SlipIssued: note}


class Handlers:
    """Handlers that can be told to fail for some aggregates."""

    def __init__(self) -> None:
        self.poison: set[str] = set()
        self.attempts: list[str] = []

    def handle(self, session: Session, recorded: Recorded[Any]) -> None:
        name = recorded.event.aggregate
        self.attempts.append(name)
        note(session, recorded)
        if name.split("/")[0] in self.poison:
            raise KeyError("Nguyễn Văn An, 0912345678")

    def follows(self) -> Follows:
        return dict.fromkeys(FOLLOWS, self.handle)


def answer(session: Session, recorded: Recorded[Any]) -> None:
    """A handler that records a fact of its own service."""
    name = recorded.event.aggregate
    note(session, recorded)
    fact = PrivateDataRead(reading_id=f"r-{name}", ref="prs_1", fields=["phone"], purpose="notice", reader="hotline")
    record(session, fact)


def subjects(stream: str) -> tuple[str, ...]:
    return tuple(sorted(f"motcua.*.{e.service}.{e.token()}" for e in FOLLOWS if e.stream() == stream))


def plans(**changed: Any) -> list[ConsumerPlan]:
    return [ConsumerPlan(stream, "hotline", subjects(stream), **changed) for stream in STREAMS]


@dataclass
class Place:
    """A broker with everybody's seeds and streams."""

    folder: Path
    broker: Broker
    seeds: Mapping[str, str]
    stack: AsyncExitStack
    clients: dict[str, NatsClient] = field(default_factory=dict)

    async def sign_in(self, name: str) -> NatsClient:
        if name not in self.clients:
            client = await connect(self.broker.url, name=name, seed=self.seeds[name], patience=5)
            self.stack.push_async_callback(client.close)
            self.clients[name] = client
        return self.clients[name]

    async def provision(self, **changed: Any) -> list[str]:
        js = (await self.sign_in("provisioner")).jetstream(timeout=5)
        streams = [*(service_stream(name) for name in (*SOURCES, "hotline")), dead_letter_stream()]
        return await provision(js, streams, plans(**changed))

    async def publish(self, *facts: Event | tuple[str, bytes], headers: dict[str, str] | None = None) -> None:
        """Into the streams of their services, in this order; back when the broker holds them."""
        for source in SOURCES:
            js = (await self.sign_in(source)).jetstream(timeout=5)
            own = [fact for fact in facts if _source(fact) == source]
            if not own:
                continue
            for fact in own[:-1]:
                subject, body = _message(fact)
                await js._nc.publish(subject, body, headers=headers)
            subject, body = _message(own[-1])
            await js.publish(subject, body, headers=headers)

    async def wreck(self, stream: str) -> None:
        """What somebody with every right does by mistake: deletes the durable of the service."""
        client = await self.sign_in("wrecker")
        answer = await client.request(f"{API}.CONSUMER.DELETE.{stream}.hotline", b"", timeout=5)
        assert b'"success":true' in answer.data.replace(b" ", b""), answer.data

    async def dead_letters(self) -> list[Any]:
        """The messages of the dead-letter stream."""
        js = (await self.sign_in("auditor")).jetstream(timeout=5)
        last = (await js.stream_info("DEAD_LETTERS")).state.last_seq
        return [await js.get_msg("DEAD_LETTERS", seq, direct=True) for seq in range(1, last + 1)]


def _source(fact: Event | tuple[str, bytes]) -> str:
    return fact.service if isinstance(fact, Event) else fact[0].split(".")[2]


def _message(fact: Event | tuple[str, bytes]) -> tuple[str, bytes]:
    if isinstance(fact, Event):
        return f"motcua.{UNIT}.{fact.service}.{fact.token()}", body_of(fact)
    return fact


@asynccontextmanager
async def a_place(folder: Path) -> AsyncIterator[Place]:
    """A running broker with the streams of four services and the durables of hotline."""
    names = (*SOURCES, "hotline", "auditor", "provisioner", "wrecker")
    seeds = {name: make_seed()[0] for name in names}
    key = {name: public_key_of(seed) for name, seed in seeds.items()}
    delete = (f"{API}.CONSUMER.DELETE.*.*",)
    identities = [
        *(service_identity(name, key[name], unit=UNIT) for name in SOURCES),
        service_identity("hotline", key["hotline"], unit=UNIT, consumes=SOURCES),
        auditor_identity("auditor", key["auditor"], streams=[*STREAMS, "HOTLINE", "DEAD_LETTERS"]),
        provisioner_identity(key["provisioner"]),
        Identity("wrecker", key["wrecker"], delete, ("_INBOX_wrecker.>",)),
    ]
    broker = Broker(folder, free_port(), identities)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(broker.stop)
        await broker.start()
        place = Place(folder, broker, seeds, stack)
        for name, seed in seeds.items():
            (folder / f"{name}.nk").write_text(seed)
        await place.provision()
        yield place


def at_the_end(state: InflowState) -> bool:
    """No backlog is left and FastStream is subscribed: it carries what comes now."""
    return state.problem is None and not state.catching_up


def a_service(
    folder: Path,
    nats_url: str,
    url: str,
    follows: Follows = FOLLOWS,
    *,
    name: str = "hotline",
    projection: Projection = nothing,
) -> Service:
    """A service as its app.py would wire it, on a database that has its tables; hotline, when not told otherwise."""
    _, public = keys(folder)
    settings = ServiceSettings(
        unit=UNIT,
        database_url=url,
        nats_url=nats_url,
        nats_seed_file=folder / f"{name}.nk",
        signin_public_key_file=public,
        graceful_seconds=2,
    )
    service = Service(name, settings, projection=projection, follows=follows)
    for stream, flow in service.inflows.items():
        flow.retry_delays = (0.02, 0.05)
        _subscribe(service, stream)
    return service


def _subscribe(service: Service, stream: str) -> None:
    @service.broker.subscriber(**service.durable(stream))
    async def take(message: NatsMessage) -> None:
        await service.take(stream, message)


def days(names: Sequence[str]) -> list[Event]:
    sample = CalendarDayDeclared.sample()
    return [sample.model_copy(update={"day_id": name}) for name in names]


def slips(names: Sequence[str]) -> list[Event]:
    sample = SlipIssued.sample()
    return [sample.model_copy(update={"slip_id": name}) for name in names]


async def _follow(folder: Path, nats_url: str, url: str, die_after: int) -> None:
    """Follows in a process of its own, and dies between the commit of so many facts and their acknowledgement."""
    handled = 0

    def counting(session: Session, recorded: Recorded[Any]) -> None:
        nonlocal handled
        answer(session, recorded)
        handled += 1

    @sa.event.listens_for(Session, "after_commit")
    def _(_session: Session) -> None:
        if 0 < die_after <= handled:
            os.kill(os.getpid(), signal.SIGKILL)

    service = a_service(folder, nats_url, url, dict.fromkeys(FOLLOWS, counting))
    async with service.running():
        leads = False
        while True:
            if service.leads != leads:
                leads = service.leads
                print("leads" if leads else "follows no more", flush=True)
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(_follow(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])))
