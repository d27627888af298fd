"""Closing a day: the publishers' act, asked for by the ministry and waited for here."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from services.stats.projection.queries_mongo import Reads, Register
from services.stats.use_cases.reconciliation import Closing, Publishers, compare
from shared.infrastructure.clock import Clock, day_of
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller

Pause = Callable[[float], Any]  # waits so many seconds
ATTEMPTS, SECONDS = 40, 0.25


class Closer:
    def __init__(
        self, publishers: Publishers, reads: Reads, register: Register, clock: Clock, pause: Pause | None = None
    ) -> None:
        self._publishers, self._reads, self._register, self._clock = publishers, reads, register, clock
        self._pause = pause or threading.Event().wait

    def close(self, caller: Caller, day: str) -> dict[str, Any]:
        """Close a day everywhere. The same again is harmless.

        final: nothing of it is on its way any more. settled: its figures are learned, too. parked: how many events could not be
        learned; no store may know them, so the books alone would not tell who closes.
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
        return {
            "day": day,
            "publishers": [closing.shown() for closing in closings],
            "final": final,
            "settled": settled,
            "parked": self._reads.parked_count(),
        }

    def _wait_for_relays(self, day: str) -> list[Closing]:
        """Close, and give the relays some time to send what is pending."""
        closings = self._publishers.close(day)
        for _ in range(ATTEMPTS):
            if all(closing.final(day) for closing in closings):
                break
            self._pause(SECONDS)
            closings = self._publishers.close(day)
        return closings

    def _settle(self, day: str) -> bool:
        for attempt in range(ATTEMPTS):
            if self.agrees(day):
                self._register.settle(day)
                return True
            if attempt + 1 < ATTEMPTS:
                self._pause(SECONDS)
        return False

    def agrees(self, day: str) -> bool:
        """Whether statistics holds exactly what the stores hold through a day."""
        return not any(
            compare(name, each.rows, self._reads.books(name, day))
            for each in self._publishers.books(day)
            for name in [each.closing.publisher]
        )
