"""The bare side of `replay`: an ordered read, JSON, and one bulk insert a batch; nothing of ours is imported.

Of each dossier a batch holds, one row is written: the last fact about it, in as many columns as a fact has names for.
That is as many rows as a fold by key writes, so both sides pay for the same writing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from nats.aio.client import Client
from nats.aio.msg import Msg

BATCH = 1000
metadata = sa.MetaData()
row = sa.Table(
    "row",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subject", sa.String(64)),
    *(sa.Column(name, sa.String) for name in ("type", "source", "time", "recordedtime", "sequence", "event_id")),
    sa.Column("data", sa.JSON),
)


async def read(client: Client, last: int) -> AsyncIterator[list[bytes]]:
    """The bodies of the stream INTAKE up to `last`, by an ordered consumer, a thousand at a time."""
    batches: asyncio.Queue[list[bytes]] = asyncio.Queue()
    batch: list[bytes] = []
    seen = 0

    async def take(message: Msg) -> None:
        nonlocal batch, seen
        batch.append(message.data)
        seen += 1
        if len(batch) == BATCH or seen == last:
            batches.put_nowait(batch)
            batch = []

    subscription = await client.jetstream().subscribe("motcua.>", cb=take, ordered_consumer=True, stream="INTAKE")
    read = 0
    while read < last:
        found = await batches.get()
        read += len(found)
        yield found
    await subscription.unsubscribe()


class Tables:
    """A database to throw away, as careless of crashes as a replay may be."""

    def __init__(self, path: Path) -> None:
        self.engine = sa.create_engine(f"sqlite:///{path}")
        self.connection = self.engine.connect()
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=MEMORY", "cache_size=-65536"):
            self.connection.exec_driver_sql(f"PRAGMA {pragma}")
        metadata.create_all(self.connection)
        self.connection.commit()
        self.rows = 0

    def take(self, bodies: Iterable[bytes]) -> None:
        """Insert a batch in one transaction."""
        rows: dict[str, dict[str, Any]] = {}
        for body in bodies:
            found = json.loads(body)
            rows[found["subject"]] = {**found, "event_id": found["id"], "id": None}
        columns = [column.name for column in row.columns]
        self.connection.execute(row.insert(), [{name: one[name] for name in columns} for one in rows.values()])
        self.connection.commit()
        self.rows += len(rows)

    def close(self) -> None:
        """Give the database up."""
        self.connection.close()
        self.engine.dispose()
