"""python -m services.roster.worker ROLE...   relay: events to the bus; tree: loads the regions; openings: entries for campaigns that were opened."""
from __future__ import annotations

import logging
import threading
from random import SystemRandom

from services.roster.app import roster_of
from services.roster.settings import Settings
from services.roster.use_cases.campaign_opening import Openings
from services.roster.use_cases.organisation import load_tree
from shared.infrastructure.config import load
from shared.service.bootstrap import assemble, run_roles
from shared.service.workers import relay_role

log = logging.getLogger("roster")


def main() -> None:
    kit = assemble("roster", load(Settings))
    roster = roster_of(kit)

    def tree(_: threading.Event) -> None:
        opened = load_tree(roster.store, roster.tables, provinces=kit.settings.provinces)
        log.info("tree is loaded", extra={"opened": opened})

    openings = Openings(roster.store, roster.tables, roster.secrets, SystemRandom())
    run_roles(kit, {"relay": relay_role(kit), "tree": tree, "openings": openings.run})


if __name__ == "__main__":
    main()
