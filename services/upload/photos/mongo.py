"""Sent photos in the document store, collection `photos`; collection `closed_tickets`: a document for each form.

Indexes: form; receipt number; photos due for a check; photos not checked; devices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.upload.domain.outcome import CHECKING, OPEN, SETTLED, Outcome
from services.upload.photos.protocol import SentPhoto, original_before
from shared.infrastructure.mongo import majority, reachable

Document = dict[str, Any]
FIELDS = tuple(field.name for field in fields(SentPhoto) if field.name not in ("id", "outcome"))
EVERYBODY = "everybody"  # of closed tickets, beside by-<kind of sender> and account-<id>: ms since 1970


class MongoPhotos:
    def __init__(self, db: Database[Document]) -> None:
        self._photos, self._closed = majority(db)["photos"], majority(db)["closed_tickets"]

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

    @reachable()
    def add(self, photo: SentPhoto) -> SentPhoto:
        content = {"form": photo.form, **asdict(photo.outcome), **{name: getattr(photo, name) for name in FIELDS}}
        try:
            self._photos.insert_one({"_id": photo.id, **content})
            return photo
        except DuplicateKeyError:
            # The release before stored tickets: one that was never completed is no record of a photo.
            self._photos.replace_one({"_id": photo.id, "state": OPEN}, content)
            found = self.get(photo.id)
            assert found, "records are never deleted"
            return found

    @reachable()
    def get(self, id: str) -> SentPhoto | None:
        found = self._photos.find_one({"_id": id})
        return _photo(found) if found else None

    @reachable()
    def of_receipt(self, receipt: str) -> Sequence[SentPhoto]:
        found = self._photos.find({"receipt": receipt}).sort("received_at", ASCENDING)
        return [_photo(document) for document in found]

    @reachable()
    def sent_since(self, form: str, at: int, limit: int) -> Sequence[SentPhoto]:
        return [_photo(found) for found in self._photos.find({"form": form, "received_at": {"$gt": at}}).limit(limit)]

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
    def close_pending(self, form: str, at: int, by: str = "") -> int:
        self._close(form, f"by-{by}" if by else EVERYBODY, at)
        return self._see({"form": form, **({"by": by} if by else {})}, at)

    @reachable()
    def hold_pending(self, form: str, at: int, account: str, command: str) -> int:
        theirs = {"form": form, "account": account}
        self._close(form, f"account-{account}", at)
        new = {**theirs, "state": CHECKING, "hold": {"$in": [None, ""]}}
        self._photos.update_many(new, {"$set": {"hold": command}})
        self._see(theirs, at)
        return self._photos.count_documents({**theirs, "hold": command})

    def _close(self, form: str, whose: str, at: int) -> None:
        """First of all: a photo that is recorded after this and not seen below is found closed by who checks it."""
        self._closed.update_one({"_id": form}, {"$max": {whose: at}}, upsert=True)

    def _see(self, wanted: Document, at: int) -> int:
        """Note on the photos in the check that they were recorded before the closing; returns how many there are."""
        return self._photos.update_many({**wanted, "state": CHECKING}, {"$max": {"seen_at": at}}).matched_count

    @reachable()
    def is_closed(self, photo: SentPhoto) -> bool:
        found = self._closed.find_one({"_id": photo.form})
        if not found:
            return False
        closed_at = max(found.get(w, 0) for w in (EVERYBODY, f"by-{photo.by}", f"account-{photo.account}"))
        if closed_at < photo.created_at:
            return False
        return not self._photos.find_one({"_id": photo.id, "seen_at": {"$gte": closed_at}}, {"_id": 1})

    @reachable()
    def held_pending(self, form: str) -> int:
        return self._photos.count_documents({"form": form, "state": CHECKING, "hold": {"$gt": ""}})


def _photo(document: Mapping[str, Any]) -> SentPhoto:
    outcome = Outcome(document["state"], document["reason"])
    stored = {name: document[name] for name in FIELDS if name in document}
    if "original" not in document:
        stored["original"] = original_before(document["_id"])
    return SentPhoto(document["_id"], outcome=outcome, **stored)
