"""Turns at costly work: a bounded number at once, a bounded number waiting, known devices first."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from shared.infrastructure.errors import Refused

RETRY_SECONDS = 2


def busy() -> Refused:
    return Refused(
        "unavailable",
        "Very many people are signing in at this moment; try again.",
        extra={"retry_after": RETRY_SECONDS},
    )


class Turns:
    """at_once: of the work. most_waiting: of the unknown; the known have as many places of their own."""

    def __init__(self, at_once: int, most_waiting: int, wait_seconds: float) -> None:
        self._at_once, self._most, self._seconds = at_once, most_waiting, wait_seconds
        self._changed = threading.Condition()
        self._running, self._waiting = 0, {True: 0, False: 0}

    @contextmanager
    def turn(self, known: bool) -> Iterator[None]:
        """Waits for a turn. Raises Refused("unavailable") when too many wait already, or for too long."""
        with self._changed:
            if not self._may_begin(known):
                self._wait(known)
            self._running += 1
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _may_begin(self, known: bool) -> bool:
        return self._running < self._at_once and (known or not self._waiting[True])

    def _wait(self, known: bool) -> None:
        if self._waiting[known] >= self._most:
            raise busy()
        self._waiting[known] += 1
        try:
            if not self._changed.wait_for(lambda: self._may_begin(known), self._seconds):
                raise busy()
        finally:
            self._waiting[known] -= 1
            self._changed.notify_all()
