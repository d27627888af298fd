"""Access records in the document store, collection `access_records`. Indexes: pupil; path and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from shared.infrastructure.mongo import majority, reachable
from shared.language.path import upper_bound
from shared.service.access_records import AccessRecord

Document = dict[str, Any]


class MongoAccessRecords:
    def __init__(self, db: Database[Document]) -> None:
        self._kept = majority(db)["access_records"]

    @reachable()
    def ensure_indexes(self) -> None:
        self._kept.create_index([("pupils", ASCENDING), ("at", DESCENDING)], name="pupil")
        self._kept.create_index([("path", ASCENDING), ("at", DESCENDING)], name="path")

    @reachable()
    def add(self, record: AccessRecord) -> None:
        document = asdict(record)
        try:
            self._kept.insert_one({"_id": document.pop("id"), **document, "pupils": list(record.pupils)})
        except DuplicateKeyError:
            return  # the driver has repeated an insert whose acknowledgement was lost

    def of_pupil(self, pupil: str, before: int, limit: int) -> Sequence[AccessRecord]:
        return self._newest({"pupils": pupil}, before, limit)

    def under(self, path: str, before: int, limit: int) -> Sequence[AccessRecord]:
        return self._newest({"path": {"$gte": path, "$lt": upper_bound(path)}}, before, limit)

    @reachable()
    def _newest(self, wanted: Mapping[str, Any], before: int, limit: int) -> Sequence[AccessRecord]:
        found = self._kept.find({**wanted, "at": {"$lt": before}}).sort("_id", DESCENDING).limit(limit)
        return [_record(document) for document in found]


def _record(document: Document) -> AccessRecord:
    id = document.pop("_id")
    return AccessRecord(id=id, **{**document, "pupils": tuple(document["pupils"])})
