"""Bus: carries events from the stores to whoever learns from them. Implementations: bus_memory, bus_mongo, bus_kafka; one suite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Place(NamedTuple):
    """A partition of a topic."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Record:
    """What a topic holds. offset: dense in its partition, from 0; -1 before it is published."""

    place: Place
    key: str  # the stream
    value: bytes  # shared.eventsourcing.event.to_wire
    headers: Mapping[str, str] = field(default_factory=dict)  # "id", "version"
    offset: int = -1


class BusUnavailable(Exception):
    """The bus cannot be reached or cannot answer now; trying again may help."""


class UnknownPlace(LookupError):
    """A topic that was never created, or a partition that it does not have."""


class OffsetLost(Exception):
    """The bus does not hold the position of a consumer: records that it had acknowledged are gone."""

    def __init__(self, place: Place, offset: int) -> None:
        super().__init__(f"{place.topic}/{place.partition} does not hold offset {offset} any more")
        self.place, self.offset = place, offset


class Consumer(Protocol):
    """One member of a group. Positions belong to the caller: nothing is committed here, a new assignment starts nowhere.

    A member of the memory and the Mongo bus is assigned all places of its topics, so several members all read everything:
    harmless, because whoever learns is idempotent, and those buses serve one machine. Every method may raise BusUnavailable.
    """

    def poll(self, timeout: float, limit: int) -> list[Record]:
        """Records from the positions that were sought, at most `limit`, waiting at most `timeout` seconds for the first.

        In order within a place. Returns at once while there are places to seek. limit 0 only keeps the membership alive.
        Raises OffsetLost.
        """
        ...

    def assignment(self) -> set[Place]:
        """The places this member reads at present; changes only inside `poll`."""
        ...

    def unsought(self) -> set[Place]:
        """Assigned places without a position. A rebalance forgets the positions even of places that come back to this member."""
        ...

    def seek(self, place: Place, offset: int) -> None:
        """Read this place from this offset on. A place that has not been sought is not read."""
        ...

    def read_at(self, place: Place, offset: int) -> Record | None:
        """The record at an offset, None where there is none; moves no position."""
        ...

    def ends(self) -> Mapping[Place, int]:
        """The next free offset of every assigned place."""
        ...

    def close(self) -> None: ...


class Bus(Protocol):
    def create(self, topic: str, partitions: int) -> None:
        """Make a topic if there is none; publishing to an unknown topic is an error. Raises ValueError for another number of partitions."""
        ...

    def partitions(self, topic: str) -> int:
        """How many partitions a topic has, 0 if it does not exist."""
        ...

    def exists(self, topic: str) -> bool:
        """Whether a topic is there at this moment: asked anew, for it may have gone."""
        ...

    def publish(self, records: Sequence[Record]) -> list[bool]:
        """Send; for each record whether the bus has acknowledged it durably. A failure of one is not a failure of the others.

        Larger than MAX_RECORD_BYTES is such a failure. Raises UnknownPlace, and then has sent nothing; BusUnavailable when it cannot tell.
        """
        ...

    def consumer(self, group: str, topics: Sequence[str]) -> Consumer: ...

    def close(self) -> None: ...


def topic_of(publisher: str, generation: int) -> str:
    """ "roster", 1 -> "roster.events.1". A generation's name is never used again."""
    return f"{publisher}.events.{generation}"
