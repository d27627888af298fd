"""Reports of workers in the document store: fresh ones count, those of processes that have ended do not."""

from __future__ import annotations

import signal
import threading
from types import SimpleNamespace

import pytest

from shared.infrastructure.clock import FixedClock
from shared.service import heartbeat, worker_reports
from shared.service.bootstrap import run_roles
from shared.service.health import WorkerReport
from shared.service.heartbeat import Heartbeat
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
    reports.keep("b", WorkerReport(["intake"], {"age_seconds": None}, ["view"]))
    found = sorted((each.roles, each.numbers, each.silent) for each in reports.fresh())
    assert found == [(["intake"], {"age_seconds": None}, ["view"]), (["relay"], {"lag_records": 1.0}, [])]


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
    thread = threading.Thread(target=report_until, args=(stop, reports, [Heartbeat("relay", stop)]))
    thread.start()
    try:
        await_until(lambda: [each.roles for each in reports.fresh()] == [["relay"]])
    finally:
        stop.set()
        thread.join(10)
    assert reports.fresh() == []


@pytest.fixture
def handlers():
    """Those of the tests' own process, which a worker replaces."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_worker_whose_loop_hangs_is_told_as_silent_by_its_own_process(
    reports, mongo_db, clock, monkeypatch, handlers
):
    monkeypatch.setattr(heartbeat, "SILENT_AFTER", 0.0)
    monkeypatch.setattr(worker_reports, "EVERY_SECONDS", 0.05)
    seen = []

    def hangs(stop):
        stop.is_set()
        await_until(lambda: any(each.silent for each in reports.fresh()))
        seen.extend((each.roles, each.silent) for each in reports.fresh())

    service = SimpleNamespace(name="upload", db=mongo_db, clock=clock, settings=SimpleNamespace(metrics_port=0))
    run_roles(service, {"view": hangs}, ["view"])
    assert seen == [([], ["view"])]
    assert reports.fresh() == []
