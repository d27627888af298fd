"""The list of applications for missing counties: a row for each, written with its events. Here: protocol and memory."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.identity.domain.application import WAITING
from shared.language.scope import Scope


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """version: of its stream. code: as asked for, then as granted. Times in ms; due_at: when a worker looks, 0: never.

    answer: keyed hash of the answer code, "" for one of staff. sealed: name of the county, contact, note and answer.
    """

    id: str
    version: int
    state: str
    parent: str
    holder: str
    by: str
    code: str
    at: int
    since: int
    due_at: int
    answer: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class HolderCount:
    """Applications that wait at a unit. holder: its path. since: ms, of the oldest one."""

    holder: str
    waiting: int
    since: int


class Applications(Protocol):
    def put(self, row: ApplicationRow, session: Any) -> None:
        """Store a row in place of the one before."""
        ...

    def get(self, id: str) -> ApplicationRow | None: ...

    def by_answer(self, hashed: str) -> ApplicationRow | None:
        """The application with this answer code."""
        ...

    def waiting_at(self, holders: Sequence[str], limit: int) -> list[ApplicationRow]:
        """Rows that wait at one of these units, the longest first."""
        ...

    def under(self, scope: Scope, limit: int) -> list[ApplicationRow]:
        """Rows for counties in the scope, the newest first."""
        ...

    def due(self, now: int, limit: int) -> list[ApplicationRow]:
        """Rows at which a worker has to look now, the longest overdue first."""
        ...

    def counts(self, path: str) -> list[HolderCount]:
        """The number of counties at and below a path that wait, by unit at which they wait."""
        ...


def counts_by_holder(rows: Iterable[tuple[str, int]]) -> list[HolderCount]:
    """Counts from holder and time of each row that waits."""
    times: dict[str, list[int]] = {}
    for holder, since in rows:
        times.setdefault(holder, []).append(since)
    return [HolderCount(holder, len(found), min(found)) for holder, found in sorted(times.items())]


class MemoryApplications:
    def __init__(self) -> None:
        self._lock, self._rows = threading.Lock(), dict[str, ApplicationRow]()

    def put(self, row: ApplicationRow, session: Any) -> None:
        with self._lock:
            self._rows[row.id] = row

    def get(self, id: str) -> ApplicationRow | None:
        return self._rows.get(id)

    def by_answer(self, hashed: str) -> ApplicationRow | None:
        return next((row for row in self._all() if hashed and row.answer == hashed), None)

    def waiting_at(self, holders: Sequence[str], limit: int) -> list[ApplicationRow]:
        found = [row for row in self._all() if row.state == WAITING and row.holder in holders]
        return sorted(found, key=lambda row: (row.since, row.id))[:limit]

    def under(self, scope: Scope, limit: int) -> list[ApplicationRow]:
        found = [row for row in self._all() if scope.allows(row.parent)]
        return sorted(found, key=lambda row: (-row.at, row.id))[:limit]

    def due(self, now: int, limit: int) -> list[ApplicationRow]:
        found = [row for row in self._all() if 0 < row.due_at <= now]
        return sorted(found, key=lambda row: (row.due_at, row.id))[:limit]

    def counts(self, path: str) -> list[HolderCount]:
        waiting = (row for row in self._all() if row.state == WAITING and row.parent.startswith(path))
        return counts_by_holder((row.holder, row.since) for row in waiting)

    def _all(self) -> list[ApplicationRow]:
        with self._lock:
            return list(self._rows.values())
