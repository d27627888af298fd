"""python -m services.upload.worker ROLE...

relay: publishes events to the bus; view: projects the roster; intake: checks photos.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.upload.dependencies import dependencies_of
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
    deps = dependencies_of(service)
    return {
        "relay": relay_role(service),
        "view": subscription_role(service, view_sink(service.db), ["roster"], EVENT_FILTER),
        "intake": lambda stop: run_intake(deps, service.settings.intake_threads, stop),
    }


if __name__ == "__main__":
    main()
