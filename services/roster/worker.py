"""python -m services.roster.worker ROLE...

relay     sends events to the bus
tree      loads the regions once
openings  opens entries in opened campaigns
"""

from __future__ import annotations

import logging
import threading
from random import SystemRandom

from services.roster.app import dependencies_of
from services.roster.settings import Settings
from services.roster.use_cases.campaign_opening import Openings
from services.roster.use_cases.regions import load_regions
from shared.infrastructure.config import load
from shared.service.bootstrap import bootstrap, run_roles
from shared.service.workers import relay_role

log = logging.getLogger("roster")


def main() -> None:
    service = bootstrap("roster", load(Settings))
    deps = dependencies_of(service)

    def tree(_: threading.Event) -> None:
        opened = load_regions(deps, provinces=service.settings.provinces)
        log.info("tree is loaded", extra={"opened": opened})

    openings = Openings(deps, SystemRandom())
    run_roles(service, {"relay": relay_role(service), "tree": tree, "openings": openings.run})


if __name__ == "__main__":
    main()
