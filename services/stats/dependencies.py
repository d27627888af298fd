"""The dependencies of statistics' use cases; all of them are injected."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.stats.projection.collections_mongo import Projection
from services.stats.projection.figures_query import FiguresQuery
from services.stats.projection.queries_mongo import ProjectionQueries
from services.stats.projection.register_mongo import Register
from services.stats.publishers import PublisherClients
from services.stats.report.files import ReportFiles
from services.stats.settings import Settings
from shared.eventsourcing.store import EventStore
from shared.infrastructure.clock import Clock, day_of
from shared.infrastructure.objects import Objects
from shared.service.audit_trail.trail import AuditTrail
from shared.service.bootstrap import ServiceContext

Pause = Callable[[float], Any]  # waits so many seconds


@dataclass(frozen=True, slots=True)
class Resources:
    """Resources of a process, whichever projection is active. Tests pass a fixed clock and made-up publishers.

    code: the commit of the program. pause: by default for real. max_age_ms: of the figures that people read.
    """

    database: Any
    store: EventStore
    objects: Objects
    publishers: PublisherClients
    clock: Clock
    code: str
    trail: AuditTrail
    pause: Pause = threading.Event().wait
    max_age_ms: int = 0


def resources_of(service: ServiceContext[Settings]) -> Resources:
    settings = service.settings
    objects = Objects(
        settings.reports_endpoint, settings.reports_access_key, settings.reports_secret_key, settings.reports_bucket
    )
    addresses = {"identity": settings.identity_url, "roster": settings.roster_url, "upload": settings.upload_url}
    publishers = PublisherClients({name: service.internal(name, url) for name, url in addresses.items()})
    return Resources(
        service.db,
        service.store,
        objects,
        publishers,
        service.clock,
        settings.commit,
        service.trail,
        max_age_ms=settings.figures_max_age_ms,
    )


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Dependencies over one projection."""

    projection: Projection
    queries: ProjectionQueries
    figures: FiguresQuery
    register: Register
    publishers: PublisherClients
    store: EventStore
    files: ReportFiles
    clock: Clock
    code: str
    trail: AuditTrail
    pause: Pause
    max_age_ms: int

    def today(self) -> str:
        return day_of(self.clock.now())


def dependencies_on(resources: Resources, number: int) -> Dependencies:
    """The dependencies over the projection with this number."""
    register, projection = Register(resources.database), Projection(resources.database, number)
    queries = ProjectionQueries(projection)
    return Dependencies(
        projection,
        queries,
        FiguresQuery(queries, register, resources.clock),
        register,
        resources.publishers,
        resources.store,
        ReportFiles(resources.objects),
        resources.clock,
        resources.code,
        resources.trail,
        resources.pause,
        resources.max_age_ms,
    )


class ActiveDependencies:
    """Call it for the dependencies over the active projection: after a rebuild over another one, without a restart.

    recent: whether it need not be looked up again if it was within `max_age_ms`.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources, self._register, self._lock = resources, Register(resources.database), threading.Lock()
        self._register.ensure_indexes()
        self._deps: Dependencies | None = None
        self._looked_at = 0

    def __call__(self, recent: bool = False) -> Dependencies:
        now, deps = self._resources.clock.now(), self._deps
        if recent and deps is not None and 0 <= now - self._looked_at < self._resources.max_age_ms:
            return deps
        number = self._register.active()
        with self._lock:
            self._looked_at = now
            if self._deps is None or self._deps.projection.number != number:
                self._deps = dependencies_on(self._resources, number)
                self._deps.projection.ensure_indexes()
            return self._deps
