"""Accounts of staff: issued level by level, reset by the level above."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.identity.credentials.passwords import check_policy, initial_password
from services.identity.dependencies import Dependencies, account_of, account_stream, attempt, binding_of, known, myself
from services.identity.domain.account import ACCOUNT, ChangePassword, GrantPath, OpenStaff, ResetPassword
from services.identity.domain.binding import BOUND
from services.identity.domain.issuing_rules import RESETS_GUARDIANS, check_above, check_issue
from services.identity.personal_data import Details
from services.identity.repositories.protocol import Person
from services.identity.use_cases.sessions import LOCKED
from shared.eventsourcing.commands import events_of, first_response, handle
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.errors import Refused
from shared.language.scope import Scope
from shared.service.auth import Caller

LISTED = 1000


def issue(
    deps: Dependencies, caller: Caller, context: CommandContext, *, role: str, path: str, login: str, display_name: str
) -> dict[str, str]:
    """A new account of staff with a password that is shown once, and to a repetition of the same request."""
    check_issue(caller.role, caller.scope, role, path)
    account = account_of(context)

    def do(password: str, remember: Also) -> None:
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

        handle(deps.store, ACCOUNT, account_stream(account), OpenStaff(role, path), context, also)

    return _with_initial_password(deps, context, {"id": account, "login": login}, do)


def reset_password(deps: Dependencies, caller: Caller, context: CommandContext, account: str) -> dict[str, str]:
    """A new initial password; the old one and all sessions are void."""
    person = known(deps, account)
    _check_may_reset(deps, caller, person)

    def do(password: str, remember: Also) -> None:
        hashed = deps.hasher.hash(password)

        def also(session: Any) -> None:
            deps.records.people.set_password(account, hashed, True, session)
            remember(session)

        handle(deps.store, ACCOUNT, account_stream(account), ResetPassword(), context, also)
        deps.records.sessions.end_all(account)
        deps.records.attempts.clear(f"sign-in:{person.login}")

    return _with_initial_password(deps, context, {"id": account, "login": deps.personal_data.open(person).login}, do)


def _with_initial_password(
    deps: Dependencies, context: CommandContext, answer: dict[str, str], do: Callable[[str, Also], None]
) -> dict[str, str]:
    """Do it once. The answer is kept sealed in the same transaction, for a repetition of the same request."""
    if (seen := _answered(deps, context)) is not None:
        return seen
    answer = {**answer, "initial_password": initial_password()}
    sealed = {"sealed": deps.personal_data.seal_answer(context.id, answer)}
    do(answer["initial_password"], lambda session: deps.store.remember(context, sealed, session))
    return _answered(deps, context) or answer  # a twin of this request may have been faster: then its answer holds


def _answered(deps: Dependencies, context: CommandContext) -> dict[str, str] | None:
    first = first_response(deps.store, context)
    return None if first is None else deps.personal_data.open_answer(context.id, first["sealed"])


def _check_may_reset(deps: Dependencies, caller: Caller, person: Person) -> None:
    """The level above; for a guardian the class teacher or the school of one of the children, once the guardian is theirs and not one who waits."""
    if person.role != "guardian":
        check_above(caller.role, caller.scope, person.role, person.paths)
    elif caller.role not in RESETS_GUARDIANS or not any(
        binding_of(deps, c.pupil).state_of(person.account) == BOUND and caller.scope.allows(deps.roster.place(c.pupil))
        for c in person.children
    ):
        raise Refused(
            "outside-scope", "A guardian's password is reset by the class teacher or the school of the child."
        )


def grant_path(deps: Dependencies, caller: Caller, context: CommandContext, account: str, path: str) -> dict[str, Any]:
    """A further class for a teacher, by the school."""
    person = known(deps, account)
    check_above(caller.role, caller.scope, person.role, person.paths)
    check_issue(caller.role, caller.scope, person.role, path)
    done = handle(
        deps.store,
        ACCOUNT,
        account_stream(account),
        GrantPath(path),
        context,
        lambda session: deps.records.people.add_path(account, path, session),
    )
    return {"id": account, "paths": list(done.state.paths)}


def listed(deps: Dependencies, caller: Caller, under: str = "") -> list[dict[str, Any]]:
    """The accounts of staff at and below the caller's places, or one place of theirs, by place; at most LISTED. Raises Refused("outside-scope")."""
    if under and not caller.scope.allows(under):
        raise Refused("outside-scope", "This place does not lie at or below one of yours.", where="under")
    scope = Scope.of([under]) if under else caller.scope
    return [_item(p, deps.personal_data.open(p)) for p in deps.records.people.staff(scope, LISTED)]


def _item(person: Person, details: Details) -> dict[str, Any]:
    return {
        "id": person.account,
        "role": person.role,
        "paths": list(person.paths),
        "login": details.login,
        "display_name": details.display_name,
        "state": "initial" if person.must_change else "active",
    }


def change_password(deps: Dependencies, caller: Caller, context: CommandContext, old: str, new: str) -> None:
    """By the owner. Every other session of the account ends."""
    person = myself(deps, caller)
    if events_of(context, deps.store.load(account_stream(person.account))):
        return  # a repetition: by now the old password is not the old one
    if not attempt(deps, f"sign-in:{person.login}", lambda: deps.hasher.verify(person.password, old), LOCKED):
        raise Refused("wrong-credentials", "The old password is wrong.", where="old")
    check_policy(new, deps.personal_data.open(person).login)
    if deps.hasher.verify(person.password, new):
        raise Refused("password-unchanged", "The new password is the old one; choose another.", where="new")
    hashed = deps.hasher.hash(new)
    handle(
        deps.store,
        ACCOUNT,
        account_stream(person.account),
        ChangePassword(),
        context,
        lambda session: deps.records.people.set_password(person.account, hashed, False, session),
    )
    deps.records.sessions.end_all(person.account, but=caller.session)
