"""The numbers of a unit's reports in a campaign, given in the order in which they are published: PURE.

All editions of a day have one number. A draft has the number that it would get now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

NUMBERED = "report.numbered"
Days = tuple[str, ...]  # with a published report, in the order of their numbers


@dataclass(frozen=True, slots=True)
class GiveNumber:
    """The number under which the report of this day is being published."""

    day: str
    number: int


def number_of(days: Days, day: str) -> int:
    """The number of this day's report; the next one if none is published yet."""
    return days.index(day) + 1 if day in days else len(days) + 1


def decide(command: GiveNumber, days: Days) -> Sequence[NewEvent]:
    if command.number != number_of(days, command.day):
        raise Refused("conflict", "Another report of this unit was published at the same moment; try again.")
    return [] if command.day in days else [NewEvent(NUMBERED, {"day": command.day})]


def evolve(days: Days, event: Fact) -> Days:
    return (*days, event.data["day"]) if event.type == NUMBERED else days


numbering_decider: Decider[GiveNumber, Days] = Decider((), decide, evolve)


def numbering_stream(campaign: str, unit: str) -> str:
    return f"numbers-{campaign}-{unit}"
