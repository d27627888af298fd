"""Patience of an upgrade: what fails for now is tried again, and somebody who waits long is told for what."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deploy.local.stack import FailedForNow

PAUSES = (2.0, 5.0, 10.0, 20.0)  # seconds before each further try
EVERY = 15.0  # seconds between two signs of life
Say = Callable[[str], None]


def patiently(act: Callable[[], object], say: Say, stop: threading.Event, pause: Callable[[float], object]) -> None:
    """Do what is all or nothing, again where it fails for now. Raises what the last try raises."""
    for seconds in PAUSES:
        try:
            act()
        except FailedForNow as error:
            if stop.is_set():
                raise
            say(f"  … {error.sentence}; again in {seconds:.0f} s")
            pause(seconds)
        else:
            return
    act()


@contextmanager
def signs_of_life(say: Say, what: Callable[[], str], every: float = EVERY) -> Iterator[None]:
    """Say now and then for what somebody waits, as long as the block lasts."""
    over, began = threading.Event(), time.monotonic()

    def tell() -> None:
        while not over.wait(every):
            say(f"  … {what()} ({time.monotonic() - began:.0f} s)")

    thread = threading.Thread(target=tell, name="signs of life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
