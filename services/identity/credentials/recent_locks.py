"""Locks that this process has just met: a flood of refused tries costs it no question to the store."""

from __future__ import annotations

BELIEVED_MS = 1000  # so long, at most, another process's lifting of the lock is not seen here
MOST = 10_000


class RecentLocks:
    """Keys of tries that were refused within the last second, with the end of their locks (ms)."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[int, int]] = {}  # key -> believed until, locked until

    def note(self, key: str, now: int, until: int) -> None:
        if len(self._locks) >= MOST:
            self._locks = {}
        self._locks[key] = (now + BELIEVED_MS, until)

    def until(self, key: str, now: int) -> int:
        """The end of the key's lock; 0 if none is known."""
        believed, until = self._locks.get(key, (0, 0))
        return until if now < min(believed, until) else 0

    def forget(self, prefix: str) -> None:
        self._locks = {key: lock for key, lock in self._locks.copy().items() if not key.startswith(prefix)}
