"""Access records: who saw which pupils' data, what of it, when and from where. Written before the data is given.

The paper promises families that they can see who has looked. A record is only ever added; on a replica set the user of
a service may find and insert in this collection, and nothing else. Records hold opaque ids.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from uuid_utils import uuid7

from shared.infrastructure.clock import Clock
from shared.infrastructure.metrics import VIEWS, in_advance
from shared.infrastructure.security_log import security_event
from shared.service.auth import Caller

WINDOW_MS = 60_000
# What was seen -> views of it by one account within a minute above which an alarm is raised. A class of seventy shows
# seventy thumbnails at once; nobody reads more than thirty photos a minute.
USUAL = {
    "photo": 30,
    "thumbnail": 300,
    "forms": 60,
    "class-list": 30,
    "pupil": 60,
    "registry-data": 20,
    "registry-copy": 10,
    "guardians": 30,
    "listed-guardians": 30,
    "print": 20,
    "proof": 30,
}
in_advance([(what,) for what in USUAL], VIEWS)


@dataclass(frozen=True, slots=True)
class AccessRecord:
    """One view. at: ms since 1970. what: a key of USUAL. path: of the class or school at that time.

    alarm: whether the account had looked at unusually much within the minute before.
    """

    id: str
    at: int
    account: str
    role: str
    what: str
    pupils: tuple[str, ...]
    path: str
    source: str
    alarm: bool = False


class AccessRecords(Protocol):
    """An append-only collection. Lists: newest first, at most `limit`, older than `before` (ms)."""

    def add(self, record: AccessRecord) -> None: ...

    def of_pupil(self, pupil: str, before: int, limit: int) -> Sequence[AccessRecord]: ...

    def under(self, path: str, before: int, limit: int) -> Sequence[AccessRecord]: ...


@dataclass(slots=True)
class Views:
    """Records views and raises an alarm above the usual number. new_id: of a time in ms, ordered by it."""

    records: AccessRecords
    clock: Clock
    new_id: Callable[[int], str] = lambda at: str(uuid7(nanoseconds=at * 1_000_000))
    _recent: dict[tuple[str, str], deque[int]] = field(default_factory=dict)  # (account, what) -> times of views
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self, caller: Caller, what: str, pupils: Sequence[str], path: str, source: str) -> None:
        """Add the record of a view. Raises Refused("unavailable"): without a record nothing is shown.

        A view of no pupil leaves no record; a guardian's view of the own child does.
        """
        if not pupils:
            return
        now = self.clock.now()
        alarm = self._count(caller.account, what, now)
        record = AccessRecord(
            self.new_id(now), now, caller.account, caller.role, what, tuple(pupils), path, source, alarm > 0
        )
        self.records.add(record)
        VIEWS.labels(what).inc()
        if alarm == 1:  # once for each time that the usual number is passed
            security_event("many-views", account=caller.account, role=caller.role, source=source, what=what)

    def _count(self, account: str, what: str, now: int) -> int:
        """Views above the usual number of a minute, with this one; 0 or less while it is usual."""
        with self._lock:
            recent = self._recent.pop((account, what), deque())
            recent.append(now)
            self._recent[account, what] = recent  # the last in use, so that the idle ones come first
            while self._recent[oldest := next(iter(self._recent))][-1] <= now - WINDOW_MS:
                del self._recent[oldest]
            while recent[0] <= now - WINDOW_MS:
                recent.popleft()
            return len(recent) - USUAL[what]
