"""python -m services.identity.worker ROLE...   relay: events to the bus; first-account: the ministry's, once."""
from __future__ import annotations

import threading

from services.identity import first_account
from services.identity.app import parts_of
from services.identity.settings import Settings
from shared.assembly import assemble, run_roles
from shared.config import load


def main() -> None:
    kit = assemble("identity", load(Settings))

    def open_first_account(_: threading.Event) -> None:
        first_account.ensure(parts_of(kit), kit.settings.first_password, kit.settings.first_account_file)

    run_roles("identity", {"first-account": open_first_account})


if __name__ == "__main__":
    main()
