"""A bounded queue in front of expensive work, with an honest place for everybody who has to come back.

Only a few requests stand inside and hold a thread; the others are sent away at once with the number of those before
them, and keep their place as long as they come back. Nobody overtakes them, nobody waits long for those who stay away,
and no account fills the queue. One queue per process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import EXPENSIVE_REQUESTS, SENT_AWAY
from shared.infrastructure.typesetting import PROCESSES

RETRY_SECONDS = 3
KEPT_SECONDS = 3.0 * RETRY_SECONDS  # a place whose owner does not come back: a closed tab must not hold up free seats
PLACES = 500  # more are sent away without a place
PLACES_OF_ONE = 3  # account, whatever it asks for; it has the next when one of these has had its seat


@dataclass(frozen=True, slots=True)
class _Place:
    """at: when its owner asked last."""

    account: str
    at: float


class WorkQueue:
    """seats: requests inside at the same time. now: seconds of a clock that never goes back."""

    def __init__(self, seats: int, now: Callable[[], float] = time.monotonic) -> None:
        self._seats, self._now, self._lock = seats, now, threading.Lock()
        self._inside = 0
        self._places: dict[str, _Place] = {}  # by key, in the sequence of their coming

    @contextmanager
    def seat(self, key: str, account: str) -> Iterator[None]:
        """A seat for a piece of work of an account. key: the same when it comes back. Raises Refused("busy")."""
        self._enter(key, account)
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                EXPENSIVE_REQUESTS.dec()

    def _enter(self, key: str, account: str) -> None:
        with self._lock:
            now = self._now()
            self._places = {each: place for each, place in self._places.items() if now - place.at <= KEPT_SECONDS}
            before = list(self._places).index(key) if key in self._places else len(self._places)
            if before < self._seats - self._inside:
                self._places.pop(key, None)
                self._inside += 1
                EXPENSIVE_REQUESTS.inc()
                return
            if key in self._places or self._has_room(account):
                self._places[key] = _Place(account, now)
            ahead = self._inside + before
        SENT_AWAY.inc()
        raise Refused(
            "busy",
            f"Others are being served; {ahead} are ahead of you. Send the same request again to keep your place.",
            extra={"ahead": ahead, "retry_after": RETRY_SECONDS, "message_zh": f"前面还有{ahead}份，请稍后重试。"},
        )

    def _has_room(self, account: str) -> bool:
        of_one = sum(place.account == account for place in self._places.values())
        return len(self._places) < PLACES and of_one < PLACES_OF_ONE


# Requests take a seat before they typeset: as many run, as many again wait in their threads, the others come back.
TYPESETTING = WorkQueue(2 * PROCESSES)
# An archive is typeset for minutes, one document after the other: it holds nobody up who wants a single one.
ARCHIVES = WorkQueue(PROCESSES)
