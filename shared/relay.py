"""The relay: the leader publishes the event log to the service's own stream, as its only writer.

JetStream atomic batches, fenced by the expected last sequence. On any doubt it reconciles: what the stream holds is
confirmed, what the stream lost is published again in its old order (so that every event gets its old sequence back),
and a stream that holds what the log does not stops the relay with an explanation.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import nats.errors
import nats.js.errors
import sqlalchemy as sa
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from sqlmodel import Session

from shared.clock import Clock
from shared.database import Closed, Database, in_short
from shared.events import stream_of
from shared.events.envelope import CONTENT_TYPE
from shared.mechanism import event_log, outbox, parked, publication

log = structlog.get_logger()

BATCH = 500
BATCH_BYTES = 4_000_000
POLL_SECONDS = 0.25
REQUEST_SECONDS = 5.0


class Diverged(Exception):
    """The stream holds what the log does not: a person has to decide. The text says what and how to go on."""


class Doubt(Exception):
    """The stream did not answer as it does to its only writer: reconcile."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the log on its way to the stream."""

    position: int
    event_id: str
    subject: str
    body: bytes


@dataclass
class RelayState:
    """What health and metrics show."""

    published: int = 0
    recovered: int = 0
    republished: int = 0
    stopped: str | None = None
    last_error: str | None = None
    last_publish_seconds: float = 0.0


# --- what the relay asks of its database: plain functions, one transaction each ---


def pending(session: Session, limit: int) -> list[Entry]:
    """The next events to publish, in log order."""
    columns = (event_log.c.position, event_log.c.event_id, event_log.c.subject, event_log.c.body)
    query = sa.select(*columns).join(outbox, outbox.c.position == event_log.c.position)
    rows = session.connection().execute(query.order_by(event_log.c.position).limit(limit))
    return _at_most([Entry(*row) for row in rows], BATCH_BYTES)


def _at_most(entries: list[Entry], weight: int) -> list[Entry]:
    """The first entry, and those after it as long as all together weigh no more."""
    total = 0
    for number, entry in enumerate(entries):
        total += len(entry.body)
        if number and total > weight:
            return entries[:number]
    return entries


def outbox_depth(session: Session) -> tuple[int, int | None]:
    """How many events wait, and the position of the first."""
    count, first = session.connection().execute(sa.select(sa.func.count(), sa.func.min(outbox.c.position))).one()
    return count, first


def confirm(session: Session, placed: Sequence[tuple[int, int]], now: datetime) -> None:
    """These positions stand in the stream at these sequences."""
    rows = [{"position": position, "stream_seq": seq, "published_at": now} for position, seq in placed]
    session.connection().execute(publication.insert(), rows)
    gone = outbox.delete().where(outbox.c.position == sa.bindparam("gone"))
    session.connection().execute(gone, [{"gone": position} for position, _ in placed])


def last_confirmed(session: Session) -> tuple[int, str | None]:
    """The highest stream sequence that we know to be ours and its event's id."""
    query = sa.select(publication.c.stream_seq, event_log.c.event_id).join(
        event_log, event_log.c.position == publication.c.position
    )
    row = session.connection().execute(query.order_by(publication.c.stream_seq.desc()).limit(1)).first()
    return (row.stream_seq, row.event_id) if row else (0, None)


def published_at(session: Session, seq: int) -> str | None:
    """The id of the event that we know at this stream sequence."""
    query = sa.select(event_log.c.event_id).join(publication, publication.c.position == event_log.c.position)
    return session.connection().execute(query.where(publication.c.stream_seq == seq)).scalar()


def position_of(session: Session, event_id: str) -> int | None:
    """Where an event stands in our log; none when it is not ours."""
    return (
        session.connection().execute(sa.select(event_log.c.position).where(event_log.c.event_id == event_id)).scalar()
    )


def published_after(session: Session, seq: int, limit: int) -> list[Entry]:
    """Events that the stream once held right after this sequence, in the order in which it held them."""
    columns = (event_log.c.position, event_log.c.event_id, event_log.c.subject, event_log.c.body)
    query = sa.select(*columns).join(publication, publication.c.position == event_log.c.position)
    query = query.add_columns(publication.c.stream_seq).where(publication.c.stream_seq.between(seq + 1, seq + limit))
    rows = session.connection().execute(query.order_by(publication.c.stream_seq))
    return _at_most(
        [Entry(*row[:4]) for place, row in enumerate(rows, seq + 1) if row.stream_seq == place], BATCH_BYTES
    )


def unpublished_parked(session: Session) -> list[Any]:
    """Dead letters that the dead-letter stream does not have yet."""
    return list(session.connection().execute(sa.select(parked).where(~parked.c.published).limit(100)))


def confirm_parked(session: Session, stream: str, seq: int) -> None:
    """This dead letter stands in the dead-letter stream."""
    where = sa.and_(parked.c.stream == stream, parked.c.stream_seq == seq)
    session.connection().execute(parked.update().where(where).values(published=True))


# --- the relay ---


@dataclass
class Relay:
    """Runs while we lead; wake it with `wake.set()` after a commit."""

    service: str
    unit: str
    db: Database
    clock: Clock
    state: RelayState = field(default_factory=RelayState)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def stream(self) -> str:
        return stream_of(self.service)

    async def run(self, nc: Client, js: JetStreamContext) -> None:
        """Publish until the database closes. Raises Diverged."""
        last: int | None = None
        while True:
            try:
                if last is None:
                    last = await self.reconcile(nc, js)
                    self.state.stopped = None
                self.wake.clear()
                last = await self._drain(nc, last)
                await self._dead_letters(nc)
                self.state.last_error = None
                await _wait(self.wake, POLL_SECONDS)
            except Diverged as diverged:
                self.state.stopped = str(diverged)
                log.error("relay.diverged", service=self.service, reason=str(diverged))
                raise
            except Closed:
                return
            except Exception as error:  # noqa: BLE001  # whatever it was, the stream and the log tell how to go on
                last = None
                self.state.last_error = in_short(error)
                log.warning("relay.retry", service=self.service, error=self.state.last_error)
                await asyncio.sleep(POLL_SECONDS)

    async def _drain(self, nc: Client, last: int) -> int:
        while entries := await self.db.read(pending, BATCH):
            end = await self._publish(nc, entries, last)
            first = end - len(entries) + 1
            placed = [(entry.position, first + i) for i, entry in enumerate(entries)]
            await self.db.write(confirm, placed, self.clock.now())
            self.state.published += len(entries)
            last = end
        return last

    async def _publish(self, nc: Client, entries: Sequence[Entry], last: int) -> int:
        """One atomic batch: one fsync, all or nothing, refused if anybody else wrote. Returns its last sequence."""
        batch, size = uuid4().hex, len(entries)
        for number, entry in enumerate(entries, 1):
            headers = {"Nats-Msg-Id": entry.event_id, "Content-Type": CONTENT_TYPE}
            if number == 1:
                headers["Nats-Expected-Last-Sequence"] = str(last)
            if size > 1:
                headers |= {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
            if size > 1 and number == size:
                headers["Nats-Batch-Commit"] = "1"
            if number in (1, size):
                reply = await nc.request(entry.subject, entry.body, headers=headers, timeout=REQUEST_SECONDS)
                answer = json.loads(reply.data) if reply.data else {}
                if "error" in answer:
                    raise nats.js.errors.APIError.from_error(answer["error"])
            else:
                await nc.publish(entry.subject, entry.body, headers=headers)
        end = int(answer["seq"])
        if end != last + size:  # it was there already: another leader has published it
            raise Doubt(f"a batch of {size} after {last} ended at {end}")
        return end

    async def reconcile(self, nc: Client, js: JetStreamContext) -> int:
        """Agree with the stream; returns its last sequence. Raises Diverged."""
        last = (await js.stream_info(self.stream)).state.last_seq
        known, event_id = await self.db.read(last_confirmed)
        if last < known:
            event_id = await self.db.read(published_at, last)
            await self._expect(js, last, event_id)
            return await self._restore(nc, last, known)
        await self._expect(js, known, event_id)
        placed = []
        for seq in range(known + 1, last + 1):
            message = await js.get_msg(self.stream, seq, direct=True)
            found = (message.headers or {}).get("Nats-Msg-Id", "")
            position = await self.db.read(position_of, found)
            if position is None:
                raise Diverged(
                    self._explain(f"message {seq} of {self.stream} (id {found or 'none'}) is not in our log")
                )
            placed.append((position, seq))
        if placed:
            await self.db.write(confirm, placed, self.clock.now())
            self.state.recovered += len(placed)
            log.info("relay.recovered", service=self.service, events=len(placed))
        return last

    async def _expect(self, js: JetStreamContext, seq: int, event_id: str | None) -> None:
        if not seq or event_id is None:
            if seq:
                raise Diverged(self._explain(f"message {seq} of {self.stream} is unknown to our log"))
            return
        found = ((await js.get_msg(self.stream, seq, direct=True)).headers or {}).get("Nats-Msg-Id", "")
        if found != event_id:
            raise Diverged(self._explain(f"message {seq} of {self.stream} is {found or 'a stranger'}, not {event_id}"))

    async def _restore(self, nc: Client, last: int, known: int) -> int:
        while last < known:
            entries = await self.db.read(published_after, last, BATCH)
            if not entries:
                raise Diverged(self._explain(f"{self.stream} ends at {last} and our log cannot say what came after it"))
            last = await self._publish(nc, entries, last)
            self.state.republished += len(entries)
            log.warning("relay.republished", service=self.service, events=len(entries), last=last)
        return last

    async def _dead_letters(self, nc: Client) -> None:
        for row in await self.db.read(unpublished_parked):
            message_id = f"{self.service}:{row.stream}:{row.stream_seq}"
            headers = {"Nats-Msg-Id": message_id, "Motcua-Cause": row.cause[:200].encode("ascii", "replace").decode()}
            subject = f"dead.{self.unit}.{self.service}.{row.stream.lower()}"
            reply = await nc.request(subject, row.body, headers=headers, timeout=REQUEST_SECONDS)
            answer = json.loads(reply.data)
            if "error" in answer:
                raise nats.js.errors.APIError.from_error(answer["error"])
            await self.db.write(confirm_parked, row.stream, row.stream_seq)

    def _explain(self, what: str) -> str:
        return (
            f"{self.service}: {what}. Either the database was restored from an older backup "
            "(restore a newer one, or move the stream aside and let it be built anew from the log), "
            f"or somebody else wrote into {self.stream}. "
            "Nothing is published until this is settled; requests are still accepted."
        )


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
