"""EventStore: the one place where facts are kept. Implementations: store_memory.py, store_mongo.py; one test suite for both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.eventsourcing.event import Event, NewEvent

UNPUBLISHED, LATE_NO_MORE = 0, -1  # marks below every generation; see EventStore.mark and EventStore.resend


@dataclass(frozen=True, slots=True)
class Append:
    """The next events of one stream. expected_version: that of the last event the decision has seen, 0 for a new stream."""

    stream: str
    expected_version: int
    events: Sequence[NewEvent]


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Who asked for what, so that the same request twice gets the first answer.

    id    actor + Idempotency-Key, never empty
    actor an opaque account, ticket or service
    fingerprint  a hash of what was asked for, made of nothing secret; another fingerprint under the same id is refused
    """

    id: str
    actor: str
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Unpublished:
    """An event that has not reached a generation of the bus, with the mark it had when it was read."""

    event: Event
    mark: int


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """How many events count on a day in a slot, and the sum of their fingerprints."""

    slot: int
    day: str
    count: int
    sum: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What a command without events of its own, or over several streams, was answered."""

    fingerprint: str
    answer: Mapping[str, Any] = field(default_factory=dict)


Also = Callable[
    [Any], None
]  # further writes of the same service in the same transaction; gets the session (None in memory)


class EventStore(Protocol):
    def load(self, stream: str) -> list[Event]:
        """All events of a stream in the order of their versions; [] for an unknown one."""
        ...

    def append(self, appends: Sequence[Append], context: CommandContext, also: Also | None = None) -> list[Event]:
        """Record the next events of one or several streams, all or nothing, with what `also` writes.

        Stamps id, day (never backwards in a stream) and time. Raises Conflict when a stream has another last version than
        expected or a predecessor is missing; Refused("too-large") when an event is larger than the bus takes;
        ValidationError of its contract when a public event has another shape than was published.
        """
        ...

    def append_many(self, appends: Sequence[Append], context: CommandContext) -> tuple[list[Event], list[str]]:
        """One next event for each of many streams, every stream for itself: (recorded events, streams that conflict)."""
        ...

    def recall(self, command_id: str) -> Answered | None:
        """The remembered answer of a command."""
        ...

    def remember(self, context: CommandContext, answer: Mapping[str, Any], session: Any = None) -> None:
        """Keep a command's answer; the first one holds. `session` as given to `also`."""
        ...

    def unpublished(self, generation: int, slots: range, limit: int) -> list[Unpublished]:
        """Public events of these slots (always a contiguous range) that have not reached this generation, at most `limit`."""
        ...

    def redate(self, events: Iterable[Event], day: str) -> list[Event]:
        """Move events into a later day where day and mark 0 are unchanged; what the store says of each of them now."""
        ...

    def mark(self, events: Iterable[Event], generation: int) -> None:
        """These have reached a generation of the bus: raise their marks, each only if its day is the one that was sent."""
        ...

    def resend(self, slot: int, day: str) -> int:
        """Make the events of a slot's day due again, but never late (mark -1): how many."""
        ...

    def closed_through(self) -> str:
        """The last closed day, "" if none."""
        ...

    def close(self, day: str) -> None:
        """Close the books through a day; never backwards."""
        ...

    def pending(self, day: str) -> int:
        """Events of days up to this one that have never been published (mark 0): the day is final when there is none."""
        ...

    def books(self, through: str, categories: Sequence[str]) -> list[ControlTotals]:
        """Count and sum per slot and day of the public events of these categories, through a day."""
        ...

    def oldest_unpublished(self, generation: int) -> int | None:
        """When the oldest event that has not reached this generation was recorded (ms), None if there is none."""
        ...
