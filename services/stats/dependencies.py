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
from services.stats.use_cases.figures import FiguresQuery
from services.stats.use_cases.publishing import Publishing
from services.stats.use_cases.reconciliation import Publishers
from shared.eventsourcing.store import EventStore
from shared.infrastructure.clock import Clock
from shared.infrastructure.objects import Objects
from shared.service.bootstrap import ServiceContext


@dataclass(frozen=True, slots=True)
class UseCases:
    """The use cases over one projection."""

    projection: Projection
    register: Register
    clock: Clock
    board: FiguresQuery
    closer: Closer
    audit: Audit
    press: Publishing


@dataclass(frozen=True, slots=True)
class Dependencies:
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


def use_cases_on(deps: Dependencies, number: int) -> UseCases:
    """The use cases over the projection with this number."""
    register, projection = Register(deps.database), Projection(deps.database, number)
    reads = Reads(projection)
    board = FiguresQuery(reads, register, deps.clock)
    return UseCases(
        projection,
        register,
        deps.clock,
        board,
        Closer(deps.publishers, reads, register, deps.clock, deps.pause),
        Audit(projection, deps.publishers, register),
        Publishing(board, register, deps.publishers, deps.store, deps.objects, deps.code),
    )


class Current:
    """The use cases over the projection that answers at present: after a rebuild that is another one, without a restart."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps, self._register, self._lock = deps, Register(deps.database), threading.Lock()
        self._register.ensure_indexes()
        self._parts: UseCases | None = None

    def __call__(self) -> UseCases:
        number = self._register.active()
        with self._lock:
            if self._parts is None or self._parts.projection.number != number:
                self._parts = use_cases_on(self._deps, number)
                self._parts.projection.ensure_indexes()
            return self._parts


def dependencies_of(service: ServiceContext[Settings]) -> Dependencies:
    settings = service.settings
    objects = Objects(settings.s3_endpoint, settings.s3_access_key, settings.s3_secret_key, settings.s3_bucket)
    addresses = {"identity": settings.identity_url, "roster": settings.roster_url, "upload": settings.upload_url}
    publishers = Publishers({name: service.internal(name, url) for name, url in addresses.items()})
    return Dependencies(service.db, service.store, objects, publishers, service.clock, settings.commit)
