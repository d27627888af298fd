"""What a lesson writes: leaves, flows, books and marks, in the one transaction of the subscription's sink."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from services.stats.domain import fold
from services.stats.domain.measures import IGNORED, LEARNED, Place, account, key, measure, over
from services.stats.projection.collections_mongo import Projection, flow_id, kind_of, write
from shared.eventsourcing.event import Event, slot_of
from shared.messaging.sink import EventFilter, Rejected
from shared.messaging.sink_mongo import MongoSink

EVENT_FILTER = EventFilter.of(handles=LEARNED, ignores=IGNORED)


def figures_sink(projection: Projection) -> MongoSink:
    """The sink that teaches a projection."""
    return MongoSink(projection.database, projection.name, projector(projection))


def projector(projection: Projection) -> Callable[[ClientSession, Sequence[Event]], Iterable[Rejected]]:
    def learn(session: ClientSession, events: Sequence[Event]) -> Iterable[Rejected]:
        leaves = projection.leaves_of({key(event) for event in events}, session)
        changes = fold.study(events, leaves, key=key, measure=measure, over=over, account=account)
        write_lesson(projection, changes, leaves.keys(), session)
        return [Rejected(*item) for item in changes.parked]

    return learn


def write_lesson(projection: Projection, changes: fold.Changes, known: Collection[str], session: ClientSession) -> None:
    """Collection by collection, each in the order of its ids, so that lessons collide early. known: keys of leaves that exist."""
    projection.write_leaves(changes.leaves, known, session)
    write(projection.flows, _increments(flow_changes(changes)), session)
    write(projection.books, _increments(book_changes(changes)), session)
    mark(
        projection,
        {("flows", slot) for slot, *_ in changes.flows}
        | {("units", slot_of(name)) for name in changes.leaves if kind_of(name) == "unit"},
        session,
    )


Increments = dict[str, tuple[dict[str, Any], dict[str, int]]]  # _id -> what names the document, and what is added


def flow_changes(changes: fold.Changes) -> Increments:
    """The increments of flow documents, by their ids."""
    increments: Increments = {}
    for (slot, place, day, name), n in changes.flows.items():
        assert isinstance(place, Place)
        names = {"slot": slot, "campaign": place.campaign, "school": place.school, "day": day}
        added = increments.setdefault(flow_id(slot, place.campaign, place.school, day), (names, {}))[1]
        for field in (f"total.{name}", f"classes.{place.class_}.{name}"):
            added[field] = added.get(field, 0) + n
    return increments


def book_changes(changes: fold.Changes) -> Increments:
    """The increments of book documents, by their ids."""
    increments: Increments = {}
    for ((slot, publisher), day, what), n in changes.books.items():
        names = {"slot": slot, "publisher": publisher}
        increments.setdefault(f"{slot:03x}|{publisher}", (names, {}))[1][f"days.{day}.{what}"] = n
    return increments


def _increments(changes: Increments) -> list[UpdateOne]:
    return [
        UpdateOne({"_id": id}, {"$inc": added, "$setOnInsert": names}, upsert=True)
        for id, (names, added) in sorted(changes.items())
    ]


def mark(projection: Projection, changed: Iterable[tuple[str, int]], session: ClientSession) -> None:
    """Tell caches which slots are not what they were. A word that never comes again, so that a restored backup cannot deceive them."""
    word = uuid.uuid4().hex
    write(
        projection.marks,
        [
            UpdateOne({"_id": f"{kind}|{slot:03x}"}, {"$set": {"kind": kind, "slot": slot, "mark": word}}, upsert=True)
            for kind, slot in sorted(changed)
        ],
        session,
    )
