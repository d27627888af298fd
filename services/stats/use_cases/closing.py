"""Closing a day: the ministry asks for it, every publisher does it, statistics waits for the result."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from services.stats.projection.queries_mongo import ProjectionQueries
from services.stats.projection.register_mongo import Register
from services.stats.use_cases.reconciliation import Closing, PublisherClients, reconcile
from shared.infrastructure.clock import Clock, day_of
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller

Pause = Callable[[float], Any]  # waits so many seconds
ATTEMPTS, SECONDS = 40, 0.25


class CloseDay:
    def __init__(
        self,
        publishers: PublisherClients,
        queries: ProjectionQueries,
        register: Register,
        clock: Clock,
        pause: Pause | None = None,
    ) -> None:
        self._publishers, self._queries, self._register, self._clock = publishers, queries, register, clock
        self._pause = pause or threading.Event().wait

    def __call__(self, caller: Caller, day: str) -> dict[str, Any]:
        """Close a day at every publisher. A repetition is harmless. Raises Refused: day-not-over, unavailable.

        final    every publisher has closed the day, and all events of it are on the bus
        settled  they are in the projection, too
        parked   the number of parked events: they may be in no store, so control totals alone would not show them
        """
        if day >= day_of(self._clock.now()):
            raise Refused(
                "day-not-over", "Only a day that is over (Beijing time) can be closed.", kind="conflict", where="day"
            )
        closings = self._wait_for_relays(day)
        final = all(closing.final(day) for closing in closings)
        if final:
            self._register.record_close(day, caller.account, self._clock.now())
        settled = final and self._settle(day)
        parked = self._queries.parked_count()
        return {"day": day, "publishers": closings, "final": final, "settled": settled, "parked": parked}

    def _wait_for_relays(self, day: str) -> list[Closing]:
        """Close, and give the relays some time to send pending events."""
        closings = self._publishers.close(day)
        for _ in range(ATTEMPTS):
            if all(closing.final(day) for closing in closings):
                break
            self._pause(SECONDS)
            closings = self._publishers.close(day)
        return closings

    def _settle(self, day: str) -> bool:
        for attempt in range(ATTEMPTS):
            if self._reconciled(day):
                self._register.settle(day)
                return True
            if attempt + 1 < ATTEMPTS:
                self._pause(SECONDS)
        return False

    def _reconciled(self, day: str) -> bool:
        """Whether the projection holds exactly the events that the stores hold through a day."""
        return not any(
            reconcile(theirs.closing.name, theirs.totals, self._queries.control_totals(theirs.closing.name, day))
            for theirs in self._publishers.control_totals(day)
        )
