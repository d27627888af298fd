"""Undo records in memory, for unit tests."""

from __future__ import annotations

from typing import Any

from services.roster.undo_records.protocol import UndoRecord


class MemoryUndoRecords:
    def __init__(self) -> None:
        self._records: dict[str, UndoRecord] = {}

    def keep(self, record: UndoRecord, session: Any = None) -> None:
        self._records[record.id] = record

    def of_run(self, run: str) -> list[UndoRecord]:
        return sorted((each for each in self._records.values() if each.run == run), key=lambda each: each.id)

    def remove_run(self, run: str) -> None:
        self._records = {id: each for id, each in self._records.items() if each.run != run}

    def remove_due(self, now: int) -> int:
        due = [id for id, each in self._records.items() if each.until <= now]
        for id in due:
            del self._records[id]
        return len(due)
