"""Accounts of staff: issue one, close one, give a teacher a class or take one away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from services.identity.dependencies import Dependencies
from services.identity.domain.account import Account, GrantPath, OpenStaff, RevokePath, account_decider
from services.identity.domain.account_lifecycle import CloseAccount
from services.identity.domain.issuing_rules import LEADER, check_above, check_issue, check_over
from services.identity.domain.school_accounts import AddSchoolAccount, needs_yes, school_accounts_decider
from services.identity.domain.unit_admins import CloseAdmin, unit_admins_decider
from services.identity.domain.validity import ACTIVE, RESET, UNACTIVATED, state_of
from services.identity.personal_data import Details
from services.identity.repositories.protocol import Person
from services.identity.use_cases.staff.grants import live_grants
from services.identity.use_cases.staff.slips import ActivationSlip, activation_slip
from services.identity.use_cases.steps import (
    account_stream,
    admins_stream,
    change_account,
    end_sessions,
    existing_person,
    new_account_id,
    school_stream,
)
from shared.eventsourcing.commands import UnitOfWork, events_of, transact
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.clock import day_of, iso
from shared.infrastructure.errors import Refused
from shared.language.grants import Grant
from shared.language.path import last
from shared.language.permissions import GRANT_PERMISSIONS
from shared.language.roles import SCHOOL, may
from shared.language.scope import Scope
from shared.service.auth import Caller

MOST_LISTED = 1000


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """state: one of validity.STATES. reset_at, reset_used_at: of the last reset, as ISO times; None: never.

    used_on: the last day on which somebody signed in or went on with a session, None: never.
    """

    id: str
    role: str
    paths: Sequence[str]
    login: str
    display_name: str
    state: str
    reset_at: str | None
    reset_used_at: str | None
    used_on: str | None
    grants: Sequence[Grant]


@dataclass(frozen=True, slots=True)
class GrantedPaths:
    """paths: all of the account's, after the change."""

    id: str
    paths: Sequence[str]


def issue(
    deps: Dependencies, caller: Caller, context: CommandContext, *, role: str, path: str, login: str, display_name: str
) -> ActivationSlip:
    """Open an account of staff, which its owner activates. A leader, and a further admin of a school, wait for a yes.

    Raises Refused("outside-scope", "wrong-place", "login-taken").
    """
    check_issue(caller.role, caller.scope, role, path)
    account = new_account_id(context)

    def open_account(hashed: str, remember: Also) -> None:
        person = Person(
            account,
            deps.personal_data.login_hash(login),
            role,
            deps.personal_data.seal(account, Details(login, display_name)),
            password="",
            must_change=False,
            paths=(path,),
            code=hashed,
        )

        def command(work: UnitOfWork) -> OpenStaff:
            waiting = needs_a_yes(deps, work, caller.role, role, path, account)
            return OpenStaff(role, path, deps.clock.now(), waiting, caller.account)

        open_staff(deps, context, person, command, remember)

    return activation_slip(deps, context, account, login, open_account)


def open_staff(
    deps: Dependencies,
    context: CommandContext,
    person: Person,
    command: Callable[[UnitOfWork], OpenStaff],
    *writes: Also,
) -> None:
    """Open the person's account with its validity, and `writes`, in one transaction; once for a command."""
    terms = deps.personal_data.search_terms(deps.personal_data.open(person))

    def plan(work: UnitOfWork) -> None:
        history = deps.store.load(account_stream(person.account))
        if events_of(context, history):
            return  # a concurrent copy of this request was faster
        further = map(GrantPath, person.paths[1:])  # classes of a teacher
        stream = account_stream(person.account)
        _, state = work.decide(account_decider, stream, len(history), Account(), command(work), *further)
        for write in (
            lambda session: deps.records.people.add(replace(person, validity=state.validity, terms=terms), session),
            *writes,
        ):
            work.also(write)

    transact(deps.store, context, plan)


def needs_a_yes(deps: Dependencies, work: UnitOfWork, by: str, role: str, path: str, account: str) -> bool:
    """True for a new account that does not work before somebody else has said yes. by: the role of its issuer."""
    return role == LEADER or (role == SCHOOL and joins(deps, work, by, path, account))


def joins(deps: Dependencies, work: UnitOfWork, role: str, path: str, account: str) -> bool:
    """Number the account among those of its school; True if it needs the school's yes. role: of its issuer."""
    stream = school_stream(last(path))
    history = deps.store.load(stream)
    school = school_accounts_decider.fold(history)
    work.decide(school_accounts_decider, stream, len(history), school, AddSchoolAccount(account))
    return needs_yes(role, school)


def grant_path(deps: Dependencies, caller: Caller, context: CommandContext, account: str, path: str) -> GrantedPaths:
    """Give a teacher a further class of the same school.

    Raises Refused("not-found", "outside-scope", "wrong-place", "one-place-only", "account-closed").
    """
    person = existing_person(deps, account)
    check_above(caller.role, caller.scope, person.role, person.paths)
    check_issue(caller.role, caller.scope, person.role, path)
    handled = change_account(
        deps, account, GrantPath(path), context, lambda session: deps.records.people.add_path(account, path, session)
    )
    deps.records.people.supersede_tokens(account)
    return GrantedPaths(account, handled.state.paths)


def revoke_path(deps: Dependencies, caller: Caller, context: CommandContext, account: str, path: str) -> GrantedPaths:
    """Take a class away from a teacher, at once. The only class stays: close the account instead.

    Raises Refused("not-found", "outside-scope", "last-class", "account-closed").
    """
    person = existing_person(deps, account)
    check_above(caller.role, caller.scope, person.role, person.paths)
    handled = change_account(
        deps,
        account,
        RevokePath(path),
        context,
        lambda session: deps.records.people.remove_path(account, path, session),
    )
    deps.records.people.supersede_tokens(account)
    return GrantedPaths(account, handled.state.paths)


def close(deps: Dependencies, caller: Caller, context: CommandContext, account: str) -> None:
    """Close an account for good; its sessions end and its login is never issued again.

    Raises Refused("not-found", "outside-scope", "own-account", "last-admin").
    """
    person = existing_person(deps, account)
    check_over(caller.role, caller.scope, person.role, person.paths)
    if account == caller.account:
        raise Refused("own-account", "Nobody closes the own account; a colleague or the level above does.")
    change_account(deps, account, CloseAccount(), context, before=lambda work: _leave_an_admin(deps, work, account))
    end_sessions(deps, account, "account closed")


def _leave_an_admin(deps: Dependencies, work: UnitOfWork, account: str) -> None:
    """Refuse to close the last admin of a unit who works there, or will once a reset code is used.

    The unit's stream is read before its admins: another one closed meanwhile makes this decision void.
    """
    person = existing_person(deps, account)
    if not may(person.role, GRANT_PERMISSIONS) or staff_account(deps, person).state not in (ACTIVE, RESET):
        return
    stream = admins_stream(last(person.home))
    history = deps.store.load(stream)
    unit = unit_admins_decider.fold(history)
    others = tuple(
        other.account
        for other in deps.records.people.staff(Scope.of(person.paths), MOST_LISTED, (person.role,))
        if other.home == person.home and other.account != account and staff_account(deps, other).state == ACTIVE
    )
    work.decide(unit_admins_decider, stream, len(history), unit, CloseAdmin(account, others))


def staff_account(deps: Dependencies, person: Person) -> StaffAccount:
    details, validity = deps.personal_data.open(person), person.validity
    state = state_of(person.role, validity, person.used_at, deps.clock.now())
    return StaffAccount(
        person.account,
        person.role,
        person.paths,
        details.login,
        details.display_name,
        UNACTIVATED if state == ACTIVE and person.must_change else state,
        iso(validity.reset_at) if validity.reset_at else None,
        iso(validity.reset_used_at) if validity.reset_used_at else None,
        day_of(person.used_at) if person.used_at else None,
        live_grants(person.grants, day_of(deps.clock.now())),
    )
