"""Recording: adds identity, version, day and time to decided events, and checks them, alike for every store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import uuid_utils

from shared.eventsourcing.event import MAX_RECORD_BYTES, Event, NewEvent, from_wire, to_wire
from shared.eventsourcing.store import Append, CommandContext
from shared.infrastructure.clock import Clock, day_of
from shared.infrastructure.correlation import request_id
from shared.infrastructure.errors import Refused


@dataclass(frozen=True, slots=True)
class Recorder:
    """is_public: whether a stream leaves its service. validate: raises when a public event breaks its contract."""

    clock: Clock
    is_public: Callable[[str], bool]
    validate: Callable[[Event], None]

    def __call__(self, append: Append, context: CommandContext, day_before: str) -> list[Event]:
        """The events to record. day_before: of the predecessor, "" for a new stream; days never go backwards.

        Raises Refused("too-large"), or what `validate` raises.
        """
        at = self.clock.now()
        day = max(day_of(at), day_before)
        return [
            self._event(append.stream, append.expected_version + n, new, day, at, context)
            for n, new in enumerate(append.events, 1)
        ]

    def _event(self, stream: str, version: int, new: NewEvent, day: str, at: int, context: CommandContext) -> Event:
        id = str(uuid_utils.uuid7(nanoseconds=at * 1_000_000))
        decided = Event(
            id,
            stream,
            version,
            new.type,
            new.schema,
            new.data,
            new.state,
            day,
            at,
            context.id,
            context.actor,
            correlation_id=request_id.get(),
        )
        wire = to_wire(decided)
        if len(wire) > MAX_RECORD_BYTES:
            raise Refused(
                "too-large", f"The event has {len(wire)} bytes; the limit is {MAX_RECORD_BYTES}. Split the request."
            )
        # The stored event is exactly the one that the bus would carry: lists, no tuples.
        event = replace(from_wire(wire), fingerprint=context.fingerprint)
        self.validate(event)
        return event


def check(appends: Sequence[Append], context: CommandContext, *, one_each: bool = False) -> None:
    """Raise ValueError for a command without id, a stream named twice, or a stream without events.

    one_each: whether every stream must get exactly one event.
    """
    if not context.id:
        raise ValueError("a command has an id: actor + Idempotency-Key")
    if len({append.stream for append in appends}) < len(appends):
        raise ValueError("a stream may be named once in an append")
    if any(len(append.events) != 1 if one_each else not append.events for append in appends):
        raise ValueError("one event for each stream" if one_each else "a stream without events in an append")
