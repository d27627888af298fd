"""python -m services.upload.worker ROLE...

relay: publishes events to the bus; view: projects the roster; intake: checks photos.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping

from services.upload.dependencies import dependencies_of
from services.upload.image.decoder import photo_sandbox
from services.upload.roster_view.mongo import EVENT_FILTER, view_sink
from services.upload.settings import Settings
from services.upload.use_cases.intake_worker import run_intake
from shared.infrastructure.config import load
from shared.service.bootstrap import ServiceContext, WorkerRole, bootstrap, run_roles
from shared.service.workers import relay_role, subscription_role


def main() -> None:
    service = bootstrap("upload", load(Settings))
    run_roles(service, roles_of(service))


def roles_of(service: ServiceContext[Settings]) -> Mapping[str, WorkerRole]:
    threads = service.settings.intake_threads
    sandbox = photo_sandbox(threads)
    deps = dependencies_of(service, sandbox)

    def intake(stop: threading.Event) -> None:
        sandbox.start()
        try:
            run_intake(deps, threads, stop)
        finally:
            sandbox.close()

    return {
        "relay": relay_role(service),
        "view": subscription_role(service, view_sink(service.db), ["roster"], EVENT_FILTER),
        "intake": intake,
    }


if __name__ == "__main__":
    main()
