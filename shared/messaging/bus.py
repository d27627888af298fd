"""Bus: carries events from the event stores to the subscriptions.

Implementations: bus_memory, bus_mongo, bus_kafka; one test suite for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class TopicPartition(NamedTuple):
    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Record:
    """An entry of a partition. offset: dense in its partition, from 0; -1 before it is published."""

    topic_partition: TopicPartition
    key: str  # the stream
    value: bytes  # shared.eventsourcing.event.to_wire
    headers: Mapping[str, str] = field(default_factory=dict)  # "id", "version"
    offset: int = -1


class BusUnavailable(Exception):
    """The bus cannot be reached, or cannot answer at the moment; trying again may help."""


class UnknownPartition(LookupError):
    """A topic that was never created, or a partition that it does not have."""


class OffsetLost(Exception):
    """The bus does not hold the position of a consumer: records that it had acknowledged are gone."""

    def __init__(self, partition: TopicPartition, offset: int) -> None:
        super().__init__(f"{partition.topic}/{partition.partition} does not hold offset {offset} any more")
        self.topic_partition, self.offset = partition, offset


class Consumer(Protocol):
    """One member of a consumer group.

    Positions belong to the caller: no offset is committed here, and a newly assigned partition has no position.
    A member of the memory and the Mongo bus is assigned all partitions of its topics, so each of several members reads
    everything. That is harmless: subscriptions are idempotent, and those buses serve one machine.
    Every method may raise BusUnavailable.
    """

    def poll(self, timeout: float, limit: int) -> list[Record]:
        """At most `limit` records from the current positions; waits at most `timeout` seconds for the first.

        In order within a partition. Returns at once while a partition has no position. A limit of 0 only keeps the
        membership alive. Raises OffsetLost.
        """
        ...

    def assignment(self) -> set[TopicPartition]:
        """The partitions assigned to this member; changes only inside `poll`."""
        ...

    def missing_positions(self) -> set[TopicPartition]:
        """Assigned partitions without a position. A rebalance drops the positions even of partitions that come back."""
        ...

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Set the position of a partition. Without a position a partition is not read."""
        ...

    def read_at(self, partition: TopicPartition, offset: int) -> Record | None:
        """The record at an offset, None if there is none. Does not move the position."""
        ...

    def end_offsets(self) -> Mapping[TopicPartition, int]:
        """The next free offset of every assigned partition."""
        ...

    def close(self) -> None: ...


class Bus(Protocol):
    def create(self, topic: str, partitions: int) -> None:
        """Create a topic if it does not exist; publishing to an unknown topic is an error.

        Raises ValueError if it exists with another number of partitions.
        """
        ...

    def partitions(self, topic: str) -> int:
        """The number of partitions of a topic, 0 if it does not exist."""
        ...

    def exists(self, topic: str) -> bool:
        """True if a topic exists at this moment; never cached, because a topic may have been lost."""
        ...

    def publish(self, records: Sequence[Record]) -> list[bool]:
        """Send; for each record whether the bus has acknowledged it durably. Records fail independently of each other.

        A record larger than MAX_RECORD_BYTES fails. Raises UnknownPartition, and then nothing was sent; BusUnavailable
        when the outcome is unknown.
        """
        ...

    def consumer(self, group: str, topics: Sequence[str]) -> Consumer:
        """Join a consumer group. Raises UnknownPartition if a topic does not exist."""
        ...

    def close(self) -> None: ...


def topic_of(publisher: str, generation: int) -> str:
    """ "roster", 1 -> "roster.events.1". The name of a generation is never reused."""
    return f"{publisher}.events.{generation}"
