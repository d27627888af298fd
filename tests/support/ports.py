"""Rows of free ports for copies of their own."""

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
_claims: list[IO[str]] = []  # held until this process ends: a row whose servers are all down for a moment is still ours


def free_range() -> int:
    """The first of a row of ports on which nobody listens, and which no other process of the tests has been given."""
    for first in ROWS:
        if _claim(first) and not any(listens(first + offset) for offset in range(WIDTH)):
            return first
    raise AssertionError("no free row of ports")


def _claim(first: int) -> bool:
    with suppress(OSError):  # somebody has it, perhaps another user of this machine
        claim = (Path(tempfile.gettempdir()) / f"rollcall-ports-{first}").open("w")
        _claims.append(claim)
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
