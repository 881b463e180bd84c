"""One request through intake, its stream and the notifier, as a collector of traces sees it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.system.errands import file_report
from tests.system.running import A_DOSSIER, eventually, running_office

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
ATTRIBUTES = {
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "code.function.name",
    "messaging.system",
    "motcua.event.type",
    "motcua.event.id",
}
A_REPORT = "Cán bộ hẹn ba lần mà chưa trả kết quả"


@dataclass
class Collector:
    """What has been sent to it, with each span's service."""

    url: str
    bodies: list[bytes] = field(default_factory=list)

    def spans(self) -> list[tuple[str, Span]]:
        found = []
        for body in list(self.bodies):
            for sent in ExportTraceServiceRequest.FromString(body).resource_spans:
                named = {each.key: each.value.string_value for each in sent.resource.attributes}
                found += [(named["service.name"], span) for scope in sent.scope_spans for span in scope.spans]
        return found

    def of_the_trace(self) -> dict[tuple[str, str], Span]:
        """The spans of the caller's trace by service and name; each once."""
        found = [(service, span) for service, span in self.spans() if span.trace_id.hex() == TRACE]
        named = {(service, span.name): span for service, span in found}
        assert len(named) == len(found), sorted((service, span.name) for service, span in found)
        return named


@contextmanager
def a_collector() -> Iterator[Collector]:
    """A receiver of OTLP on a free port of 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/traces":
                collector.bodies.append(body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = Collector(f"http://127.0.0.1:{server.server_port}")
    serving = Thread(target=server.serve_forever)
    serving.start()
    try:
        yield collector
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def test_one_trace_leads_across_the_hop_and_holds_nothing_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_collector() as collector:
        for service in ("INTAKE", "HOTLINE", "NOTIFIER"):
            monkeypatch.setenv(f"{service}_OTLP_ENDPOINT", collector.url)
        with running_office(tmp_path / "home") as office, office.client("clerk") as clerk:
            caller = {"traceparent": f"00-{TRACE}-{CALLER}-01", "Idempotency-Key": str(uuid4())}
            answer = clerk.post("/intake/dossiers", json=A_DOSSIER, headers=caller)
            assert answer.status_code == 201
            receipt = answer.json()
            assert clerk.get(f"/intake/dossiers/{receipt['dossier_id']}").status_code == 200
            complaint_id = file_report(office, text=A_REPORT)
            wanted = ("notifier", "publish motcua.notifier.FollowUpOpened.v2")
            eventually(lambda: wanted in collector.of_the_trace(), 20)
        spans = collector.of_the_trace()
        door = spans["intake", "POST /dossiers"]
        write = spans["intake", "write receive_dossier"]
        publish = spans["intake", "publish motcua.intake.DossierReceived.v1"]
        handle = spans["notifier", "handle motcua.intake.DossierReceived.v1"]
        opened = spans[wanted]
        assert door.parent_span_id.hex() == CALLER
        assert write.parent_span_id == door.span_id
        assert publish.parent_span_id == handle.parent_span_id == write.span_id
        assert opened.parent_span_id == handle.span_id
        kinds = [Span.SpanKind.Name(span.kind) for span in (door, write, publish, handle)]
        assert kinds == [f"SPAN_KIND_{kind}" for kind in ("SERVER", "INTERNAL", "PRODUCER", "CONSUMER")]
        everything = collector.spans()
        assert {each.key for _, span in everything for each in span.attributes} <= ATTRIBUTES
        assert {"GET /dossiers/{dossier_id}", "POST /complaints"} <= {span.name for _, span in everything}
        assert not any(span.events or span.status.message for _, span in everything)
        told = b"".join(collector.bodies).decode(errors="replace")
        person = A_DOSSIER["applicant"]
        for private in (*person.values(), receipt["dossier_id"], receipt["number"], A_REPORT, complaint_id):
            assert str(private) not in told


OF_TRACING = ("opentelemetry.sdk", "opentelemetry.exporter", "opentelemetry.proto", "google.protobuf", "requests")
"""FastAPI imports the bare API by itself."""


def test_while_it_is_off_nothing_of_it_is_imported() -> None:
    code = "import sys, deploy.embedded, services.intake.app; print('\\n'.join(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = said.stdout.split()
    assert "shared.tracing" in modules
    assert [module for module in modules if module.startswith(OF_TRACING)] == []
