"""The days of a drill: it moves the clock file of the copy forward, never back."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from shared.infrastructure.clock import BEIJING, ShiftedClock, SystemClock, day_of

MORNING = 8  # o'clock in Beijing: far from both midnights
DAY_MS = 86_400_000


@dataclass
class Days:
    """file: holds the shift in seconds. passed: the days of the drill so far; the last one is today."""

    file: Path
    passed: list[str] = field(default_factory=list)

    def today(self) -> str:
        return day_of(ShiftedClock(self.file).now())

    def shift(self) -> float:
        """Days by which the clock of the copy differs from this machine's."""
        return ShiftedClock(self.file).shift() / DAY_MS

    def next_morning(self, days: int = 1) -> str:
        """Move the clock of every process to the morning of the next day, or of a later one. Returns that day."""
        now = datetime.fromtimestamp(ShiftedClock(self.file).now() / 1000, BEIJING)
        morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0) + timedelta(days=days)
        shift = morning.timestamp() - SystemClock().now() / 1000
        fresh = self.file.with_name(f"{self.file.name}.{os.getpid()}")
        fresh.write_text(f"{shift:.3f}\n")
        fresh.replace(self.file)
        self.passed.append(morning.date().isoformat())
        return self.passed[-1]
