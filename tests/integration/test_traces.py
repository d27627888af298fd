"""Traces as a collector gets them: by OTLP over HTTP, in the background."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.local.ports import free_port
from shared.infrastructure import tracing
from shared.infrastructure.correlation import within
from tests.support.wait import await_until

REQUEST = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other test's tracer, and no waiting for a batch to fill."""
    monkeypatch.setattr(tracing, "_tracer", None)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")


class Collector:
    def __init__(self) -> None:
        self.got: list[tuple[str, Any]] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.got.append((self.path, ExportTraceServiceRequest.FromString(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    thread = threading.Thread(target=found.server.serve_forever)
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


@pytest.mark.usefixtures("quick")
def test_a_collector_gets_every_span_with_the_service_and_the_id_of_its_request(collector: Collector) -> None:
    tracing.set_up("upload", collector.address)
    with within(REQUEST), tracing.span(tracing.JOB, "check photo"):
        pass
    await_until(lambda: collector.got)
    path, sent = collector.got[0]
    [of_service] = sent.resource_spans
    [span] = of_service.scope_spans[0].spans
    assert (path, span.name, span.trace_id.hex()) == ("/v1/traces", "check photo", REQUEST)
    assert ("service.name", "upload") in [
        (item.key, item.value.string_value) for item in of_service.resource.attributes
    ]


@pytest.mark.usefixtures("quick")
def test_work_goes_on_while_no_collector_is_there() -> None:
    tracing.set_up("upload", f"http://127.0.0.1:{free_port()}")
    for _ in range(5000):  # more than the exporter keeps
        with tracing.span(tracing.JOB, "check photo"):
            pass
