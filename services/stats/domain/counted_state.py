"""Counted states: the fields of a public state that a measure looks at, typed, and checked in one strict pass."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import msgspec

BY = ("guardian", "code", "teacher", "school")
HOW = ("single", "stack")  # "stack" is reserved: scans of many forms are not read yet


class Unmeasurable(ValueError):
    """A public state without a field that is counted, or with a value that this code does not know."""


class Entry(msgspec.Struct, frozen=True):
    school: str
    class_: str = msgspec.field(name="class")
    expected: bool
    sheet: str
    cutoff: str
    last_day: str


class Archive(msgspec.Struct, frozen=True):
    by: Literal["guardian", "code", "teacher", "school"]
    how: Literal["single", "stack"]
    on: str


class Form(msgspec.Struct, frozen=True):
    received: bool
    archive: Archive | None
    accepted: bool
    waiting: bool
    returned: bool
    paper: bool


class Binding(msgspec.Struct, frozen=True):
    guardians: list[Any]


class Unit(msgspec.Struct, frozen=True):
    code: str
    name: str
    level: str
    parent: str
    open: bool
    effective_from: str


class Class(msgspec.Struct, frozen=True):
    id: str
    school: str
    name: str
    open: bool


class Campaign(msgspec.Struct, frozen=True):
    id: str
    name: str
    opens: str
    cutoff: str
    last_day: str


COUNTED: Mapping[str, type[msgspec.Struct]] = {
    "entry": Entry,
    "binding": Binding,
    "form": Form,
    "unit": Unit,
    "class": Class,
    "campaign": Campaign,
}
T = TypeVar("T", bound=msgspec.Struct)


def typed(state: Mapping[str, Any], shape: type[T]) -> T:
    """The counted fields of a state; further ones are ignored. Raises Unmeasurable."""
    try:
        return msgspec.convert(state, shape)
    except msgspec.ValidationError as error:
        raise Unmeasurable(f"{shape.__name__.lower()}: {error}") from None


def shape_of(kind: str) -> type[msgspec.Struct]:
    """Raises Unmeasurable."""
    if kind not in COUNTED:
        raise Unmeasurable(f"{kind}: statistics handles no such streams")
    return COUNTED[kind]
