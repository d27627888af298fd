"""Where a projection keeps what it has learned. Its number is in the name of every collection, so that the next one can be built beside it.

leaves  _id: key of the leaf; slot; kind; of: a class's school; parts: [{stream, known: [[version, id, day, now], ...]}, ...]
flows   _id: slot|campaign|school|day; total: {measure: change}; classes: {class: {measure: change}}
books   _id: slot|publisher; days: {day: {count, sum}}
marks   _id: kind|slot; mark: another word after every change of the slot's flows or units, for caches
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pymongo import ASCENDING, ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database

from services.stats.fold import Known, Leaf
from services.stats.measures import TREE_STREAMS
from shared.event import category, slot_of
from shared.mongo import majority

Document = dict[str, Any]
Session = ClientSession | None
IDS_IN_A_QUERY = 50   # the embedded store compares what it finds with each of them in turn


class Projection:
    """The collections of `figures.<number>`."""

    def __init__(self, database: Database[Document], number: int) -> None:
        safe = majority(database)
        self.number, self.name, self.database = number, f"figures.{number}", safe
        self.leaves, self.flows, self.books, self.marks = (safe[f"figures_{number}_{part}"] for part in ("leaves", "flows", "books", "marks"))

    def ensure_indexes(self) -> None:
        self.leaves.create_index([("slot", ASCENDING)])
        self.leaves.create_index([("kind", ASCENDING), ("slot", ASCENDING)])
        self.leaves.create_index([("kind", ASCENDING), ("of", ASCENDING)])
        self.flows.create_index([("slot", ASCENDING)])
        self.books.create_index([("publisher", ASCENDING), ("slot", ASCENDING)])
        self.marks.create_index([("kind", ASCENDING)])

    def leaves_of(self, keys: Iterable[str], session: Session = None) -> dict[str, Leaf]:
        """The leaves that exist among these."""
        wanted = sorted(keys)
        return {document["_id"]: leaf_from(document) for ids in in_batches(wanted) for document in self.leaves.find({"_id": {"$in": ids}}, session=session)}

    def write_leaves(self, leaves: Mapping[str, Leaf], session: Session) -> None:
        """Whole documents: two lessons that rewrite one leaf collide, and one of them starts again."""
        write(self.leaves, [ReplaceOne({"_id": name}, leaf_document(name, leaf), upsert=True) for name, leaf in sorted(leaves.items())], session)


def in_batches(ids: Sequence[str]) -> Iterator[list[str]]:
    for first in range(0, len(ids), IDS_IN_A_QUERY):
        yield list(ids[first:first + IDS_IN_A_QUERY])


def write(collection: Collection[Document], operations: list[Any], session: Session) -> None:
    if operations:
        collection.bulk_write(operations, session=session)


def kind_of(key: str) -> str:
    """"pupil", or what the leaf describes: "unit", "class", "campaign"."""
    kind = category(key)
    return kind if kind in TREE_STREAMS else "pupil"


def leaf_document(key: str, leaf: Leaf) -> Document:
    states = [known.now for part in leaf.values() for known in part.values()]
    return {"slot": slot_of(next(iter(leaf))), "kind": kind_of(key), "of": str(states[-1]["school"]) if kind_of(key) == "class" else "",
            "parts": [{"stream": stream, "known": [[version, *part[version]] for version in sorted(part)]} for stream, part in sorted(leaf.items())]}


def leaf_from(document: Mapping[str, Any]) -> Leaf:
    return {part["stream"]: {version: Known(id, day, now) for version, id, day, now in part["known"]} for part in document["parts"]}


def flow_id(slot: int, campaign: str, school: str, day: str) -> str:
    return f"{slot:03x}|{campaign}|{school}|{day}"
