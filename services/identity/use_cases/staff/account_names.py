"""Real names behind the account numbers of an audit trail, for its auditors: of staff of their region, nobody else's.

A hand-over closes an account and keeps it, so what was done keeps the name of the person who did it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.identity.dependencies import Dependencies
from services.identity.repositories.protocol import Person
from shared.service.auth import Caller


@dataclass(frozen=True, slots=True)
class NamedAccount:
    id: str
    display_name: str


def names_of(deps: Dependencies, caller: Caller, accounts: Sequence[str]) -> list[NamedAccount]:
    """The names of those accounts that are staff at or below the caller's paths; the others are left out."""
    found = [person for account in accounts if (person := deps.records.people.get(account))]
    return [
        NamedAccount(person.account, deps.personal_data.open(person).display_name)
        for person in found
        if _is_of_region(caller, person)
    ]


def _is_of_region(caller: Caller, person: Person) -> bool:
    """False for guardians, who have no path."""
    return bool(person.paths) and all(caller.scope.allows(path) for path in person.paths)
