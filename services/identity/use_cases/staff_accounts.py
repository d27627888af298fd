"""Accounts of staff: issue one, list them, give a teacher a further class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.identity.dependencies import Dependencies
from services.identity.domain.account import GrantPath, OpenStaff, account_decider
from services.identity.domain.issuing_rules import check_above, check_issue
from services.identity.personal_data import Details
from services.identity.repositories.protocol import Person
from services.identity.use_cases.initial_passwords import HandedOut, hand_out
from services.identity.use_cases.steps import account_stream, existing_person, new_account_id
from shared.eventsourcing.commands import handle
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.errors import Refused
from shared.language.scope import Scope
from shared.service.auth import Caller

MOST_LISTED = 1000


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """state: "initial" until the owner has changed the initial password, then "active"."""

    id: str
    role: str
    paths: Sequence[str]
    login: str
    display_name: str
    state: str


@dataclass(frozen=True, slots=True)
class GrantedPaths:
    """paths: all of the account's, after the grant."""

    id: str
    paths: Sequence[str]


def issue(
    deps: Dependencies, caller: Caller, context: CommandContext, *, role: str, path: str, login: str, display_name: str
) -> HandedOut:
    """Open an account of staff with an initial password.

    Raises Refused("outside-scope", "wrong-place", "login-taken").
    """
    check_issue(caller.role, caller.scope, role, path)
    account = new_account_id(context)

    def open_account(password: str, remember: Also) -> None:
        person = Person(
            account,
            deps.personal_data.login_hash(login),
            role,
            deps.personal_data.seal(account, Details(login, display_name)),
            deps.hasher.hash(password),
            True,
            (path,),
        )

        def also(session: Any) -> None:
            deps.records.people.add(person, session)
            remember(session)

        handle(deps.store, account_decider, account_stream(account), OpenStaff(role, path), context, also)

    return hand_out(deps, context, account, login, open_account)


def grant_path(deps: Dependencies, caller: Caller, context: CommandContext, account: str, path: str) -> GrantedPaths:
    """Give a teacher a further class of the same school.

    Raises Refused("not-found", "outside-scope", "wrong-place", "one-place-only").
    """
    person = existing_person(deps, account)
    check_above(caller.role, caller.scope, person.role, person.paths)
    check_issue(caller.role, caller.scope, person.role, path)
    handled = handle(
        deps.store,
        account_decider,
        account_stream(account),
        GrantPath(path),
        context,
        lambda session: deps.records.people.add_path(account, path, session),
    )
    deps.records.people.supersede_tokens(account)
    return GrantedPaths(account, handled.state.paths)


def list_accounts(deps: Dependencies, caller: Caller, under: str = "") -> list[StaffAccount]:
    """Accounts of staff at and below `under` ("": all of the caller's paths), by path; at most MOST_LISTED.

    Raises Refused("outside-scope").
    """
    if under and not caller.scope.allows(under):
        raise Refused("outside-scope", "This path is neither one of yours nor below one of yours.", where="under")
    scope = Scope.of([under]) if under else caller.scope
    return [
        _staff_account(person, deps.personal_data.open(person))
        for person in deps.records.people.staff(scope, MOST_LISTED)
    ]


def _staff_account(person: Person, details: Details) -> StaffAccount:
    state = "initial" if person.must_change else "active"
    return StaffAccount(person.account, person.role, person.paths, details.login, details.display_name, state)
