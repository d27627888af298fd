"""The audit: do we hold what the stores hold, and do the figures say what the leaves say?

I1  books = the stores' count and sum per slot and day. A live difference is lag; at a closed day it is drift.
I2  flows and books = the fold of the leaves. A repair makes them so; leaves are repaired by reading the bus again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pymongo import DeleteOne, ReplaceOne
from pymongo.client_session import ClientSession

from services.stats.domain import fold
from services.stats.domain.measures import account, measure, over
from services.stats.projection.collections_mongo import Document, Projection, Session, write
from services.stats.projection.projector_mongo import book_changes, flow_changes, mark
from services.stats.projection.queries_mongo import Reads, Register
from services.stats.use_cases.reconciliation import Publishers, compare, lag_of
from shared.eventsourcing.event import SLOTS, slot_of
from shared.infrastructure.mongo import transaction

SLOTS_AT_ONCE = 64
Documents = Mapping[tuple[str, str], Document]  # ("flows" | "books", _id) -> what stands there


class Wrong(NamedTuple):
    """A document that does not say what the leaves of its slot say. None: it should not be there, or is missing."""

    slot: int
    collection: str
    id: str
    kept: Document | None
    folded: Document | None

    def shown(self) -> dict[str, Any]:
        return self._asdict()


class Audit:
    def __init__(self, projection: Projection, publishers: Publishers, register: Register) -> None:
        self._projection, self._reads, self._publishers, self._register = (
            projection,
            Reads(projection),
            publishers,
            register,
        )
        self._collections = {"flows": projection.flows, "books": projection.books}

    def __call__(self, today: str, leaves: bool = True) -> dict[str, Any]:
        """{books: drift at closed days, flows: what differs from the leaves, parked, lag}. All empty and 0 when all is well.

        leaves: whether to fold all of them, which takes as long as they are many; without, `flows` is left out.
        """
        closed = self._register.closed_through()
        differences = [
            d
            for theirs in self._publishers.books(today)
            for d in compare(theirs.closing.publisher, theirs.rows, self._reads.books(theirs.closing.publisher, today))
        ]
        drift = [d for d in differences if d.day <= closed]
        folded = {"flows": [wrong.shown() for wrong in self.against_leaves()]} if leaves else {}
        return {
            "closed_through": closed,
            "books": [d.shown() for d in drift],
            **folded,
            "parked": self._reads.parked_count(),
            "lag": lag_of(differences),
        }

    def against_leaves(self) -> Iterator[Wrong]:
        """I2, some slots at a time, each time in a snapshot of its own."""
        for first in range(0, SLOTS, SLOTS_AT_ONCE):
            with self._reads.together() as session:
                yield from self._wrong({"slot": {"$gte": first, "$lt": first + SLOTS_AT_ONCE}}, session)

    def repair(self) -> int:
        """Make flows and books what the leaves say: how many documents were wrong. Projectors go on meanwhile: who collides starts again."""
        return sum(self._repair(slot) for slot in sorted({wrong.slot for wrong in self.against_leaves()}))

    def _repair(self, slot: int) -> int:
        def act(session: ClientSession) -> int:
            wrong = self._wrong({"slot": slot}, session)
            for name, collection in self._collections.items():
                write(
                    collection,
                    [
                        DeleteOne({"_id": each.id})
                        if each.folded is None
                        else ReplaceOne({"_id": each.id}, each.folded, upsert=True)
                        for each in wrong
                        if each.collection == name
                    ],
                    session,
                )
            mark(self._projection, [("flows", slot)] if wrong else [], session)
            return len(wrong)

        return transaction(self._projection.database.client, act)

    def _wrong(self, slots: Mapping[str, Any], session: Session) -> list[Wrong]:
        """What is wrong in some slots, in the order of ids."""
        kept = {
            (name, document.pop("_id")): document
            for name, collection in self._collections.items()
            for document in collection.find(slots, session=session)
        }
        folded = folded_from(self._projection.all_leaves(slots, session))
        return [
            Wrong((kept.get(at) or folded[at])["slot"], at[0], at[1], kept.get(at), folded.get(at))
            for at in sorted(kept.keys() | folded.keys())
            if numbers_in(kept.get(at, {})) != numbers_in(folded.get(at, {}))
        ]


def folded_from(leaves: Iterable[fold.Leaf]) -> Documents:
    """The documents that these leaves alone would have made."""
    changes = fold.Changes()
    for leaf in leaves:
        slot = slot_of(next(iter(leaf)))
        changes.flows.update({(slot, *flow): n for flow, n in fold.flows(leaf, measure, over).items()})
        changes.books.update(fold.books(leaf, account))
    increments = {"flows": flow_changes(changes), "books": book_changes(changes)}
    return {(name, id): _document(names, added) for name, of in increments.items() for id, (names, added) in of.items()}


def _document(names: Mapping[str, Any], added: Mapping[str, int]) -> Document:
    """What increments make of nothing: "total.uploaded": 1 -> {"total": {"uploaded": 1}}."""
    document: Document = dict(names)
    for path, n in added.items():
        *parents, last = path.split(".")
        inner = document
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = n
    return document


def numbers_in(document: Mapping[str, Any], prefix: str = "") -> dict[str, int]:
    """The numbers of a document that are not zero, by path: a 0 says as much as nothing."""
    out: dict[str, int] = {}
    for name, value in document.items():
        if isinstance(value, Mapping):
            out |= numbers_in(value, f"{prefix}{name}.")
        elif prefix and value:
            out[f"{prefix}{name}"] = value
    return out
