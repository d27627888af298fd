"""Clients of a drill: the same key for a repetition, fresh tokens when theirs have expired."""

import json
from random import Random

import httpx
import pytest

from drill.clients import Line, Person, Problem
from shared.language.services import BACKENDS


class Service:
    """Responds from a list and records the requests."""

    def __init__(self, response):
        self.asked, self._answer = [], response

    def __call__(self, request):
        self.asked.append(request)
        return self._answer(request, len(self.asked))


def line(response, lost=0.0):
    service = Service(response)
    return service, Line(
        {name: f"http://{name}" for name in BACKENDS},
        lost=lost,
        _http=httpx.Client(transport=httpx.MockTransport(service)),
    )


def keys(service):
    return [request.headers["Idempotency-Key"] for request in service.asked]


def problem(status, code):
    return httpx.Response(
        status, content=json.dumps({"title": code, "detail": ""}), headers={"Content-Type": "application/problem+json"}
    )


def test_a_request_to_an_unavailable_service_is_repeated_with_the_same_key(monkeypatch):
    monkeypatch.setattr("drill.clients.time.sleep", lambda seconds: None)
    service, to = line(
        lambda request, n: problem(503, "unavailable") if n < 3 else httpx.Response(201, json={"id": "1"})
    )
    assert Person(to, "x", Random(1)).post("roster", "/v1/units", {}) == {"id": "1"}
    assert len(service.asked) == 3
    assert len(set(keys(service))) == 1


def test_every_command_has_a_key_of_its_own():
    service, to = line(lambda request, n: httpx.Response(201, json={}))
    person = Person(to, "x", Random(1))
    for _ in range(3):
        person.post("roster", "/v1/units", {})
    assert len(set(keys(service))) == 3


def test_a_request_whose_response_is_lost_is_repeated_and_an_equal_response_is_fine():
    service, to = line(lambda request, n: httpx.Response(201, json={"id": "same"}), lost=1.0)
    assert Person(to, "x", Random(1)).post("upload", "/v1/photos", {}) == {"id": "same"}
    assert len(service.asked) == 2
    assert len(set(keys(service))) == 1
    assert to.differences == []


@pytest.mark.parametrize("second", [httpx.Response(201, json={"id": "other"}), problem(409, "conflict")])
def test_a_repetition_with_another_response_is_a_difference(second):
    _, to = line(lambda request, n: httpx.Response(201, json={"id": "first"}) if n == 1 else second, lost=1.0)
    try:
        Person(to, "x", Random(1)).post("upload", "/v1/photos", {})
    except Problem as refused:
        assert refused.status == 409
    assert len(to.differences) == 1


def tokens(access):
    return httpx.Response(201, json={"access_token": access, "refresh_token": f"r-{access}"})


def test_a_command_that_supersedes_its_token_is_repeated_with_a_fresh_one():
    def consent_withdrawn(request, n):
        if request.url.path.endswith(("/sessions", "/refresh")):
            return tokens("fresh" if request.url.path.endswith("/refresh") else "old")
        old = "old" in request.headers["Authorization"]
        return problem(401, "token-superseded") if old and n > 2 else httpx.Response(200, json={"id": "1"})

    service, to = line(consent_withdrawn, lost=1.0)
    assert Person(to, "x", Random(1), login="mum", password="-").post("identity", "/v1/withdrawal") == {"id": "1"}
    sent = [request for request in service.asked if request.url.path == "/v1/withdrawal"]
    assert [request.headers["Authorization"] for request in sent] == ["Bearer old", "Bearer old", "Bearer fresh"]
    assert len({request.headers["Idempotency-Key"] for request in sent}) == 1
    assert to.differences == []


def test_an_expired_token_is_refreshed_and_the_command_keeps_its_key():
    def response(request, n):
        if request.url.path == "/v1/sessions/refresh":
            return tokens("fresh")
        return (
            httpx.Response(200, json={"ok": True})
            if request.headers["Authorization"] == "Bearer fresh"
            else problem(401, "not-signed-in")
        )

    service, to = line(response)
    person = Person(to, "x", Random(1), login="somebody", password="secret")
    person.take_tokens({"access_token": "stale", "refresh_token": "r"})
    assert person.post("roster", "/v1/units", {}) == {"ok": True}
    commands = [request for request in service.asked if request.url.path == "/v1/units"]
    assert len(commands) == 2
    assert len({request.headers["Idempotency-Key"] for request in commands}) == 1


def test_a_client_signs_in_again_when_its_session_has_ended():
    def response(request, n):
        if request.url.path == "/v1/sessions/refresh":
            return problem(401, "session-ended")
        return (
            tokens("new")
            if request.url.path == "/v1/sessions"
            else problem(401, "x")
            if "stale" in request.headers["Authorization"]
            else httpx.Response(200, json={})
        )

    _, to = line(response)
    person = Person(to, "x", Random(1), login="somebody", password="secret")
    person.take_tokens({"access_token": "stale", "refresh_token": "r"})
    assert person.get("roster", "/v1/units/000000") == {}


def test_a_refusal_names_its_code_and_never_what_was_sent():
    _, to = line(lambda request, n: problem(422, "code-mistyped"))
    with pytest.raises(Problem) as caught:
        Person(to, "x", Random(1)).post("upload", "/v1/tickets", {"upload_code": "ABCD"})
    assert caught.value.code == "code-mistyped"
    assert "ABCD" not in str(caught.value)
