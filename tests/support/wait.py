"""Waiting in tests: for a condition, never for an amount of time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeVar

from tests.support.thorough import UNSHRUNK

T = TypeVar("T")
LONGEST_IN_A_TRIAL = 8.0  # seconds: a mutant's test often fails by waiting in vain


def await_until(condition: Callable[[], T], deadline: float = 20.0, what: str = "") -> T:
    """The first truthy value of `condition`, polled every few milliseconds; AssertionError after `deadline` seconds."""
    if os.environ.get(UNSHRUNK):
        deadline = min(deadline, LONGEST_IN_A_TRIAL)
    until = time.monotonic() + deadline
    pause = 0.002
    while not (value := condition()):
        assert time.monotonic() < until, f"not within {deadline} s: {what or condition}"
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return value
