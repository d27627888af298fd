"""Heartbeats of worker roles: whether the loops of a role still do their passes, not only whether its process lives.

A loop that can be stopped looks at its stop signal on every pass, so that look is its heartbeat: no loop has to
remember to report itself, and none can report itself while it hangs.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

# Longer than any pass that goes on: a request to the store that does not answer ends after a minute and is tried once
# more, one to the bus after 25 seconds.
SILENT_AFTER = 180.0
LONGEST_PAUSE = 5.0  # seconds between two beats of a loop that waits
Seconds = Callable[[], float]


class Heartbeat(threading.Event):
    """The stop signal of a process as one of its roles sees it. now: seconds of a clock that is never set."""

    def __init__(self, role: str, stop: threading.Event, now: Seconds = time.monotonic) -> None:
        super().__init__()
        self.role, self._stop, self._now = role, stop, now
        self._began, self._is_over = now(), False
        self._last: dict[threading.Thread, float] = {}  # thread of the role -> its last look

    def is_set(self) -> bool:
        self._last[threading.current_thread()] = self._now()
        return self._stop.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """The same as that of the process's signal; a loop that waits is alive."""
        left = math.inf if timeout is None else timeout
        while not self.is_set() and left > 0:
            self._stop.wait(min(left, LONGEST_PAUSE))
            left -= LONGEST_PAUSE
        return self.is_set()

    def set(self) -> None:
        """End the whole process, as a role does that fails in one of its threads."""
        self._stop.set()

    def end(self) -> None:
        """Note that the role has done its work, such as one that runs once."""
        self._is_over = True

    @property
    def is_over(self) -> bool:
        return self._is_over

    def silence(self) -> float:
        """Seconds since the last beat: of several threads, of that which has been silent for longest."""
        if self._is_over:
            return 0.0
        beats = [last for thread, last in list(self._last.items()) if thread.is_alive()]
        return max(0.0, self._now() - min(beats, default=self._began))

    @property
    def is_silent(self) -> bool:
        return self.silence() > SILENT_AFTER
