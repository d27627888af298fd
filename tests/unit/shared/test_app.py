from __future__ import annotations

import logging
from types import SimpleNamespace

import httpx
import orjson
import pytest
from flask import Response
from marshmallow import Schema, fields
from prometheus_client import REGISTRY
from pymongo.errors import AutoReconnect
from werkzeug.exceptions import RequestTimeout

from shared.infrastructure.clock import FixedClock, iso
from shared.infrastructure.errors import Refused
from shared.infrastructure.log_setup import JsonFormatter
from shared.infrastructure.mongo import is_unavailable
from shared.service.app import ANYONE, SERVICE, SIGNED_IN, AppContext, Route, create_app
from shared.service.auth import FRESH_SECONDS
from shared.service.operations import NestedNumbers, Operation, ResponseSchema
from shared.service.request import body, caller, command_context, query
from shared.service.service_client import InternalClient
from tests.support.tokens import account_of, bearer, checker, service_auth, token_for

COUNTY = "/000000/110000/110101/"
REQUEST = "0123456789abcdef" * 2


class Inner(Schema):
    size = fields.Integer(required=True)


class Wanted(Schema):
    name = fields.String(required=True)
    inner = fields.Nested(Inner)


class InnerEcho(ResponseSchema):
    size = fields.Integer()


class Echo(ResponseSchema):
    name = fields.String()
    inner = fields.Nested(InnerEcho, metadata={"optional": True})


class Command(ResponseSchema):
    id = fields.String()
    actor = fields.String()
    fingerprint = fields.String()


class Shown(ResponseSchema):
    class_ = fields.String(data_key="class")
    rate = fields.Float(allow_none=True)
    note = fields.String(metadata={"optional": True})
    counts = NestedNumbers(ResponseSchema.from_dict({"one": fields.Integer(), "two": fields.Integer()}))


ECHO = Operation("Echoes the request.", Echo, body=Wanted, query=Wanted)
SHOUT = Operation("Shows the command.", Command, body=Wanted)


def explode():
    raise ValueError("phone 13812345678 of 张三")


def lose_the_store():
    raise AutoReconnect("127.0.0.1:8017: connection closed")


def refuse():
    raise Refused("already-accepted", "It was accepted; return it first.", where="photo", extra={"photo": "p1"})


def shout():
    asked = command_context(body())
    return {"id": asked.id, "actor": asked.actor, "fingerprint": asked.fingerprint}


def running():
    return REGISTRY.get_sample_value("rollcall_running_requests")


ROUTES = [
    Route("GET", "/v1/anyone", ANYONE, lambda: {"role": caller().role}),
    Route("GET", "/v1/mine", SIGNED_IN, lambda: {"account": caller().account}),
    Route("GET", "/v1/county/<unit>", ("county", "province"), lambda unit: {"unit": unit}),
    Route("GET", "/internal/control-totals", SERVICE, lambda: {"who": caller().account}),
    Route("POST", "/v1/shout", SIGNED_IN, shout, SHOUT),
    Route("POST", "/v1/shout/<name>", SIGNED_IN, lambda name: shout(), SHOUT),
    Route("POST", "/v1/echo", ANYONE, lambda: body(), ECHO, body_limit=100),
    Route("POST", "/v1/unsigned", ANYONE, lambda: {"id": command_context(b"x", actor="ticket:7").id}),
    Route("POST", "/v1/nobody", ANYONE, lambda: {"id": command_context(b"x").id}),
    Route("GET", "/v1/query", ANYONE, lambda: query(), ECHO),
    Route("GET", "/v1/explode", ANYONE, explode),
    Route("GET", "/v1/refuse", ANYONE, refuse),
    Route("GET", "/v1/store", ANYONE, lose_the_store),
    Route("GET", "/v1/running", ANYONE, lambda: {"running": running()}),
    Route("GET", "/v1/print", ("school",), lambda: {"printed": True}, fresh=True),
]


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def shell(clock):
    return AppContext(
        "roster", clock, "abc123", checker(clock), service_auth("roster", clock), is_unavailable=is_unavailable
    )


@pytest.fixture
def client(shell):
    return create_app(shell, ROUTES).test_client()


def problem(response, status, code):
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    document = response.json
    assert (document["status"], document["title"], document["type"]) == (status, code, f"urn:rollcall:problem:{code}")
    assert document["detail"] and document["instance"].startswith("urn:rollcall:request:")
    return document


def test_anyone_may_call_a_route_for_anyone_but_not_with_a_malformed_token(client):
    assert client.get("/v1/anyone").json == {"role": ""}
    assert client.get("/v1/anyone", headers=bearer(token_for("guardian"))).json == {"role": "guardian"}
    problem(client.get("/v1/anyone", headers=bearer("rubbish")), 401, "not-signed-in")


def test_without_sign_in_a_request_is_refused_before_anything_else(client):
    for path in ("/v1/mine", "/v1/county/110101", "/internal/control-totals"):
        assert problem(client.get(path), 401, "not-signed-in")["where"] == "Authorization"


def test_another_role_is_outside_scope(client):
    problem(client.get("/v1/county/110101", headers=bearer(token_for("teacher"))), 403, "outside-scope")
    assert client.get("/v1/county/110101", headers=bearer(token_for("county", [COUNTY]))).json == {"unit": "110101"}


def test_a_route_for_fresh_sign_ins_refuses_a_password_that_was_given_long_ago(client, clock):
    def ask(seconds_ago, role="school"):
        token = token_for(role, auth_time=clock.now() // 1000 - seconds_ago)
        return client.get("/v1/print", headers=bearer(token))

    assert ask(FRESH_SECONDS).json == {"printed": True}
    problem(ask(FRESH_SECONDS + 1), 403, "sign-in-again")
    problem(client.get("/v1/print", headers=bearer(token_for("school", auth_time=0))), 403, "sign-in-again")
    problem(ask(FRESH_SECONDS + 1, "teacher"), 403, "outside-scope")


def test_a_refusal_is_a_line_of_the_security_log(client, caplog):
    caplog.set_level(logging.INFO, "security")
    client.get("/v1/county/110101", headers=bearer(token_for("teacher")))
    client.get("/v1/mine")
    assert len(caplog.records) == 2
    by_role, unknown = (vars(record) for record in caplog.records)
    assert (by_role["event"], by_role["code"], by_role["role"]) == ("refused", "outside-scope", "teacher")
    assert by_role["account"] and by_role["rule"] == "/v1/county/<unit>" and by_role["network"] == "127.0.0.0/24"
    assert (unknown["code"], "account" in unknown) == ("not-signed-in", False)
    client.get("/v1/anyone")
    assert len(caplog.records) == 2


def test_services_pass_and_people_do_not(client, clock):
    assert client.get("/internal/control-totals", headers=service_auth("stats", clock).headers("roster")).json == {
        "who": "service:stats"
    }
    problem(
        client.get("/internal/control-totals", headers=bearer(token_for("ministry", ["/000000/"]))),
        401,
        "not-signed-in",
    )
    problem(client.get("/v1/mine", headers=service_auth("stats", clock).headers("roster")), 401, "not-signed-in")


@pytest.mark.parametrize("path", ["/v1/mine", "/v1/county/110101"])
def test_a_newcomer_must_change_the_password_first(client, path):
    problem(client.get(path, headers=bearer(token_for("newcomer"))), 403, "password-must-change")


def test_a_command_is_identified_by_actor_key_and_a_hash_of_the_request(client):
    token = token_for("county", [COUNTY])
    first = client.post("/v1/shout", json={"name": "a"}, headers=bearer(token, "key-0001")).json
    assert first["id"] == f"{account_of('county')}:key-0001" and first["actor"] == account_of("county")
    assert client.post("/v1/shout", json={"name": "a"}, headers=bearer(token, "key-0001")).json == first
    assert (
        client.post("/v1/shout", json={"name": "b"}, headers=bearer(token, "key-0001")).json["fingerprint"]
        != first["fingerprint"]
    )
    assert (
        client.post("/v1/shout/x", json={"name": "a"}, headers=bearer(token, "key-0001")).json["fingerprint"]
        != first["fingerprint"]
    )
    assert (
        client.post("/v1/shout", json={"name": "a"}, headers=bearer(token_for("province"), "key-0001")).json["id"]
        != first["id"]
    )


@pytest.mark.parametrize("key", ["", "short", "x" * 101, "with space", "schlüssel", "key-0001\tx"])
def test_a_command_without_a_usable_key_is_refused(client, key):
    response = client.post("/v1/shout", json={"name": "a"}, headers=bearer(token_for("county"), key))
    assert problem(response, 400, "bad-request")["where"] == "Idempotency-Key"


def test_a_command_has_an_actor_even_without_an_account(client):
    assert client.post("/v1/unsigned", headers={"Idempotency-Key": "key-0001"}).json == {"id": "ticket:7:key-0001"}
    problem(client.post("/v1/nobody", headers={"Idempotency-Key": "key-0001"}), 401, "not-signed-in")


@pytest.mark.parametrize("sent", [b"", b"{", b"[]", b"7", b'"x"', b"\xff\xfe", b"null", b"[" * 99])
def test_a_body_other_than_a_json_object_is_refused(client, sent):
    assert problem(client.post("/v1/echo", data=sent), 400, "bad-request")["where"] == "body"


def test_every_wrong_field_is_listed_with_its_name(client):
    document = problem(client.post("/v1/echo", json={"inner": {"size": "x"}, "other": 1}), 422, "bad-fields")
    assert {e["where"] for e in document["errors"]} == {"name", "inner.size", "other"}
    assert document["where"] == "inner.size, name, other"
    assert problem(client.get("/v1/query"), 422, "bad-fields")["where"] == "name"


def test_a_body_above_the_limit_of_its_route_is_too_large(client):
    problem(client.post("/v1/echo", data=b"x" * 101), 413, "too-large")


def test_a_refusal_keeps_where_and_its_further_members(client):
    document = problem(client.get("/v1/refuse"), 422, "already-accepted")
    assert (document["detail"], document["where"], document["photo"]) == (
        "It was accepted; return it first.",
        "photo",
        "p1",
    )


def test_an_unexpected_error_reveals_nothing(client, caplog):
    caplog.handler.setFormatter(JsonFormatter("roster", FixedClock()))
    with caplog.at_level(logging.ERROR):
        response = client.get("/v1/explode", headers={"X-Request-Id": REQUEST})
    assert problem(response, 500, "internal")["instance"] == f"urn:rollcall:request:{REQUEST}"
    assert "13812345678" not in response.text
    assert orjson.loads(caplog.text.splitlines()[0])["request_id"] == REQUEST


def test_a_service_that_is_asked_within_a_request_is_told_its_id_and_afterwards_none(shell, clock):
    asked = []

    def other(request):
        asked.append(request.headers.get("X-Request-Id"))
        return httpx.Response(204)

    identity = InternalClient("identity", "http://identity", service_auth("roster", clock), httpx.MockTransport(other))
    routes = [Route("GET", "/v1/asking", ANYONE, lambda: identity.get("/internal/x"))]
    create_app(shell, routes).test_client().get("/v1/asking", headers={"X-Request-Id": REQUEST})
    identity.get("/internal/x")
    assert asked == [REQUEST, None]


def test_an_unavailable_store_is_a_503_and_the_same_request_may_be_sent_again(client):
    document = problem(client.get("/v1/store"), 503, "unavailable")
    assert "try again" in document["detail"] and "8017" not in str(document)


def test_an_unknown_address_and_a_wrong_method_are_problems(client):
    problem(client.get("/v1/nothing"), 404, "not-found")
    response = client.put("/v1/anyone")
    problem(response, 405, "method-not-allowed")
    assert "GET" in response.headers["Allow"]


def test_a_status_without_a_code_of_its_own_is_kept(shell):
    def slow():
        raise RequestTimeout

    response = create_app(shell, [Route("GET", "/v1/slow", ANYONE, slow)]).test_client().get("/v1/slow")
    assert (response.status_code, response.json["status"]) == (408, 408)


def test_a_request_keeps_its_id_and_a_bad_id_is_replaced(client):
    assert client.get("/v1/anyone", headers={"X-Request-Id": REQUEST}).headers["X-Request-Id"] == REQUEST
    for given in ("<script>", "13812345678", "11010120150307451X"):  # a number of a person would be in every line
        replaced = client.get("/v1/anyone", headers={"X-Request-Id": given}).headers["X-Request-Id"]
        assert len(replaced) == 32


def test_responses_are_neither_cached_nor_sniffed(client):
    headers = client.get("/v1/anyone").headers
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


def test_status_shows_the_program_that_runs(client, clock):
    assert client.get("/_status").json == {"service": "roster", "commit": "abc123", "time": iso(clock.now())}
    assert client.get("/_health/live").json == {"live": True}


def test_an_app_is_ready_when_every_check_passes(shell):
    wrong = {"store": ""}
    shell.ready = {"store": lambda: wrong["store"], "clock": lambda: ""}
    client = create_app(shell, []).test_client()
    assert client.get("/_health/ready").json == {"ready": True}
    wrong["store"] = "The store is down."
    document = problem(client.get("/_health/ready"), 503, "unavailable")
    assert document["checks"] == {"store": "The store is down."} and "The store is down." in document["detail"]


def test_metrics_are_labelled_with_the_rule_not_the_address(client):
    client.get("/v1/county/424242", headers=bearer(token_for("county")))
    client.get("/v1/secret-424242")
    shown = client.get("/metrics").text
    assert 'rule="/v1/county/<unit>"' in shown and 'rule="unknown"' in shown and "424242" not in shown


def test_every_view_carries_the_requirement_of_its_route(shell):
    app = create_app(shell, ROUTES)
    needs = {rule.rule: app.view_functions[rule.endpoint].needs for rule in app.url_map.iter_rules()}
    assert needs["/v1/county/<unit>"] == ("county", "province") and needs["/metrics"] == ANYONE


def shown(shell, returned, **operation):
    route = Route("GET", "/v1/shown", ANYONE, lambda: returned, Operation("Shows.", **{"response": Shown, **operation}))
    return create_app(shell, [route]).test_client().get("/v1/shown")


GOOD = {"class": "c1", "rate": None, "counts": {"one": 1, "two": 2}}


def test_a_response_is_what_its_schema_declares_with_the_status_of_its_operation(shell):
    response = shown(shell, GOOD, status=201)
    assert (response.status_code, response.json) == (201, GOOD)


def test_only_declared_attributes_of_an_object_are_read(shell):
    row = SimpleNamespace(class_="c1", rate=0.5, counts={"one": 1, "two": 2}, secret="s")
    assert shown(shell, row).json == {"class": "c1", "rate": 0.5, "counts": {"one": 1, "two": 2}}


@pytest.mark.parametrize(
    "returned",
    [
        {"rate": None, "counts": {"one": 1, "two": 2}},
        {**GOOD, "class": None},
        {**GOOD, "more": 1},
        {**GOOD, "counts": {"one": 1}},
        {**GOOD, "counts": {"one": 1, "two": 2, "three": 3}},
        SimpleNamespace(rate=None, counts={"one": 1, "two": 2}),
    ],
    ids=["missing", "null", "undeclared", "nested missing", "nested undeclared", "attribute missing"],
)
def test_a_response_that_does_not_fit_its_schema_is_a_bug_and_never_sent(shell, returned):
    problem(shown(shell, returned), 500, "internal")


def test_a_route_without_content_responds_without_a_body(shell):
    response = shown(shell, None, response=None, status=204)
    assert (response.status_code, response.data) == (204, b"")


def test_bytes_are_sent_as_the_view_made_them(shell):
    picture = Response(b"jpeg", content_type="image/jpeg")
    response = shown(shell, picture, response="image/jpeg")
    assert (response.data, response.content_type) == (b"jpeg", "image/jpeg")
    problem(shown(shell, {"jpeg": 1}, response="image/jpeg"), 500, "internal")


def requests_by():
    """How many requests the metrics show: (method, rule, status) -> number."""
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
