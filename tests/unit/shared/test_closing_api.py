from __future__ import annotations

import pytest

from shared.infrastructure.clock import FixedClock
from shared.service.app import AppContext, create_app
from shared.service.closing_api import publisher_routes
from tests.support.stores import memory_store
from tests.support.tokens import checker, service_auth

TODAY, YESTERDAY = "2026-09-21", "2026-09-20"


@pytest.fixture
def publisher():
    clock = FixedClock(1_790_000_000_000)
    store = memory_store(clock)
    shell = AppContext("roster", clock, "abc123", checker(clock), service_auth("roster", clock))
    client = create_app(shell, publisher_routes(store, clock)).test_client()
    headers = service_auth("stats", clock).headers("roster")
    return store, lambda day: client.post("/internal/close", json={"day": day}, headers=headers)


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
