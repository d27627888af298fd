"""python -m services.roster.worker ROLE...

relay     sends events to the bus
tree      loads the regions once
openings  opens entries in opened campaigns, tells them a last day that has moved, counts whom a campaign would cover
files     removes kept roster files, undo records and proofs that are due; continues undos
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from random import SystemRandom

from services.roster.app import dependencies_of
from services.roster.dependencies import Dependencies
from services.roster.settings import Settings
from services.roster.use_cases.campaign_opening import Openings
from services.roster.use_cases.coverage import Counting
from services.roster.use_cases.importing.undo import finish_begun
from services.roster.use_cases.regions import load_regions
from shared.infrastructure.config import load
from shared.infrastructure.errors import Refused
from shared.service.bootstrap import WorkerRole, bootstrap, run_roles
from shared.service.workers import relay_role

FILES_POLL = 60.0  # seconds
log = logging.getLogger("roster")


def tree_role(deps: Dependencies, provinces: Collection[str] = ()) -> WorkerRole:
    """Loads the regions of these provinces, by default of all."""

    def tree(stop: threading.Event) -> None:
        opened = load_regions(deps, provinces=provinces, is_stopped=stop.is_set)
        log.info("tree is loaded", extra={"opened": opened})

    return tree


def files_role(deps: Dependencies) -> WorkerRole:
    def files(stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                finish_begun(deps)
                deps.undo_records.remove_due(deps.clock.now())
                deps.proofs.remove_due(deps.clock.now())
                if removed := deps.kept_files.remove_due(deps.clock.now()):
                    log.info("kept roster files were due", extra={"removed": removed})
            except Refused:
                log.exception("kept roster files and undos wait, trying again")
            stop.wait(FILES_POLL)

    return files


def main() -> None:
    service = bootstrap("roster", load(Settings))
    deps = dependencies_of(service)
    tree, openings = tree_role(deps, service.settings.provinces), Openings(deps, SystemRandom(), Counting(deps))
    run_roles(
        service, {"relay": relay_role(service), "tree": tree, "openings": openings.run, "files": files_role(deps)}
    )


if __name__ == "__main__":
    main()
