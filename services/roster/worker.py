"""python -m services.roster.worker ROLE...   relay: events to the bus; tree: loads the regions, finishes interrupted openings."""
from __future__ import annotations

import logging
import threading

from services.roster.app import roster_of
from services.roster.campaigns import resume_openings
from services.roster.settings import Settings
from services.roster.tree import load_tree
from shared.assembly import assemble, run_roles
from shared.config import load
from shared.roles import relay_role

log = logging.getLogger("roster")


def main() -> None:
    kit = assemble("roster", load(Settings))
    roster = roster_of(kit)

    def tree(_: threading.Event) -> None:
        opened = load_tree(roster.store, roster.tables, provinces=kit.settings.provinces)
        finished = resume_openings(roster.store, roster.tables, roster.secrets)
        log.info("tree is loaded", extra={"opened": opened, "finished_openings": finished})

    run_roles(kit, {"relay": relay_role(kit), "tree": tree})


if __name__ == "__main__":
    main()
