"""The bootstrap of every service: its infrastructure from its settings, and the roles of its worker."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, TextIO, TypeVar

from prometheus_client import start_http_server
from pymongo import MongoClient
from pymongo.database import Database

from shared.eventsourcing.store_mongo import MongoStore
from shared.infrastructure import tracing
from shared.infrastructure.clock import Clock, SystemClock, clock_from
from shared.infrastructure.config import ServiceSettings
from shared.infrastructure.errors import Refused
from shared.infrastructure.log_setup import set_up
from shared.infrastructure.metrics import ROLE_SILENCE
from shared.infrastructure.mongo import clock_difference, connect, is_unavailable
from shared.infrastructure.signalled import Signalled
from shared.language import contracts
from shared.language.roles import SECOND_FACTOR_ROLES
from shared.service.app import AppContext
from shared.service.audit_trail.mongo import MongoChains
from shared.service.audit_trail.trail import AuditTrail
from shared.service.auth import ServiceAuth, TokenChecker
from shared.service.ended_sessions import ROUTE, EndedSessions
from shared.service.entrance import Entrance, Forwarding
from shared.service.health import Health
from shared.service.heartbeat import Heartbeat
from shared.service.key_set import KeySet
from shared.service.service_client import QUICK, InternalClient
from shared.service.worker_reports import report_until
from shared.service.worker_reports_mongo import WorkerReports

S = TypeVar("S", bound=ServiceSettings)
WorkerRole = Callable[[threading.Event], None]
CLOCK_TOLERANCE_MS = 2000
LAST_REPORT_SECONDS = 2.0  # a store that is slow or unavailable holds no worker that wants to end
log = logging.getLogger("bootstrap")


@dataclass(frozen=True, slots=True)
class ServiceContext(Generic[S]):
    """The infrastructure of a service, ready to use."""

    name: str
    settings: S
    clock: Clock
    client: MongoClient[dict[str, Any]]
    db: Database[dict[str, Any]]
    store: MongoStore
    services: ServiceAuth
    app_context: AppContext
    trail: AuditTrail

    def internal(self, audience: str, base_url: str) -> InternalClient:
        return InternalClient(audience, base_url, self.services)


def bootstrap(name: str, settings: S, *, logs: TextIO | None = None) -> ServiceContext[S]:
    """Clock, logs (to stdout by default), document store with its indexes, tokens and readiness of a service.

    logs: given by commands of an operator, whose refusals end in a sentence.
    """
    if logs:
        tell_refusals(logs)
    clock = clock_from(settings.clock)
    set_up(name, clock, to=logs, security_folder=settings.security_log)
    tracing.set_up(name, settings.traces)
    client = connect(settings.mongo_url, user=settings.mongo_user, password=settings.mongo_password)
    db = client[f"rollcall_{name}"]
    store = MongoStore(db, clock, is_public=contracts.is_public, validate=contracts.validate)
    store.ensure_indexes(settings.bus_generation)
    services = ServiceAuth(settings.service_key, name, clock, settings.service_keys)
    identity = InternalClient("identity", settings.identity_url, services, timeout=QUICK)
    endings = EndedSessions(
        lambda cursor: identity.get(ROUTE, {"since": str(cursor)}), clock, settings.sessions_grace_seconds
    )
    tokens = TokenChecker(KeySet.at(settings.identity_url, clock), clock, endings)
    app_context = AppContext(
        name,
        clock,
        settings.commit,
        tokens,
        services,
        ready={"document-store": lambda: _store_fault(client, store)},
        is_unavailable=is_unavailable,
        fresh_seconds=settings.fresh_sign_in_seconds,
        second_factor_roles=SECOND_FACTOR_ROLES - settings.without_second_factor,
        entrance=Entrance(name, settings.front_key, Forwarding(settings.forwarding_key, clock)),
        health=_health(name, store, WorkerReports(db, clock), settings.bus_generation, clock),
    )
    chains = MongoChains(db)
    chains.ensure_indexes()
    trail = AuditTrail(name, chains, clock, settings.security_log)
    return ServiceContext(name, settings, clock, client, db, store, services, app_context, trail)


def tell_refusals(to: TextIO) -> None:
    """Let a refusal that nobody handles end the program with its sentence; any other error ends it as before."""
    before = sys.excepthook

    def tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Refused):
            print(f"{error.code}: {error.detail}", file=to)
        else:
            before(kind, error, trace)

    sys.excepthook = tell


def _health(name: str, store: MongoStore, reports: WorkerReports, generation: int, clock: Clock) -> Health:
    def unpublished_seconds() -> float:
        oldest = store.oldest_unpublished(generation)
        return 0.0 if oldest is None else max(0, clock.now() - oldest) / 1000

    return Health({"unpublished_seconds": unpublished_seconds} if name in contracts.PUBLISHERS else {}, reports.fresh)


def _store_fault(client: MongoClient[dict[str, Any]], store: MongoStore) -> str:
    """The reason why the process is not ready; "" if it is.

    A store that cannot serve reads counts as down. With a clock that differs from the store's, days and tokens would be
    wrong.
    """
    try:
        store.closed_through()
    except Refused as refused:
        return refused.detail
    difference = clock_difference(client, SystemClock())
    if difference is None:
        return "The document store cannot be reached."
    if abs(difference) > CLOCK_TOLERANCE_MS:
        return f"This machine's clock is {difference} ms off the document store's."
    return ""


def run_roles(
    service: ServiceContext[Any], roles: Mapping[str, WorkerRole], arguments: Sequence[str] | None = None
) -> None:
    """Run the named roles, one thread each, until SIGTERM or SIGINT. Metrics at METRICS_PORT.

    Exits with status 1 when a role fails, 2 for unknown roles.
    """
    names = list(sys.argv[1:] if arguments is None else arguments)
    unknown = [role for role in names if role not in roles]
    if unknown or not names:
        sys.stderr.write(f"usage: python -m services.{service.name}.worker ROLE...   roles: {', '.join(roles)}\n")
        raise SystemExit(2)
    stop, failed = Signalled(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if service.settings.metrics_port:
        start_http_server(service.settings.metrics_port, addr=service.settings.metrics_host)
    heartbeats = [Heartbeat(role, stop) for role in names]
    for each in heartbeats:
        ROLE_SILENCE.labels(each.role).set_function(each.silence)
    threads = [
        threading.Thread(target=_watch, args=(roles[each.role], each, failed), name=each.role) for each in heartbeats
    ]
    reports = WorkerReports(service.db, service.clock)
    reporter = threading.Thread(target=report_until, args=(stop, reports, heartbeats), name="reporter", daemon=True)
    for thread in (*threads, reporter):
        thread.start()
    log.info("roles started", extra={"roles": names})
    for thread in threads:
        while thread.is_alive():
            thread.join(0.5)  # a join without timeout would block signal handlers
    stop.set()
    reporter.join(LAST_REPORT_SECONDS)
    if failed.is_set():
        os._exit(1)  # threads of libraries must not keep a failed process alive


def _watch(role: WorkerRole, stop: Heartbeat, failed: threading.Event) -> None:
    try:
        role(stop)
        stop.end()
    except BaseException:
        log.exception("role failed", extra={"role": stop.role})
        failed.set()
        stop.set()
        raise
