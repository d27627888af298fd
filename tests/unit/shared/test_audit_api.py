"""Who reads the audit trail, how it is searched, and what a line of the security log says of an act."""

from __future__ import annotations

import logging

import pytest

from shared.infrastructure.acts import ACTS
from shared.infrastructure.clock import FixedClock, day_of
from shared.language.scope import Scope
from shared.service.app import AppContext, create_app
from shared.service.audit_trail.api import PAGE, VERIFICATION, audit_routes
from shared.service.audit_trail.entry import prefixes, unit_path
from shared.service.audit_trail.memory import MemoryChains
from shared.service.audit_trail.trail import AuditTrail
from shared.service.audit_trail.verification import anchors_in
from shared.service.auth import Caller
from tests.support.tokens import bearer, checker, service_auth, token_for

COUNTY, SCHOOL = "/000000/110000/110101/", "/000000/110000/110101/2111000001/"
PUPIL = "3f7.018f0000000000000000"
ADMIN, OTHER = "018f0000-0000-7000-8000-000000000001", "018f0000-0000-7000-8000-000000000002"
SCHOOL_ADMIN = Caller(ADMIN, "school", Scope.of([SCHOOL]))


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def trail(clock):
    return AuditTrail("roster", MemoryChains(), clock)


@pytest.fixture
def client(trail, clock):
    context = AppContext("roster", clock, "abc123", checker(clock), service_auth("roster", clock))
    return create_app(context, audit_routes(trail)).test_client()


def read(client, path=COUNTY, role="auditor", own=COUNTY, **query):
    return client.get(
        "/v1/audit-trail", query_string={"path": path, **query}, headers=bearer(token_for(role, [own], []))
    )


def test_an_auditor_reads_who_did_what_to_whom_when_and_from_where(client, trail, clock):
    trail.record("password-reset", SCHOOL_ADMIN, target=OTHER, source="203.0.113.7", of="teacher")
    [line] = read(client).json["items"]
    assert {name: line[name] for name in line if name != "id"} == {
        "at": clock.now(),
        "act": "password-reset",
        "path": SCHOOL,
        "number": 1,
        "account": ADMIN,
        "role": "school",
        "target": OTHER,
        "source": "203.0.113.7",
        "facts": {"of": "teacher"},
    }


def test_an_auditor_reads_the_own_region_only(client, trail):
    trail.record("sign-in", SCHOOL_ADMIN)
    assert len(read(client, SCHOOL).json["items"]) == 1
    assert read(client, COUNTY, own="/000000/120000/").status_code == 403
    assert read(client, "/000000/").status_code == 403
    assert read(client, "110101").status_code == 422


@pytest.mark.parametrize("role", ["teacher", "school", "leader", "county", "ministry", "support", "guardian"])
def test_nobody_else_reads_the_trail(client, role):
    assert read(client, role=role, own="/000000/").status_code == 403


def test_it_does_not_say_which_pupil_an_act_concerned(client, trail):
    trail.record("code-renewed", SCHOOL_ADMIN, target=PUPIL)
    assert PUPIL not in read(client).text


def test_it_is_searched_by_act_account_and_day(client, trail, clock):
    today = day_of(clock.now())
    trail.record("sign-in", Caller(OTHER, "teacher", Scope.of([SCHOOL])))
    trail.record("password-reset", SCHOOL_ADMIN, target=OTHER)
    clock.advance(days=1)
    trail.record("print", SCHOOL_ADMIN, target="p1")

    def found(**query):
        return sorted(item["act"] for item in read(client, **query).json["items"])

    assert found(act="print") == ["print"]
    assert found(account=OTHER) == ["password-reset", "sign-in"]
    assert found(day=today) == ["password-reset", "sign-in"]
    assert found(day=today, account=ADMIN) == ["password-reset"]
    for wrong in ({"act": "something"}, {"account": "x"}, {"day": "2026-02-30"}, {"before": "1"}):
        assert read(client, **wrong).status_code == 422


def test_pages_follow_each_other_without_a_hole(client, trail, clock):
    for _ in range(PAGE + 7):
        clock.advance(seconds=1)
        trail.record("sign-in", SCHOOL_ADMIN)
    first = read(client).json["items"]
    rest = read(client, before=first[-1]["id"]).json["items"]
    assert [item["number"] for item in (*first, *rest)] == list(range(PAGE + 7, 0, -1))


def test_the_line_in_the_security_log_names_the_place_in_the_trail(trail, caplog):
    caplog.set_level(logging.INFO, "security")
    trail.record("sign-in", SCHOOL_ADMIN)
    line = vars(caplog.records[-1])
    [entry] = trail.chains.chain("2111000001")
    assert (line["event"], line["unit"], line["number"], line["hash"]) == ("sign-in", "2111000001", 1, entry.hash)
    assert anchors_in([b'{"service":"roster","unit":"u","number":1,"hash":"h"}'], "roster") == {"u": {1: "h"}}


def test_an_act_without_a_name_in_the_list_is_a_mistake_of_the_caller(trail):
    with pytest.raises(KeyError):
        trail.act("something", SCHOOL_ADMIN)
    assert all(name.zh and name.en for name in ACTS.values())


def test_the_chain_of_a_class_is_that_of_its_school_and_of_nobody_the_nations():
    assert unit_path(f"{SCHOOL}2111000001p202301/") == SCHOOL
    assert unit_path(COUNTY) == COUNTY
    assert unit_path("") == "/000000/"
    assert prefixes(COUNTY) == ["/000000/", "/000000/110000/", COUNTY]


def test_services_alone_ask_for_a_verification(client, trail, clock):
    trail.record("sign-in", SCHOOL_ADMIN)
    asked = client.get(VERIFICATION, headers=service_auth("identity", clock).headers("roster"))
    assert asked.json == {"chains": 1, "entries": 1, "anchored": 0, "faults": []}
    assert client.get(VERIFICATION, headers=bearer(token_for("auditor", [COUNTY], []))).status_code == 401
