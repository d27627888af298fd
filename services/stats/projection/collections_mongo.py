"""The collections of a projection. Each is named by its number, so that the next projection can be built beside it.

heads, journal, packs   the histories of pupils: journal_mongo.py
histories       those of a projection of a release before the journal: documents_mongo.py
tree            those of units, classes and campaigns: documents_mongo.py; also kind, and of: a class's school, else
                the slot in hexadecimal digits
flows           _id: slot|campaign|school|day; total: {measure: change}; classes: {class: {measure: change}}
control_totals  _id: slot|publisher; days: {day: {count, hash_total}}
tags            _id: kind|slot; tag: a new one after every change of the slot's flows, units or classes, for caches
"""

from __future__ import annotations

from collections.abc import Collection as Many
from collections.abc import Iterable, Iterator
from typing import Any

from pymongo import ASCENDING
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database

from services.stats.domain.fold import Changes, History
from services.stats.domain.measures import TREE_STREAMS, history_key
from services.stats.domain.packs import rows_of
from services.stats.projection import journal_mongo
from services.stats.projection.documents_mongo import Documents
from services.stats.projection.journal_mongo import LAYOUT, Journal
from shared.eventsourcing.event import category
from shared.infrastructure.mongo import majority

Document = dict[str, Any]
Session = ClientSession | None
COLLECTIONS = ("histories", "tree", "flows", "control_totals", "tags", *journal_mongo.COLLECTIONS)


class Projection:
    """The collections of `figures.<number>`."""

    def __init__(self, database: Database[Document], number: int) -> None:
        safe = majority(database)
        self.number, self.name, self.database = number, f"figures.{number}", safe
        prefix = f"figures_{number}_"
        self.tree, self.flows, self.control_totals, self.tags, self._heads, self._histories = (
            safe[f"{prefix}{name}"] for name in ("tree", "flows", "control_totals", "tags", "heads", "histories")
        )
        self.journal, self._has_journal, self._checkpoints = Journal(safe, prefix), False, safe["checkpoints"]

    def ensure_indexes(self) -> None:
        """Also sets the layout, if nothing was ever projected: one of a release before the journal stays as it is."""
        if not self._heads.find_one(LAYOUT) and not self._checkpoints.find_one({"subscription": self.name}):
            self._heads.replace_one(LAYOUT, LAYOUT, upsert=True)
        self.pupils().ensure_indexes()
        self.tree.create_index([("slot", ASCENDING)])
        self.tree.create_index([("kind", ASCENDING), ("of", ASCENDING)])
        self.flows.create_index([("slot", ASCENDING)])
        self.flows.create_index([("school", ASCENDING)])
        self.control_totals.create_index([("publisher", ASCENDING), ("slot", ASCENDING)])
        self.tags.create_index([("kind", ASCENDING)])

    def pupils(self, session: Session = None) -> Journal | Documents:
        """The histories of pupils, in the layout in which this projection was begun.

        Documents beside the layout are of a release before the journal, whose rebuild leaves the remains of ours.
        """
        if not self._has_journal and self._heads.find_one(LAYOUT, session=session):
            self._has_journal = self._histories.find_one({}, session=session) is None
        return self.journal if self._has_journal else Documents(self._histories)

    def histories_of(self, keys: Iterable[str], session: Session = None) -> dict[str, History]:
        """The histories that exist among these, by key."""
        of_pupils, of_tree = _by_kind(keys)
        return {
            **(self.pupils(session).read(of_pupils, session) if of_pupils else {}),
            **(Documents(self.tree).read(of_tree, session) if of_tree else {}),
        }

    def write_histories(self, changes: Changes, existing: Many[str], session: ClientSession) -> None:
        """Write what a batch has added. Of two batches with one history one collides and starts again.

        existing: the keys of stored histories.
        """
        of_pupils, of_tree = _by_kind(changes.histories)
        pupils = self.pupils(session)
        if isinstance(pupils, Journal):
            pupils.append((row for row in rows_of(changes, history_key) if not kind_of(row.key)), session)
        else:
            pupils.write({key: changes.histories[key] for key in of_pupils}, existing, session)
        Documents(self.tree).write({key: changes.histories[key] for key in of_tree}, existing, session)

    def all_histories(self, slots: range, session: Session = None) -> Iterator[History]:
        """The histories of some slots."""
        yield from self.pupils(session).all(slots, session)
        yield from Documents(self.tree).all(slots, session)


def _by_kind(keys: Iterable[str]) -> tuple[list[str], list[str]]:
    """Keys of pupils and keys in the tree, in the order of writing."""
    ordered = sorted(keys)
    return [key for key in ordered if not kind_of(key)], [key for key in ordered if kind_of(key)]


def write(collection: Collection[Document], operations: list[Any], session: Session) -> None:
    if operations:
        collection.bulk_write(operations, session=session)


def kind_of(key: str) -> str:
    """The kind of a history in the tree: "unit", "class", "campaign"; "" for a pupil's."""
    kind = category(key)
    return kind if kind in TREE_STREAMS else ""


def flow_id(slot: int, campaign: str, school: str, day: str) -> str:
    return f"{slot:03x}|{campaign}|{school}|{day}"


def control_total_id(slot: int, publisher: str) -> str:
    return f"{slot:03x}|{publisher}"
