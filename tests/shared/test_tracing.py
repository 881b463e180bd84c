"""What a span may tell, and what has none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlmodel import Session

from shared.causes import caused_by
from shared.changes import Projection
from shared.database import Database
from shared.events import Cause, Event, decode
from shared.events.survey import RatingSubmitted
from shared.mechanism import event_log
from shared.outbox import what_waits
from shared.record import Recorder, record
from shared.tracing import Tracing
from tests.shared.line import nothing, received, rows
from tests.support import UNIT

CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
NAME = "Nguyễn Văn An, 0912345678"


class Seen:
    """A service's tracing whose spans stay here."""

    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()
        self.tracing = Tracing("intake", SimpleSpanProcessor(self._kept))

    def spans(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self._kept.get_finished_spans()}


@pytest.fixture
def seen() -> Iterator[Seen]:
    found = Seen()
    yield found
    found.tracing.close()


def a_traced_database(url: str, seen: Seen, service: str = "intake", projection: Projection = nothing) -> Database:
    return Database(url, Recorder(service, UNIT, projection, tracing=seen.tracing))


def note_down(session: Session, event: Event) -> None:
    record(session, event)


def fail(_session: Session) -> None:
    raise KeyError(NAME)


async def written(db: Database, function: Any, *args: Any) -> Any:
    try:
        with caused_by(Cause(correlation="0" * 16, traceparent=CALLER)):
            return await db.write(function, *args)
    finally:
        db.close()


async def test_an_event_carries_the_traceparent_of_the_span_that_recorded_it(url: str, seen: Seen) -> None:
    await written(a_traced_database(url, seen), note_down, received("d-1"))
    span = seen.spans()["write note_down"]
    context, parent = span.context, span.parent
    assert context is not None and parent is not None
    (row,) = rows(url, event_log)
    recorded = decode(row["body"])
    assert recorded is not None
    assert recorded.cause.traceparent == f"00-{context.trace_id:032x}-{context.span_id:016x}-01"
    assert f"00-{parent.trace_id:032x}-{parent.span_id:016x}-01" == CALLER


async def test_a_coarse_event_carries_none_and_its_publishing_has_no_span(url: str, seen: Seen) -> None:
    await written(a_traced_database(url, seen, "survey"), note_down, RatingSubmitted.sample())
    (row,) = rows(url, event_log)
    assert b"traceparent" not in row["body"]
    seen.tracing.published([row["body"]], 1, 2)
    (span,) = seen.spans().values()
    assert row["event_id"] not in span.to_json()


async def test_what_no_request_caused_has_no_span(url: str, seen: Seen) -> None:
    db = a_traced_database(url, seen)
    await db.write(note_down, received("d-1"))
    (entry,) = (await db.read(what_waits, 10)).entries
    db.close()
    seen.tracing.published([entry.body], 1, 2)
    assert seen.spans() == {}


async def test_an_errors_text_stands_in_no_span(url: str, seen: Seen) -> None:
    with pytest.raises(KeyError):
        await written(a_traced_database(url, seen), fail)
    span = seen.spans()["write fail"]
    assert (span.attributes or {})["error.type"] == "KeyError"
    assert not span.events and span.status.description is None and NAME.split(",")[0] not in span.to_json()


@pytest.mark.parametrize("caller", [None, "", "01-bad", f"{CALLER}-{NAME}", CALLER.replace("4bf9", "4BF9")])
def test_who_gives_no_good_traceparent_begins_a_trace(seen: Seen, caller: str | None) -> None:
    with seen.tracing.door(caller) as door:
        door.answered("/dossiers/{dossier_id}", "NGUYEN-VAN-AN", 201)
    span = seen.spans()["_OTHER /dossiers/{dossier_id}"]
    assert span.parent is None and "NGUYEN" not in span.to_json()
