"""Reports of workers: every few seconds each process tells its store its roles and what only it can measure.

So the service's HTTP processes know which roles run, and how far behind they are, without asking any of them. A role
whose loop stands still is told as silent, and what it has measured before as not known.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import uuid4

from prometheus_client import Gauge

from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import DRIFT, LAG, READ_MODEL_AGE
from shared.service.health import WorkerReport
from shared.service.heartbeat import Heartbeat

EVERY_SECONDS = 5.0
SUBSCRIBERS = ("view", "projector")
log = logging.getLogger("bootstrap")


class Measure(NamedTuple):
    """gauge: that shows it. roles: those that measure it."""

    gauge: Gauge
    roles: tuple[str, ...]


MEASURES: Mapping[str, Measure] = {
    "lag_records": Measure(LAG, SUBSCRIBERS),
    "age_seconds": Measure(READ_MODEL_AGE, SUBSCRIBERS),
    "drift_slots": Measure(DRIFT, ("audit",)),
}


class Reports(Protocol):
    """Implementation: worker_reports_mongo.py. Raises Refused("unavailable")."""

    def keep(self, process: str, report: WorkerReport) -> None:
        """Store the last report of a process."""
        ...

    def forget(self, process: str) -> None:
        """Withdraw the report of a process that has ended as it should."""
        ...


def measured() -> dict[str, float]:
    """The numbers of this process, as /metrics shows them at this moment; of several series the highest."""
    shown = {
        name: [sample.value for metric in measure.gauge.collect() for sample in metric.samples]
        for name, measure in MEASURES.items()
    }
    return {name: max(values) for name, values in shown.items() if values}


def report_of(heartbeats: Sequence[Heartbeat]) -> WorkerReport:
    """The report of this process at this moment."""
    silent = [each.role for each in heartbeats if each.is_silent]
    at_work = [each.role for each in heartbeats if not each.is_over and each.role not in silent]
    unsure = {name for name, measure in MEASURES.items() if {*measure.roles} & {*silent}}
    return WorkerReport(at_work, {**measured(), **dict.fromkeys(unsure)}, silent)


def report_until(stop: threading.Event, reports: Reports, heartbeats: Sequence[Heartbeat]) -> None:
    """Report until `stop` is set, then withdraw the report. While the store is unavailable nobody hears of us."""
    process = uuid4().hex
    while not stop.is_set():
        _attempt(lambda: reports.keep(process, report_of(heartbeats)))
        stop.wait(EVERY_SECONDS)
    _attempt(lambda: reports.forget(process))


def _attempt(act: Callable[[], None]) -> None:
    try:
        act()
    except Refused as refused:
        log.debug("no report of this worker", extra={"cause": refused.code})
    except Exception:
        log.warning("no report of this worker", exc_info=True)  # its work goes on
