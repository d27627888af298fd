"""Counted attempts in the document store: `attempts`."""

from __future__ import annotations

from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.identity.repositories.protocol import FORGET_MS, TEMPORARY_LOCK, Limit

Document = dict[str, Any]


class MongoAttempts:
    def __init__(self, db: Database[Document]) -> None:
        self._attempts = db["attempts"]

    def ensure_indexes(self) -> None:
        self._attempts.create_index([("until", ASCENDING)], name="until")

    def reserve(self, key: str, now: int, limit: Limit = TEMPORARY_LOCK) -> bool:
        tries = self.count(key, now, limit.window_ms)
        if tries == limit.most:
            self._attempts.update_one({"_id": key}, {"$set": {"until": now + limit.window_ms}})
        return tries <= limit.most

    def count(self, key: str, now: int, window_ms: int) -> int:
        tries = self._count(key, now)
        while tries is None:  # no window yet, or it is over: one of the concurrent tries begins one
            self._begin(key, now, window_ms)
            tries = self._count(key, now)
        return tries

    def tries(self, key: str, now: int) -> int:
        found = self._attempts.find_one({"_id": key, "until": {"$gt": now}})
        return 0 if found is None else int(found["tries"])

    def until(self, key: str) -> int:
        found = self._attempts.find_one({"_id": key})
        return 0 if found is None else int(found["until"])

    def clear_below(self, prefix: str) -> None:
        self._attempts.delete_many({"_id": {"$gte": prefix, "$lt": f"{prefix}\uffff"}})

    def _count(self, key: str, now: int) -> int | None:
        found = self._attempts.find_one_and_update(
            {"_id": key, "until": {"$gt": now}}, {"$inc": {"tries": 1}}, return_document=ReturnDocument.AFTER
        )
        return None if found is None else int(found["tries"])

    def _begin(self, key: str, now: int, window_ms: int) -> None:
        fresh = {"tries": 0, "until": now + window_ms}
        try:
            self._attempts.insert_one({"_id": key, **fresh})
        except DuplicateKeyError:  # an expired window, or a concurrent try was faster: replace only an expired one
            self._attempts.update_one({"_id": key, "until": {"$lte": now}}, {"$set": fresh})
        else:
            self._attempts.delete_many({"until": {"$lt": now - FORGET_MS}})

    def give_back(self, key: str) -> None:
        self._attempts.update_one({"_id": key}, {"$inc": {"tries": -1}})

    def clear(self, key: str) -> None:
        self._attempts.delete_one({"_id": key})
