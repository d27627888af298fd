"""The tools in which a publisher writes down its part of the published language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, validate

DAY = validate.Regexp(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
PUPIL = validate.Regexp(r"^[0-9a-f]{3}\.[0-9a-f]{20}\Z")
CAMPAIGN = validate.Regexp(r"^[a-z0-9]{2,16}\Z")
UNIT = validate.Regexp(r"^[0-9A-Z]{6,12}\Z")
CLASS = validate.Regexp(r"^[0-9A-Z]{6,12}[a-z][0-9]{6,7}\Z")
HASH = validate.Regexp(r"^[0-9a-f]{16,64}\Z")


class Strict(Schema):
    """Strict out: an unknown field is an error where an event is appended."""

    class Meta:
        unknown = RAISE


class Nothing(Strict):
    """No data beyond the fact itself."""


Shape = type[Schema]  # named here because EventType has a field `type`


@dataclass(frozen=True, slots=True)
class EventType:
    """One type and schema of the published language.

    meaning  a sentence that a statistician can read
    data     what happened
    example  a frozen example of (data, now); it must be readable for ever
    """

    type: str
    meaning: str
    data: Shape
    example: tuple[Mapping[str, Any], Mapping[str, Any]]
    schema: int = 1


@dataclass(frozen=True, slots=True)
class StreamType:
    """A kind of stream: all its events carry the same shape of `state`."""

    category: str
    pattern: str
    meaning: str
    state: Shape
    events: Sequence[EventType]


class BrokenContract(ValueError):
    """An event that its publisher may not append: not in the published language or of another shape."""


@cache
def _made(schema: Shape) -> Schema:
    """Making a schema costs more than checking with it, and checking changes nothing in it."""
    return schema()


def check(stream: StreamType, event: EventType, data: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Raise BrokenContract unless data and now have the published shapes."""
    for part, schema, value in (("data", event.data, data), ("state", stream.state, state)):
        try:
            _made(schema).load(dict(value))
        except ValidationError as error:
            raise BrokenContract(f"{event.type} schema {event.schema}, {part}: {error.messages}") from error
