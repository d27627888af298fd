"""Tolerance for the release after this one: during an upgrade its processes write beside those of this release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any


def known(kind: type, given: Mapping[str, Any]) -> dict[str, Any]:
    """Of a stored record or an event's data, the fields that a dataclass has here; others are not known yet."""
    return {field.name: given[field.name] for field in fields(kind) if field.name in given}
