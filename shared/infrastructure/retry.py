"""Pauses between attempts: exponential back-off with a ceiling, jitter and an injected wait."""

from __future__ import annotations

import random
import time
from collections.abc import Callable


class Backoff:
    """Pauses of `first` seconds, then twice as long each time, up to `longest`.

    wait    sleeps for so many seconds. `threading.Event.wait` also says whether the event was set: stop, then.
    jitter  the share of a pause that is random: 0 is none of it, 1 ("full jitter") any part from 0 to the whole
    """

    def __init__(
        self,
        first: float,
        longest: float,
        *,
        wait: Callable[[float], bool | None] = time.sleep,
        jitter: float = 0.0,
        rng: random.Random | None = None,
    ) -> None:
        self._first, self._longest, self._wait, self._jitter = first, longest, wait, jitter
        self._rng = rng or random.Random()  # noqa: S311 - spreads attempts, guards nothing
        self._next = first

    def reset(self) -> None:
        """Begin with `first` again: call it after a success."""
        self._next = self._first

    def pause(self, longest: float | None = None) -> bool:
        """Wait for the next pause; whether `wait` says to stop. longest: another ceiling for this pause."""
        seconds = min(self._next, self._longest if longest is None else longest)
        self._next = seconds * 2
        return bool(self._wait(seconds * (1 - self._jitter * self._rng.random())))
