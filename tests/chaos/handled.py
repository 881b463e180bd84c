"""Handled equals published: for every consumer, the facts that its stream holds against what its database shows.

A consumer's lag reads 0 during a silent loss, and tracking moves past a hole; so neither is asked alone. A fact counts
as handled when it is not beyond the tracking, not parked, every row that its projection names is there, and, if it has
a handler and something must follow, facts of our own name it as their cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain

import orjson
import sqlalchemy as sa

from deploy import office as topology
from deploy.replay.live import Live, snapshot
from shared.changes import Drop, Patch, Put, table_of
from shared.events import Event, Recorded
from shared.mechanism import event_log, outbox
from tests.chaos.reactions import owed
from tests.system.running import Place


@dataclass(frozen=True)
class Consumer:
    """One service following one stream."""

    service: str
    stream: str
    published: int
    """Facts in the stream that it follows."""
    handled: int
    """Those whose effects its database shows."""
    first_missing: str | None = None


def handled(office: Place, streams: Mapping[str, Sequence[Recorded[Event]]]) -> list[Consumer]:
    """Every consumer of the office; `streams` are all facts, by stream, from sequence 1 on."""
    found, silent = [], owed([*chain.from_iterable(streams.values())]).silent
    for service in topology.SERVICES:
        if followed := topology.streams_followed(service):
            with snapshot(office.database_url(service)) as live:
                shown = Shown(service, live, silent)
                found += [shown.consumer(stream, streams[stream]) for stream in followed]
    return found


def committed(office: Place) -> dict[str, list[str]]:
    """The ids of the events that each service has in its log, in its order, but for those that wait to be published."""
    found = {}
    for service in topology.SERVICES:
        with snapshot(office.database_url(service)) as live:
            waits = event_log.c.position.in_(sa.select(outbox.c.position))
            ids = sa.select(event_log.c.event_id).where(~waits).order_by(event_log.c.position)
            found[service] = [*live.connection.execute(ids).scalars()]
    return found


class Shown:
    """What one database shows."""

    def __init__(self, service: str, live: Live, silent: Set[str] = frozenset()) -> None:
        self.service, self.live, self.silent = service, live, silent
        self.tracking, self.parked = live.tracking(), live.parked()
        self.follows, self.projection = topology.follows(service), topology.projection(service)
        bodies = live.connection.execute(sa.select(event_log.c.body)).scalars()
        self.causes = {orjson.loads(body).get("causationid") for body in bodies}
        self._keys: dict[sa.Table, set[tuple[object, ...]]] = {}

    def consumer(self, stream: str, facts: Sequence[Recorded[Event]]) -> Consumer:
        """Compare one stream."""
        followed = [(seq, one) for seq, one in enumerate(facts, 1) if type(one.event) in self.follows]
        missing = [one.id for seq, one in followed if not self.shows(stream, seq, one)]
        first = missing[0] if missing else None
        return Consumer(self.service, stream, len(followed), len(followed) - len(missing), first)

    def shows(self, stream: str, seq: int, one: Recorded[Event]) -> bool:
        """Whether one fact has had its effects."""
        if seq > self.tracking.get(stream, 0) or seq in self.parked.get(stream, ()):
            return False
        reacted = self.follows[type(one.event)] is None or one.id in self.causes or one.id in self.silent
        return reacted and all(key in self._rows(table) for table, key in self._named(one))

    def _named(self, one: Recorded[Event]) -> Iterator[tuple[sa.Table, tuple[object, ...]]]:
        for change in self.projection(one):
            match change:
                case Put():
                    yield table_of(change.table), change.key
                case Patch(model, key, _):
                    yield table_of(model), key if isinstance(key, tuple) else (key,)
                case Drop():
                    raise AssertionError("a row that is gone proves nothing: say here what does")

    def _rows(self, table: sa.Table) -> set[tuple[object, ...]]:
        if table not in self._keys:
            query = sa.select(*table.primary_key.columns)
            self._keys[table] = {tuple(row) for row in self.live.connection.execute(query)}
        return self._keys[table]
