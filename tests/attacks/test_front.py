"""The proxy in front: slow peers hold nobody up, no way leads round it, nobody chooses an address to come from."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
import sys
from urllib.parse import urlsplit

import httpx
import pytest
from pymongo import MongoClient

from deploy.front.configuration import HEAD_SECONDS, PIECE_SECONDS
from shared.language.services import SERVICES
from shared.service.entrance import ADDRESS, DOOR, INSIDE, PERSON, door_header
from tests.attacks.slow_peers import HALF_A_HEAD, hold, openings, seconds_until_closed, trickling
from tests.support.made_up import SERVICE
from tests.support.wait import await_until
from tests.system.county import SmallCounty

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
PEERS, HELD_SECONDS = 1000, 12  # longer than the deadline of a head
PATIENCE = 4 * max(HEAD_SECONDS, PIECE_SECONDS)  # seconds; the machine may be busy
ELSEWHERE, NETWORK = "127.0.5.5", "127.0.5.0/24"  # a person on another network, on loopback
FOR_PEOPLE = {
    "identity": "/v1/me",
    "roster": "/v1/campaigns",
    "upload": "/v1/classes/x/forms",
    "stats": "/v1/figures",
    "portal": "/u",
}
FORGED = {
    ADDRESS: "203.0.113.9",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9",
    PERSON: "203.0.113.9",
    DOOR: f"{INSIDE} {'00' * 32}",
}


def test_a_thousand_silent_and_slow_peers_hold_nobody_up(attacked: SmallCounty):
    local = attacked.copy.local
    doors = {**local.addresses(), "objects": local.environment()["S3_PUBLIC_ENDPOINT"]}
    kinds = [
        (address, opening)
        for name, address in doors.items()
        for opening in openings(
            address,
            {"portal": "/u", "objects": "/rollcall/incoming/x?X-Amz-Signature=0"}.get(name, "/v1/photos"),
            "PUT" if name == "objects" else "POST",
        )
    ]
    peers = [kinds[number % len(kinds)] for number in range(PEERS)]
    asked = [f"{doors['portal']}/u", *(f"{address}/_status" for name, address in doors.items() if name != "objects")]
    waits, unanswered = asyncio.run(hold(peers, asked, HELD_SECONDS))
    waits.sort()
    sys.stderr.write(
        f"\n{PEERS} silent and slow peers: {len(waits)} requests of others, {unanswered} without a good answer, "
        f"p50 {waits[len(waits) // 2] * 1000:.1f} ms, p95 {waits[len(waits) * 95 // 100] * 1000:.1f} ms\n"
    )
    assert unanswered == 0 and len(waits) > len(asked)
    assert attacked.copy.dead() == []


@pytest.mark.parametrize("kind", ["silent", "half a head", "half a body"])
def test_who_says_nothing_more_is_disconnected(attacked: SmallCounty, kind):
    address = attacked.addresses["upload"]
    opening = {"silent": b"", "half a head": HALF_A_HEAD, "half a body": trickling(address, "/v1/photos")}[kind]
    asyncio.run(seconds_until_closed(address, opening, PATIENCE))


@pytest.mark.parametrize("service", SERVICES)
def test_no_way_leads_round_the_proxy(attacked: SmallCounty, service):
    """The socket, which only this user reaches, answers nobody but the proxy; no service listens on a port."""
    sockets = attacked.copy.local.sockets
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    headers = {**attacked.headers(service, "ministry"), ADDRESS: "203.0.113.9"}
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(sockets / service)), base_url="http://x") as client:
        for path in ("/", "/v1/me", "/v1/units", "/metrics", "/_status", "/internal/control-totals"):
            for more in ({}, {DOOR: "people"}, {DOOR: door_header("people", bytes(32))}):
                answer = client.get(path, headers=headers | more)
                assert (answer.status_code, answer.json()["title"]) == (403, "proxy-only"), (path, more)
    inside = attacked.copy.local.inside()[service]
    refused = httpx.get(inside + FOR_PEOPLE[service], headers=headers)
    assert refused.status_code == 403 and refused.json()["title"] == "proxy-only"


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_inside_cannot_be_reached_from_outside(attacked: SmallCounty, service):
    address = attacked.copy.local.addresses()[service]
    as_service = attacked.headers(service, SERVICE)
    for path in (
        "/metrics",
        "/metrics/",
        "//metrics",
        "/%6detrics",
        "/v1/../metrics",
        "/v1/..%2fmetrics",
        "/_status/../metrics",
        "/_health/ready",
        "/internal/control-totals?through=2026-01-01&categories=unit",
        "//internal/control-totals",
        "/%69nternal/control-totals",
        "/v1/%2e%2e/internal/control-totals",
    ):
        answer = _raw(address, path, {**as_service, **FORGED})
        assert answer.split(b" ", 2)[1] in (b"400", b"404"), (path, answer[:200])
        assert b"rollcall_request_seconds" not in answer


def test_a_forged_address_does_not_change_where_a_print_came_from(attacked: SmallCounty):
    headers = {**attacked.headers("roster", "school"), **FORGED}
    with httpx.Client(transport=httpx.HTTPTransport(local_address=ELSEWHERE)) as client:
        path = f"/v1/prints/{attacked.printed}/forms.pdf"
        answer = client.get(attacked.addresses["roster"] + path, headers={**headers, "Idempotency-Key": "forged-0001"})
    assert answer.status_code == 200, answer.text
    assert _sources_of_prints(attacked)[-1] == ELSEWHERE


def _sources_of_prints(county: SmallCounty) -> list[str]:
    """Where the print of the county was asked for, in order."""
    client: MongoClient = MongoClient(county.copy.local.store_url())
    found = client["rollcall_roster"]["events"].find({"stream": f"print-{county.printed}"}).sort("version", 1)
    sources = [_data(document).get("source", "") for document in found]
    client.close()
    return [source for source in sources if source]


def _data(document: dict) -> dict:
    data = document["data"]
    return data if isinstance(data, dict) else json.loads(data)


def test_the_portal_passes_on_the_address_of_the_person_and_not_its_own(attacked: SmallCounty):
    """A failed sign-in at the portal is recorded by identity with the network of the person."""
    portal = attacked.copy.local.addresses()["portal"]
    transport = httpx.HTTPTransport(local_address=ELSEWHERE)
    with httpx.Client(transport=transport, base_url=portal, follow_redirects=True) as client:
        page = client.get("/sign-in").text
        token = page.partition('name="form_token" value="')[2].partition('"')[0]
        form = {"form_token": token, "login": "nobody.of.this.name", "password": "wrong horses 41"}
        assert client.post("/sign-in", data=form, headers=FORGED).status_code in (401, 429)
    await_until(lambda: f'"network":"{NETWORK}"' in _log(attacked, "identity"), 20, "identity's line names the network")
    assert "203.0.113." not in _log(attacked, "identity")


def _log(county: SmallCounty, process: str) -> str:
    return (county.copy.local.data / "logs" / f"{process}.log").read_text(errors="replace")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", None], ids=str)
def test_another_host_is_refused_at_every_door(attacked: SmallCounty, host):
    local = attacked.copy.local
    doors = [*local.addresses().values(), *local.inside().values(), local.environment()["S3_PUBLIC_ENDPOINT"]]
    for address in doors:
        answer = _raw(address, "/_status", {} if host is None else {"Host": host}, own_host=False)
        assert answer.split(b" ", 2)[1] in (b"400", b"421"), (address, answer[:200])


def test_the_object_store_takes_nothing_but_a_signed_put(attacked: SmallCounty):
    attacked.ticket(5)  # a presigned PUT passes
    store = attacked.copy.local.environment()["S3_PUBLIC_ENDPOINT"]
    for method, path in (("GET", "/"), ("GET", "/rollcall"), ("PUT", "/rollcall/x"), ("DELETE", "/rollcall/x")):
        assert httpx.request(method, store + path).status_code == 403, (method, path)
    forged = httpx.put(f"{store}/rollcall/incoming/x?X-Amz-Signature=00", content=b"x")
    assert 400 <= forged.status_code < 500, forged.text


def _raw(address: str, path: str, headers: dict[str, str], *, own_host: bool = True) -> bytes:
    """The response to a request whose path and headers no library tidies up."""
    parts = urlsplit(address)
    given = {**({"Host": parts.netloc} if own_host else {}), **headers, "Connection": "close"}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    with socket.create_connection((parts.hostname, parts.port), 30) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\n{head}\r\n".encode())
        answer = bytearray()
        while piece := line.recv(65536):
            answer += piece
    return bytes(answer)
