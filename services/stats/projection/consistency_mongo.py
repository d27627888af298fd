"""Consistency of flows and control totals with the fold of the histories (I2 of the audit), and their repair."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import DeleteOne, ReplaceOne
from pymongo.client_session import ClientSession

from services.stats.domain import fold
from services.stats.domain.measures import campaign_ended, control_key, measure
from services.stats.projection.collections_mongo import Document, Projection, Session, write
from services.stats.projection.projector_mongo import control_total_increments, flow_increments, renew_tags
from services.stats.projection.queries_mongo import ProjectionQueries
from shared.eventsourcing.event import SLOTS, slot_of
from shared.infrastructure.mongo import transaction

SLOTS_AT_ONCE = 64
Documents = Mapping[tuple[str, str], Document]  # ("flows" | "control_totals", _id) -> document


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A document that is not the fold of its slot's histories. None: it should not exist, or is missing."""

    slot: int
    collection: str
    id: str
    kept: Document | None
    folded: Document | None


class Consistency:
    """The comparison of a projection with its own histories."""

    def __init__(self, projection: Projection) -> None:
        self._projection, self._queries = projection, ProjectionQueries(projection)
        self._collections = {"flows": projection.flows, "control_totals": projection.control_totals}

    def discrepancies(self) -> Iterator[Discrepancy]:
        """All discrepancies, read some slots at a time, each time in one snapshot."""
        for first in range(0, SLOTS, SLOTS_AT_ONCE):
            with self._queries.snapshot_session() as session:
                yield from self._discrepancies(range(first, first + SLOTS_AT_ONCE), session)

    def repair(self) -> int:
        """Write flows and control totals as folded from the histories; the number of documents that differed.

        Projectors go on meanwhile: of two colliding transactions one starts again.
        """
        return sum(self._repair(slot) for slot in sorted({each.slot for each in self.discrepancies()}))

    def _repair(self, slot: int) -> int:
        def act(session: ClientSession) -> int:
            found = self._discrepancies(range(slot, slot + 1), session)
            for name, collection in self._collections.items():
                write(collection, [_correction(each) for each in found if each.collection == name], session)
            renew_tags(self._projection, [("flows", slot)] if found else [], session)
            return len(found)

        return transaction(self._projection.database.client, act)

    def _discrepancies(self, slots: range, session: Session) -> list[Discrepancy]:
        """The discrepancies of some slots, in the order of ids."""
        some = {"slot": {"$gte": slots.start, "$lt": slots.stop}}
        kept = {
            (name, document.pop("_id")): document
            for name, collection in self._collections.items()
            for document in collection.find(some, session=session)
        }
        folded = folded_from(self._projection.all_histories(slots, session))
        return [
            Discrepancy((kept.get(at) or folded[at])["slot"], at[0], at[1], kept.get(at), folded.get(at))
            for at in sorted(kept.keys() | folded.keys())
            if numbers_in(kept.get(at, {})) != numbers_in(folded.get(at, {}))
        ]


def _correction(found: Discrepancy) -> DeleteOne | ReplaceOne[Document]:
    if found.folded is None:
        return DeleteOne({"_id": found.id})
    return ReplaceOne({"_id": found.id}, found.folded, upsert=True)


def folded_from(histories: Iterable[fold.History]) -> Documents:
    """The documents that these histories alone would have made."""
    changes = fold.Changes()
    for history in histories:
        slot = slot_of(next(iter(history)))
        flows = fold.flows(history, measure, campaign_ended)
        changes.flows.update({(slot, *flow): n for flow, n in flows.items()})
        changes.control_totals.update(fold.control_totals(history, control_key))
    increments = {"flows": flow_increments(changes), "control_totals": control_total_increments(changes)}
    return {(name, id): _document(names, added) for name, of in increments.items() for id, (names, added) in of.items()}


def _document(names: Mapping[str, Any], added: Mapping[str, int]) -> Document:
    """The document that an upsert with these increments creates: "total.uploaded": 1 -> {"total": {"uploaded": 1}}."""
    document: Document = dict(names)
    for path, n in added.items():
        *parents, last = path.split(".")
        inner = document
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = n
    return document


def numbers_in(document: Mapping[str, Any], prefix: str = "") -> dict[str, int]:
    """The numbers of a document that are not zero, by path: a 0 is the same as a missing number."""
    out: dict[str, int] = {}
    for name, value in document.items():
        if isinstance(value, Mapping):
            out |= numbers_in(value, f"{prefix}{name}.")
        elif prefix and value:
            out[f"{prefix}{name}"] = value
    return out
