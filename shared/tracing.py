"""OpenTelemetry's spans of a request across the hop: door, writer, publishing, handling. Off, its SDK is not imported.

A trace begins at a door, or at whoever called it with a `traceparent`, and nowhere else: what has no traceparent (jobs,
coarse events, the mechanism's own work) has no span. Spans name routes by their templates, functions, event types and
ids of events; never a path, an argument, an error's text or anything that was read.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SEND_SECONDS = 1.0
"""How long spans are collected before they are sent, and how long a stop waits for the last of them, twice over."""


class Tracing:
    """The spans of one service. No provider is set for all, so no library adds spans of its own."""

    def __init__(self, service: str, processor: SpanProcessor) -> None:
        from opentelemetry import trace
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        self._api = trace
        resource = Resource({"service.namespace": "motcua", "service.name": service})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("motcua")

    @staticmethod
    def sent_to(service: str, endpoint: str) -> Tracing:
        """Spans that a thread of their own sends by OTLP over HTTP; lost where the endpoint does not answer."""
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=5)
        return Tracing(service, BatchSpanProcessor(exporter, schedule_delay_millis=1000 * SEND_SECONDS))

    def close(self) -> None:
        """Send what is left, if that takes no longer than two seconds."""
        ending = threading.Thread(target=self._provider.shutdown, daemon=True)
        ending.start()
        ending.join(2 * SEND_SECONDS)

    @contextmanager
    def door(self, caller: str | None) -> Iterator[Door]:
        """The span of a request. It continues the caller's traceparent, if there is one."""
        span = self._tracer.start_span("request", self._under(caller), self._api.SpanKind.SERVER)
        try:
            yield Door(_told(span), span)
        finally:
            span.end()

    @contextmanager
    def function(self, function: Callable[..., Any], args: Sequence[Any], parent: str) -> Iterator[str]:
        """The span of one function of the writer; gives the traceparent of what it records."""
        inner = next((each for each in args if callable(each)), function)  # what is to be answered once, say
        name = getattr(inner, "__name__", type(inner).__name__)
        with self._span(f"write {name}", self._api.SpanKind.INTERNAL, parent, {"code.function.name": name}) as told:
            yield told

    @contextmanager
    def handling(self, kind: str, event_id: str, parent: str) -> Iterator[str]:
        """The span of handling a followed event; gives the traceparent of what that records."""
        with self._span(f"handle {kind}", self._api.SpanKind.CONSUMER, parent, _event(kind, event_id)) as told:
            yield told

    def published(self, bodies: Sequence[bytes], began: int, ended: int) -> None:
        """A span for each event of a batch that bears a traceparent; times in nanoseconds since 1970."""
        for body in bodies:
            envelope = orjson.loads(body)
            parent, kind = envelope.get("traceparent"), envelope["type"]
            if parent is not None:
                attributes = _event(kind, envelope["id"])
                how, under = self._api.SpanKind.PRODUCER, self._under(parent)
                self._tracer.start_span(f"publish {kind}", under, how, attributes, start_time=began).end(ended)

    @contextmanager
    def _span(self, name: str, kind: Any, parent: str, attributes: Mapping[str, str]) -> Iterator[str]:
        span = self._tracer.start_span(name, self._under(parent), kind, attributes)
        try:
            yield _told(span)
        except BaseException as error:
            span.set_attribute("error.type", type(error).__name__)  # its text may be somebody's
            raise
        finally:
            span.end()

    def _under(self, traceparent: str | None) -> Context:
        """An explicit parent, or none: what else runs in this task or thread is nobody's parent."""
        from opentelemetry.context import Context

        found = _TRACEPARENT.fullmatch(traceparent or "")
        if found is None:
            return Context()
        trace_id, span_id, flags = (int(part, 16) for part in found.groups())
        parent = self._api.SpanContext(trace_id, span_id, is_remote=True, trace_flags=self._api.TraceFlags(flags))
        return self._api.set_span_in_context(self._api.NonRecordingSpan(parent), Context())


class Door:
    """The span of a request, until it is answered."""

    def __init__(self, traceparent: str, span: Span) -> None:
        self.traceparent, self._span = traceparent, span

    def answered(self, route: str, method: str, status: int) -> None:
        """By whom, which is known at the end only; `route` is its template."""
        known = method if method in _METHODS else "_OTHER"
        self._span.update_name(f"{known} {route}")
        self._span.set_attribute("http.request.method", known)
        self._span.set_attribute("http.route", route)
        self._span.set_attribute("http.response.status_code", status)
        if status >= 500:
            self._span.set_attribute("error.type", str(status))


def _told(span: Span) -> str:
    context = span.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def _event(kind: str, event_id: str) -> dict[str, str]:
    return {"messaging.system": "nats", "motcua.event.type": kind, "motcua.event.id": event_id}
