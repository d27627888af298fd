"""The dependencies of statistics, and the use cases that are built on them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.stats.projection.collections_mongo import Projection
from services.stats.projection.consistency_mongo import Consistency
from services.stats.projection.queries_mongo import ProjectionQueries
from services.stats.projection.register_mongo import Register
from services.stats.report.files import ReportFiles
from services.stats.settings import Settings
from services.stats.use_cases.audit import Audit
from services.stats.use_cases.closing import CloseDay
from services.stats.use_cases.figures import ReadFigures
from services.stats.use_cases.figures_query import FiguresQuery
from services.stats.use_cases.publishing import PublishReport
from services.stats.use_cases.reconciliation import PublisherClients
from services.stats.use_cases.reports import ReadReports
from shared.eventsourcing.store import EventStore
from shared.infrastructure.clock import Clock
from shared.infrastructure.objects import Objects
from shared.service.bootstrap import ServiceContext


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything is injected: tests pass a fixed clock and made-up publishers.

    code: the commit of the program. pause: waits so many seconds; by default for real.
    """

    database: Any
    store: EventStore
    objects: Objects
    publishers: PublisherClients
    clock: Clock
    code: str
    pause: Callable[[float], Any] | None = None


def dependencies_of(service: ServiceContext[Settings]) -> Dependencies:
    """The dependencies of a real process."""
    settings = service.settings
    objects = Objects(settings.s3_endpoint, settings.s3_access_key, settings.s3_secret_key, settings.s3_bucket)
    addresses = {"identity": settings.identity_url, "roster": settings.roster_url, "upload": settings.upload_url}
    publishers = PublisherClients({name: service.internal(name, url) for name, url in addresses.items()})
    return Dependencies(service.db, service.store, objects, publishers, service.clock, settings.commit)


@dataclass(frozen=True, slots=True)
class UseCases:
    """The use cases over one projection."""

    projection: Projection
    read_figures: ReadFigures
    close_day: CloseDay
    publish_report: PublishReport
    read_reports: ReadReports
    audit: Audit


def use_cases_on(deps: Dependencies, number: int) -> UseCases:
    """The use cases over the projection with this number."""
    register, projection = Register(deps.database), Projection(deps.database, number)
    queries, files = ProjectionQueries(projection), ReportFiles(deps.objects)
    figures = FiguresQuery(queries, register, deps.clock)
    return UseCases(
        projection,
        ReadFigures(figures),
        CloseDay(deps.publishers, queries, register, deps.clock, deps.pause),
        PublishReport(figures, queries, register, deps.publishers, deps.store, files, deps.code),
        ReadReports(register, files),
        Audit(Consistency(projection), queries, deps.publishers, register, deps.clock),
    )


class ActiveUseCases:
    """Call it for the use cases over the active projection: after a rebuild over another one, without a restart."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps, self._register, self._lock = deps, Register(deps.database), threading.Lock()
        self._register.ensure_indexes()
        self._use_cases: UseCases | None = None

    def __call__(self) -> UseCases:
        number = self._register.active()
        with self._lock:
            if self._use_cases is None or self._use_cases.projection.number != number:
                self._use_cases = use_cases_on(self._deps, number)
                self._use_cases.projection.ensure_indexes()
            return self._use_cases
