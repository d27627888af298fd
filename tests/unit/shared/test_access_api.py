"""Who may read access records, and what an unusual number of views does."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import pytest

from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.service.access_api import access_routes
from shared.service.access_records import USUAL, WINDOW_MS, AccessRecord, Views
from shared.service.access_records_memory import MemoryAccessRecords
from shared.service.app import AppContext, create_app
from shared.service.auth import Caller
from tests.support.tokens import bearer, checker, service_auth, token_for

PUPIL, SISTER = "3f7.018f0000000000000000", "3f7.018f0000000000000001"
CLASS = "/000000/110000/110101/2111000001/2111000001p202301/"
TEACHER = Caller("t1", "teacher")


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def views(clock):
    return Views(MemoryAccessRecords(), clock)


@pytest.fixture
def client(views, clock):
    context = AppContext("roster", clock, "abc123", checker(clock), service_auth("roster", clock))
    return create_app(context, access_routes(views.records, clock)).test_client()


def read(client, role, query, paths=(), pupils=()):
    return client.get("/v1/access-records", query_string=query, headers=bearer(token_for(role, paths, pupils)))


def test_a_guardian_sees_by_which_role_where_and_when_the_own_child_was_seen(client, views, clock):
    views.record(TEACHER, "photo", [PUPIL], CLASS, "203.0.113.7")
    [line] = read(client, "guardian", {"pupil": PUPIL}, pupils=[PUPIL]).json["items"]
    assert line == {
        "at": clock.now(),
        "role": "teacher",
        "what": "photo",
        "path": CLASS,
        "account": "",
        "source": "",
        "pupils": 1,
        "alarm": False,
    }


def test_a_guardian_sees_no_other_child(client, views):
    views.record(TEACHER, "class-list", [PUPIL, SISTER], CLASS, "203.0.113.7")
    for query in ({"pupil": SISTER}, {}, {"path": CLASS}):
        assert read(client, "guardian", query, pupils=[PUPIL]).status_code == 403


def test_an_auditor_sees_the_account_and_its_address_in_the_own_region_only(client, views):
    views.record(TEACHER, "class-list", [PUPIL, SISTER], CLASS, "203.0.113.7")
    [line] = read(client, "auditor", {"path": "/000000/110000/"}, ["/000000/110000/"]).json["items"]
    assert (line["account"], line["source"], line["pupils"]) == ("t1", "203.0.113.7", 2)
    assert PUPIL not in str(line)
    assert read(client, "auditor", {"path": "/000000/110000/"}, ["/000000/120000/"]).status_code == 403
    assert read(client, "auditor", {"pupil": PUPIL}, ["/000000/"]).status_code == 422


@pytest.mark.parametrize("role", ["teacher", "school", "county", "ministry", "support", "leader"])
def test_nobody_else_reads_access_records(client, role):
    assert read(client, role, {"path": "/000000/", "pupil": PUPIL}, ["/000000/"], [PUPIL]).status_code == 403


def test_a_view_of_nobody_leaves_no_record(client, views):
    views.record(TEACHER, "class-list", [], CLASS, "203.0.113.7")
    assert read(client, "auditor", {"path": "/000000/"}, ["/000000/"]).json["items"] == []


def test_more_views_than_usual_within_a_minute_raise_one_alarm(views, clock, caplog):
    caplog.set_level(logging.INFO, "security")
    for number in range(USUAL["photo"] + 5):
        views.record(TEACHER, "photo", [f"p{number}"], CLASS, "203.0.113.7")
    assert [vars(record)["event"] for record in caplog.records] == ["many-views"]
    assert [record.alarm for record in views.records.under("/000000/", clock.now() + 1, 100)].count(True) == 5


def test_the_same_number_over_a_longer_time_or_by_several_people_raises_none(views, clock, caplog):
    caplog.set_level(logging.INFO, "security")
    for number in range(USUAL["photo"] * 2):
        clock.advance(seconds=WINDOW_MS / 1000 / USUAL["photo"])
        views.record(TEACHER, "photo", [f"p{number}"], CLASS, "203.0.113.7")
    for number in range(USUAL["photo"]):
        views.record(Caller(f"other{number}", "teacher"), "photo", ["p1"], CLASS, "203.0.113.7")
    assert caplog.records == []


def test_accounts_that_have_not_looked_for_a_minute_are_forgotten(views, clock):
    for number in range(50):
        views.record(Caller(f"t{number}", "teacher"), "photo", ["p1"], CLASS, "unknown")
    clock.advance(seconds=61)
    for _ in range(40):
        views.record(TEACHER, "photo", ["p1"], CLASS, "unknown")
    assert len(views._recent) == 1


@dataclass
class Unavailable(MemoryAccessRecords):
    added: list[AccessRecord] = field(default_factory=list)

    def add(self, record):
        raise Refused("unavailable", "The document store cannot be reached.")


def test_without_a_record_nothing_is_shown(clock):
    with pytest.raises(Refused, match="cannot be reached"):
        Views(Unavailable(), clock).record(TEACHER, "photo", [PUPIL], CLASS, "unknown")
