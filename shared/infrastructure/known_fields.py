"""Tolerance for the release after this one: during an upgrade its processes write beside those of this release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any


def known(kind: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a dataclass in a stored record or an event's data; later releases may have added others.

    These are read past. An event keeps them; a record that is written again from what was read has lost them.
    """
    return {field.name: given[field.name] for field in fields(kind) if field.name in given}
