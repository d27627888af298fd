"""The health of a service, for the ministry's page of operations: its own numbers, and which of its workers run.

Numbers are those of /metrics, so that a page, an alert and a dashboard say the same; None where one is not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# What each number is, by its name in a response; all are 0 when all is well.
NUMBERS: Mapping[str, str] = {
    "unpublished_seconds": "age of the oldest event that has not reached the bus",
    "lag_records": "records on the bus that a read model lacks",
    "age_seconds": "age of the read model",
    "parked_events": "events that could not be processed",
    "drift_slots": "slots whose control totals differ at a closed day",
    "unchecked_photos": "photos that have arrived and are not checked",
    "unchecked_seconds": "how long the oldest of them has waited",
}
Number = Callable[[], float | None]


@dataclass(frozen=True, slots=True)
class WorkerReport:
    """roles: those that one process does. silent: those whose loop stands still in it.

    numbers: by name, without those that are not its own; None for one that it no longer knows.
    """

    roles: Sequence[str]
    numbers: Mapping[str, float | None]
    silent: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """numbers: what the service's store knows, by name. reported: names that workers alone measure."""

    numbers: Mapping[str, Number] = field(default_factory=dict)
    reports: Callable[[], Sequence[WorkerReport]] = tuple
    reported: Sequence[str] = ()

    def knows(self, reported: Sequence[str] = (), **numbers: Number) -> Health:
        """The same with further numbers."""
        return Health({**self.numbers, **numbers}, self.reports, (*self.reported, *reported))

    def found(self) -> dict[str, Any]:
        """{numbers, workers, silent: role -> processes}. Raises Refused("unavailable") when the store is."""
        reports = self.reports()
        told = {name: [each.numbers[name] for each in reports if name in each.numbers] for name in self.reported}
        numbers = {name: ask() for name, ask in self.numbers.items()}
        numbers |= {name: worst_of(values) if values else None for name, values in told.items()}
        return {
            "numbers": numbers,
            "workers": Counter(role for each in reports for role in each.roles),
            "silent": Counter(role for each in reports for role in each.silent),
        }


def worst_of(values: Collection[float | None]) -> float | None:
    """The maximum of a number over those who tell it. A 0 needs all of them to know it."""
    return max(filter(None, values), default=None if None in values else 0.0)
