"""View in the document store: one document per stream, {_id: stream, category, version, id, state}."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pymongo import ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shared.eventsourcing.event import Event, category
from shared.infrastructure.chunks import chunks
from shared.infrastructure.mongo import majority, reachable, transaction
from shared.messaging.sink import Rejected
from shared.messaging.view import Latest, erased, newer, project

T = TypeVar("T")
FILTER_IDS = 50  # ids in a filter: an embedded store compares each with each


class MongoView:
    """Indexes on fields of `state` are left to the service that queries them."""

    def __init__(self, db: Database[dict[str, Any]], name: str = "view") -> None:
        self._client, self.collection = db.client, majority(db)[name]

    def put(self, stream: str, version: int, id: str, state: Mapping[str, Any], session: Any = None) -> bool:
        def act(session: ClientSession) -> bool:
            changed = newer(self._stored([stream], session).get(stream), version, id, state)
            self._write({stream: changed} if changed else {}, session)
            return changed is not None

        return self._in_transaction(session, act)

    def put_many(self, events: Iterable[Event], session: Any = None) -> list[Rejected]:
        batch = list(events)

        def act(session: ClientSession) -> list[Rejected]:
            changes, forks = project(batch, self._stored(sorted({event.stream for event in batch}), session))
            self._write(changes, session)
            return forks

        return self._in_transaction(session, act)

    @reachable()
    def get(self, stream: str) -> Mapping[str, Any] | None:
        return self.get_many([stream]).get(stream)

    @reachable()
    def get_many(self, streams: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        stored = self._stored(streams)
        return {stream: latest.state for stream, latest in stored.items() if latest.state is not None}

    def erase(self, stream: str, version: int) -> None:
        def act(session: ClientSession) -> None:
            if changed := erased(self._stored([stream], session).get(stream), version):
                self._write({stream: changed}, session)

        self._in_transaction(None, act)

    @reachable()
    def empty(self) -> None:
        self.collection.delete_many({})

    def _in_transaction(self, session: ClientSession | None, act: Callable[[ClientSession], T]) -> T:
        """Run in the caller's transaction, with the driver's errors so that the caller can retry; else in a new one."""
        if session:
            return act(session)
        with reachable():
            return transaction(self._client, act)

    def _stored(self, streams: Iterable[str], session: ClientSession | None = None) -> dict[str, Latest]:
        found = (
            document
            for chunk in chunks(streams, FILTER_IDS)
            for document in self.collection.find({"_id": {"$in": chunk}}, session=session)
        )
        return {document["_id"]: Latest(document["version"], document["id"], document["state"]) for document in found}

    def _write(self, changes: Mapping[str, Latest], session: ClientSession) -> None:
        """Write in the order of `_id`, so that two batches cannot deadlock."""
        writes = [
            ReplaceOne(
                {"_id": stream},
                {"category": category(stream), "version": latest.version, "id": latest.id, "state": latest.state},
                upsert=True,
            )
            for stream, latest in sorted(changes.items())
        ]
        if writes:
            self.collection.bulk_write(writes, session=session)
