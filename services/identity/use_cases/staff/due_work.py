"""The loop of a worker that does what time alone makes due."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from services.identity.dependencies import Dependencies

POLL_SECONDS = 2.0
log = logging.getLogger("due work")


def run(deps: Dependencies, ticks: Sequence[Callable[[Dependencies], int]], stop: threading.Event) -> None:
    """Poll until stopped. An error, such as an unavailable service, is logged and retried."""
    while not stop.is_set():
        for tick in ticks:
            try:
                tick(deps)
            except Exception:
                log.exception("what is due waits, trying again")
        stop.wait(POLL_SECONDS)
