"""The way by the upload code alone, without an account: a decision of a region, which the units below it inherit."""

from __future__ import annotations

from collections.abc import Iterable

ON, OFF, UNDECIDED = "on", "off", ""
DECISIONS = (ON, OFF, UNDECIDED)


def is_on(decisions: Iterable[str]) -> bool:
    """decisions: of a unit and of those above it, from the lowest up. The lowest one decides; without any it is off."""
    return next((decision for decision in decisions if decision), OFF) == ON
