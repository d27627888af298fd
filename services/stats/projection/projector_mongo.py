"""The writes of a batch: histories, flows, control totals and tags, in the transaction of the subscription's sink."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from services.stats.domain import fold
from services.stats.domain.measures import (
    HANDLED,
    IGNORED,
    Cell,
    campaign_ended,
    campaigns_over,
    control_key,
    counted,
    history_key,
    measure,
)
from services.stats.projection.collections_mongo import Projection, control_total_id, flow_id, kind_of, write
from shared.eventsourcing.event import Event, slot_of
from shared.messaging.sink import Batch, EventFilter, Rejected
from shared.messaging.sink_mongo import MongoSink

EVENT_FILTER = EventFilter.of(handles=HANDLED, ignores=IGNORED)
log = logging.getLogger("projector")
TAGGED = {"unit": "units", "class": "classes"}  # kind of a history in the tree -> that of its tag


class FiguresSink(MongoSink):
    """The sink that writes a projection."""

    def __init__(self, projection: Projection) -> None:
        super().__init__(projection.database, projection.name, figures_projector(projection))
        self._journal = projection.journal

    def apply(self, batch: Batch) -> int:
        """Also packs long journals afterwards. That may fail and be late: the batch is committed."""
        parked = super().apply(batch)
        try:
            self._journal.pack_long_ones(self._session())
        except Exception:
            log.warning("a journal was not packed, the next batch tries again", exc_info=True)
        return parked


def figures_sink(projection: Projection) -> FiguresSink:
    return FiguresSink(projection)


def figures_projector(projection: Projection) -> Callable[[ClientSession, Sequence[Event]], Iterable[Rejected]]:
    def project(session: ClientSession, events: Sequence[Event]) -> Iterable[Rejected]:
        histories = projection.histories_of({history_key(event) for event in events}, session)
        changes = fold.project(
            events,
            histories,
            history_key=history_key,
            measure=measure,
            ended=campaign_ended,
            over=campaigns_over,
            control_key=control_key,
            reduce=counted,
        )
        write_changes(projection, changes, histories.keys(), session)
        return [Rejected(*item) for item in changes.parked]

    return project


def write_changes(
    projection: Projection, changes: fold.Changes, existing: Collection[str], session: ClientSession
) -> None:
    """Write collection by collection, each in the order of its ids, so that batches collide early.

    existing: the keys of stored histories.
    """
    projection.write_histories(changes, existing, session)
    write(projection.flows, _updates(flow_increments(changes)), session)
    write(projection.control_totals, _updates(control_total_increments(changes)), session)
    renew_tags(
        projection,
        {("flows", slot) for slot, *_ in changes.flows}
        | {(TAGGED[kind], slot_of(key)) for key in changes.histories if (kind := kind_of(key)) in TAGGED},
        session,
    )


Increments = dict[str, tuple[dict[str, Any], dict[str, int]]]  # _id -> fields of a new document, path -> increment


def flow_increments(changes: fold.Changes) -> Increments:
    """The increments of flow documents, by their ids."""
    increments: Increments = {}
    for (slot, cell, day, name), n in changes.flows.items():
        assert isinstance(cell, Cell)
        names = {"slot": slot, "campaign": cell.campaign, "school": cell.school, "day": day}
        added = increments.setdefault(flow_id(slot, cell.campaign, cell.school, day), (names, {}))[1]
        for field in (f"total.{name}", f"classes.{cell.class_}.{name}"):
            added[field] = added.get(field, 0) + n
    return increments


def control_total_increments(changes: fold.Changes) -> Increments:
    """The increments of control total documents, by their ids."""
    increments: Increments = {}
    for ((slot, publisher), day, field), n in changes.control_totals.items():
        names = {"slot": slot, "publisher": publisher}
        increments.setdefault(control_total_id(slot, publisher), (names, {}))[1][f"days.{day}.{field}"] = n
    return increments


def _updates(increments: Increments) -> list[UpdateOne]:
    return [
        UpdateOne({"_id": id}, {"$inc": added, "$setOnInsert": names}, upsert=True)
        for id, (names, added) in sorted(increments.items())
    ]


def renew_tags(projection: Projection, changed: Iterable[tuple[str, int]], session: ClientSession) -> None:
    """Show caches which slots have changed. A tag is never reused, so that a restored backup cannot deceive them."""
    tag = uuid.uuid4().hex
    write(
        projection.tags,
        [
            UpdateOne({"_id": f"{kind}|{slot:03x}"}, {"$set": {"kind": kind, "slot": slot, "tag": tag}}, upsert=True)
            for kind, slot in sorted(changed)
        ],
        session,
    )
