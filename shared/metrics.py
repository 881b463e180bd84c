"""Metrics of one service, in a registry of its own (all services share a process when embedded)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_WORK_BUCKETS = (0.001, 0.0025, *_BUCKETS)
_AGE_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600)
LABELS = 1024
"""How many sets of labels are remembered: to look one up took as long as to observe."""
_GROUP_BUCKETS = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """What `/metrics` shows; gauges are set when it is asked."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "motcua_request_seconds",
            "Time of HTTP requests",
            ["route", "method", "status"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._request = lru_cache(LABELS)(self.requests.labels)
        self.database = self._gauge(
            "database_answers", "1 while the database answers; else its figures are the last known"
        )
        self.saves = self._gauge("database_saves", "0 while nothing can be saved, or the writer hangs")
        self.connected = self._gauge("broker_connected", "1 while NATS is connected")
        self.troubles = self._gauge("broker_problems", "What the watchdog finds missing, wrong or silent at the broker")
        self.stopped = self._gauge("relay_stopped", "1 while the stream cannot be made to hold what the log says")
        self.outbox = self._gauge("outbox_events", "Events that wait to be published")
        self.outbox_age = self._gauge("outbox_age_seconds", "Age of the oldest event that waits to be published")
        self.published = self._gauge("published_events", "Events published by this process")
        self.republished = self._gauge("republished_events", "Events that the stream had lost and has again")
        self.recovered = self._gauge("recovered_events", "Events found in the stream and not noted as published")
        self.leads = self._gauge("leads", "1 while this process does the background work")
        self.handled = self._gauge("handled_events", "Followed events handled by this process", "stream")
        self.halted = self._gauge("inflow_halted", "1 while the leader cannot handle a followed stream", "stream")
        self.catching_up = self._gauge("catching_up", "1 while the leader works off what has piled up", "stream")
        self.position = self._gauge("handled_position", "Last stream sequence handled", "stream")
        self.parked = self._gauge("parked_events", "Dead letters that wait", "stream")
        self.unknown = self._gauge("unknown_events", "Followed events that a newer release wrote, set aside", "stream")
        self.restarts = self._gauge("inflow_restarts", "Times an inflow began again from its tracking", "stream")
        self.redelivered = self._gauge("redelivered_events", "Deliveries that this process had had before", "stream")
        self.gaps = self._gauge("stream_gaps", "Facts of a stream that were found missing", "stream", "found_by")
        self.commit = self._histogram("commit_seconds", "Time of a transaction of the writer that was committed")
        self.group = self._histogram("commit_group_size", "Functions that share such a transaction", _GROUP_BUCKETS)
        self.publish = self._histogram("publish_seconds", "Time from sending a batch to its confirmation")
        self.publish_age = self._histogram(
            "publish_age_seconds", "Age of a batch's first event when it was confirmed", _AGE_BUCKETS
        )
        self._handle = Histogram(
            "motcua_handle_seconds",
            "Time from the delivery of a batch's first event to the commit of its effects",
            ["stream"],
            buckets=_WORK_BUCKETS,
            registry=self.registry,
        )
        self.job_failures = Counter(
            "motcua_job_failures", "Jobs that failed and will be tried again", ["job"], registry=self.registry
        )

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"motcua_{name}", text, list(labels), registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: Sequence[float] = _WORK_BUCKETS) -> Histogram:
        return Histogram(f"motcua_{name}", text, buckets=buckets, registry=self.registry)

    def handling(self, stream: str) -> Histogram:
        """Where an inflow observes its batches, in seconds."""
        return self._handle.labels(stream)

    def committed(self, seconds: float, functions: int) -> None:
        """Observe one transaction of the writer and how many functions shared it; from any thread."""
        self.commit.observe(seconds)
        self.group.observe(functions)

    def confirmed(self, seconds: float, age: float | None) -> None:
        """Observe one published batch, and how old its first event was by then, where that is known to the second."""
        self.publish.observe(seconds)
        if age is not None:
            self.publish_age.observe(age)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Observe one request; `route` is its template, so no id becomes a label."""
        self._request(route, method, status).observe(seconds)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
