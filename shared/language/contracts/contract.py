"""The means by which a publisher declares its public events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, validate

from shared.language.display_text import hidden

DAY = validate.Regexp(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
PUPIL = validate.Regexp(r"^[0-9a-f]{3}\.[0-9a-f]{20}\Z")
CAMPAIGN = validate.Regexp(r"^[a-z0-9]{2,16}\Z")
UNIT = validate.Regexp(r"^[0-9A-Z]{6,12}\Z")
CLASS = validate.Regexp(r"^[0-9A-Z]{6,12}[a-z][0-9]{6,7}\Z")
HASH = validate.Regexp(r"^[0-9a-f]{16,64}\Z")


def displayable(text: str) -> None:
    """The validator of every name of a person or thing, wherever it comes in."""
    if hidden(text):
        raise ValidationError("Leave out control, zero-width, text-direction and private characters.")


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
    example  a frozen example of (data, state), which every later version must be able to read
    """

    type: str
    meaning: str
    data: Shape
    example: tuple[Mapping[str, Any], Mapping[str, Any]]
    schema: int = 1


@dataclass(frozen=True, slots=True)
class StreamType:
    """A category of streams: all their events carry the same shape of `state`."""

    category: str
    pattern: str
    meaning: str
    state: Shape
    events: Sequence[EventType]


class BrokenContract(ValueError):
    """A public event that its publisher may not append: undeclared, or of another shape than declared."""


@cache
def _instance(schema: Shape) -> Schema:
    """Cached: an instance costs more than a check with it, and checks leave it unchanged."""
    return schema()


def check(stream: StreamType, event: EventType, data: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Raise BrokenContract unless data and state have the declared shapes."""
    for name, schema, value in (("data", event.data, data), ("state", stream.state, state)):
        try:
            _instance(schema).load(dict(value))
        except ValidationError as error:
            raise BrokenContract(f"{event.type} schema {event.schema}, {name}: {error.messages}") from error
