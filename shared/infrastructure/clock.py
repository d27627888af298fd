"""Clocks. Time is injected: no other module reads the time of the machine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

BEIJING = timezone(timedelta(hours=8))


class Clock(Protocol):
    def now(self) -> int:
        """Milliseconds since 1970-01-01 UTC."""
        ...

    def shift(self) -> int:
        """Milliseconds by which this clock differs from the machine's: 0 except in a drill, whose clock is moved."""
        ...


class SystemClock:
    def now(self) -> int:
        return time.time_ns() // 1_000_000

    def shift(self) -> int:
        return 0


@dataclass
class FixedClock:
    """A clock for tests: it moves only by `advance`."""

    ms: int = 1_790_000_000_000

    def now(self) -> int:
        return self.ms

    def shift(self) -> int:
        return 0

    def advance(self, *, days: float = 0, seconds: float = 0) -> None:
        self.ms += int((days * 86_400 + seconds) * 1000)


class ShiftedClock:
    """The machine's clock plus the seconds written in a file: lets the days of a drill pass on one machine.

    The file's date is checked on every call, its content read again only after a change. Without a file the shift is 0.
    An empty file is still being written, and a file that disappears leaves the last shift in force.
    Raises ValueError for a content other than a number.
    """

    def __init__(self, path: Path, base: Clock | None = None) -> None:
        self._path, self._base, self._seen, self._shift = path, base or SystemClock(), 0, 0

    def now(self) -> int:
        return self._base.now() + self.shift()

    def shift(self) -> int:
        try:
            changed = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return self._shift
        if changed != self._seen and (text := self._path.read_text().strip()):
            self._shift, self._seen = int(float(text) * 1000), changed
        return self._shift


def clock_from(setting: str) -> Clock:
    """ "system" or "file:<path>"."""
    return ShiftedClock(Path(setting.removeprefix("file:"))) if setting.startswith("file:") else SystemClock()


def day_of(ms: int) -> str:
    """The Beijing day of a moment: "2026-11-23"."""
    return datetime.fromtimestamp(ms / 1000, BEIJING).date().isoformat()


def day_after(day: str) -> str:
    return (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()


def iso(ms: int) -> str:
    """RFC 3339, UTC: "2026-11-23T01:02:03.456Z"."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
