"""Sent photos in the document store, collection `photos`.

Indexes: form; receipt number; photos due for a check; photos not checked; devices; expiry of tickets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.upload.domain.outcome import CHECKING, OPEN, SETTLED, Outcome
from services.upload.photos.protocol import GIVEN_UP, SentPhoto
from shared.infrastructure.mongo import majority, reachable

Document = dict[str, Any]
FIELDS = tuple(field.name for field in fields(SentPhoto) if field.name not in ("id", "outcome"))


class MongoPhotos:
    def __init__(self, db: Database[Document]) -> None:
        self._photos = majority(db)["photos"]

    @reachable()
    def ensure_indexes(self) -> None:
        self._photos.create_index([("form", ASCENDING), ("received_at", ASCENDING)], name="form")
        self._photos.create_index([("receipt", ASCENDING)], name="receipt")
        self._photos.create_index([("due_at", ASCENDING)], name="due", partialFilterExpression={"state": CHECKING})
        unchecked = {"state": CHECKING}
        self._photos.create_index([("received_at", ASCENDING)], name="unchecked", partialFilterExpression=unchecked)
        self._photos.create_index([("device", ASCENDING), ("created_at", ASCENDING)], name="device")
        with_device = {"device": {"$gt": ""}}
        self._photos.create_index([("created_at", ASCENDING)], name="devices", partialFilterExpression=with_device)
        self._photos.create_index([("expires_at", ASCENDING)], name="tickets", partialFilterExpression={"state": OPEN})

    @reachable()
    def open(self, photo: SentPhoto) -> SentPhoto:
        document = {"_id": photo.id, "form": photo.form, **asdict(photo.outcome)}
        try:
            self._photos.insert_one(document | {name: getattr(photo, name) for name in FIELDS})
            return photo
        except DuplicateKeyError:
            return self.get(photo.id) or photo  # a sweep has deleted it in between

    @reachable()
    def get(self, id: str) -> SentPhoto | None:
        found = self._photos.find_one({"_id": id})
        return _photo(found) if found else None

    @reachable()
    def of_receipt(self, receipt: str) -> Sequence[SentPhoto]:
        found = self._photos.find({"receipt": receipt, "state": {"$ne": OPEN}}).sort("received_at", ASCENDING)
        return [_photo(document) for document in found]

    @reachable()
    def opened_since(self, form: str, at: int, limit: int) -> int:
        return self._photos.count_documents({"form": form, "created_at": {"$gt": at}}, limit=limit)

    @reachable()
    def forms_of_device(self, device: str, since: int, before: int, limit: int) -> int:
        wanted, forms = {"device": device, "created_at": {"$gte": since, "$lt": before}}, set[str]()
        with self._photos.find(wanted, {"form": 1}) as found:
            while device and len(forms) < limit and (photo := next(found, None)):
                forms.add(photo["form"])
        return len(forms)

    @reachable()
    def forget_devices(self, before: int) -> None:
        old = {"device": {"$gt": ""}, "created_at": {"$lt": before}}
        self._photos.update_many(old, {"$set": {"device": ""}})

    @reachable()
    def receive(self, id: str, at: int) -> SentPhoto:
        wanted = {"_id": id, "state": OPEN, "expires_at": {"$ne": GIVEN_UP}}
        self._photos.update_one(wanted, {"$set": {"state": CHECKING, "received_at": at, "due_at": at}})
        found = self._photos.find_one({"_id": id, "state": {"$ne": OPEN}})
        if not found:
            raise LookupError(id)
        return _photo(found)

    @reachable()
    def claim(self, now: int, lease: int) -> SentPhoto | None:
        due = {"state": CHECKING, "due_at": {"$lte": now}}
        taken = {"$set": {"due_at": now + lease}, "$inc": {"attempts": 1}}
        found = self._photos.find_one_and_update(
            due, taken, sort=[("due_at", ASCENDING)], return_document=ReturnDocument.AFTER
        )
        return _photo(found) if found else None

    @reachable()
    def unchecked(self, limit: int) -> int:
        return self._photos.count_documents({"state": CHECKING}, limit=limit)

    @reachable()
    def oldest_unchecked(self) -> int | None:
        found = self._photos.find({"state": CHECKING}, {"received_at": 1}).sort("received_at", ASCENDING).limit(1)
        return next((photo["received_at"] for photo in found), None)

    @reachable()
    def put_back(self, photo: SentPhoto, due_at: int) -> None:
        mine = {"_id": photo.id, "state": CHECKING, "due_at": photo.due_at}
        self._photos.update_one(mine, {"$set": {"due_at": due_at}, "$inc": {"attempts": -1}})

    @reachable()
    def settle(self, photo: SentPhoto) -> bool:
        found = {name: getattr(photo, name) for name in ("content", "sha256", "cut_short")}
        outcome = {**asdict(photo.outcome), **found}
        mine = {"_id": photo.id, "state": CHECKING}
        known = {} if photo.hold else {"hold": {"$in": [None, ""]}}
        if self._photos.update_one({**mine, **known}, {"$set": outcome}).matched_count:
            return True
        return not self._photos.count_documents(mine, limit=1)

    @reachable()
    def of_form(self, form: str) -> Sequence[SentPhoto]:
        found = self._photos.find({"form": form}).sort("received_at", ASCENDING)
        return [photo for document in found if (photo := _photo(document)).outcome.state in SETTLED]

    @reachable()
    def close_pending(self, form: str, by: str = "") -> int:
        wanted = {"form": form, **({"by": by} if by else {})}
        self._photos.update_many({**wanted, "state": OPEN}, {"$set": {"expires_at": GIVEN_UP}})
        return self._photos.count_documents({**wanted, "state": CHECKING})

    @reachable()
    def hold_pending(self, form: str, account: str, command: str) -> int:
        theirs = {"form": form, "account": account}
        self._photos.update_many({**theirs, "state": OPEN}, {"$set": {"expires_at": GIVEN_UP}})
        new = {**theirs, "state": CHECKING, "hold": {"$in": [None, ""]}}
        self._photos.update_many(new, {"$set": {"hold": command}})
        return self._photos.count_documents({**theirs, "hold": command})

    @reachable()
    def held_pending(self, form: str) -> int:
        return self._photos.count_documents({"form": form, "state": CHECKING, "hold": {"$gt": ""}})

    @reachable()
    def abandoned(self, before: int, limit: int) -> Sequence[SentPhoto]:
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


def _photo(document: Mapping[str, Any]) -> SentPhoto:
    outcome = Outcome(document["state"], document["reason"])
    return SentPhoto(document["_id"], outcome=outcome, **{name: document[name] for name in FIELDS if name in document})
