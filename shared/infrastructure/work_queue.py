"""A bounded queue in front of expensive work, with an honest place for everybody who has to come back.

Only a few requests stand inside and hold a thread; the others are sent away at once with the number of those before
them, and keep their place as long as they come back. Nobody overtakes. One queue per process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prometheus_client import Counter, Gauge

from shared.infrastructure.errors import Refused
from shared.infrastructure.typesetting import PROCESSES

KEPT_SECONDS = 30.0  # a place whose owner does not come back
RETRY_SECONDS = 3
PLACES = 500  # more are sent away without a place
INSIDE = Gauge("rollcall_expensive_work", "Requests with expensive work that run or wait inside a thread")
SENT_AWAY = Counter("rollcall_expensive_work_sent_away_total", "Requests that were told their place and to come back")


class WorkQueue:
    """seats: requests inside at the same time. now: seconds of a clock that never goes back."""

    def __init__(self, seats: int, now: Callable[[], float] = time.monotonic) -> None:
        self._seats, self._now, self._lock = seats, now, threading.Lock()
        self._inside = 0
        self._places: dict[str, float] = {}  # key -> when its owner asked last, in the sequence of their coming

    @contextmanager
    def seat(self, key: str) -> Iterator[None]:
        """A seat for a piece of work. key: the same when its owner comes back. Raises Refused("busy")."""
        self._enter(key)
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                INSIDE.set(self._inside)

    def _enter(self, key: str) -> None:
        with self._lock:
            now = self._now()
            self._places = {each: at for each, at in self._places.items() if now - at <= KEPT_SECONDS}
            before = list(self._places).index(key) if key in self._places else len(self._places)
            if before < self._seats - self._inside:
                self._places.pop(key, None)
                self._inside += 1
                INSIDE.set(self._inside)
                return
            if key in self._places or len(self._places) < PLACES:
                self._places[key] = now
            ahead = self._inside + before
        SENT_AWAY.inc()
        raise Refused(
            "busy",
            f"Others are being served; {ahead} are ahead of you. Send the same request again to keep your place.",
            extra={"ahead": ahead, "retry_after": RETRY_SECONDS, "message_zh": f"前面还有{ahead}份，请稍后重试。"},
        )


# Requests take a seat before they typeset: as many run, as many again wait in their threads, the others come back.
TYPESETTING = WorkQueue(2 * PROCESSES)
