"""Metrics of one service, in a registry of its own (all services share a process when embedded)."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


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
        self.leads = self._gauge("leads", "1 while this process does the background work")
        self.handled = self._gauge("handled_events", "Followed events handled by this process", "stream")
        self.halted = self._gauge("inflow_halted", "1 while the leader cannot handle a followed stream", "stream")
        self.position = self._gauge("handled_position", "Last stream sequence handled", "stream")
        self.parked = self._gauge("parked_events", "Dead letters that wait", "stream")
        self.unknown = self._gauge("unknown_events", "Followed events of a type that this release knows not", "stream")
        self.restarts = self._gauge("inflow_restarts", "Times an inflow began again from its tracking", "stream")
        self.job_failures = Counter(
            "motcua_job_failures", "Jobs that failed and will be tried again", ["job"], registry=self.registry
        )

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"motcua_{name}", text, list(labels), registry=self.registry)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Observe one request; `route` is its template, so no id becomes a label."""
        self.requests.labels(route, method, str(status)).observe(seconds)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
