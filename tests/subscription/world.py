"""A small read model: the highest version per stream, in memory or in the document store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from pymongo import ReplaceOne
from pymongo.database import Database

from shared.eventsourcing.event import Event, to_wire
from shared.messaging.bus import Bus, Record, TopicPartition
from shared.messaging.sink import Batch, Checkpoint, EventFilter, Parked, Rejected, Sink
from shared.messaging.sink_memory import MemorySink
from shared.messaging.sink_mongo import MongoSink
from shared.messaging.subscription import Subscription
from tests.bus.engines import until

EVENT_FILTER = EventFilter({("thing.said", 1)}, {"thing.whispered"})
DAY = "2026-11-23"
Failure = Callable[[Sequence[Event]], None]


def event(
    number: int, *, stream: str = "", version: int = 1, type: str = "thing.said", schema: int = 1, **state: Any
) -> Event:
    return Event(f"e{number:04}", stream or f"thing-000.{number}", version, type, schema, {}, state, DAY, 0, "c", "a")


def record(topic: str, partition: int, event: Event) -> Record:
    return Record(
        TopicPartition(topic, partition), event.stream, to_wire(event), {"id": event.id, "version": str(event.version)}
    )


def send(bus: Bus, topic: str, *events: Event, partition: int = 0) -> None:
    assert all(bus.publish([record(topic, partition, event) for event in events]))


class ReadModel(Protocol):
    sink: Sink
    failure: Failure  # called inside every batch; raises to make it fail

    def versions(self) -> Mapping[str, int]: ...

    def restore(self) -> None:
        """Return to the state of `backup`."""
        ...

    def backup(self) -> None: ...


def no_failure(events: Sequence[Event]) -> None:
    """Nothing fails."""


def rejected_of(events: Sequence[Event]) -> list[Rejected]:
    """Events that the projector itself rejects."""
    return [Rejected(event, "fork") for event in events if event.state.get("fork")]


class InMemory:
    def __init__(self) -> None:
        self.failure: Failure = no_failure
        self.sink = MemorySink("model", self._project)

    def _project(self, draft: dict[str, int], events: Sequence[Event]) -> list[Rejected]:
        for event in events:
            if not event.state.get("fork"):
                draft[event.stream] = max(draft.get(event.stream, 0), event.version)
        self.failure(events)
        return rejected_of(events)

    def versions(self) -> Mapping[str, int]:
        return dict(self.sink.state)

    def backup(self) -> None:
        self._backup = self.sink.backup()

    def restore(self) -> None:
        self.sink.restore(self._backup)


class InMongo:
    COLLECTIONS = ("things", "checkpoints", "parked")

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self.failure: Failure = no_failure
        self._database = database
        self.sink = MongoSink(database, "model", self._project)
        self.sink.ensure_indexes()

    def _project(self, session: Any, events: Sequence[Event]) -> list[Rejected]:
        streams = sorted({event.stream for event in events if not event.state.get("fork")})
        versions = {
            d["_id"]: d["version"] for d in self._database["things"].find({"_id": {"$in": streams}}, session=session)
        }
        for event in events:
            if not event.state.get("fork"):
                versions[event.stream] = max(versions.get(event.stream, 0), event.version)
        if streams:
            self._database["things"].bulk_write(
                [ReplaceOne({"_id": s}, {"version": versions[s]}, upsert=True) for s in streams], session=session
            )
        self.failure(events)
        return rejected_of(events)

    def versions(self) -> Mapping[str, int]:
        return {d["_id"]: d["version"] for d in self._database["things"].find({})}

    def backup(self) -> None:
        self._backup = {name: list(self._database[name].find({})) for name in self.COLLECTIONS}

    def restore(self) -> None:
        for name, documents in self._backup.items():
            self._database[name].delete_many({})
            if documents:
                self._database[name].insert_many(documents)


class Watched:
    """A sink that records its batches, and in which something may happen first."""

    name = "model"

    def __init__(self, inner: Sink) -> None:
        self._inner = inner
        self.batches: list[Batch] = []
        self.failures: list[BaseException] = []  # raised by the next batches, in this order
        self.before: Callable[[], None] = lambda: None  # called before every batch
        self.partition_lists: list[Collection[TopicPartition]] = []

    def checkpoints(self, partitions: Collection[TopicPartition]) -> Mapping[TopicPartition, Checkpoint]:
        self.partition_lists.append(partitions)
        return self._inner.checkpoints(partitions)

    def apply(self, batch: Batch) -> int:
        self.before()
        self.batches.append(batch)
        if self.failures:
            raise self.failures.pop(0)
        return self._inner.apply(batch)

    def parked(self) -> Sequence[Parked]:
        return self._inner.parked()

    def parked_count(self) -> int:
        return self._inner.parked_count()


def apply_all(member: Subscription, model: ReadModel, topic: str, *ends: int) -> None:
    """Run the member until the checkpoints have reached these ends of partitions 0, 1, ..."""
    wanted = {TopicPartition(topic, p): end for p, end in enumerate(ends)}
    until(
        lambda: (
            member.run_once(0.1),
            all(c.offset + 1 == wanted[p] for p, c in model.sink.checkpoints(wanted).items()),
        )[1],
        "everything applied",
    )


def reasons(model: ReadModel) -> dict[str, str]:
    return {item.key: item.reason for item in model.sink.parked()}
