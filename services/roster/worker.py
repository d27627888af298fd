"""python -m services.roster.worker ROLE...   relay: events to the bus; tree: loads the regions, finishes interrupted openings."""
from __future__ import annotations

import logging
import threading

from services.roster.app import roster_of
from services.roster.campaigns import resume_openings
from services.roster.settings import Settings
from services.roster.tree import load_tree
from shared.assembly import assemble, run_roles
from shared.bus_open import open_bus
from shared.config import load
from shared.relay import Relay

log = logging.getLogger("roster")


def main() -> None:
    kit = assemble("roster", load(Settings))
    settings, roster = kit.settings, roster_of(kit)

    def relay(stop: threading.Event) -> None:
        bus = open_bus(settings, kit.client)
        try:
            Relay(kit.store, bus, "roster", settings.bus_generation, settings.bus_partitions, kit.clock).run(stop)
        finally:
            bus.close()

    def tree(_: threading.Event) -> None:
        opened = load_tree(roster.store, roster.tables)
        finished = resume_openings(roster.store, roster.tables, roster.secrets)
        log.info("tree is loaded", extra={"opened": opened, "finished_openings": finished})

    run_roles("roster", {"relay": relay, "tree": tree})


if __name__ == "__main__":
    main()
