"""Passwords of existing accounts: changed by the owner, reset by the level above."""

from __future__ import annotations

from typing import Any

from services.identity.credentials.passwords import check_policy
from services.identity.dependencies import Dependencies
from services.identity.domain.account import ChangePassword, ResetPassword, account_decider
from services.identity.domain.binding import BOUND
from services.identity.domain.issuing_rules import RESETS_GUARDIANS, check_above
from services.identity.repositories.protocol import Person
from services.identity.use_cases.initial_passwords import HandedOut, hand_out
from services.identity.use_cases.steps import (
    account_stream,
    attempt_password,
    existing_person,
    load_binding,
    own_person,
)
from shared.eventsourcing.commands import events_of, handle
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller


def change_password(deps: Dependencies, caller: Caller, context: CommandContext, old: str, new: str) -> None:
    """Replace the caller's password and end every other session of the account.

    Raises Refused("wrong-credentials", "too-many", "password-unchanged") or what `check_policy` raises.
    """
    person = own_person(deps, caller)
    if events_of(context, deps.store.load(account_stream(person.account))):
        return  # a repetition: `old` is no longer the account's password
    if not attempt_password(deps, person, old):
        raise Refused("wrong-credentials", "The old password is wrong.", where="old")
    check_policy(new, deps.personal_data.open(person).login)
    if deps.hasher.verify(person.password, new):
        raise Refused("password-unchanged", "The new password equals the old one; choose another.", where="new")
    hashed = deps.hasher.hash(new)
    handle(
        deps.store,
        account_decider,
        account_stream(person.account),
        ChangePassword(),
        context,
        lambda session: deps.records.people.set_password(person.account, hashed, False, session),
    )
    deps.records.sessions.end_all(person.account, but=caller.session)


def reset_password(deps: Dependencies, caller: Caller, context: CommandContext, account: str) -> HandedOut:
    """Issue a new initial password; the old one and all sessions are void.

    Raises Refused("not-found", "outside-scope").
    """
    person = existing_person(deps, account)
    _check_may_reset(deps, caller, person)

    def reset(password: str, remember: Also) -> None:
        hashed = deps.hasher.hash(password)

        def also(session: Any) -> None:
            deps.records.people.set_password(account, hashed, True, session)
            remember(session)

        handle(deps.store, account_decider, account_stream(account), ResetPassword(), context, also)
        deps.records.sessions.end_all(account)
        deps.records.attempts.clear(f"sign-in:{person.login}")

    return hand_out(deps, context, account, deps.personal_data.open(person).login, reset)


def _check_may_reset(deps: Dependencies, caller: Caller, person: Person) -> None:
    """Staff: the level above. Guardians: the class teacher or the school of a child to whom they are bound.

    A guardian who only waits for a child is not reset by its teacher: a mistaken request must not cost the account.
    """
    if person.role != "guardian":
        check_above(caller.role, caller.scope, person.role, person.paths)
    elif caller.role not in RESETS_GUARDIANS or not any(
        load_binding(deps, child.pupil).state_of(person.account) == BOUND
        and caller.scope.allows(deps.roster.class_path(child.pupil))
        for child in person.children
    ):
        raise Refused(
            "outside-scope", "Only the class teacher or the school of the child resets a guardian's password."
        )
