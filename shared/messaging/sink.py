"""Sink: the read model behind a subscription. What a lesson teaches and how far it reaches are written in ONE transaction.

Implementations: sink_memory.py and sink_mongo.py, which do all of this but the learning itself: they are given a `Projector`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from shared.eventsourcing.event import Event, Undecodable, from_wire, to_wire
from shared.language.contracts import PUBLIC, upcast
from shared.messaging.bus import Place, Record


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a place is learned. offset and id: of the last record; -1 and "" before the first."""

    offset: int = -1
    id: str = ""


START = Checkpoint()


@dataclass(frozen=True, slots=True)
class Parked:
    """What could not be learned, kept until code or data are mended. key: the same for every double of an event."""

    key: str
    reason: str
    value: bytes  # as the bus carried it

    @classmethod
    def event(cls, event: Event, reason: str) -> Parked:
        return cls(f"{event.id}@{event.day}", reason, to_wire(event))

    @classmethod
    def record(cls, record: Record, reason: str) -> Parked:
        """For bytes that do not decode: known by their place."""
        return cls(f"{record.place.topic}/{record.place.partition}/{record.offset}", reason, record.value)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction handles.

    events     to learn, old shapes already read as new ones; doubles and any order are normal
    starts     first offset of the lesson in each of its places: the stored checkpoint may not be behind it
    ends       the checkpoint of each place after the lesson
    parked     what is known not to be learnable
    released   keys of parked events that this lesson handles after all
    allowance  how many may be parked by this lesson, those in `parked` included
    """

    events: Sequence[Event] = ()
    starts: Mapping[Place, int] = field(default_factory=dict)
    ends: Mapping[Place, Checkpoint] = field(default_factory=dict)
    parked: Sequence[Parked] = ()
    released: Sequence[str] = ()
    allowance: int = 0


class Behind(Exception):
    """The stored checkpoint is behind the lesson: the read model was restored. Nothing was written; read again from there."""


class Conflicted(Exception):
    """Another lesson touched the same documents. Nothing was written; the whole lesson again, its reads included."""


class Unavailable(Exception):
    """The read model cannot be reached, or cannot say whether it has written. The whole lesson again, for ever."""


class TooManyParked(Exception):
    """More events than the limit cannot be learned: that is bad code, not bad data. Nothing of the lesson was written."""


class Rejected(NamedTuple):
    event: Event
    reason: str


# Learns events inside a transaction (session: pymongo's, or the draft of a MemorySink) and says which of them it cannot learn: forks, states that
# it cannot measure. May raise: then the lesson is tried again, halved, and at last the one event that raises is parked.
# It must be able to learn the same events again, in any order: doubles are normal.
Projector = Callable[[Any, Sequence[Event]], Iterable[Rejected]]


class Sink(Protocol):
    name: str  # of the subscription: "figures.3", "upload-view"

    def checkpoints(self, places: Collection[Place]) -> Mapping[Place, Checkpoint]:
        """The stored checkpoint of each of these places, START where there is none. Raises Unavailable."""
        ...

    def learn(self, batch: Batch) -> int:
        """One transaction: learn the events, park what cannot be learned, drop what is released, move checkpoints (only forwards).

        The number of parked events. Raises Behind, Conflicted, Unavailable, TooManyParked, or what the learner raised; then nothing is written.
        """
        ...

    def parked(self) -> Sequence[Parked]:
        """All that is parked, by key. Raises Unavailable."""
        ...

    def parked_count(self) -> int: ...


class Unreadable(ValueError):
    """A record that this consumer cannot even begin to learn. event: what was decoded of it, if anything."""

    def __init__(self, reason: str, event: Event | None = None) -> None:
        super().__init__(reason)
        self.event = event


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a consumer handles and what it ignores. Nothing is ignored but by listing it: an unknown type is parked.

    handles   (type, schema) after upcasting
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
        """The event to learn, None if it is to be ignored. Raises Unreadable."""
        try:
            event = upcast(from_wire(value))
        except Undecodable as error:
            raise Unreadable(str(error)) from error
        if event.type in self.ignores:
            return None
        if (event.type, event.schema) not in self.handles:
            raise Unreadable(f"unknown type or schema: {event.type} {event.schema}", event)
        return event
