"""Reconciliation of the projection with the stores of all publishers."""

from __future__ import annotations

from services.stats.dependencies import Dependencies
from services.stats.domain.reconciliation import Difference, reconcile


def reconcile_with_stores(deps: Dependencies, through: str) -> list[Difference]:
    """The differences through a day, by publisher, slot and day. Raises Refused("unavailable")."""
    return [
        difference
        for theirs in deps.publishers.control_totals(through)
        for name in [theirs.closing.name]
        for difference in reconcile(name, theirs.totals, deps.queries.control_totals(name, through))
    ]
