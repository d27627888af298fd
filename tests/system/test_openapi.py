"""Requests made up from the OpenAPI documents, against a running copy: no 500, no undocumented response."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

import pytest
import requests

from deploy.local.stack import Stack
from docs import openapi
from tests.support.made_up import BROKEN, NOBODY, SentRequest, Tally, make_up, operations, valid_request
from tests.system.county import SmallCounty
from tests.system.good_requests import SERVICES

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(7200),
    pytest.mark.parametrize("copy", ["embedded bus"], indirect=True, scope="module"),  # HTTP is the same on every bus
]
REQUESTS = int(os.environ.get("OPENAPI_REQUESTS", "2000"))
SEED = int(os.environ.get("OPENAPI_SEED", datetime.now(UTC).timetuple().tm_yday))  # new requests every day
PATIENCE = 120  # seconds for a response: an audit of everything is slow, and the machine may be busy
AT_ONCE = 20  # requests of one operation, before the next operation
OTHERS = (NOBODY, BROKEN, "guardian", "teacher", "school", "county", "ministry")
OPERATIONS = [
    (service, operation)
    for service, (routes, addresses) in openapi.APIS.items()
    for operation in operations(openapi.document(service, routes, addresses))
]


@pytest.fixture(scope="module")
def county(copy: Stack) -> SmallCounty:
    return SmallCounty(copy).settle()


@pytest.fixture(scope="module")
def tally() -> Iterator[Tally]:
    counted = Tally()
    yield counted
    sys.stderr.write(f"\nseed {SEED}\n{counted.shown()}\n")


def send(
    county: SmallCounty, tally: Tally, line: requests.Session, service: str, asked: SentRequest
) -> requests.Response:
    """Send with a valid token in place of a made-up one, and record the response."""
    asked.case.headers = {
        name: value for name, value in asked.case.headers.items() if name.lower() != "authorization"
    } | county.headers(service, asked.who)
    address = county.address(service, asked.case.operation.path)
    answer = asked.case.call(base_url=address, session=line, timeout=PATIENCE)
    tally.note(service, asked.case, answer)
    return answer


def test_every_operation_answers_a_good_request_well(county, tally):
    assert {(service, operation.label) for service, operation in OPERATIONS} == {
        (service, label) for service, goods in SERVICES.items() for label in goods
    }
    bad = []
    with requests.Session() as line:
        for service, operation in OPERATIONS:
            asked = valid_request(
                operation, SERVICES[service][operation.label](county), f"asked-well-{county.number()}"
            )
            answer = send(county, tally, line, service, asked)
            bad += (
                []
                if answer.status_code < 300
                else [f"{service} {operation.label}: {answer.status_code} {answer.content[:300]!r}"]
            )
    assert bad == []
    assert tally.faults == {}


def test_no_made_up_request_gets_an_undocumented_response(county, tally):
    chance = SEED * 1_000_000
    with requests.Session() as line:
        while tally.sent() < REQUESTS:
            for service, operation in OPERATIONS:
                chance += 1
                if left := min(AT_ONCE, REQUESTS - tally.sent()):
                    good = SERVICES[service][operation.label](county)
                    make_up(operation, good, OTHERS, left, chance, partial(send, county, tally, line, service))
    assert tally.faults == {}, f"seed {SEED}"
    assert county.copy.dead() == []
