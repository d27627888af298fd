"""python -m services.identity.worker ROLE...   relay: events to the bus; first-account: the ministry's, once."""
from __future__ import annotations

import threading
from pathlib import Path

from services.identity.app import parts_of
from services.identity.settings import Settings
from services.identity.use_cases import first_account
from shared.infrastructure.config import load
from shared.service.bootstrap import assemble, run_roles
from shared.service.workers import relay_role


def main() -> None:
    kit = assemble("identity", load(Settings))

    def open_first_account(_: threading.Event) -> None:
        first_account.ensure(parts_of(kit), kit.settings.first_password, Path(kit.settings.first_account_file))

    run_roles(kit, {"relay": relay_role(kit), "first-account": open_first_account})


if __name__ == "__main__":
    main()
