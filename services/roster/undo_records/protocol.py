"""Undo records: what an import's transactions have changed, with the values before, sealed, for a limited time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

DAY = 86_400_000  # ms
UNDO_DAYS = 7
UNDO_MS = UNDO_DAYS * DAY


@dataclass(frozen=True, slots=True)
class UndoRecord:
    """The record of one transaction of an import. until: ms since 1970; afterwards nothing undoes the import."""

    id: str
    run: str
    until: int
    sealed: bytes


class UndoRecords(Protocol):
    """Implementations: memory, Mongo."""

    def keep(self, record: UndoRecord, session: Any = None) -> None:
        """Keep a new record. session: as given to `also`, so that no change is recorded without it."""
        ...

    def of_run(self, run: str) -> list[UndoRecord]:
        """All records of an import, by id."""
        ...

    def remove_run(self, run: str) -> None: ...

    def remove_due(self, now: int) -> int:
        """Remove all records that are due. Returns how many."""
        ...
