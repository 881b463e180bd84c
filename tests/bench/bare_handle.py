"""The bare side of `handle`: a batch consumer as one would write it; nothing of ours is imported.

A durable pull consumer, two hundred messages a fetch, one transaction a batch with a row an event in one statement,
acknowledged after the commit. What arrives again after a crash is inserted again: that is what it leaves out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from nats.aio.client import Client

FETCH = 200
metadata = sa.MetaData()
effect = sa.Table(
    "effect",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("stream", sa.String(16), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
)


def open_database(path: Path) -> sa.Engine:
    """A new SQLite database in WAL mode, every commit on the disk."""
    engine = sa.create_engine(f"sqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    metadata.create_all(engine)
    return engine


async def consume(client: Client, engine: sa.Engine, count: int) -> None:
    """Handle so many messages of the stream INTAKE."""
    js = client.jetstream()
    subscription = await js.pull_subscribe("", durable="bare", stream="INTAKE")
    done = 0
    with engine.connect() as connection:
        while done < count:
            batch = await subscription.fetch(FETCH, timeout=5)
            rows = [{"stream": "INTAKE", "name": json.loads(message.data)["subject"]} for message in batch]
            connection.execute(effect.insert(), rows)
            connection.commit()
            for message in batch:
                await message.ack()
            done += len(batch)
    await client.flush()
