"""The kick-off: an account for every province, city and county that has none, from roster's tree.

One for each unit, under an id and a login that follow from the unit's code: so a run can be repeated, and one that was
cut off goes on. Nothing of it is secret: the codes are made when the activation sheets are printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from services.identity.dependencies import Dependencies
from services.identity.domain.account import OpenStaff
from services.identity.domain.validity import ENDED, UNACTIVATED, state_of
from services.identity.personal_data import Details
from services.identity.repositories.protocol import Person
from services.identity.roster_client import Division
from services.identity.use_cases.staff.staff_accounts import open_staff
from services.identity.use_cases.steps import unit_account_id
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import keyed_hash
from shared.language import roles
from shared.language.codes import ALPHABET
from shared.language.path import ROOT, codes, last
from shared.language.scope import Scope

LEVELS = (roles.PROVINCE, roles.CITY, roles.COUNTY)  # each level has one role of its own name
MOST = 20_000  # accounts of these roles that are looked through: a nation has some 3,400 such units
AT_ONCE = 250  # accounts that one request opens: no province has more units, and a nation would hold a line for minutes
TAIL = 4  # characters of a login that nobody guesses, so that no stranger locks a bureau out before its first sign-in


@dataclass(frozen=True, slots=True)
class KickedOff:
    """units: provinces, cities and counties. opened: accounts by this run. had_one: units that had one before.

    refused: codes of units whose login somebody else has. left: units whose turn has not come; run it again.
    """

    units: int
    opened: int
    had_one: int
    refused: Sequence[str]
    left: int


@dataclass(frozen=True, slots=True)
class ProvinceProgress:
    """units: the province and those below it. accounts: units with an account. activated: of their accounts."""

    code: str
    name: str
    path: str
    units: int
    accounts: int
    activated: int


def open_accounts(deps: Dependencies, by: str, code: str) -> KickedOff:
    """Open an account for the unit and for each division below it that has none, AT_ONCE at most.

    by: the account that asks. Raises Refused("not-found").
    """
    units = [unit for unit in deps.roster.divisions(code) if unit.level in LEVELS]
    scope = Scope.of([unit.path for unit in units])
    served = {(person.role, person.home) for person in deps.records.people.staff(scope, MOST, LEVELS)}
    missing = [unit for unit in units if (unit.level, unit.path) not in served]
    opened, refused = 0, []
    for unit in missing:
        if opened == AT_ONCE:
            break
        if open_account(deps, by, unit):
            opened += 1
        else:
            refused.append(unit.code)
    return KickedOff(len(units), opened, len(units) - len(missing), refused, len(missing) - opened - len(refused))


def open_account(deps: Dependencies, by: str, unit: Division) -> bool:
    """Open the unit's account, once; False if somebody else has its login. Its owner gives it a real name."""
    account = unit_account_id(unit.level, unit.code)
    details = Details(_login(deps, unit), f"{unit.name}管理员")
    sealed, hashed = deps.personal_data.seal(account, details), deps.personal_data.login_hash(details.login)
    person = Person(account, hashed, unit.level, sealed, password="", must_change=False, paths=(unit.path,))
    command = OpenStaff(unit.level, unit.path, deps.clock.now(), by=by)
    try:
        open_staff(deps, CommandContext(f"kick-off {account}", by), person, lambda work: command)
    except Refused as refused:
        if refused.code != "login-taken":
            raise
        return False
    return True


def _login(deps: Dependencies, unit: Division) -> str:
    """ "110101-k7mf": the unit's code and a tail that only this copy's key makes."""
    number = int(keyed_hash(deps.code_key, "kick-off", f"{unit.level} {unit.code}"), 16)
    return (
        f"{unit.code}-"
        + "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(TAIL)).lower()
    )


def progress(deps: Dependencies) -> list[ProvinceProgress]:
    """Every province with its units, those that have an account, and the accounts that are activated."""
    units = [unit for unit in deps.roster.divisions(last(ROOT)) if unit.level in LEVELS]
    people = deps.records.people.staff(Scope.of([ROOT]), MOST, LEVELS)
    now = deps.clock.now()
    below = Counter(_province(unit.path) for unit in units)
    served = Counter(_province(home) for home in {person.home for person in people})
    activated = Counter(
        _province(person.home)
        for person in people
        if state_of(person.role, person.validity, person.used_at, now) not in (UNACTIVATED, ENDED)
    )
    return [
        ProvinceProgress(unit.code, unit.name, unit.path, below[unit.code], served[unit.code], activated[unit.code])
        for unit in units
        if unit.level == roles.PROVINCE
    ]


def _province(path: str) -> str:
    return codes(path)[1]
