"""python -m services.identity.worker ROLE...   relay: events to the bus; first-account: the ministry's, once."""
from __future__ import annotations

import threading
from pathlib import Path

from services.identity import first_account
from services.identity.app import parts_of
from services.identity.settings import Settings
from shared.assembly import assemble, run_roles
from shared.bus_open import open_bus
from shared.config import load
from shared.relay import Relay


def main() -> None:
    kit = assemble("identity", load(Settings))
    settings = kit.settings

    def relay(stop: threading.Event) -> None:
        bus = open_bus(settings, kit.client)
        try:
            Relay(kit.store, bus, "identity", settings.bus_generation, settings.bus_partitions, kit.clock).run(stop)
        finally:
            bus.close()

    def open_first_account(_: threading.Event) -> None:
        first_account.ensure(parts_of(kit), settings.first_password, Path(settings.first_account_file))

    run_roles("identity", {"relay": relay, "first-account": open_first_account})


if __name__ == "__main__":
    main()
