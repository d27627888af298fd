"""Where a projection keeps what it has learned. Its number is in the name of every collection, so that the next one can be built beside it.

leaves  _id: pupil; slot; parts: [{stream, known: [[version, id, day, now], ...]}, ...]
tree    the same for units, classes and campaigns; _id: stream; also kind, and of: a class's school, else the slot in hexadecimal digits
flows   _id: slot|campaign|school|day; total: {measure: change}; classes: {class: {measure: change}}
books   _id: slot|publisher; days: {day: {count, sum}}
marks   _id: kind|slot; mark: another word after every change of the slot's flows or units, for caches
"""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database

from services.stats.domain.fold import Known, Leaf
from services.stats.domain.measures import TREE_STREAMS
from shared.eventsourcing.event import category, slot_of
from shared.infrastructure.mongo import majority

Document = dict[str, Any]
Session = ClientSession | None
PARTS = ("leaves", "tree", "flows", "books", "marks")
IDS_IN_A_QUERY = 50  # the embedded store compares what it finds with each of them in turn


class Projection:
    """The collections of `figures.<number>`."""

    def __init__(self, database: Database[Document], number: int) -> None:
        safe = majority(database)
        self.number, self.name, self.database = number, f"figures.{number}", safe
        self.leaves, self.tree, self.flows, self.books, self.marks = (
            safe[f"figures_{number}_{part}"] for part in PARTS
        )

    def ensure_indexes(self) -> None:
        self.leaves.create_index([("slot", ASCENDING)])
        self.tree.create_index([("slot", ASCENDING)])
        self.tree.create_index([("kind", ASCENDING), ("of", ASCENDING)])
        self.flows.create_index([("slot", ASCENDING)])
        self.books.create_index([("publisher", ASCENDING), ("slot", ASCENDING)])
        self.marks.create_index([("kind", ASCENDING)])

    def leaves_of(self, keys: Iterable[str], session: Session = None) -> dict[str, Leaf]:
        """The leaves that exist among these."""
        return {
            document["_id"]: leaf_from(document)
            for collection, wanted in self._apart(keys)
            for ids in in_batches(wanted)
            for document in collection.find({"_id": {"$in": ids}}, session=session)
        }

    def write_leaves(self, leaves: Mapping[str, Leaf], known: Many[str], session: Session) -> None:
        """Whole documents: two lessons that write one leaf collide, and one of them starts again. known: keys of leaves that exist."""
        for collection, keys in self._apart(leaves):
            documents = {key: leaf_document(key, leaves[key]) for key in keys}
            if new := [{"_id": key, **document} for key, document in documents.items() if key not in known]:
                collection.insert_many(new, session=session)
            write(
                collection,
                [ReplaceOne({"_id": key}, document) for key, document in documents.items() if key in known],
                session,
            )

    def all_leaves(self, slots: Mapping[str, Any], session: Session = None) -> Iterator[Leaf]:
        """The leaves of some slots. slots: a filter on `slot`."""
        for collection in (self.leaves, self.tree):
            for document in collection.find(slots, session=session):
                yield leaf_from(document)

    def _apart(self, keys: Iterable[str]) -> list[tuple[Collection[Document], list[str]]]:
        """Keys by the collection in which they lie, in the order of writing."""
        ordered = sorted(keys)
        return [
            (self.leaves, [key for key in ordered if not kind_of(key)]),
            (self.tree, [key for key in ordered if kind_of(key)]),
        ]


def in_batches(ids: Sequence[str]) -> Iterator[list[str]]:
    for first in range(0, len(ids), IDS_IN_A_QUERY):
        yield list(ids[first : first + IDS_IN_A_QUERY])


def write(collection: Collection[Document], operations: list[Any], session: Session) -> None:
    if operations:
        collection.bulk_write(operations, session=session)


def kind_of(key: str) -> str:
    """What a leaf of the tree describes: "unit", "class", "campaign"; "" for a pupil's."""
    kind = category(key)
    return kind if kind in TREE_STREAMS else ""


def leaf_document(key: str, leaf: Leaf) -> Document:
    slot = slot_of(next(iter(leaf)))
    document: Document = {
        "slot": slot,
        "parts": [
            {"stream": stream, "known": [[version, *part[version]] for version in sorted(part)]}
            for stream, part in sorted(leaf.items())
        ],
    }
    if kind := kind_of(key):
        document |= {
            "kind": kind,
            "of": next(iter(leaf[key].values())).state["school"] if kind == "class" else f"{slot:03x}",
        }
    return document


def leaf_from(document: Mapping[str, Any]) -> Leaf:
    return {
        part["stream"]: {version: Known(id, day, state) for version, id, day, state in part["known"]}
        for part in document["parts"]
    }


def flow_id(slot: int, campaign: str, school: str, day: str) -> str:
    return f"{slot:03x}|{campaign}|{school}|{day}"
