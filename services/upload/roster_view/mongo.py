"""The view of the roster in the document store: collection `view`, indexed by the fields that upload queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.upload.roster_view.view import HANDLES, IGNORES
from shared.infrastructure.mongo import reachable
from shared.messaging.sink import EventFilter
from shared.messaging.sink_mongo import MongoSink
from shared.messaging.view_mongo import MongoView

EVENT_FILTER = EventFilter.of(HANDLES, IGNORES)
SUBSCRIPTION = "upload-view"
FIELDS = ("upload_code", "class", "pupil", "open")


class MongoRosterStates(MongoView):
    @reachable()
    def ensure_indexes(self) -> None:
        for field in FIELDS:
            self.collection.create_index([("category", ASCENDING), (f"state.{field}", ASCENDING)], name=field)

    @reachable()
    def find(self, category: str, field: str, value: Any) -> Sequence[Mapping[str, Any]]:
        return [
            found["state"]
            for found in self.collection.find({"category": category, f"state.{field}": value}, {"state": 1})
        ]


@reachable()
def parked_count(db: Database[dict[str, Any]]) -> int:
    """Events of the roster that the view could not apply."""
    return db["parked"].count_documents({"subscription": SUBSCRIPTION})


def view_sink(db: Database[dict[str, Any]]) -> MongoSink:
    """The sink that applies the roster's events to the view."""
    states = MongoRosterStates(db)
    return MongoSink(db, SUBSCRIPTION, lambda session, events: states.put_many(events, session))


def reset(db: Database[dict[str, Any]]) -> None:
    """Empty the view and its checkpoints, so that the worker reads the roster again from the beginning of the bus."""
    MongoRosterStates(db).empty()
    view_sink(db).forget()  # last: events applied in between are read again
