"""Chains in the document store. Collections: `audit_trail`, an entry each, and `audit_heads`, the last of each chain.

The `_id` of an entry is unit and number, so of two writers of one number the store refuses the second (compare and
set). A head only says where to begin looking: a writer that dies between the two writes leaves it behind.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import asdict, fields
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.infrastructure.errors import Conflict, Refused
from shared.infrastructure.mongo import majority, reachable
from shared.infrastructure.retry import Backoff
from shared.service.audit_trail.chains import Search, least_id, newest_id
from shared.service.audit_trail.entry import NOTHING_BEFORE, Entry, prefixes

Document = dict[str, Any]
FIELDS = tuple(field.name for field in fields(Entry))
PAGE = 500  # entries read at a time
ATTEMPTS, FIRST_PAUSE, LONGEST_PAUSE = 120, 0.005, 0.25  # of one entry; seconds
TURNS = 64


class MongoChains:
    """Writers of a chain take turns within a process, so that only processes compete for a number."""

    def __init__(self, db: Database[Document], wait: Callable[[float], Any] = time.sleep) -> None:
        safe = majority(db)
        self._entries, self._heads, self._wait = safe["audit_trail"], safe["audit_heads"], wait
        self._turns = [threading.Lock() for _ in range(TURNS)]

    @reachable()
    def ensure_indexes(self) -> None:
        by_time = ("id", ASCENDING)
        self._entries.create_index([("under", ASCENDING), by_time], name="under-time")
        self._entries.create_index([("under", ASCENDING), ("act", ASCENDING), by_time], name="under-act-time")
        self._entries.create_index([("about", ASCENDING), by_time], name="account-time")

    def append(self, entry: Entry, session: Any = None) -> Entry:
        if session:
            return self._append(entry, session)
        with reachable(), self._turns[hash(entry.unit) % TURNS]:
            backoff = Backoff(FIRST_PAUSE, LONGEST_PAUSE, wait=self._wait, jitter=1)
            for _ in range(ATTEMPTS):
                try:
                    return self._append(entry, None)
                except Conflict:
                    backoff.pause()
        raise Refused("unavailable", "The audit trail takes too many entries of this unit at the moment; try again.")

    def _append(self, entry: Entry, session: Any) -> Entry:
        latest = self._latest(entry.unit, session)
        if own := next((_entry(found) for found in latest if found["id"] == entry.id), None):
            return own  # an earlier attempt, whose acknowledgement was lost
        number, previous = (latest[-1]["number"], latest[-1]["hash"]) if latest else (0, NOTHING_BEFORE)
        sealed = entry.following(number, previous)
        try:
            self._entries.insert_one(_document(sealed), session=session)
        except DuplicateKeyError as error:
            raise Conflict(f"audit trail of {entry.unit}") from error
        self._note_head(sealed, session)
        return sealed

    def _latest(self, unit: str, session: Any) -> list[Document]:
        """The entry that the head names, and those after it."""
        head = self._heads.find_one({"_id": unit}, session=session)
        from_here = {"_id": {"$gte": _id(unit, head["number"] if head else 0), "$lt": _id_after(unit)}}
        return list(self._entries.find(from_here, session=session).sort("_id", ASCENDING))

    def _note_head(self, entry: Entry, session: Any) -> None:
        # Outside of a transaction the entry counts already, so a failure here must not tell otherwise.
        with nullcontext() if session else suppress(PyMongoError):
            noted = {"$max": {"number": entry.number}}
            self._heads.update_one({"_id": entry.unit}, noted, upsert=True, session=session)

    @reachable()
    def newest(self, search: Search) -> Sequence[Entry]:
        wanted: Document = {
            "under": search.path,
            "id": {"$gte": least_id(search.since), "$lt": newest_id(search)},
            **({"act": search.act} if search.act else {}),
            **({"about": search.account} if search.account else {}),
        }
        found = self._entries.find(wanted).sort("id", DESCENDING).limit(search.limit)
        return [_entry(document) for document in found]

    @reachable()
    def heads(self) -> Mapping[str, int]:
        return {head["_id"]: head["number"] for head in self._heads.find()}

    def chain(self, unit: str) -> Iterator[Entry]:
        """Entries in pages, so that a chain of millions is not held in memory."""
        start = _id(unit, 0)
        while found := self._page(unit, start):
            yield from (_entry(document) for document in found)
            start = found[-1]["_id"]

    @reachable()
    def _page(self, unit: str, after: str) -> list[Document]:
        wanted = {"_id": {"$gt": after, "$lt": _id_after(unit)}}
        return list(self._entries.find(wanted).sort("_id", ASCENDING).limit(PAGE))


def _id(unit: str, number: int) -> str:
    return f"{unit}:{number:012}"


def _id_after(unit: str) -> str:
    """Greater than every id of the unit."""
    return f"{unit};"


def _document(entry: Entry) -> Document:
    """under: the unit and those above it. about: the accounts that did and underwent the act."""
    about = sorted({entry.account, entry.target} - {""})
    return {"_id": _id(entry.unit, entry.number), **asdict(entry), "under": prefixes(entry.path), "about": about}


def _entry(document: Document) -> Entry:
    return Entry(**{name: document[name] for name in FIELDS})
