"""The reset of a second factor by an operator: for the ministry, above which nobody stands, after telephone and codes.

    python -m services.identity.operator.reset_second_factor LOGIN

Do it on the written word of the ministry. All sessions of the account end; its owner sets a device up anew at the next
sign-in, with the password. The audit trail names the operator.
"""

from __future__ import annotations

import argparse
import secrets
import sys

from services.identity.app import dependencies_of
from services.identity.dependencies import Dependencies
from services.identity.settings import Settings
from services.identity.use_cases.signing_in.second_factor import take_away
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.config import fail, load
from shared.infrastructure.errors import Refused
from shared.language.path import ROOT
from shared.language.scope import Scope
from shared.service.auth import Caller
from shared.service.bootstrap import bootstrap

OPERATOR = Caller("operator", "ministry", Scope.of([ROOT]))  # recorded as the one who did it


def reset(deps: Dependencies, login: str) -> None:
    """Raises Refused("not-found", "no-second-factor")."""
    person = deps.records.people.by_login(deps.personal_data.login_hash(login))
    if person is None:
        raise Refused("not-found", "There is no account with this login.")
    context = CommandContext(f"operator {secrets.token_hex(16)}", OPERATOR.account)
    with deps.trail.acting("second-factor-reset", context, OPERATOR, target=person.account) as acting:
        take_away(deps, acting, person, OPERATOR.account)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="reset_second_factor", description=__doc__)
    parser.add_argument("login", metavar="LOGIN")
    asked = parser.parse_args(arguments)
    deps = dependencies_of(bootstrap("identity", load(Settings), logs=sys.stderr))
    try:
        reset(deps, asked.login)
    except Refused as error:
        fail(error.detail)
    sys.stdout.write("The second factor is reset; the owner sets up another one at the next sign-in.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
