"""python -m services.identity.worker ROLE...

relay: publish events to the bus; first-account: open the ministry's account, once.
"""

from __future__ import annotations

import threading
from pathlib import Path

from services.identity.app import dependencies_of
from services.identity.settings import Settings
from services.identity.use_cases.staff import first_account
from shared.infrastructure.config import load
from shared.service.bootstrap import bootstrap, run_roles
from shared.service.workers import relay_role


def main() -> None:
    service = bootstrap("identity", load(Settings))

    def open_first_account(_: threading.Event) -> None:
        first_account.ensure(
            dependencies_of(service),
            service.settings.first_login,
            service.settings.first_password,
            Path(service.settings.first_account_file),
        )

    run_roles(service, {"relay": relay_role(service), "first-account": open_first_account})


if __name__ == "__main__":
    main()
