"""Metrics of the requests of an app."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY

from shared.infrastructure.clock import FixedClock
from shared.service.app import create_app
from tests.support.tokens import bearer, token_for
from tests.unit.shared.app import ROUTES, context, running


@pytest.fixture
def client():
    return create_app(context(FixedClock()), ROUTES).test_client()


def requests_by():
    """Requests as the metrics count them: (method, rule, status) -> number."""
    samples = [
        sample
        for metric in REGISTRY.collect()
        if metric.name == "rollcall_request_seconds"
        for sample in metric.samples
    ]
    return {
        (sample.labels["method"], sample.labels["rule"], sample.labels["status"]): sample.value
        for sample in samples
        if sample.name.endswith("_count")
    }


def test_a_request_is_counted_by_the_template_of_its_route_and_the_class_of_its_status(client):
    before = requests_by().get(("GET", "/v1/county/<unit>", "4xx"), 0)
    client.get("/v1/county/110101", headers=bearer(token_for("teacher")))
    client.get("/v1/county/110102")
    assert requests_by()["GET", "/v1/county/<unit>", "4xx"] == before + 2


def test_what_a_client_invents_is_no_label_of_a_metric(client):
    client.open("/v1/anyone", method="GET")
    client.open("/v1/nothing/13812345678", method="GET")
    client.open("/v1/anyone", method="BREW")
    before = requests_by()
    client.open("/v1/nothing/13812345679", method="GET")
    client.open("/v1/anyone", method="STEEP")
    after = requests_by()
    assert after.keys() == before.keys()
    assert after["unknown", "unknown", "4xx"] == before["unknown", "unknown", "4xx"] + 2


def test_requests_that_run_are_counted_and_then_no_more(client):
    assert client.get("/v1/running").json == {"running": 1}
    client.get("/v1/explode")
    assert running() == 0


def test_refusals_are_counted_by_their_code(client):
    def counted(code):
        return REGISTRY.get_sample_value("rollcall_refusals_total", {"code": code}) or 0

    before = counted("already-accepted"), counted("internal"), counted("unavailable")
    for path in ("/v1/refuse", "/v1/explode", "/v1/store"):
        client.get(path)
    assert (counted("already-accepted"), counted("internal"), counted("unavailable")) == tuple(n + 1 for n in before)


def test_metrics_are_labelled_with_the_rule_not_the_address(client):
    client.get("/v1/county/424242", headers=bearer(token_for("county")))
    client.get("/v1/secret-424242")
    shown = client.get("/metrics").text
    assert 'rule="/v1/county/<unit>"' in shown and 'rule="unknown"' in shown and "424242" not in shown
