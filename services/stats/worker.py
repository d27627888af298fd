"""python -m services.stats.worker ROLE...

projector  projects events of the bus into figures
audit      reconciles control totals with the stores' at intervals, and reads the figures of the nation: for the metrics

There is no relay: reports are private.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable

from services.stats.dependencies import ActiveDependencies, Dependencies, resources_of
from services.stats.projection.collections_mongo import Projection
from services.stats.projection.projector_mongo import EVENT_FILTER, figures_sink
from services.stats.projection.register_mongo import Register
from services.stats.settings import Settings
from services.stats.use_cases.audit import audit
from services.stats.use_cases.progress import Progress
from shared.infrastructure.config import load
from shared.infrastructure.errors import Refused
from shared.infrastructure.metrics import AUDITS, DRIFT, in_advance
from shared.language.contracts import STREAMS
from shared.service.bootstrap import ServiceContext, WorkerRole, bootstrap, run_roles
from shared.service.workers import subscription_role

UNAVAILABLE_WAIT = 5  # seconds until a failed audit is tried again
DONE, FAILED = "done", "failed"  # outcomes of an audit
log = logging.getLogger("projector")


class UntilFlip(threading.Event):
    """Set when the process must stop, or as soon as another projection is active."""

    def __init__(self, stop: threading.Event, register: Register, number: int) -> None:
        super().__init__()
        self._stop, self._register, self._number = stop, register, number

    def is_set(self) -> bool:
        return self._stop.is_set() or self._flipped()

    def _flipped(self) -> bool:
        try:
            return self._register.active() != self._number
        except Refused:
            return False  # the store is unavailable: the batch waits for it, so asking later loses nothing

    def wait(self, timeout: float | None = None) -> bool:
        return self._stop.wait(timeout)


def projector(service: ServiceContext[Settings]) -> WorkerRole:
    """Project into the active projection; after a rebuild, go on with the new one."""
    register = Register(service.db)

    def project(stop: threading.Event) -> None:
        while not stop.is_set():
            projection = Projection(service.db, register.active())
            projection.ensure_indexes()
            log.info("projecting", extra={"projection": projection.name})
            run = subscription_role(service, figures_sink(projection), STREAMS, EVENT_FILTER)
            run(UntilFlip(stop, register, projection.number))

    return project


def auditor(service: ServiceContext[Settings]) -> WorkerRole:
    """Reconcile at intervals; show the drift and the progress. A report makes its own, fresh reconciliation."""
    deps, progress = ActiveDependencies(resources_of(service)), Progress()
    in_advance([(DONE,), (FAILED,)], AUDITS)

    def run(stop: threading.Event) -> None:
        while not stop.is_set():
            seconds = service.settings.audit_seconds
            is_done = show_drift(deps)
            if not stop.is_set():  # a look between two long readings: the heartbeat of this loop, too
                show_progress(deps, progress)
            stop.wait(seconds if is_done else min(seconds, UNAVAILABLE_WAIT))

    return run


def show_drift(deps: Callable[[], Dependencies]) -> bool:
    """Audit once. Returns True if it succeeded. After a failure no drift is shown, since an older 0 could be false."""
    try:
        drift = audit(deps(), fold_histories=False)["control_totals"]
    except Exception:
        log.warning("the audit failed", exc_info=True)
        DRIFT.clear()
        AUDITS.labels(FAILED).inc()
        return False
    slots = Counter(publisher for publisher, _ in {(each.publisher, each.slot) for each in drift})
    for publisher in STREAMS:
        DRIFT.labels(publisher).set(slots[publisher])
    AUDITS.labels(DONE).inc()
    return True


def show_progress(deps: Callable[[], Dependencies], progress: Progress) -> None:
    """After a failure the last figures stay: they grow old, and the next pass is a minute away."""
    try:
        progress.show(deps())
    except Exception:
        log.warning("the progress cannot be read", exc_info=True)


def main() -> None:
    service = bootstrap("stats", load(Settings))
    run_roles(service, {"projector": projector(service), "audit": auditor(service)})


if __name__ == "__main__":
    main()
