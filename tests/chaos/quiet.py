"""Waiting until an office has said and heard everything, and reading what its streams hold."""

from __future__ import annotations

import asyncio
import time

import httpx

from deploy import loopback
from deploy import office as topology
from shared.events import Event, Recorded, decode, every_event
from shared.nats_client import connect, read_seed
from tests.system.running import Place

QUIET_SECONDS = 60.0
STEADY_SECONDS = 1.5


async def quiet(office: Place, seconds: float = QUIET_SECONDS) -> None:
    """Wait until every event is published and handled. Raises AssertionError after so many seconds."""
    deadline = time.monotonic() + seconds
    before: list[int] = []
    while time.monotonic() < deadline:
        now = await _positions(office)
        if now and now == before:
            return
        before = now
        await asyncio.sleep(STEADY_SECONDS if now else 0.2)
    raise AssertionError(f"not quiet within {seconds} s")


async def _positions(office: Place) -> list[int]:
    """The ends of all streams and how far every service has handled them; empty while anything is under way."""
    async with loopback.client(office.url, 5) as client:
        for service in topology.SERVICES:
            try:
                if (await client.get(f"/{service}/readyz")).status_code != 200:
                    return []
                text = (await client.get(f"/{service}/metrics")).text
            except httpx.TransportError:
                return []
            if "motcua_outbox_events 0.0" not in text:
                return []
    nc = await connect(office.nats_url, name=topology.PROVISIONER, seed=read_seed(office.seed(topology.PROVISIONER)))
    try:
        js = nc.jetstream(timeout=5)
        found = []
        for plan in topology.consumer_plans():
            info = await js.consumer_info(plan.stream, plan.durable)
            if info.num_pending or info.num_ack_pending:
                return []
        for stream in topology.stream_plans():
            found.append((await js.stream_info(stream.name)).state.last_seq)
        return found
    finally:
        await nc.close()


async def everything(office: Place) -> dict[str, list[Recorded[Event]]]:
    """Every event of every stream, each stream in its order, read with the auditor's credential."""
    nc = await connect(office.nats_url, name=topology.AUDITOR, seed=read_seed(office.seed(topology.AUDITOR)))
    try:
        js = nc.jetstream(timeout=5)
        found: dict[str, list[Recorded[Event]]] = {}
        for stream in sorted({event.stream() for event in every_event()}):
            last = (await js.stream_info(stream)).state.last_seq
            found[stream] = []
            for seq in range(1, last + 1):
                message = await js.get_msg(stream, seq, direct=True)
                event = decode(message.data or b"")
                assert event is not None, f"{stream} {seq} is no event of ours"
                found[stream].append(event)
        return found
    finally:
        await nc.close()
