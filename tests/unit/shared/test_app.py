from __future__ import annotations

import logging

import httpx
import orjson
import pytest
from werkzeug.exceptions import RequestTimeout

from shared.infrastructure.clock import FixedClock, iso
from shared.infrastructure.log_setup import JsonFormatter
from shared.language.permissions import DECIDE_CODE_ALONE
from shared.service.app import ANYONE, Route, create_app
from shared.service.auth import FRESH_SECONDS
from shared.service.service_client import InternalClient
from tests.support.tokens import account_of, bearer, service_auth, token_for
from tests.unit.shared.app import COUNTY, ROUTES, context, problem

REQUEST = "0123456789abcdef" * 2


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def shell(clock):
    return context(clock)


@pytest.fixture
def client(shell):
    return create_app(shell, ROUTES).test_client()


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


@pytest.mark.parametrize("needs", [None, "", (), ("school",), "school", "print-forms"])
def test_a_route_that_names_no_permission_is_refused_at_the_start(needs):
    with pytest.raises(TypeError, match="GET /v1/print names no permission"):
        Route("GET", "/v1/print", needs, lambda: {})


def test_every_view_carries_the_requirement_of_its_route(shell):
    app = create_app(shell, ROUTES)
    needs = {rule.rule: app.view_functions[rule.endpoint].needs for rule in app.url_map.iter_rules()}
    assert needs["/v1/county/<unit>"] == DECIDE_CODE_ALONE and needs["/metrics"] == ANYONE


def test_a_request_that_fails_leaves_a_line_with_its_route_and_its_reason(client, caplog):
    with caplog.at_level("WARNING", "web"):
        client.get("/v1/store")
    [line] = [record for record in caplog.records if record.name == "web"]
    assert (line.getMessage(), line.rule) == ("unavailable", "/v1/store")
