"""The security log in files of a day each, kept for half a year: for one machine, where nobody ships stdout."""

from __future__ import annotations

import logging
import os
from datetime import date, timedelta
from pathlib import Path

from shared.infrastructure.clock import Clock, day_of

KEPT_DAYS = 184  # six months, which the law asks for


class DailyFiles(logging.Handler):
    """Appends every record as one line to `<folder>/<day>.jsonl`. Processes share the files: a line is one write."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        super().__init__()
        self._folder, self._clock, self._day = folder, clock, ""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._append(f"{self.format(record)}\n".encode())
        except OSError:
            self.handleError(record)

    def _append(self, line: bytes) -> None:
        day = day_of(self._clock.now())
        if day != self._day:
            self._day = day
            self._drop_old(day)
        file = os.open(self._folder / f"{day}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line)
        finally:
            os.close(file)

    def _drop_old(self, today: str) -> None:
        oldest = (date.fromisoformat(today) - timedelta(days=KEPT_DAYS)).isoformat()
        for path in self._folder.glob("*.jsonl"):
            if path.stem < oldest:
                path.unlink(missing_ok=True)  # another process may have been faster
