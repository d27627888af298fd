"""Closing a day: the ministry asks for it, every publisher does it, statistics waits for the result."""

from __future__ import annotations

from typing import Any

from services.stats.dependencies import Dependencies
from services.stats.domain.reconciliation import Closing
from services.stats.use_cases.reconciliation import reconcile_with_stores
from shared.infrastructure.errors import Refused

ATTEMPTS, SECONDS = 40, 0.25


def close_day(deps: Dependencies, by: str, day: str) -> dict[str, Any]:
    """Close a day at every publisher. A repetition is harmless. Raises Refused: day-not-over, unavailable.

    by       the account that asks for it, or "operator"
    final    every publisher has closed the day, and all events of it are on the bus
    settled  they are in the projection, too
    parked   the number of parked events: they may be in no store, so control totals alone would not show them
    """
    if day >= deps.today():
        raise Refused(
            "day-not-over", "Only a day that is over (Beijing time) can be closed.", kind="conflict", where="day"
        )
    closings = _wait_for_relays(deps, day)
    final = all(closing.final(day) for closing in closings)
    if final:
        deps.register.record_close(day, by, deps.clock.now())
    settled = final and _settle(deps, day)
    parked = deps.queries.parked_count()
    return {"day": day, "publishers": closings, "final": final, "settled": settled, "parked": parked}


def _wait_for_relays(deps: Dependencies, day: str) -> list[Closing]:
    """Close, and give the relays some time to send pending events."""
    closings = deps.publishers.close(day)
    for _ in range(ATTEMPTS):
        if all(closing.final(day) for closing in closings):
            break
        deps.pause(SECONDS)
        closings = deps.publishers.close(day)
    return closings


def _settle(deps: Dependencies, day: str) -> bool:
    """Wait until control totals agree; whether they do."""
    for attempt in range(ATTEMPTS):
        if not reconcile_with_stores(deps, day):
            deps.register.settle(day)
            return True
        if attempt + 1 < ATTEMPTS:
            deps.pause(SECONDS)
    return False
