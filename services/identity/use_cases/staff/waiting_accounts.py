"""School accounts that wait: leaders, further admins of a school, and those that the level above has reset.

A person of the school says yes or no, or a bureau above the one that asked.
"""

from __future__ import annotations

from services.identity.dependencies import Dependencies
from services.identity.domain.account_lifecycle import DecideAccount
from services.identity.domain.issuing_rules import may_accept, may_be_the_same_person
from services.identity.domain.registry_arrival import REGISTRY
from services.identity.repositories.protocol import Person
from services.identity.use_cases.staff.staff_accounts import MOST_LISTED, StaffAccount, staff_account
from services.identity.use_cases.steps import change_account, end_sessions, existing_person
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller


def list_waiting(deps: Dependencies, caller: Caller) -> list[StaffAccount]:
    """The waiting accounts that the caller may decide, by path; at most MOST_LISTED."""
    found = deps.records.people.waiting(caller.scope, MOST_LISTED)
    return [staff_account(deps, person) for person in found if _may_decide(deps, caller, person)]


def decide(deps: Dependencies, caller: Caller, context: CommandContext, account: str, accept: bool) -> StaffAccount:
    """Say yes or no to a waiting account. Raises Refused("not-found", "outside-scope", "account-not-waiting")."""
    person = existing_person(deps, account)
    if not _may_decide(deps, caller, person):
        raise Refused(
            "outside-scope", "The school, its leader, or a bureau above the one that asked decides on this account."
        )
    change_account(deps, account, DecideAccount(accept, deps.clock.now()), context)
    if not accept:
        end_sessions(deps, account, "account rejected")
    return staff_account(deps, existing_person(deps, account))


def _may_decide(deps: Dependencies, caller: Caller, person: Person) -> bool:
    """Nobody decides on the own account, nor on what they have asked for themselves."""
    if caller.account in (person.account, person.validity.asked_by) or not person.home:
        return False
    own = deps.records.people.get(caller.account)
    maker = deps.records.people.get(own.validity.asked_by) if own else None
    if may_be_the_same_person(caller.role, maker.role if maker else "", person.role):
        return False
    return may_accept(caller.role, caller.scope, person.home, _asked_from(deps, person))


def _asked_from(deps: Dependencies, person: Person) -> tuple[str, ...]:
    """The paths of the person who asked for the account; its school, of a person who has arrived from the registry."""
    if person.validity.asked_by == REGISTRY:
        return person.paths
    asker = deps.records.people.get(person.validity.asked_by)
    return asker.paths if asker else ()
