"""Data keys in a document store: database `rollcall_keys`, collection `data_keys`. It may be a store of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from bson import Binary
from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.upload.photos.data_keys import SPARING, DataKey, Retirement, campaign_of, pupil_of
from shared.infrastructure.errors import Refused
from shared.infrastructure.mongo import majority, reachable

Document = dict[str, Any]
DATABASE = "rollcall_keys"
FIELDS = tuple(field.name for field in fields(DataKey))
LIVE = {"live": True}  # not destroyed


class MongoDataKeys:
    def __init__(self, db: Database[Document]) -> None:
        self._keys = majority(db)["data_keys"]

    @reachable()
    def ensure_indexes(self) -> None:
        self._keys.create_index([("form", ASCENDING), ("number", ASCENDING)], name="form")
        self._keys.create_index([("pupil", ASCENDING)], name="pupil")
        self._keys.create_index([("campaign", ASCENDING), ("form", ASCENDING)], name="campaign")
        self._keys.create_index([("due_at", ASCENDING)], name="due", partialFilterExpression={"due": True})
        self._keys.create_index([("version", ASCENDING)], name="version")

    @reachable()
    def add(self, key: DataKey) -> DataKey:
        try:
            self._keys.insert_one(_document(key))
        except DuplicateKeyError:
            return _key(self._keys.find_one({"_id": key.owner}) or _document(key))
        return key

    @reachable()
    def of_form(self, form: str) -> Sequence[DataKey]:
        return [_key(found) for found in self._keys.find({"form": form}).sort("number", ASCENDING)]

    @reachable()
    def of_pupil(self, pupil: str) -> Sequence[DataKey]:
        found = map(_key, self._keys.find({"pupil": pupil}))
        return sorted(found, key=lambda key: (key.form, key.number))

    @reachable()
    def of_campaign(self, campaign: str, after: str, limit: int) -> Sequence[str]:
        wanted = {"campaign": campaign, "form": {"$gt": after}, **LIVE}
        found = self._keys.find(wanted).sort("form", ASCENDING).limit(limit)
        return list(dict.fromkeys(str(document["form"]) for document in found))

    @reachable()
    def retire(self, form: str, retirement: Retirement, numbers: Collection[int] = ()) -> None:
        """Two updates, each of whole keys. The retired ones first: a current one is still there for what they spare."""
        wanted = {"form": form, **LIVE, **({"number": {"$in": list(numbers)}} if numbers else {})}
        changes = {"reason": retirement.reason, "by": retirement.by, "due_at": retirement.due_at, "due": True}
        outranked = {"retired_at": {"$gt": 0}, "reason": {"$in": [*SPARING, retirement.reason]}}
        self._keys.update_many({**wanted, **outranked}, {"$set": changes})
        self._keys.update_many({**wanted, "retired_at": 0}, {"$set": {"retired_at": retirement.at, **changes}})

    @reachable()
    def due(self, now: int, limit: int) -> Sequence[str]:
        found = self._keys.find({"due": True, "due_at": {"$lte": now}}).sort("due_at", ASCENDING).limit(limit)
        return list(dict.fromkeys(str(document["form"]) for document in found))

    @reachable()
    def destroy(self, key: DataKey) -> None:
        gone = {"wrapped": Binary(b""), "version": 0, "live": False}
        self._keys.update_one({"_id": key.owner, "retired_at": {"$gt": 0}}, {"$set": gone})

    @reachable()
    def completed(self, form: str, numbers: Collection[int]) -> None:
        done = {"form": form, "number": {"$in": list(numbers)}, "live": False}
        self._keys.update_many(done, {"$set": {"due": False, "due_at": 0}})

    @reachable()
    def wrapped_otherwise(self, version: int, limit: int) -> Sequence[DataKey]:
        return [_key(found) for found in self._keys.find({"version": {"$ne": version}, **LIVE}).limit(limit)]

    @reachable()
    def rewrap(self, key: DataKey, version: int, wrapped: bytes) -> bool:
        unchanged = {"_id": key.owner, "version": key.version, **LIVE}
        changed = {"$set": {"version": version, "wrapped": Binary(wrapped)}}
        return self._keys.update_one(unchanged, changed).modified_count == 1

    def reachable(self) -> str:
        try:
            self.due(0, 1)
        except Refused:
            return "The key store cannot be reached."
        return ""


def _document(key: DataKey) -> Document:
    stored = {name: getattr(key, name) for name in FIELDS}
    whose = {"pupil": pupil_of(key.form), "campaign": campaign_of(key.form)}
    return {"_id": key.owner, **stored, **whose, "live": not key.is_destroyed, "due": bool(key.due_at)}


def _key(document: Mapping[str, Any]) -> DataKey:
    return DataKey(**{name: document[name] for name in FIELDS})
