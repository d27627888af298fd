"""What is known of the roster, in the document store: collection `view`, found by the fields that upload asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.upload.roster_view.view import IGNORES, LEARNS
from shared.infrastructure.mongo import reachable
from shared.messaging.sink import EventFilter
from shared.messaging.sink_mongo import MongoSink
from shared.messaging.view_mongo import MongoView

EVENT_FILTER = EventFilter.of(LEARNS, IGNORES)
FIELDS = ("upload_code", "class", "pupil", "open")


class MongoFacts(MongoView):
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


def view_sink(db: Database[dict[str, Any]]) -> MongoSink:
    """The sink that teaches it."""
    facts = MongoFacts(db)
    return MongoSink(db, "upload-view", lambda session, events: facts.put_many(events, session))


def forget(db: Database[dict[str, Any]]) -> None:
    """Know nothing: what roster says is then learned again, from the begin of the bus."""
    MongoFacts(db).empty()
    view_sink(db).forget()  # last: what was learned meanwhile is learned again
