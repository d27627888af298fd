"""Photos in the document store, collection `photos`. Indexes: by form; what is due; tickets by their end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.upload.photos.protocol import CHECKING, GIVEN_UP, OPEN, SETTLED, Outcome, Photo
from shared.infrastructure.mongo import majority, reachable

Document = dict[str, Any]
FIELDS = tuple(field.name for field in fields(Photo) if field.name != "id")


class MongoPhotos:
    def __init__(self, db: Database[Document]) -> None:
        self._photos = majority(db)["photos"]

    @reachable()
    def ensure_indexes(self) -> None:
        self._photos.create_index([("form", ASCENDING), ("received_at", ASCENDING)], name="form")
        self._photos.create_index([("due_at", ASCENDING)], name="due", partialFilterExpression={"state": CHECKING})
        self._photos.create_index([("expires_at", ASCENDING)], name="tickets", partialFilterExpression={"state": OPEN})

    @reachable()
    def open(self, photo: Photo) -> Photo:
        document = {**asdict(photo), "form": photo.form}
        del document["id"]
        try:
            self._photos.insert_one({"_id": photo.id, **document})
            return photo
        except DuplicateKeyError:
            return self.get(photo.id) or photo  # gone again: it was swept at this very moment

    @reachable()
    def get(self, id: str) -> Photo | None:
        found = self._photos.find_one({"_id": id})
        return _photo(found) if found else None

    @reachable()
    def opened_since(self, form: str, at: int, limit: int) -> int:
        return self._photos.count_documents({"form": form, "created_at": {"$gt": at}}, limit=limit)

    @reachable()
    def receive(self, id: str, at: int) -> Photo:
        wanted = {"_id": id, "state": OPEN, "expires_at": {"$ne": GIVEN_UP}}
        self._photos.update_one(wanted, {"$set": {"state": CHECKING, "received_at": at, "due_at": at}})
        found = self._photos.find_one({"_id": id, "state": {"$ne": OPEN}})
        if not found:
            raise LookupError(id)
        return _photo(found)

    @reachable()
    def claim(self, now: int, lease: int) -> Photo | None:
        due = {"state": CHECKING, "due_at": {"$lte": now}}
        taken = {"$set": {"due_at": now + lease}, "$inc": {"attempts": 1}}
        found = self._photos.find_one_and_update(
            due, taken, sort=[("due_at", ASCENDING)], return_document=ReturnDocument.AFTER
        )
        return _photo(found) if found else None

    @reachable()
    def put_back(self, photo: Photo, due_at: int) -> None:
        mine = {"_id": photo.id, "state": CHECKING, "due_at": photo.due_at}
        self._photos.update_one(mine, {"$set": {"due_at": due_at}, "$inc": {"attempts": -1}})

    @reachable()
    def settle(self, id: str, outcome: Outcome) -> None:
        self._photos.update_one({"_id": id, "state": CHECKING}, {"$set": asdict(outcome)})

    @reachable()
    def of_form(self, form: str) -> Sequence[Photo]:
        found = self._photos.find({"form": form}).sort("received_at", ASCENDING)
        return [photo for document in found if (photo := _photo(document)).state in SETTLED]

    @reachable()
    def abandoned(self, before: int, limit: int) -> Sequence[Photo]:
        return [
            _photo(found) for found in self._photos.find({"state": OPEN, "expires_at": {"$lt": before}}).limit(limit)
        ]

    @reachable()
    def give_up(self, id: str) -> bool:
        return (
            self._photos.update_one({"_id": id, "state": OPEN}, {"$set": {"expires_at": GIVEN_UP}}).matched_count == 1
        )

    @reachable()
    def forget(self, id: str) -> bool:
        return self._photos.delete_one({"_id": id, "state": OPEN, "expires_at": GIVEN_UP}).deleted_count == 1


def _photo(document: Mapping[str, Any]) -> Photo:
    return Photo(document["_id"], **{name: document[name] for name in FIELDS})
