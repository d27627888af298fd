"""View: what is now true of each stream, for services that need only the present. The highest version wins, in any order of arrival.

The same version with another id is a fork: two histories claim one stream. It is never learned, but handed back to be parked.
Erasure leaves the version behind, so that an event that is delivered again brings nothing back.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pymongo import ReplaceOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shared.eventsourcing.event import Event, category
from shared.infrastructure.mongo import majority, reachable, transaction
from shared.messaging.sink import Rejected

T = TypeVar("T")
VALUES = 50  # ids in a filter: an embedded store examines them one against the other


@dataclass(frozen=True, slots=True)
class Known:
    """The newest version of a stream. now: None when it was erased."""

    version: int
    id: str
    state: Mapping[str, Any] | None


class Fork(ValueError):
    """Two different events claim the same version of a stream."""


class View(Protocol):
    def put(self, stream: str, version: int, id: str, state: Mapping[str, Any], session: Any = None) -> bool:
        """Know this if it is newer than what is known: whether it was. Raises Fork."""
        ...

    def put_many(self, events: Iterable[Event], session: Any = None) -> list[Rejected]:
        """The same for a batch in any order; the forks in it, to be parked. session: of a lesson's transaction, None for one of its own."""
        ...

    def get(self, stream: str) -> Mapping[str, Any] | None:
        """What is now true of a stream; None if it is unknown or erased."""
        ...

    def get_many(self, streams: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """What is now true of those of these streams that are known."""
        ...

    def erase(self, stream: str, version: int) -> None:
        """Forget all that is known of a stream through this version, for good; what is newer stays and may come."""
        ...

    def empty(self) -> None:
        """Know nothing, not even what was erased: to be read again from the bus."""
        ...


def choose(known: Known | None, version: int, id: str, state: Mapping[str, Any]) -> Known | None:
    """What is to be known instead, None if nothing changes. Raises Fork."""
    if known is None or known.version < version:
        return Known(version, id, state)
    if known.version == version and known.state is not None and known.id != id:
        raise Fork(f"version {version} is known as {known.id} and claimed by {id}")
    return None


def study(events: Iterable[Event], known: Mapping[str, Known]) -> tuple[dict[str, Known], list[Rejected]]:
    """What a batch changes, and its forks."""
    news: dict[str, Known] = {}
    forks: list[Rejected] = []
    for event in events:
        try:
            chosen = choose(news.get(event.stream) or known.get(event.stream), event.version, event.id, event.state)
        except Fork as fork:
            forks.append(Rejected(event, f"fork: {fork}"))
            continue
        if chosen:
            news[event.stream] = chosen
    return news, forks


class MemoryView:
    """Learns at once, whatever becomes of the lesson: to learn the same again changes nothing. known: stream -> the newest version."""

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self._lock = threading.RLock()

    @contextmanager
    def _held(self) -> Iterator[dict[str, Known]]:
        with self._lock:
            yield self.known

    def put(self, stream: str, version: int, id: str, state: Mapping[str, Any], session: Any = None) -> bool:
        with self._held() as known:
            chosen = choose(known.get(stream), version, id, state)
            if chosen:
                known[stream] = chosen
            return chosen is not None

    def put_many(self, events: Iterable[Event], session: Any = None) -> list[Rejected]:
        with self._held() as known:
            news, forks = study(events, known)
            known |= news
            return forks

    def get(self, stream: str) -> Mapping[str, Any] | None:
        return self.get_many([stream]).get(stream)

    def get_many(self, streams: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        with self._held() as known:
            return {
                stream: found.state for stream in streams if (found := known.get(stream)) and found.state is not None
            }

    def erase(self, stream: str, version: int) -> None:
        with self._held() as known:
            if stream not in known or known[stream].version <= version:
                known[stream] = Known(version, "", None)

    def empty(self) -> None:
        with self._held() as known:
            known.clear()


class MongoView:
    """One document per stream: {_id: stream, category, version, id, now}; indexes on fields of `state` are their readers' business."""

    def __init__(self, db: Database[dict[str, Any]], name: str = "view") -> None:
        self._client, self.collection = db.client, majority(db)[name]

    def put(self, stream: str, version: int, id: str, state: Mapping[str, Any], session: Any = None) -> bool:
        def act(session: ClientSession) -> bool:
            chosen = choose(self._known([stream], session).get(stream), version, id, state)
            self._write({stream: chosen} if chosen else {}, session)
            return chosen is not None

        return self._in(session, act)

    def put_many(self, events: Iterable[Event], session: Any = None) -> list[Rejected]:
        batch = list(events)

        def act(session: ClientSession) -> list[Rejected]:
            news, forks = study(batch, self._known(sorted({event.stream for event in batch}), session))
            self._write(news, session)
            return forks

        return self._in(session, act)

    @reachable()
    def get(self, stream: str) -> Mapping[str, Any] | None:
        return self.get_many([stream]).get(stream)

    @reachable()
    def get_many(self, streams: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        return {stream: known.state for stream, known in self._known(list(streams)).items() if known.state is not None}

    def erase(self, stream: str, version: int) -> None:
        def act(session: ClientSession) -> None:
            known = self._known([stream], session).get(stream)
            if known is None or known.version <= version:
                self._write({stream: Known(version, "", None)}, session)

        self._in(None, act)

    @reachable()
    def empty(self) -> None:
        self.collection.delete_many({})

    def _in(self, session: ClientSession | None, act: Callable[[ClientSession], T]) -> T:
        """In the caller's transaction, who then hears the driver's own errors and may try again; else in one of our own."""
        if session:
            return act(session)
        with reachable():
            return transaction(self._client, act)

    def _known(self, streams: Sequence[str], session: ClientSession | None = None) -> dict[str, Known]:
        found = (
            document
            for start in range(0, len(streams), VALUES)
            for document in self.collection.find({"_id": {"$in": streams[start : start + VALUES]}}, session=session)
        )
        return {document["_id"]: Known(document["version"], document["id"], document["state"]) for document in found}

    def _write(self, news: Mapping[str, Known], session: ClientSession) -> None:
        """In the order of `_id`, so that two lessons do not wait for each other crosswise."""
        writes = [
            ReplaceOne(
                {"_id": stream},
                {"category": category(stream), "version": known.version, "id": known.id, "state": known.state},
                upsert=True,
            )
            for stream, known in sorted(news.items())
        ]
        if writes:
            self.collection.bulk_write(writes, session=session)
