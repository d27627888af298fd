"""Every route, asked by everybody else with a request that is good for its owner: no read and no write sideways."""

from __future__ import annotations

from collections import Counter

import httpx
import pytest
import requests

from docs import openapi
from tests.support.made_up import BROKEN, NOBODY, Good, operations, valid_request
from tests.system.county import Account, SmallCounty
from tests.system.good_requests import SERVICES

pytestmark = [pytest.mark.system, pytest.mark.timeout(1200)]
ELSEWHERE = "/000000/140000/140100/140102/"  # another province
STRANGERS = {
    "province": "/000000/140000/",
    "city": "/000000/140000/140100/",
    "county": ELSEWHERE,
    "school": f"{ELSEWHERE}2199140102/",
    "leader": f"{ELSEWHERE}2199140102/",
    "teacher": f"{ELSEWHERE}2199140102/2199140102p202401/",
    "support": "/000000/140000/",
    "auditor": "/000000/140000/",
    "guardian": "",
}
# Routes that answer everybody who is signed in, or every account of the role: about the caller, or public inside the
# administration. What they say must not name anybody of the attacked county.
ABOUT_THE_CALLER = {
    "DELETE /v1/sessions",
    "GET /v1/me",
    "GET /v1/me/history",
    "GET /v1/account-files",
    "GET /v1/accounts",
    "GET /v1/accounts/waiting",
    "GET /v1/applications",
    "GET /v1/bindings",
    "GET /v1/campaigns",
    "GET /v1/download-codes",
    "GET /v1/health",  # of the whole installation, to every account of technical support
    "GET /v1/misuse-cases",
    "GET /v1/photo-traces",
    "GET /v1/photos",
    "GET /v1/reports",
    "POST /v1/account-exports",
    "POST /v1/account-names",
    "POST /v1/account-files",  # taken from everybody who issues accounts; its lines ask for the place
    "POST /v1/accounts/searches",
    "GET /v1/units",
    "GET /v1/units/{code}",
    "GET /v1/units/{code}/children",
    "GET /v1/units/{school}/classes",
}
REFUSALS = (400, 401, 403, 404, 409, 410, 413, 415, 422, 429)


@pytest.fixture
def strangers(attacked: SmallCounty) -> list[str]:
    """Names in `people` of one account of each role in another province, with a real session's rights and no more."""
    for number, (role, path) in enumerate(STRANGERS.items(), 1):
        id = f"00000000-0000-7000-8000-{number:012}"
        attacked.people[f"stranger-{role}"] = Account(id, role, (path,) if path else ())
    return [f"stranger-{role}" for role in STRANGERS]


def test_a_request_that_is_good_for_its_owner_is_refused_to_everybody_else(attacked, strangers):
    found, counted = [], Counter[int]()
    with requests.Session() as line:
        for service, (routes, addresses) in openapi.APIS.items():
            for operation in operations(openapi.document(service, routes, addresses)):
                security = operation.definition.raw.get("security", [])
                if {} in security:
                    continue  # for anyone: the attacks on those have files of their own
                good = SERVICES[service][operation.label](attacked)
                for who in strangers:  # a session for each route, because one of the routes ends it
                    attacked.people[who].session = f"{attacked.number():032x}"
                for who in (NOBODY, BROKEN, *strangers):
                    response = _sent(attacked, line, service, operation, good, who)
                    counted[response.status_code] += 1
                    found += _wrong(attacked, service, operation.label, who, response)
    assert found == []
    assert counted[401] > 100 and counted[403] > 200, counted
    assert attacked.copy.dead() == []


def test_a_service_token_for_one_service_opens_no_other(attacked):
    for service in ("identity", "roster", "upload"):
        address = f"{attacked.addresses[service]}/internal/control-totals?through=2026-01-01&categories=form"
        for other in {"identity", "roster", "upload"} - {service}:
            headers = attacked.headers(other, "service")
            assert httpx.get(address, headers=headers, timeout=30).status_code in (401, 403, 404)


def _sent(attacked, line, service, operation, good: Good, who):
    asked = valid_request(operation, good, f"matrix-{attacked.number():06}").case
    kept = {name: value for name, value in asked.headers.items() if name.lower() != "authorization"}
    asked.headers = {**kept, **attacked.headers(service, who)}
    return asked.call(base_url=attacked.addresses[service], session=line, timeout=60)


def _wrong(attacked, service, label, who, response) -> list[str]:
    """A success that the caller has no right to, or a list that names somebody of the county."""
    if response.status_code in REFUSALS:
        return []
    if label in ABOUT_THE_CALLER and who not in (NOBODY, BROKEN):
        named = [pupil for pupil in attacked.pupils if pupil in response.text]
        named += [one.login for one in attacked.people.values() if one.login and one.login in response.text]
        return [f"{service} {label} names {named} to {who}"] if named else []
    return [f"{service} {label}: {response.status_code} to {who}: {response.text[:200]}"]
