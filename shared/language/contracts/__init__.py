"""The published language: the public events of every service, one module per publisher.

Strict out: `validate` checks every public event before it is appended. Tolerant in: consumers look at (type, schema)
only.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.eventsourcing.event import Event, category
from shared.eventsourcing.upcasting import Upcasters
from shared.language.contracts import identity, roster, upload
from shared.language.contracts.contract import BrokenContract, EventType, StreamType, check

STREAMS: Mapping[str, tuple[StreamType, ...]] = {m.PUBLISHER: m.STREAMS for m in (identity, roster, upload)}
PUBLISHERS = tuple(STREAMS)
PUBLIC: Mapping[str, StreamType] = {stream.category: stream for streams in STREAMS.values() for stream in streams}
PUBLISHER_OF: Mapping[str, str] = {
    stream.category: publisher for publisher, streams in STREAMS.items() for stream in streams
}
TYPES: Mapping[tuple[str, int], EventType] = {
    (e.type, e.schema): e for stream in PUBLIC.values() for e in stream.events
}
upcast = Upcasters()


def is_public(stream: str) -> bool:
    """True if the events of this stream leave their service."""
    return category(stream) in PUBLIC


def validate(event: Event) -> None:
    """Raise BrokenContract for a public event that does not fit its contract. Private events have none."""
    stream = PUBLIC.get(category(event.stream))
    if stream is None:
        return
    declared = TYPES.get((event.type, event.schema))
    if declared is None or declared not in stream.events:
        raise BrokenContract(f"{event.type} schema {event.schema} is not in the published language of {stream.pattern}")
    check(stream, declared, event.data, event.state)


__all__ = [
    "PUBLIC",
    "PUBLISHERS",
    "PUBLISHER_OF",
    "STREAMS",
    "TYPES",
    "BrokenContract",
    "EventType",
    "StreamType",
    "is_public",
    "upcast",
    "validate",
]
