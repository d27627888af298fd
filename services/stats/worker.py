"""python -m services.stats.worker ROLE...   projector: learns figures from the bus; audit: compares the books with the stores, for the metrics.

There is no relay: reports are private.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable

from services.stats.dependencies import Current, UseCases, dependencies_of
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.projector_mongo import EVENT_FILTER, figures_sink
from services.stats.projection.queries_mongo import Register
from services.stats.settings import Settings
from shared.infrastructure.config import load
from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import DRIFT
from shared.language.contracts import STREAMS
from shared.service.bootstrap import ServiceContext, bootstrap, run_roles
from shared.service.workers import WorkerRole, subscription_role

UNAVAILABLE_WAIT = 5  # seconds until an audit that could not be made is tried again
log = logging.getLogger("projector")


class UntilFlip(threading.Event):
    """Set when the process is told to stop, or as soon as another projection answers."""

    def __init__(self, stop: threading.Event, register: Register, number: int) -> None:
        super().__init__()
        self._stop, self._register, self._number = stop, register, number

    def is_set(self) -> bool:
        return self._stop.is_set() or self._flipped()

    def _flipped(self) -> bool:
        try:
            return self._register.active() != self._number
        except Refused:
            return False  # the store is away: the lesson waits for it, so nothing is lost by asking later

    def wait(self, timeout: float | None = None) -> bool:
        return self._stop.wait(timeout)


def projector(service: ServiceContext[Settings]) -> WorkerRole:
    """Teach the projection that answers; after a rebuild, go on with the other one."""
    register = Register(service.db)

    def project(stop: threading.Event) -> None:
        while not stop.is_set():
            projection = Projection(service.db, register.active())
            projection.ensure_indexes()
            log.info("projecting", extra={"projection": projection.name})
            subscription_role(service, figures_sink(projection), STREAMS, EVENT_FILTER)(
                UntilFlip(stop, register, projection.number)
            )

    return project


def auditor(service: ServiceContext[Settings]) -> WorkerRole:
    """Look again and again whether the books agree with the stores at closed days: the number called drift. Who asks for a report is given a fresh look."""
    current = Current(dependencies_of(service))

    def audit(stop: threading.Event) -> None:
        while not stop.is_set():
            seconds = service.settings.audit_seconds
            stop.wait(seconds if show_drift(current) else min(seconds, UNAVAILABLE_WAIT))

    return audit


def show_drift(current: Callable[[], UseCases]) -> bool:
    """One audit; whether it could be made. While it cannot be made nobody knows the drift, so none is shown: an older 0 would be a lie."""
    try:
        parts = current()
        found = parts.audit(parts.board.today(), leaves=False)["books"]
    except Exception:
        log.warning("no audit at this moment", exc_info=True)
        DRIFT.clear()
        return False
    slots = Counter(publisher for publisher, _ in {(each["publisher"], each["slot"]) for each in found})
    for publisher in STREAMS:
        DRIFT.labels(publisher).set(slots[publisher])
    return True


def main() -> None:
    service = bootstrap("stats", load(Settings))
    run_roles(service, {"projector": projector(service), "audit": auditor(service)})


if __name__ == "__main__":
    main()
