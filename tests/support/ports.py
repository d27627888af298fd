"""Rows of free ports, one for each copy."""

from __future__ import annotations

import fcntl
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from deploy.local.ports import listens
from deploy.local.settings import OFFSETS

WIDTH = max(*OFFSETS.values(), 100)
ROWS = range(20_000, 32_000, WIDTH + 10)
_claims: list[IO[str]] = []  # held until this process ends: the servers of a row may all be down for a moment


def free_range() -> int:
    """The first port of a row on which nothing listens and which no other test process has claimed."""
    for first in ROWS:
        if _claim(first) and not any(listens(first + offset) for offset in range(WIDTH)):
            return first
    raise AssertionError("no free row of ports")


def _claim(first: int) -> bool:
    with suppress(OSError):  # another process has it, perhaps one of another user
        claim = (Path(tempfile.gettempdir()) / f"rollcall-ports-{first}").open("w")
        _claims.append(claim)
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
