"""Events: their fields, slots and wire format.

An event is a fact in the past tense with a version in its stream. `state` is the whole public state of the stream after
it, so consumers need no ordering: the highest version wins, and the state of a day is the highest version of that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from zlib import crc32

import msgspec
import orjson

SLOTS = 1024
BOUND = 1 << 63  # of numbers: stores keep 64 bits with a sign
MAX_RECORD_BYTES = 900_000  # of an event on the wire: below Kafka's default of 1 MiB with its headers


class Fact(Protocol):
    """The part of an event that `evolve` may read, recorded or about to be."""

    @property
    def type(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A decided event, not recorded yet; the store adds identity, version, day and time."""

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    schema: int = 1
    state: Mapping[str, Any] = field(default_factory=dict)  # filled in by `handle` from the decider's public state


@dataclass(frozen=True, slots=True)
class Event:
    """A recorded event. Immutable but for `day`: forwards only, and only before it is published.

    Its causation id is `command_id`: the command, which its actor names, that recorded it.
    """

    id: str  # UUIDv7
    stream: str  # "form-2026a-3f7.018f2a": the category stands before the first dash
    version: int  # 1, 2, 3 ... without holes
    type: str  # "form.archived": noun.past, no service name
    schema: int  # version of the shape of `data` and `state`
    data: Mapping[str, Any]  # what happened
    state: Mapping[str, Any]  # the public state of the stream after it; {} in private streams
    day: str  # "2026-11-23", Beijing time: the day on which it counts
    at: int  # milliseconds since 1970, when recorded
    command_id: str  # actor + Idempotency-Key, never empty
    actor: str  # an opaque account, ticket or service, never a name
    fingerprint: str = ""  # of the command's request; in the store only, never on the bus
    correlation_id: str = ""  # of the first request that led to it, as in every log line; "" outside of requests


def category(stream: str) -> str:
    """ "form-2026a-3f7.018f2a" -> "form"."""
    return stream.partition("-")[0]


def subject(stream: str) -> str:
    """The id in a stream's name: "form-2026a-3f7.018f2a" -> "3f7.018f2a", a pupil; "unit-110101" -> "110101"."""
    return stream.rpartition("-")[2]


def slot_of(stream: str) -> int:
    """The slot of a stream, 0..1023, permanent. A pupil's id begins with its slot ("3f7.018f2a"); others are hashed."""
    head, dot, _ = subject(stream).partition(".")
    return int(head, 16) % SLOTS if dot else crc32(stream.encode()) % SLOTS


def partition_of(slot: int, partitions: int) -> int:
    """The partition of a slot: consecutive ranges, for any number of partitions of a bus generation."""
    return slot * partitions // SLOTS


def slots_of(partition: int, partitions: int) -> range:
    """The slots of a partition: the inverse of `partition_of`."""
    first = -(-partition * SLOTS // partitions)
    last = -(-(partition + 1) * SLOTS // partitions)
    return range(first, last)


def id_hash(event_id: str) -> int:
    """A 32-bit hash of an event's id: the sum over 2^31 events fits into 63 bits."""
    return crc32(event_id.encode())


WIRE = (
    "id",
    "stream",
    "version",
    "type",
    "schema",
    "data",
    "state",
    "day",
    "at",
    "command_id",
    "actor",
    "correlation_id",
)
ABSENT = {"correlation_id": ""}  # from events of releases that did not know it


class _Wire(msgspec.Struct, gc=False):
    """The fields of WIRE, each of its kind. data and state: bytes, read by the library that also writes them."""

    id: str
    stream: str
    version: int
    type: str
    schema: int
    data: msgspec.Raw
    state: msgspec.Raw
    day: str
    at: int
    command_id: str
    actor: str
    correlation_id: str = ABSENT["correlation_id"]


_decode = msgspec.json.Decoder(_Wire).decode


def to_wire(event: Event) -> bytes:
    """The event as the bus carries it: a JSON object with the fields of WIRE."""
    return orjson.dumps({name: getattr(event, name) for name in WIRE})


class Undecodable(ValueError):
    """Bytes from the bus that are not an event."""


def from_wire(value: bytes) -> Event:
    """The event that the bus carried. Raises Undecodable; unknown fields are ignored.

    An event of another shape must fail here, alone: later it would fail the batch with good events in it.
    """
    try:
        wire = _decode(value)
        data, state = orjson.loads(memoryview(wire.data)), orjson.loads(memoryview(wire.state))
        slot_of(wire.stream)
    except (ValueError, RecursionError) as error:
        raise Undecodable(f"not an event: {error!r}") from error
    if type(data) is not dict or type(state) is not dict:
        raise Undecodable("not an event: its data or its state is no object")
    if not wire.stream or not 1 <= wire.version < BOUND or max(abs(wire.schema), abs(wire.at)) >= BOUND:
        raise Undecodable("not an event: it has no stream or no version, or a number beyond 63 bits")
    return Event(
        wire.id,
        wire.stream,
        wire.version,
        wire.type,
        wire.schema,
        data,
        state,
        wire.day,
        wire.at,
        wire.command_id,
        wire.actor,
        correlation_id=wire.correlation_id,
    )
