"""Traces in OpenTelemetry's format: a span for each request, each call to another service, each job of a worker.

Off unless OTEL_EXPORTER_OTLP_ENDPOINT is set: without it nothing of OpenTelemetry is imported. The id of a trace is the
id of the request, so that one search finds its log lines, events and spans. Spans carry routes and outcomes, never an
address with what is in it: no code, no id, nothing personal.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from shared.infrastructure.correlation import request_id

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span, Tracer

HEADER = "traceparent"  # W3C Trace Context
SERVER, CLIENT, JOB = "SERVER", "CLIENT", "CONSUMER"  # names of opentelemetry.trace.SpanKind
EXPORT_SECONDS = 2  # for some hundred spans, with every retry; a process that ends waits four times as long at most
_tracer: Tracer | None = None
log = logging.getLogger("tracing")


def set_up(service: str, endpoint: str) -> None:
    """Send spans to a collector by OTLP over HTTP, in the background. endpoint: its address; "": keep none.

    While the collector is unavailable spans are dropped; no request waits for it. OTEL_TRACES_SAMPLER of the
    standard says how many traces are kept.
    """
    if not endpoint:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    use(service, BatchSpanProcessor(OTLPSpanExporter(f"{endpoint}/v1/traces", timeout=EXPORT_SECONDS)))
    log.info("traces are sent", extra={"to": endpoint})


def use(service: str, processor: SpanProcessor) -> None:
    """Hand ended spans to this processor."""
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

    class RequestIds(RandomIdGenerator):
        def generate_trace_id(self) -> int:
            known = request_id.get()
            return int(known, 16) if known else super().generate_trace_id()

    global _tracer
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}), id_generator=RequestIds())
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("rollcall")


@contextmanager
def span(kind: str, name: str, parent: str = "", **attributes: str | int) -> Iterator[Span | None]:
    """A span around this work; None where traces are off. An error in it is told by its type alone.

    parent: the header of the caller; one of another request than ours is not believed. attributes: with `_` for `.`
    """
    if _tracer is None:
        yield None
        return
    from opentelemetry import trace

    told = {name.replace("_", "."): value for name, value in attributes.items()}
    with _tracer.start_as_current_span(
        name, _context(parent), trace.SpanKind[kind], told, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as error:
            current.set_attribute("error.type", type(error).__name__)
            current.set_status(trace.StatusCode.ERROR)
            raise


def headers() -> Mapping[str, str]:
    """The header that makes the other service's span a child of the present one; none where traces are off."""
    carrier: dict[str, str] = {}
    if _tracer is not None:
        _propagator().inject(carrier)
    return carrier


def answered(current: Span | None, status: int) -> None:
    """Tell the outcome of a request. A refusal is no error of the server."""
    if current is not None:
        from opentelemetry.trace import StatusCode

        current.set_attribute("http.response.status_code", status)
        if status >= 500:
            current.set_attribute("error.type", str(status))
            current.set_status(StatusCode.ERROR)


def _context(parent: str) -> Any:
    """The context of a span: that of the caller, or the present one.

    A trace that began elsewhere would not be found by the request's id.
    """
    return _propagator().extract({HEADER: parent}) if parent[3:35] == request_id.get() != "" else None


def _propagator() -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator()
