"""EventStore, the protocol: events by stream, remembered commands, publication marks, closed days and control totals.

Implementations: store_memory.py, store_mongo.py; one test suite for both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.eventsourcing.event import Event, NewEvent

UNPUBLISHED, TO_RESEND = 0, -1  # marks below every generation; see EventStore.mark and EventStore.resend


@dataclass(frozen=True, slots=True)
class Append:
    """The next events of one stream. expected_version: of the last event that the decision read, 0 for a new stream."""

    stream: str
    expected_version: int
    events: Sequence[NewEvent]


class Recorded(Protocol):
    """A record beside the events of a command: its entry of the audit trail."""

    def write(self, session: Any) -> None:
        """Write it in the transaction of the command's events, at every attempt of it. Raises Conflict."""
        ...

    def note(self, **facts: str | int) -> None:
        """Add facts that were not known before, as long as it is not written."""
        ...

    def confirm(self) -> None:
        """The transaction has been committed; later ones of the same command write nothing."""
        ...


@dataclass(frozen=True, slots=True)
class CommandContext:
    """The identity of a command: a repeated command gets the first response (IETF Idempotency-Key).

    id           actor + Idempotency-Key, never empty
    actor        an opaque account, ticket or service
    fingerprint  a hash of the request, without secrets; another fingerprint under the same id is refused
    act          for the audit trail; recorded with the command's first events, or they are not
    """

    id: str
    actor: str
    fingerprint: str = ""
    act: Recorded | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Unpublished:
    """An event that has not reached a generation of the bus, with the mark that it had when it was read."""

    event: Event
    mark: int


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """The number of events of a slot's day, and the sum of `id_hash` over them."""

    slot: int
    day: str
    count: int
    hash_total: int


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """The remembered response of a command that records no events, or events of several streams."""

    fingerprint: str
    response: Mapping[str, Any] = field(default_factory=dict)


# Further writes of the same service in the same transaction. Its argument: the session (None in memory).
Also = Callable[[Any], None]


class EventStore(Protocol):
    def load(self, stream: str) -> list[Event]:
        """All events of a stream in the order of their versions; [] for an unknown one."""
        ...

    def load_many(self, streams: Collection[str]) -> Mapping[str, list[Event]]:
        """The events of each of these streams, as `load` gives them: a question for dozens of them, not for each."""
        ...

    def append(self, appends: Sequence[Append], context: CommandContext, also: Also | None = None) -> list[Event]:
        """Record the next events of one or several streams and the writes of `also`: all or nothing.

        Adds id, day (never backwards in a stream) and time. Raises Conflict when a stream has another last version than
        expected or a predecessor is missing; Refused("too-large") when an event is larger than the bus accepts;
        ValidationError when a public event does not fit its contract.
        """
        ...

    def append_many(self, appends: Sequence[Append], context: CommandContext) -> tuple[list[Event], list[str]]:
        """One next event for each of many streams, each independent: (recorded events, streams that conflict)."""
        ...

    def recall(self, command_id: str) -> CommandRecord | None:
        """The record of a command, None before it was first carried out."""
        ...

    def remember(self, context: CommandContext, response: Mapping[str, Any], session: Any = None) -> None:
        """Record a command's response; the first one wins. session: as given to `also`."""
        ...

    def unpublished(self, generation: int, slots: range, limit: int) -> list[Unpublished]:
        """At most `limit` public events of these slots (a contiguous range) that have not reached this generation."""
        ...

    def redate(self, events: Iterable[Event], day: str) -> list[Event]:
        """Move events to a later day unless their day has changed or their mark is not 0; each as it is stored now."""
        ...

    def mark(self, events: Iterable[Event], generation: int) -> None:
        """Raise the marks of events that have reached a generation, unless their day is no longer the one sent."""
        ...

    def resend(self, slot: int, day: str) -> int:
        """Make the published events of a slot's day due again, without counting as late (mark -1): how many."""
        ...

    def closed_through(self) -> str:
        """The last closed day, "" if none."""
        ...

    def close(self, day: str) -> None:
        """Close all days through this one; never backwards."""
        ...

    def pending(self, day: str) -> int:
        """The number of events of days through this one that were never published (mark 0); the day is final at 0."""
        ...

    def control_totals(self, through: str, categories: Sequence[str]) -> list[ControlTotals]:
        """Per slot and day, through a day: the totals of the public events of these categories."""
        ...

    def oldest_unpublished(self, generation: int) -> int | None:
        """The time (ms) at which the oldest event not yet in this generation was recorded; None if there is none."""
        ...
