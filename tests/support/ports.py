"""Rows of free ports for copies of their own."""
from __future__ import annotations

import socket

from deploy.local.settings import OFFSETS

WIDTH = max(*OFFSETS.values(), 100)


def free_range() -> int:
    """The first of a row of ports on which nobody listens."""
    for first in range(20_000, 32_000, WIDTH + 10):
        if all(is_free(first + offset) for offset in range(WIDTH)):
            return first
    raise AssertionError("no free row of ports")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
