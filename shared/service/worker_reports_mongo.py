"""Reports of workers in the document store of their service, for its HTTP processes."""

from __future__ import annotations

from typing import Any

from pymongo.database import Database

from shared.infrastructure.clock import Clock
from shared.infrastructure.mongo import majority, reachable
from shared.service.health import WorkerReport

FRESH_MS = 30_000  # a worker that has told nothing for longer counts as gone
KEPT_MS = 24 * 3_600_000  # what killed processes leave behind


class WorkerReports:
    """Collection `worker_reports`: one document per process, without the name of its machine."""

    def __init__(self, db: Database[dict[str, Any]], clock: Clock) -> None:
        self._reports, self._clock = majority(db)["worker_reports"], clock

    @reachable()
    def keep(self, process: str, report: WorkerReport) -> None:
        told = {
            "at": self._clock.now(),
            "roles": list(report.roles),
            "silent": list(report.silent),
            "numbers": dict(report.numbers),
        }
        self._reports.replace_one({"_id": process}, told, upsert=True)

    @reachable()
    def forget(self, process: str) -> None:
        """Withdraw the report of a process that ends as it should, and a day later of those that did not."""
        self._reports.delete_one({"_id": process})
        self._reports.delete_many({"at": {"$lt": self._clock.now() - KEPT_MS}})

    @reachable()
    def fresh(self) -> list[WorkerReport]:
        found = self._reports.find({"at": {"$gte": self._clock.now() - FRESH_MS}})
        return [WorkerReport(each["roles"], each["numbers"], each.get("silent", ())) for each in found]
