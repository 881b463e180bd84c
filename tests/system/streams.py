"""What the streams of a running office hold, read as an auditor reads them: bytes and headers as they were stored."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deploy import office as topology
from shared.nats_client import connect, read_seed
from tests.chaos.run import quiet
from tests.system.running import RunningOffice

STREAMS = (*sorted(plan.name for plan in topology.stream_plans()),)


@dataclass(frozen=True)
class Stored:
    """A message of a stream."""

    stream: str
    seq: int
    subject: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def envelope(self) -> dict[str, Any]:
        """The CloudEvents envelope."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def data(self) -> dict[str, Any]:
        """What the event says."""
        found: dict[str, Any] = self.envelope["data"]
        return found

    @property
    def name(self) -> str:
        """`DossierReceived`."""
        return str(self.envelope["type"]).split(".")[2]


def stored(office: RunningOffice, *streams: str) -> list[Stored]:
    """Every message of these streams, or of all, each stream in its order."""
    return asyncio.run(_stored(office, streams or STREAMS))


async def _stored(office: RunningOffice, streams: tuple[str, ...]) -> list[Stored]:
    nc = await connect(office.nats_url, name=topology.AUDITOR, seed=read_seed(office.seed(topology.AUDITOR)))
    try:
        js, found = nc.jetstream(timeout=5), []
        for stream in streams:
            for seq in range(1, (await js.stream_info(stream)).state.last_seq + 1):
                raw = await js.get_msg(stream, seq, direct=True)
                found.append(Stored(stream, seq, raw.subject or "", raw.headers or {}, raw.data or b""))
        return found
    finally:
        await nc.close()


def wait_for_quiet(office: RunningOffice) -> None:
    """Return once every event is published and handled. Raises AssertionError after a minute."""
    asyncio.run(quiet(office))
