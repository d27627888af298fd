"""An event that a signal handler sets."""

from __future__ import annotations

import threading


class Signalled(threading.Event):
    """An event that a signal handler may set in the very thread that waits for it.

    A handler runs between two steps of its thread, also within wait(), which holds the event's lock for a moment. With
    the lock of Event, which a thread cannot take twice, the process would then hang for ever and ignore every signal.
    """

    def __init__(self) -> None:
        super().__init__()
        self._cond = threading.Condition(threading.RLock())
