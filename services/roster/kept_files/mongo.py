"""Kept roster files in Mongo: a document each, below its limit of 16 MB: a roster file has 10 MB at most."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from services.roster.kept_files.protocol import OF_A_SCHOOL, KeptFile
from shared.infrastructure.mongo import majority, reachable


class MongoKeptFiles:
    def __init__(self, db: Database[dict[str, Any]]) -> None:
        self._files = majority(db)["kept_files"]

    @reachable()
    def ensure_indexes(self) -> None:
        self._files.create_index([("school", ASCENDING), ("until", DESCENDING), ("_id", ASCENDING)], name="school")
        self._files.create_index([("until", ASCENDING)], name="until")

    @reachable()
    def keep(self, file: KeptFile) -> None:
        content = {"school": file.school, "until": file.until, "sealed": file.sealed, "changes": file.changes}
        self._files.replace_one({"_id": file.id}, content, upsert=True)
        newest = [("until", DESCENDING), ("_id", ASCENDING)]
        older = self._files.find({"school": file.school}, {"_id": 1}).sort(newest).skip(OF_A_SCHOOL)
        for old in list(older):
            self._files.delete_one({"_id": old["_id"]})

    @reachable()
    def until(self, id: str) -> int:
        found = self._files.find_one({"_id": id}, {"until": 1})
        return int(found["until"]) if found else 0

    @reachable()
    def get(self, id: str) -> KeptFile | None:
        found = self._files.find_one({"_id": id})
        if found is None:
            return None
        return KeptFile(id, found["school"], int(found["until"]), bytes(found["sealed"]), bytes(found["changes"]))

    @reachable()
    def remove(self, id: str) -> None:
        self._files.delete_one({"_id": id})

    @reachable()
    def remove_due(self, now: int) -> int:
        return self._files.delete_many({"until": {"$lte": now}}).deleted_count
