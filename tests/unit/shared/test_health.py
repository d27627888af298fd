"""The health of a service: its numbers and its workers, for the ministry and technical support alone."""

from __future__ import annotations

import pytest

from shared.infrastructure.clock import FixedClock
from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import DRIFT, LAG
from shared.language.roles import ROLES
from shared.service.app import AppContext, create_app
from shared.service.health import Health, WorkerReport
from shared.service.health_api import health_routes
from shared.service.worker_reports import measured
from tests.support.tokens import bearer, checker, service_auth, token_for

REPORTS = [WorkerReport(("relay", "view"), {"lag_records": 3.0}), WorkerReport(("view",), {"lag_records": 5.0})]
HEALTH = Health({"unpublished_seconds": lambda: 0.5}, lambda: REPORTS).knows(
    ("lag_records", "age_seconds"), parked_events=lambda: 2
)


def ask(role: str, health: Health = HEALTH):
    clock = FixedClock()
    shell = AppContext("upload", clock, "abc123", checker(clock), service_auth("upload", clock))
    headers = bearer(token_for(role, ["/000000/"])) if role else {}
    return create_app(shell, health_routes(health)).test_client().get("/v1/health", headers=headers)


def test_the_worst_report_counts_and_what_nobody_tells_is_not_known():
    assert ask("ministry").json == {
        "numbers": {"unpublished_seconds": 0.5, "parked_events": 2.0, "lag_records": 5.0, "age_seconds": None},
        "workers": {"relay": 1, "view": 2},
        "silent": {},
    }


@pytest.mark.parametrize(("other", "lag"), [(0.0, None), (4.0, 4.0)])
def test_a_process_that_stands_still_takes_the_0_from_the_others_but_not_what_they_lack(other, lag):
    reports = [WorkerReport((), {"lag_records": None}, ("view",)), WorkerReport(("view",), {"lag_records": other})]
    found = Health(reports=lambda: reports, reported=("lag_records",)).found()
    assert found == {"numbers": {"lag_records": lag}, "workers": {"view": 1}, "silent": {"view": 1}}


@pytest.mark.parametrize("role", [*sorted({*ROLES} - {"ministry", "support"}), ""])
def test_only_the_ministry_and_technical_support_may_ask(role):
    assert ask(role).status_code == (403 if role else 401)


def test_a_store_that_is_unavailable_is_told_as_such():
    def unavailable():
        raise Refused("unavailable", "The document store cannot be reached; try again.")

    assert ask("ministry", Health({"unpublished_seconds": unavailable})).status_code == 503


def test_a_worker_tells_what_it_has_measured_and_nothing_else():
    for gauge in (LAG, DRIFT):
        gauge.clear()
    assert measured() == {}
    LAG.labels("figures.1").set(4)
    DRIFT.labels("roster").set(0)
    DRIFT.labels("upload").set(2)
    try:
        assert measured() == {"lag_records": 4, "drift_slots": 2}
    finally:
        for gauge in (LAG, DRIFT):
            gauge.clear()
