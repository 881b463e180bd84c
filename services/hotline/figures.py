"""What the hotline shows of itself beside what every service does."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class Figures:
    """Set by the jobs, so at the leader alone."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.erased = Counter(
            "motcua_private_erased", "Private data erased when its time was over", ["what"], registry=registry
        )
        for what in ("fields", "files"):
            self.erased.labels(what)  # shown as 0 before there is one
        self.file_bytes = Gauge(
            "motcua_private_file_bytes", "Bytes of the files that people handed over, at the leader", registry=registry
        )
        self.file_room = Gauge(
            "motcua_file_budget_used", "Share of a day's room for strangers' files, at the leader", registry=registry
        )
