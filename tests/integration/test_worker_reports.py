"""Reports of workers in the document store: fresh ones count, those of processes that have ended do not."""

from __future__ import annotations

import threading

import pytest

from shared.infrastructure.clock import FixedClock
from shared.service.health import WorkerReport
from shared.service.worker_reports import report_until
from shared.service.worker_reports_mongo import FRESH_MS, KEPT_MS, WorkerReports
from tests.support.wait import await_until


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture
def reports(mongo_db, clock):
    return WorkerReports(mongo_db, clock)


def test_the_last_report_of_each_process_counts(reports):
    reports.keep("a", WorkerReport(["relay"], {"lag_records": 9.0}))
    reports.keep("a", WorkerReport(["relay"], {"lag_records": 1.0}))
    reports.keep("b", WorkerReport(["intake"], {}))
    found = sorted((each.roles, each.numbers) for each in reports.fresh())
    assert found == [(["intake"], {}), (["relay"], {"lag_records": 1.0})]


def test_a_process_that_tells_nothing_any_more_counts_as_gone(reports, clock):
    reports.keep("a", WorkerReport(["relay"], {}))
    clock.ms += FRESH_MS
    assert len(reports.fresh()) == 1
    clock.ms += 1
    assert reports.fresh() == []


def test_what_killed_processes_leave_behind_is_removed_by_others(reports, clock, mongo_db):
    reports.keep("killed", WorkerReport(["relay"], {}))
    clock.ms += KEPT_MS + 1
    reports.keep("b", WorkerReport(["relay"], {}))
    reports.forget("b")
    assert mongo_db["worker_reports"].count_documents({}) == 0


def test_a_worker_reports_while_it_runs_and_withdraws_when_it_ends(reports, mongo_db):
    stop = threading.Event()
    thread = threading.Thread(target=report_until, args=(stop, reports, ["relay"]))
    thread.start()
    try:
        await_until(lambda: [each.roles for each in reports.fresh()] == [["relay"]])
    finally:
        stop.set()
        thread.join(10)
    assert reports.fresh() == []
