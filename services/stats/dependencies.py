"""What the use cases of statistics stand on."""
from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.stats.projection.collections_mongo import Projection
from services.stats.projection.queries_mongo import Reads, Register
from services.stats.settings import Settings
from services.stats.use_cases.audit import Audit
from services.stats.use_cases.closing import Closer
from services.stats.use_cases.figures import Board
from services.stats.use_cases.publishing import Press
from services.stats.use_cases.reconciliation import Publishers
from shared.eventsourcing.store import EventStore
from shared.infrastructure.clock import Clock
from shared.infrastructure.objects import Objects
from shared.service.bootstrap import Kit


@dataclass(frozen=True, slots=True)
class Parts:
    """The use cases over one projection."""

    projection: Projection
    register: Register
    clock: Clock
    board: Board
    closer: Closer
    audit: Audit
    press: Press


@dataclass(frozen=True, slots=True)
class Outside:
    """What they are built on. Everything is injected: tests put a fixed clock and made-up publishers here.

    code: the commit of the program. pause: waits so many seconds; by default for real.
    """

    database: Any
    store: EventStore
    objects: Objects
    publishers: Publishers
    clock: Clock
    code: str
    pause: Callable[[float], Any] | None = None


def parts_on(outside: Outside, number: int) -> Parts:
    """The use cases over the projection with this number."""
    register, projection = Register(outside.database), Projection(outside.database, number)
    reads = Reads(projection)
    board = Board(reads, register, outside.clock)
    return Parts(projection, register, outside.clock, board, Closer(outside.publishers, reads, register, outside.clock, outside.pause),
                 Audit(projection, outside.publishers, register), Press(board, register, outside.publishers, outside.store, outside.objects, outside.code))


class Current:
    """The use cases over the projection that answers at present: after a rebuild that is another one, without a restart."""

    def __init__(self, outside: Outside) -> None:
        self._outside, self._register, self._lock = outside, Register(outside.database), threading.Lock()
        self._register.ensure_indexes()
        self._parts: Parts | None = None

    def __call__(self) -> Parts:
        number = self._register.active()
        with self._lock:
            if self._parts is None or self._parts.projection.number != number:
                self._parts = parts_on(self._outside, number)
                self._parts.projection.ensure_indexes()
            return self._parts


def outside_of(kit: Kit[Settings]) -> Outside:
    settings = kit.settings
    objects = Objects(settings.s3_endpoint, settings.s3_access_key, settings.s3_secret_key, settings.s3_bucket)
    addresses = {"identity": settings.identity_url, "roster": settings.roster_url, "upload": settings.upload_url}
    publishers = Publishers({name: kit.internal(name, url) for name, url in addresses.items()})
    return Outside(kit.db, kit.store, objects, publishers, kit.clock, settings.commit)
