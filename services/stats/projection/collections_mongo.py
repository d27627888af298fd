"""The collections of a projection. Each is named by its number, so that the next projection can be built beside it.

histories       _id: pupil; slot; streams: [{stream, versions: [[version, id, day, state], ...]}, ...]
tree            the same for units, classes and campaigns; _id: stream; also kind, and of: a class's school, else
                the slot in hexadecimal digits
flows           _id: slot|campaign|school|day; total: {measure: change}; classes: {class: {measure: change}}
control_totals  _id: slot|publisher; days: {day: {count, hash_total}}
tags            _id: kind|slot; tag: a new one after every change of the slot's flows, units or classes, for caches
"""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pymongo import ASCENDING, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database

from services.stats.domain.fold import History, RecordedState
from services.stats.domain.measures import TREE_STREAMS
from shared.eventsourcing.event import category, slot_of
from shared.infrastructure.chunks import chunks
from shared.infrastructure.mongo import majority

Document = dict[str, Any]
Session = ClientSession | None
COLLECTIONS = ("histories", "tree", "flows", "control_totals", "tags")
IDS_IN_A_QUERY = 50  # the embedded store compares each document with each of them in turn


class Projection:
    """The collections of `figures.<number>`."""

    def __init__(self, database: Database[Document], number: int) -> None:
        safe = majority(database)
        self.number, self.name, self.database = number, f"figures.{number}", safe
        self.histories, self.tree, self.flows, self.control_totals, self.tags = (
            safe[f"figures_{number}_{name}"] for name in COLLECTIONS
        )

    def ensure_indexes(self) -> None:
        self.histories.create_index([("slot", ASCENDING)])
        self.tree.create_index([("slot", ASCENDING)])
        self.tree.create_index([("kind", ASCENDING), ("of", ASCENDING)])
        self.flows.create_index([("slot", ASCENDING)])
        self.flows.create_index([("school", ASCENDING)])
        self.control_totals.create_index([("publisher", ASCENDING), ("slot", ASCENDING)])
        self.tags.create_index([("kind", ASCENDING)])

    def histories_of(self, keys: Iterable[str], session: Session = None) -> dict[str, History]:
        """The histories that exist among these, by key."""
        return {
            document["_id"]: history_from(document)
            for collection, wanted in self._by_collection(keys)
            for ids in chunks(wanted, IDS_IN_A_QUERY)
            for document in collection.find({"_id": {"$in": ids}}, session=session)
        }

    def write_histories(self, histories: Mapping[str, History], existing: Many[str], session: Session) -> None:
        """Write whole documents, so that two batches with one history collide and one of them starts again.

        existing: the keys of stored histories.
        """
        for collection, keys in self._by_collection(histories):
            documents = {key: history_document(key, histories[key]) for key in keys}
            if new := [{"_id": key, **document} for key, document in documents.items() if key not in existing]:
                collection.insert_many(new, session=session)
            write(
                collection,
                [ReplaceOne({"_id": key}, document) for key, document in documents.items() if key in existing],
                session,
            )

    def all_histories(self, slots: Mapping[str, Any], session: Session = None) -> Iterator[History]:
        """The histories of some slots. slots: a filter on `slot`."""
        for collection in (self.histories, self.tree):
            for document in collection.find(slots, session=session):
                yield history_from(document)

    def _by_collection(self, keys: Iterable[str]) -> list[tuple[Collection[Document], list[str]]]:
        """Keys by their collection, in the order of writing."""
        ordered = sorted(keys)
        return [
            (self.histories, [key for key in ordered if not kind_of(key)]),
            (self.tree, [key for key in ordered if kind_of(key)]),
        ]


def write(collection: Collection[Document], operations: list[Any], session: Session) -> None:
    if operations:
        collection.bulk_write(operations, session=session)


def kind_of(key: str) -> str:
    """The kind of a history in the tree: "unit", "class", "campaign"; "" for a pupil's."""
    kind = category(key)
    return kind if kind in TREE_STREAMS else ""


def history_document(key: str, history: History) -> Document:
    slot = slot_of(next(iter(history)))
    document: Document = {
        "slot": slot,
        "streams": [
            {"stream": stream, "versions": [[version, *states[version]] for version in sorted(states)]}
            for stream, states in sorted(history.items())
        ],
    }
    if kind := kind_of(key):
        of = next(iter(history[key].values())).state["school"] if kind == "class" else f"{slot:03x}"
        document |= {"kind": kind, "of": of}
    return document


def history_from(document: Mapping[str, Any]) -> History:
    return {
        each["stream"]: {version: RecordedState(id, day, state) for version, id, day, state in each["versions"]}
        for each in document["streams"]
    }


def flow_id(slot: int, campaign: str, school: str, day: str) -> str:
    return f"{slot:03x}|{campaign}|{school}|{day}"


def control_total_id(slot: int, publisher: str) -> str:
    return f"{slot:03x}|{publisher}"
