"""python -m services.upload.worker ROLE...   relay: events to the bus; view: learns the roster; intake: checks photos."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from services.upload.app import dependencies_of
from services.upload.roster_view.mongo import EVENT_FILTER, view_sink
from services.upload.settings import Settings
from services.upload.use_cases.intake import Intake
from shared.infrastructure.config import load
from shared.service.bootstrap import ServiceContext, bootstrap, run_roles
from shared.service.workers import WorkerRole, relay_role, subscription_role


def main() -> None:
    service = bootstrap("upload", load(Settings))
    run_roles(service, roles_of(service))


def roles_of(service: ServiceContext[Settings]) -> Mapping[str, WorkerRole]:
    checking = Intake(dependencies_of(service))
    return {
        "relay": relay_role(service),
        "view": subscription_role(service, view_sink(service.db), ["roster"], EVENT_FILTER),
        "intake": lambda stop: intake(checking, service.settings.intake_threads, stop),
    }


def intake(checking: Intake, threads: int, stop: threading.Event) -> None:
    """Some checks side by side: decoders leave the interpreter to others while they work. When one dies, all end."""
    with ThreadPoolExecutor(threads, thread_name_prefix="intake") as pool:
        running = [pool.submit(checking.run, stop) for _ in range(threads)]
        done, _ = wait(running, return_when=FIRST_EXCEPTION)
        stop.set()
        for future in done:
            future.result()


if __name__ == "__main__":
    main()
