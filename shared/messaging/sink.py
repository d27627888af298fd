"""Sink: the read model behind a subscription. ONE transaction writes the changes of a batch and its checkpoints.

Implementations: sink_memory.py and sink_mongo.py. They do all of this but the projection itself: that is a `Projector`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from shared.eventsourcing.event import Event, Undecodable, from_wire, to_wire
from shared.language.contracts import PUBLIC, upcast
from shared.messaging.bus import Record, TopicPartition


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Progress in a partition. offset and id: of the last applied record; -1 and "" before the first."""

    offset: int = -1
    id: str = ""


START = Checkpoint()


@dataclass(frozen=True, slots=True)
class Parked:
    """An event or record that could not be applied, kept until code or data are fixed. key: one for all duplicates."""

    key: str
    reason: str
    value: bytes  # as the bus carried it

    @classmethod
    def of_event(cls, event: Event, reason: str) -> Parked:
        return cls(f"{event.id}@{event.day}", reason, to_wire(event))

    @classmethod
    def of_record(cls, record: Record, reason: str) -> Parked:
        """A record that does not decode, keyed by topic, partition and offset."""
        topic, partition = record.topic_partition
        return cls(f"{topic}/{partition}/{record.offset}", reason, record.value)


@dataclass(frozen=True, slots=True)
class Batch:
    """The content of one transaction.

    events     to apply, already upcast; duplicates and any order are normal
    starts     first offset of the batch in each of its partitions: the stored checkpoint must not be behind it
    ends       the checkpoint of each partition after the batch
    parked     records of the batch that were rejected while they were read
    unparked   keys of parked events to delete, because this batch applies them or an operator drops them
    allowance  how many records this batch may park, those in `parked` included
    """

    events: Sequence[Event] = ()
    starts: Mapping[TopicPartition, int] = field(default_factory=dict)
    ends: Mapping[TopicPartition, Checkpoint] = field(default_factory=dict)
    parked: Sequence[Parked] = ()
    unparked: Sequence[str] = ()
    allowance: int = 0


class Behind(Exception):
    """The checkpoint is behind the batch: the read model was restored. Nothing was written; read again from there."""


class Conflicted(Exception):
    """Another batch changed the same documents. Nothing was written; retry the whole batch, its reads included."""


class Unavailable(Exception):
    """The read model cannot be reached, or cannot say whether it has written. Retry the whole batch without limit."""


class TooManyParked(Exception):
    """The batch would park more than its allowance: that is bad code, not bad data. Nothing of it was written."""


class Rejected(NamedTuple):
    event: Event
    reason: str


# Applies events inside a transaction (session: pymongo's, or the draft of a MemorySink) and returns those that it
# rejects: forks, and states that it cannot measure. If it raises, the batch is tried again, then halved, until the one
# event that raises is parked. Applying the same events again, in any order, must change nothing.
Projector = Callable[[Any, Sequence[Event]], Iterable[Rejected]]


class Sink(Protocol):
    name: str  # of the subscription: "figures.3", "upload-view"

    def checkpoints(self, partitions: Collection[TopicPartition]) -> Mapping[TopicPartition, Checkpoint]:
        """The stored checkpoint of each of these partitions, START where there is none. Raises Unavailable."""
        ...

    def apply(self, batch: Batch) -> int:
        """Apply the events, park those rejected, delete those unparked, advance checkpoints: in one transaction.

        Returns the number of parked records. Raises Behind, Conflicted, Unavailable, TooManyParked, or the error of the
        projector; then nothing is written.
        """
        ...

    def parked(self) -> Sequence[Parked]:
        """Everything parked, by key. Raises Unavailable."""
        ...

    def parked_count(self) -> int: ...


def refuse_behind(batch: Batch, stored: Mapping[TopicPartition, Checkpoint]) -> None:
    """Raise Behind if the batch would leave a gap after a stored checkpoint."""
    for partition, start in batch.starts.items():
        if stored.get(partition, START).offset + 1 < start:
            raise Behind(partition)


def advanced(batch: Batch, stored: Mapping[TopicPartition, Checkpoint]) -> dict[TopicPartition, Checkpoint]:
    """The checkpoints that the batch moves forwards, in the order in which they are written."""
    return {
        partition: end
        for partition, end in sorted(batch.ends.items())
        if end.offset > stored.get(partition, START).offset
    }


class Unreadable(ValueError):
    """A record that does not decode, or has an unknown type or schema. event: what was decoded, if anything."""

    def __init__(self, reason: str, event: Event | None = None) -> None:
        super().__init__(reason)
        self.event = event


@dataclass(frozen=True, slots=True)
class EventFilter:
    """The events that a consumer handles, and those it ignores. An unknown type is parked, never ignored.

    handles  (type, schema) after upcasting
    ignores  types
    """

    handles: Collection[tuple[str, int]]
    ignores: Collection[str] = ()

    @classmethod
    def of(cls, handles: Iterable[str], ignores: Iterable[str] = ()) -> EventFilter:
        """All published types of these stream categories."""
        return cls(
            frozenset((e.type, e.schema) for category in handles for e in PUBLIC[category].events),
            frozenset(e.type for category in ignores for e in PUBLIC[category].events),
        )

    def read(self, value: bytes) -> Event | None:
        """The event to apply, None if it is ignored. Raises Unreadable."""
        event = self.decode(value)
        return None if event.type in self.ignores else event

    def decode(self, value: bytes) -> Event:
        """The event, handled or ignored. Raises Unreadable."""
        try:
            event = upcast(from_wire(value))
        except Undecodable as error:
            raise Unreadable(str(error)) from error
        if event.type not in self.ignores and (event.type, event.schema) not in self.handles:
            raise Unreadable(f"unknown type or schema: {event.type} {event.schema}", event)
        return event
