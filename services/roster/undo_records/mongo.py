"""Undo records in Mongo: a document for each transaction of an import, written within it."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.roster.undo_records.protocol import UndoRecord
from shared.infrastructure.mongo import majority, reachable


class MongoUndoRecords:
    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._records = majority(db)["undo_records"]

    @reachable()
    def ensure_indexes(self) -> None:
        self._records.create_index([("run", ASCENDING), ("_id", ASCENDING)], name="run")
        self._records.create_index([("until", ASCENDING)], name="until")

    def keep(self, record: UndoRecord, session: ClientSession | None = None) -> None:
        """Not `reachable`, because the transaction needs the driver's own errors."""
        content = {"run": record.run, "until": record.until, "sealed": record.sealed}
        self._records.insert_one({"_id": record.id, **content}, session=session)

    @reachable()
    def of_run(self, run: str) -> list[UndoRecord]:
        found = self._records.find({"run": run}).sort([("_id", ASCENDING)])
        return [UndoRecord(each["_id"], run, int(each["until"]), bytes(each["sealed"])) for each in found]

    @reachable()
    def remove_run(self, run: str) -> None:
        self._records.delete_many({"run": run})

    @reachable()
    def remove_due(self, now: int) -> int:
        return self._records.delete_many({"until": {"$lte": now}}).deleted_count
