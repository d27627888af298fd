"""Histories as documents: of the tree; and of pupils, in a projection that a release before the journal has begun.

_id: key; slot; streams: [{stream, versions: [[version, id, day, state], ...]}, ...]; of the tree also kind, of
"""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pymongo import ASCENDING, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from services.stats.domain.fold import History, RecordedState
from shared.eventsourcing.event import category, slot_of
from shared.infrastructure.chunks import chunks

Document = dict[str, Any]
Session = ClientSession | None
IDS_IN_A_QUERY = 50  # the embedded store compares each document with each of them in turn


class Documents:
    """One document for each history."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    def ensure_indexes(self) -> None:
        self._collection.create_index([("slot", ASCENDING)])

    def read(self, keys: Iterable[str], session: Session) -> dict[str, History]:
        """The histories that exist among these, by key."""
        return {
            document["_id"]: history_from(document)
            for ids in chunks(keys, IDS_IN_A_QUERY)
            for document in self._collection.find({"_id": {"$in": ids}}, session=session)
        }

    def write(self, histories: Mapping[str, History], existing: Many[str], session: ClientSession) -> None:
        """Write whole documents, so that two batches with one history collide and one of them starts again.

        existing: the keys of stored histories.
        """
        documents = {key: history_document(key, history) for key, history in sorted(histories.items())}
        if new := [{"_id": key, **document} for key, document in documents.items() if key not in existing]:
            self._collection.insert_many(new, session=session)
        old = [ReplaceOne({"_id": key}, document) for key, document in documents.items() if key in existing]
        if old:
            self._collection.bulk_write(old, session=session)

    def all(self, slots: range, session: Session) -> Iterator[History]:
        """The histories of some slots."""
        some = {"slot": {"$gte": slots.start, "$lt": slots.stop}}
        yield from map(history_from, self._collection.find(some, session=session))


def history_document(key: str, history: History) -> Document:
    slot = slot_of(next(iter(history)))
    document: Document = {
        "slot": slot,
        "streams": [
            {"stream": stream, "versions": [[version, *states[version]] for version in sorted(states)]}
            for stream, states in sorted(history.items())
        ],
    }
    if key in history:  # of the tree: a history of one stream
        kind = category(key)
        of = next(iter(history[key].values())).state["school"] if kind == "class" else f"{slot:03x}"
        document |= {"kind": kind, "of": of}
    return document


def history_from(document: Mapping[str, Any]) -> History:
    return {
        each["stream"]: {version: RecordedState(id, day, state) for version, id, day, state in each["versions"]}
        for each in document["streams"]
    }
