"""The registry admins' accounts of one school: stream `staff-<school>`, private.

It numbers them, so that of two accounts issued at the same moment only one is the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent


@dataclass(frozen=True, slots=True)
class SchoolAccounts:
    """accounts: all that were ever issued, closed ones too: who closes the first one issues no second first one."""

    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddSchoolAccount:
    account: str


def decide(command: AddSchoolAccount, school: SchoolAccounts) -> Sequence[NewEvent]:
    known = command.account in school.accounts
    return [] if known else [NewEvent("staff.account-added", {"account": command.account})]


def evolve(school: SchoolAccounts, event: Fact) -> SchoolAccounts:
    if event.type != "staff.account-added":
        return school
    return replace(school, accounts=(*school.accounts, event.data["account"]))


school_accounts_decider: Decider[AddSchoolAccount, SchoolAccounts] = Decider(SchoolAccounts(), decide, evolve)


def needs_yes(role: str, school: SchoolAccounts) -> bool:
    """True for an account issued by `role` unless it is the school's first, or the school itself issues it."""
    return bool(school.accounts) and role != "school"
