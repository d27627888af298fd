"""Passwords of existing accounts: changed by the owner, reset by the level above for the owner."""

from __future__ import annotations

from services.identity.dependencies import Dependencies
from services.identity.domain.account import ChangePassword
from services.identity.domain.account_lifecycle import LiftLock, ResetPassword
from services.identity.domain.issuing_rules import ACCEPTS_AT_SCHOOL, LEADER, RESETS_GUARDIANS, check_above
from services.identity.domain.validity import ACTIVE, state_of
from services.identity.repositories.protocol import Person
from services.identity.use_cases.signing_in.throttle import LIFTS, attempt_password, forget_tries, lift_networks
from services.identity.use_cases.staff.slips import ResetSlip, reset_slip
from services.identity.use_cases.steps import (
    account_stream,
    bound_children,
    change_account,
    end_sessions,
    existing_person,
    own_person,
    reserve,
)
from shared.eventsourcing.commands import events_of
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.errors import Refused
from shared.language.scope import Scope
from shared.service.auth import Caller

MOST_OF_A_SCHOOL = 1000
LIFTED_OFTEN = "The lock of this account was lifted three times within a day; wait, or reset the password."


def change_password(deps: Dependencies, caller: Caller, context: CommandContext, old: str, new: str) -> None:
    """Replace the caller's password and end every other session of the account.

    Raises Refused("wrong-credentials", "too-many", "password-unchanged") or what `PasswordPolicy.check` raises.
    """
    person = own_person(deps, caller)
    if events_of(context, deps.store.load(account_stream(person.account))):
        return  # a repetition: `old` is no longer the account's password
    if not attempt_password(deps, person, old):
        raise Refused("wrong-credentials", "The old password is wrong.", where="old")
    deps.policy.check(new, deps.personal_data.open(person).login, person.role)
    if deps.hasher.verify(person.password, new):
        raise Refused("password-unchanged", "The new password equals the old one; choose another.", where="new")
    hashed = deps.hasher.hash(new)
    change_account(
        deps,
        person.account,
        ChangePassword(),
        context,
        lambda session: deps.records.people.set_password(person.account, hashed, False, session),
    )
    end_sessions(deps, person.account, "another password", but=caller.session)


def lift_lock(deps: Dependencies, caller: Caller, context: CommandContext, account: str) -> None:
    """Let the owner of an account try to sign in again at once; the account's history tells of it.

    Raises Refused("not-found", "outside-scope", "account-closed", "too-many-lifts").
    """
    person = existing_person(deps, account)
    held_by_reset(deps, caller, person)  # who may reset may lift
    if events_of(context, deps.store.load(account_stream(account))):
        return  # a repetition lifts nothing: repeated for ever, it would be no limit
    reserve(deps, f"lifted:{account}", LIFTED_OFTEN, LIFTS)
    if not change_account(deps, account, LiftLock(), context).repeated:
        lift_networks(deps, person)


def reset_password(deps: Dependencies, caller: Caller, context: CommandContext, account: str) -> ResetSlip:
    """Make a reset code for the owner. The old password and all sessions are void; nobody acts before it is used.

    Children of a guardian outside the caller's scope stay out of reach until the owner proves to know each of them.
    A school account that the level above resets needs the school's yes as well, if somebody is there to give it; a
    leader whom the school resets needs that of somebody else.
    Raises Refused("not-found", "outside-scope", "account-closed").
    """
    person = existing_person(deps, account)
    held = held_by_reset(deps, caller, person)

    def reset(hashed: str, remember: Also) -> None:
        command = ResetPassword(caller.account, deps.clock.now(), held, _needs_yes(deps, person))
        change_account(
            deps,
            account,
            command,
            context,
            lambda session: deps.records.people.set_code(account, hashed, session),
            remember,
        )
        end_sessions(deps, account, "reset")
        forget_tries(deps, person)

    return reset_slip(deps, context, account, deps.personal_data.open(person).login, reset)


def held_by_reset(deps: Dependencies, caller: Caller, person: Person) -> tuple[str, ...]:
    """Check that the caller may reset the account; the guardian's children who do not belong to the caller.

    Staff: the level above. Guardians: the class teacher or the school of a child to whom they are bound.
    A guardian who only waits for a child is not reset by its teacher: a mistaken request must not cost the account.
    """
    if person.role != "guardian":
        check_above(caller.role, caller.scope, person.role, person.paths)
        return ()
    own = {pupil for pupil in bound_children(deps, person) if caller.scope.allows(deps.roster.class_path(pupil))}
    if caller.role not in RESETS_GUARDIANS or not own:
        raise Refused(
            "outside-scope", "Only the class teacher or the school of the child resets a guardian's password."
        )
    return tuple(child.pupil for child in person.children if child.pupil not in own)


def _needs_yes(deps: Dependencies, person: Person) -> bool:
    """True for a leader, and for a school's account when another one of the school can say yes to its return."""
    if person.role == LEADER:
        return True  # the school resets it, so there always is a bureau above
    if person.role != "school":
        return False
    others = deps.records.people.staff(Scope.of(person.paths), MOST_OF_A_SCHOOL)
    now = deps.clock.now()
    return any(
        other.role in ACCEPTS_AT_SCHOOL
        and other.account != person.account
        and not other.must_change
        and state_of(other.role, other.validity, other.used_at, now) == ACTIVE
        for other in others
    )
