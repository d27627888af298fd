from __future__ import annotations

import pytest

from shared.eventsourcing.event import NewEvent, id_hash, slot_of
from shared.eventsourcing.store import Append, CommandContext
from shared.infrastructure.clock import FixedClock
from shared.language.contracts import PUBLIC
from shared.service.app import AppContext, create_app
from shared.service.closing_api import closing_routes
from tests.support.stores import memory_store
from tests.support.tokens import checker, service_auth

UNIT, COMMAND = PUBLIC["unit"].events[0], CommandContext("roster:key-0001", "roster")
TODAY, YESTERDAY = "2026-09-21", "2026-09-20"


@pytest.fixture
def app():
    clock = FixedClock(1_790_000_000_000)
    store = memory_store(clock)
    shell = AppContext("roster", clock, "abc123", checker(clock), service_auth("roster", clock))
    client = create_app(shell, closing_routes(store, clock)).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = service_auth("stats", clock).headers("roster")["Authorization"]
    return store, client


@pytest.fixture
def publisher(app):
    store, client = app
    return store, lambda day: client.post("/internal/close", json={"day": day})


def test_a_day_that_is_over_is_closed(publisher):
    _, close = publisher
    assert close(YESTERDAY).json == {"closed_through": YESTERDAY, "pending": 0}


@pytest.mark.parametrize("day", [TODAY, "2026-09-22", "9999-12-31"])
def test_a_day_that_is_not_over_is_not_closed(publisher, day):
    store, close = publisher
    response = close(day)
    assert (response.status_code, response.json["title"]) == (409, "day-not-over")
    assert store.closed_through() == ""


@pytest.mark.parametrize("day", ["2026-02-30", "0000-00-00", "2026-9-1"])
def test_a_text_other_than_a_calendar_day_is_refused(publisher, day):
    store, close = publisher
    assert close(day).json["title"] == "bad-fields"
    assert store.closed_through() == ""


def test_control_totals_are_given_by_slot_and_day(app):
    store, client = app
    data, state = UNIT.example
    events = store.append([Append("unit-110101", 0, [NewEvent(UNIT.type, data, UNIT.schema, state)])], COMMAND)
    totals = client.get("/internal/control-totals", query_string={"through": TODAY, "categories": "unit,class"}).json
    assert totals == {
        "closed_through": "",
        "pending": 1,
        "slots": 1024,
        "totals": [{"slot": slot_of("unit-110101"), "day": TODAY, "count": 1, "hash_total": id_hash(events[0].id)}],
    }
