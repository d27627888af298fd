"""The entrance of a service: people only through the proxy or the portal, operators and services only inside."""

from __future__ import annotations

import jwt
import pytest

from shared.infrastructure.clock import FixedClock
from shared.service.app import ANYONE, SERVICE, AppContext, Route, create_app
from shared.service.entrance import (
    ADDRESS,
    DOOR,
    FORWARDING_SECONDS,
    INSIDE,
    PEOPLE,
    PERSON,
    Entrance,
    Forwarding,
    door_header,
    hosts_of,
)
from shared.service.request import source
from tests.support.tokens import checker, service_auth

FRONT_KEY, FORWARDING_KEY = bytes(range(32)), bytes(range(1, 33))
MOTHER = "198.51.100.7"
ROUTES = [
    Route("GET", "/v1/anyone", ANYONE, lambda: {"source": source()}),
    Route("GET", "/internal/totals", SERVICE, lambda: {"source": source()}),
]


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def portal(clock):
    return Forwarding(FORWARDING_KEY, clock)


@pytest.fixture
def client(clock, portal):
    entrance = Entrance("roster", FRONT_KEY, portal)
    shell = AppContext("roster", clock, "abc123", checker(clock), service_auth("roster", clock), entrance=entrance)
    return create_app(shell, ROUTES).test_client()


def through(door, key=FRONT_KEY, **more):
    return {DOOR: door_header(door, key), **more}


def code_of(response):
    return response.status_code, (response.json or {}).get("title")


PROXY_ONLY, HIDDEN = (403, "proxy-only"), (404, "not-found")


def test_people_come_in_through_their_door_and_their_address_is_the_one_that_the_proxy_saw(client):
    assert client.get("/v1/anyone", headers=through(PEOPLE) | {ADDRESS: MOTHER}).json == {"source": MOTHER}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {ADDRESS: MOTHER},
        {DOOR: PEOPLE},
        {DOOR: FRONT_KEY.hex()},
        {DOOR: "people 张"},
        through(PEOPLE, bytes(32)),
        through("", FRONT_KEY),
        through(INSIDE),
        through(INSIDE) | {ADDRESS: MOTHER},
    ],
    ids=["none", "address only", "no key", "no door", "not ascii", "another key", "empty", "inside", "inside, address"],
)
def test_traffic_of_people_that_did_not_come_through_their_door_is_refused(client, headers):
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    assert code_of(client.get("/v1/anyone", headers=encoded)) == PROXY_ONLY


@pytest.mark.parametrize("path", ["/internal/totals", "/metrics", "/_health/ready"])
def test_what_is_for_operators_and_services_is_not_there_for_people(client, clock, path):
    trusted = service_auth("stats", clock).headers("roster") if path.startswith("/internal") else {}
    assert code_of(client.get(path, headers=through(PEOPLE) | trusted)) == HIDDEN
    assert code_of(client.get(path, headers=trusted)) == PROXY_ONLY
    assert client.get(path, headers=through(INSIDE) | trusted).status_code == 200


@pytest.mark.parametrize("path", ["/_status", "/_health/live"])
def test_that_a_service_runs_may_be_seen_at_both_doors(client, path):
    assert [client.get(path, headers=through(door)).status_code for door in (PEOPLE, INSIDE)] == [200, 200]
    assert code_of(client.get(path)) == PROXY_ONLY


def test_the_portal_forwards_the_address_of_the_person_for_whom_it_asks(client, portal):
    headers = through(INSIDE) | portal.headers("roster", MOTHER)
    assert client.get("/v1/anyone", headers=headers).json == {"source": MOTHER}
    assert client.get("/v1/anyone", headers=through(INSIDE) | portal.headers("roster", "")).json == {
        "source": "unknown"
    }


def test_a_forwarded_address_counts_for_one_service_and_a_minute(client, clock, portal):
    for_another = portal.headers("upload", MOTHER)
    assert code_of(client.get("/v1/anyone", headers=through(INSIDE) | for_another)) == PROXY_ONLY
    early = portal.headers("roster", MOTHER)
    clock.advance(seconds=FORWARDING_SECONDS + 1)
    assert code_of(client.get("/v1/anyone", headers=through(INSIDE) | early)) == PROXY_ONLY


@pytest.mark.parametrize(
    "change", [{}, {"sub": "stats"}, {"source": None}], ids=["another key", "another service", "no address"]
)
def test_a_forged_forwarded_address_is_refused(client, clock, change):
    now = clock.now() // 1000
    claims = {"sub": "portal", "aud": "roster", "iat": now, "exp": now + 60, "source": MOTHER} | change
    claims = {name: value for name, value in claims.items() if value is not None}
    forged = jwt.encode(claims, FORWARDING_KEY if change else bytes(32), algorithm="HS256")
    assert code_of(client.get("/v1/anyone", headers=through(INSIDE) | {PERSON: forged})) == PROXY_ONLY


def test_a_person_cannot_forward_an_address_at_the_peoples_door(client, portal):
    headers = through(PEOPLE) | {ADDRESS: MOTHER} | portal.headers("roster", "203.0.113.1")
    assert client.get("/v1/anyone", headers=headers).json == {"source": MOTHER}


def test_another_host_is_refused_at_the_peoples_door_and_nowhere_else(clock, portal):
    entrance = Entrance("portal", FRONT_KEY, portal, hosts_of("https://Rollcall.example"))
    shell = AppContext("portal", clock, "c", checker(clock), service_auth("portal", clock), entrance=entrance)
    client = create_app(shell, ROUTES).test_client()
    hosts = [
        "rollcall.example",
        "ROLLCALL.example",
        "evil.example",
        "rollcall.example.evil.example",
        "rollcall.example:1",
    ]
    answers = [client.get("/v1/anyone", headers=through(PEOPLE) | {"Host": host}) for host in hosts]
    assert [code_of(answer)[0] for answer in answers] == [200, 200, 400, 400, 400]
    assert code_of(answers[-1]) == (400, "wrong-host")
    assert client.get("/metrics", headers=through(INSIDE) | {"Host": "10.0.0.3:9031"}).status_code == 200


def test_the_two_names_of_loopback_are_alike():
    assert (
        hosts_of("http://127.0.0.1:8000") == hosts_of("http://localhost:8000/") == {"127.0.0.1:8000", "localhost:8000"}
    )


def test_without_an_entrance_the_source_is_the_peer(clock):
    shell = AppContext("roster", clock, "abc123", checker(clock), service_auth("roster", clock))
    assert create_app(shell, ROUTES).test_client().get("/v1/anyone").json == {"source": "127.0.0.1"}
