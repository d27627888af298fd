"""python -m services.identity.worker ROLE...

relay: publish events to the bus; first-account: open the ministry's account, once, and complete old ones for lists;
applications: what falls due: those for missing counties climb, what was granted is finished, contacts are erased, and
idle accounts are sealed; account-files: check the
files of accounts that admins send, and open the accounts of those that they say yes to.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from services.identity.account_table.reader import TableReader, file_sandbox
from services.identity.app import dependencies_of
from services.identity.settings import Settings
from services.identity.use_cases.staff import (
    account_file_work,
    account_pages,
    application_clock,
    due_work,
    first_account,
    idle_accounts,
)
from shared.infrastructure.config import load
from shared.service.bootstrap import bootstrap, run_roles
from shared.service.workers import relay_role

log = logging.getLogger("identity")


def main() -> None:
    service = bootstrap("identity", load(Settings))

    def open_first_account(stop: threading.Event) -> None:
        deps = dependencies_of(service)
        first_account.ensure(
            deps,
            service.settings.first_login,
            service.settings.first_password,
            Path(service.settings.first_account_file),
        )
        if completed := account_pages.complete(deps, stop):
            log.info("accounts are found by name", extra={"accounts": completed})

    def work_on_files(stop: threading.Event) -> None:
        sandbox = file_sandbox()
        try:
            account_file_work.run(dependencies_of(service), TableReader(sandbox), stop)
        finally:
            sandbox.close()

    run_roles(
        service,
        {
            "relay": relay_role(service),
            "first-account": open_first_account,
            "applications": lambda stop: due_work.run(
                dependencies_of(service), (application_clock.tick, idle_accounts.tick), stop
            ),
            "account-files": work_on_files,
        },
    )


if __name__ == "__main__":
    main()
