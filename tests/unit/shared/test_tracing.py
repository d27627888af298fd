"""Traces: one trace for each request, through every service, under the id that is in log lines and events."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from flask import Flask
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.infrastructure import tracing
from shared.infrastructure.clock import FixedClock
from shared.infrastructure.correlation import within
from shared.infrastructure.errors import Refused
from shared.service.app import ANYONE, Route, create_app
from shared.service.service_client import InternalClient
from tests.unit.shared.app import context

REQUEST, SPAN = "0123456789abcdef0123456789abcdef", "1123456789abcdef"
HEADERS = {"X-Request-Id": REQUEST}


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """The spans that have ended. Their ids are random; nothing here looks at one."""
    monkeypatch.setattr(tracing, "_tracer", None)
    exporter = InMemorySpanExporter()
    tracing.use("roster", SimpleSpanProcessor(exporter))
    return exporter


def app(view: Any = dict) -> Flask:
    return create_app(context(FixedClock()), [Route("GET", "/v1/pupils/<pupil>", ANYONE, view)])


def told(exporter: InMemorySpanExporter) -> list[tuple[str, dict[str, Any]]]:
    return [(span.name, dict(span.attributes or {})) for span in exporter.get_finished_spans()]


def test_a_request_is_a_span_with_its_route_and_outcome_and_nothing_of_its_address(ended):
    answer = app(lambda pupil: {"pupil": pupil}).test_client().get("/v1/pupils/3f7.018f2a?code=SECRET")
    [(name, attributes)] = told(ended)
    assert name == "GET /v1/pupils/<pupil>"
    assert attributes == {
        "http.request.method": "GET",
        "http.route": "/v1/pupils/<pupil>",
        "http.response.status_code": 200,
    }
    [span] = ended.get_finished_spans()
    assert f"{span.context.trace_id:032x}" == answer.headers["X-Request-Id"]
    assert span.resource.attributes["service.name"] == "roster"


def test_a_trace_is_found_by_the_id_of_its_request(ended):
    app(lambda pupil: {}).test_client().get("/v1/pupils/x", headers=HEADERS)
    [span] = ended.get_finished_spans()
    assert (f"{span.context.trace_id:032x}", span.parent) == (REQUEST, None)


def test_the_span_of_the_caller_is_the_parent(ended):
    headers = {**HEADERS, tracing.HEADER: f"00-{REQUEST}-{SPAN}-01"}
    app(lambda pupil: {}).test_client().get("/v1/pupils/x", headers=headers)
    [span] = ended.get_finished_spans()
    assert (f"{span.parent.span_id:016x}", f"{span.context.trace_id:032x}") == (SPAN, REQUEST)


@pytest.mark.parametrize(
    "foreign",
    [f"00-{'f' * 32}-{SPAN}-01", "rubbish", f"00-{REQUEST}-{'0' * 16}-01"],
    ids=["another trace", "rubbish", "no span"],
)
def test_a_trace_that_began_elsewhere_is_not_taken_over(ended, foreign):
    app(lambda pupil: {}).test_client().get("/v1/pupils/x", headers={**HEADERS, tracing.HEADER: foreign})
    [span] = ended.get_finished_spans()
    assert (f"{span.context.trace_id:032x}", span.parent) == (REQUEST, None)


def test_a_call_to_another_service_is_a_child_and_hands_itself_on(ended):
    heard: list[httpx.Headers] = []

    def other(request: httpx.Request) -> httpx.Response:
        heard.append(request.headers)
        return httpx.Response(200, json={})

    shell = context(FixedClock())
    client = InternalClient("upload", "http://upload", shell.services, httpx.MockTransport(other))
    app(lambda pupil: client.get("/internal/things")).test_client().get("/v1/pupils/x", headers=HEADERS)
    call, request = ended.get_finished_spans()
    assert (call.name, call.kind.name, call.parent.span_id) == ("GET upload", "CLIENT", request.context.span_id)
    assert heard[0]["traceparent"].startswith(f"00-{REQUEST}-{call.context.span_id:016x}-0")
    assert heard[0]["X-Request-Id"] == REQUEST


def test_a_refusal_is_no_error_of_the_server_and_a_crash_is_one_told_by_its_type(ended):
    def refuse(pupil: str) -> None:
        raise Refused("not-found", "No such pupil.", kind="not-found")

    def crash(pupil: str) -> None:
        raise ValueError("张三 is personal")

    for view in (refuse, crash):
        app(view).test_client().get("/v1/pupils/x")
    refused, crashed = ended.get_finished_spans()
    assert [(span.attributes["http.response.status_code"], span.status.is_ok) for span in (refused, crashed)] == [
        (404, True),
        (500, False),
    ]
    assert "张三" not in crashed.to_json()


def test_the_work_of_a_worker_is_in_the_trace_of_the_request_that_gave_it(ended):
    with within(REQUEST), tracing.span(tracing.JOB, "check photo"):
        pass
    with pytest.raises(KeyError), tracing.span(tracing.JOB, "check photo"):
        raise KeyError("张三")
    first, second = ended.get_finished_spans()
    assert f"{first.context.trace_id:032x}" == REQUEST != f"{second.context.trace_id:032x}"
    assert second.attributes == {"error.type": "KeyError"} and "张三" not in second.to_json()


def test_without_a_collector_there_is_no_span_and_no_header(monkeypatch):
    monkeypatch.setattr(tracing, "_tracer", None)
    tracing.set_up("roster", "")
    with tracing.span(tracing.JOB, "check photo") as current:
        assert (current, tracing.headers()) == (None, {})
    assert app(lambda pupil: {}).test_client().get("/v1/pupils/x").status_code == 200
