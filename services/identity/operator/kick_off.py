"""The kick-off by an operator: accounts for all provinces, cities and counties; then their sheets, grouped by province.

    python -m services.identity.operator.kick_off [--sheets FILE.zip [--confirm]] [CODE ...]

CODE: of a province or another division; without one, all provinces. A line for each tells how far it is. What was cut
off goes on when it is entered again: nobody gets a second account. --sheets: one PDF for each, in a new file that only
its owner may read. --confirm: codes of earlier sheets that were not used become void.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

from services.identity.app import dependencies_of
from services.identity.dependencies import Dependencies
from services.identity.roster_client import Division
from services.identity.settings import Settings
from services.identity.sheets.sheet import PAGES
from services.identity.use_cases.staff.activation_sheets import fetch_sheets, print_sheets
from services.identity.use_cases.staff.kick_off import open_accounts
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.config import fail, load
from shared.infrastructure.errors import Refused
from shared.language.path import ROOT, last
from shared.language.scope import Scope
from shared.service.auth import Caller
from shared.service.bootstrap import bootstrap

OPERATOR = Caller("operator", "ministry", Scope.of([ROOT]))  # recorded as the one who issued and printed
NOTHING = "nothing-to-activate"


def kick_off(deps: Dependencies, units: Iterable[Division]) -> int:
    """Open what is missing; the number of units that were refused."""
    refused = 0
    for unit in units:
        deps.trail.record("account-issued", OPERATOR, target=unit.code, issued="kick-off")
        done = open_accounts(deps, OPERATOR.account, unit.code)
        _say(f"{unit.code} {unit.name}: {done.units} units, {done.opened} opened, {done.had_one} had one")
        while done.left:
            done = open_accounts(deps, OPERATOR.account, unit.code)
            _say(f"{unit.code} {unit.name}: {done.opened} more opened, {done.left} left")
        for code in done.refused:
            _say(f"  {code}: somebody else has its login; issue this account in the portal")
        refused += len(done.refused)
    return refused


def write_sheets(deps: Dependencies, units: Iterable[Division], file: Path, *, confirm: bool) -> None:
    """A PDF for each of the units with accounts to activate. Raises Refused, FileExistsError."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for unit in units:
            context = CommandContext(f"operator {secrets.token_hex(16)}", OPERATOR.account)
            try:
                with deps.trail.acting("sheets", context, OPERATOR, target=unit.code) as acting:
                    printed = print_sheets(deps, OPERATOR, acting, unit.path, confirm)
            except Refused as refused:
                if refused.code != NOTHING:
                    raise
                _say(f"{unit.code} {unit.name}: every account is active")
                continue
            archive.writestr(f"{unit.code}-{unit.name}.pdf", fetch_sheets(deps, OPERATOR, printed.id, PAGES))
            _say(f"{unit.code} {unit.name}: {printed.codes} sheets")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Exit status 0, or 1 where a unit has no account for a login that somebody else has."""
    parser = argparse.ArgumentParser(prog="kick_off", description=__doc__, add_help=True)
    parser.add_argument("codes", nargs="*", metavar="CODE")
    parser.add_argument("--sheets", type=Path, metavar="FILE.zip")
    parser.add_argument("--confirm", action="store_true")
    asked = parser.parse_args(arguments)
    deps = dependencies_of(bootstrap("identity", load(Settings), logs=sys.stderr))
    try:
        if asked.codes:
            units = [deps.roster.divisions(code)[0] for code in asked.codes]
        else:
            units = [unit for unit in deps.roster.divisions(last(ROOT)) if unit.level == "province"]
        refused = kick_off(deps, units)
        if asked.sheets:
            write_sheets(deps, units, asked.sheets, confirm=asked.confirm)
    except Refused as error:
        fail(error.detail)
    except FileExistsError:
        fail(f"{asked.sheets} exists; name a new file.")
    return 1 if refused else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
