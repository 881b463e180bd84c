"""An office made worse on purpose, to see that a run finds it. In the process of the chaos office alone."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from shared import inbox, record
from shared.events import Event, Recorded
from shared.mechanism import outbox, tracking
from shared.outbox import position_of
from shared.relay import Relay


def no_tracking() -> None:
    """Whoever begins to follow a stream knows nothing of what has been handled: each start begins anew."""
    claim = inbox.claim_tracking

    def forgetful(session: Session, stream: str, filters: str) -> inbox.Place:
        forgotten = tracking.update().where(tracking.c.stream == stream).values(last_seq=0, handed=0)
        session.connection().execute(forgotten)
        return claim(session, stream, filters)

    inbox.claim_tracking = forgetful


class _Unfenced:
    """A client that leaves the expected last sequence out."""

    def __init__(self, nc: Any) -> None:
        self.nc = nc

    async def request(self, subject: str, body: bytes, *, headers: Mapping[str, str], timeout: float) -> Any:
        kept = {name: value for name, value in headers.items() if name != "Nats-Expected-Last-Sequence"}
        return await self.nc.request(subject, body, headers=kept, timeout=timeout)

    async def publish(self, subject: str, body: bytes, *, headers: Mapping[str, str]) -> None:
        await self.nc.publish(subject, body, headers=headers)


def no_fence() -> None:
    """The stream takes what any relay sends."""
    publish = Relay._publish

    async def unfenced(self: Relay, nc: Any, entries: Any, last: int) -> int:
        client: Any = _Unfenced(nc)
        return await publish(self, client, entries, last)

    Relay._publish = unfenced  # type: ignore[method-assign]


def late_outbox() -> None:
    """What is to be published is written down in a second transaction, after that of the event."""
    write, late = record._record, threading.local()

    def without_outbox(session: Session, *words: Any) -> record.Receipt:
        receipt = write(session, *words)
        connection, position = session.connection(), position_of(session, receipt.event_id)
        connection.execute(outbox.delete().where(outbox.c.position == position))
        late.waiting = [*getattr(late, "waiting", []), (connection.engine.url, position)]
        return receipt

    @sa.event.listens_for(Session, "after_commit")  # a trap there was set before
    def _(_session: Session) -> None:
        waiting, late.waiting = getattr(late, "waiting", []), []
        for url, position in waiting:
            _write_late(url, position)

    @sa.event.listens_for(Session, "after_rollback")
    def _(_session: Session) -> None:
        late.waiting = []

    record._record = without_outbox  # type: ignore[assignment]  # whatever it is given is passed on


def _write_late(url: sa.URL, position: int) -> None:
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.execute(outbox.insert().values(position=position))
    engine.dispose()


def silent_loss() -> None:
    """Each seventh followed fact vanishes between the server and its handler, and the tracking moves past it."""
    handle_one, seen = inbox.handle_one, itertools.count(1)

    def sometimes(*words: Any) -> None:
        if next(seen) % 7:
            handle_one(*words)

    inbox.handle_one = sometimes  # type: ignore[assignment]  # whatever it is given is passed on


def line_loss() -> None:
    """The same with each second fact of the line, and with none of another service."""
    handle_one, seen = inbox.handle_one, itertools.count(1)

    def sometimes(session: Session, event: Recorded[Event], *words: Any) -> None:
        if event.event.service != "hotline" or next(seen) % 2:
            handle_one(session, event, *words)

    inbox.handle_one = sometimes  # type: ignore[assignment]  # whatever it is given is passed on


def line_twice() -> None:
    """Each fact of the line is handled twice, in one transaction."""
    handle_one = inbox.handle_one

    def again(session: Session, event: Recorded[Event], *words: Any) -> None:
        for _ in range(2 if event.event.service == "hotline" else 1):
            handle_one(session, event, *words)

    inbox.handle_one = again  # type: ignore[assignment]  # whatever it is given is passed on


MUTATIONS: dict[str, Callable[[], None]] = {
    "no-tracking": no_tracking,
    "no-fence": no_fence,
    "late-outbox": late_outbox,
    "silent-loss": silent_loss,
    "line-loss": line_loss,
    "line-twice": line_twice,
}
