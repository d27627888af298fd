"""Accounts of staff: issued level by level, reset by the level above."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.identity.credentials.passwords import check_policy, initial_password
from services.identity.dependencies import Parts, account_of, account_stream, attempt, binding_of, known, myself
from services.identity.domain.account import ACCOUNT, ChangePassword, GrantPath, OpenStaff, ResetPassword
from services.identity.domain.binding import BOUND
from services.identity.domain.issuing_rules import RESETS_GUARDIANS, check_above, check_issue
from services.identity.personal_data import Details
from services.identity.repositories.protocol import Person
from services.identity.use_cases.sessions import LOCKED
from shared.eventsourcing.decider import handle
from shared.eventsourcing.store import Also, Command
from shared.infrastructure.errors import Refused
from shared.language.scope import Scope
from shared.service.auth import Caller

LISTED = 1000


def issue(parts: Parts, caller: Caller, command: Command, *, role: str, path: str, login: str, display_name: str) -> dict[str, str]:
    """A new account of staff with a password that is shown once, and to a repetition of the same request."""
    check_issue(caller.role, caller.scope, role, path)
    account = account_of(command)

    def do(password: str, remember: Also) -> None:
        person = Person(account, parts.directory.login_hash(login), role, parts.directory.seal(account, Details(login, display_name)),
                        parts.hasher.hash(password), True, (path,))

        def also(session: Any) -> None:
            parts.records.people.add(person, session)
            remember(session)
        handle(parts.store, ACCOUNT, account_stream(account), OpenStaff(role, path), command, also)
    return _with_initial_password(parts, command, {"id": account, "login": login}, do)


def reset_password(parts: Parts, caller: Caller, command: Command, account: str) -> dict[str, str]:
    """A new initial password; the old one and all sessions are void."""
    person = known(parts, account)
    _check_may_reset(parts, caller, person)

    def do(password: str, remember: Also) -> None:
        hashed = parts.hasher.hash(password)

        def also(session: Any) -> None:
            parts.records.people.set_password(account, hashed, True, session)
            remember(session)
        handle(parts.store, ACCOUNT, account_stream(account), ResetPassword(), command, also)
        parts.records.sessions.end_all(account)
        parts.records.attempts.clear(f"sign-in:{person.login}")
    return _with_initial_password(parts, command, {"id": account, "login": parts.directory.open(person).login}, do)


def _with_initial_password(parts: Parts, command: Command, answer: dict[str, str], do: Callable[[str, Also], None]) -> dict[str, str]:
    """Do it once. The answer is kept sealed in the same transaction, for a repetition of the same request."""
    if (seen := _answered(parts, command)) is not None:
        return seen
    answer = {**answer, "initial_password": initial_password()}
    sealed = {"sealed": parts.directory.seal_answer(command.id, answer)}
    do(answer["initial_password"], lambda session: parts.store.remember(command, sealed, session))
    return _answered(parts, command) or answer   # a twin of this request may have been faster: then its answer holds


def _answered(parts: Parts, command: Command) -> dict[str, str] | None:
    seen = parts.store.recall(command.id)
    if seen is None:
        return None
    if seen.body != command.body:
        raise Refused("key-reused", "This Idempotency-Key was used for another request; use a fresh key.", where="Idempotency-Key")
    return parts.directory.open_answer(command.id, seen.answer["sealed"])


def _check_may_reset(parts: Parts, caller: Caller, person: Person) -> None:
    """The level above; for a guardian the class teacher or the school of one of the children, once the guardian is theirs and not one who waits."""
    if person.role != "guardian":
        check_above(caller.role, caller.scope, person.role, person.paths)
    elif caller.role not in RESETS_GUARDIANS or not any(
            binding_of(parts, c.pupil).state_of(person.account) == BOUND and caller.scope.allows(parts.roster.place(c.pupil)) for c in person.children):
        raise Refused("outside-scope", "A guardian's password is reset by the class teacher or the school of the child.")


def grant_path(parts: Parts, caller: Caller, command: Command, account: str, path: str) -> dict[str, Any]:
    """A further class for a teacher, by the school."""
    person = known(parts, account)
    check_above(caller.role, caller.scope, person.role, person.paths)
    check_issue(caller.role, caller.scope, person.role, path)
    done = handle(parts.store, ACCOUNT, account_stream(account), GrantPath(path), command,
                  lambda session: parts.records.people.add_path(account, path, session))
    return {"id": account, "paths": list(done.state.paths)}


def listed(parts: Parts, caller: Caller, under: str = "") -> list[dict[str, Any]]:
    """The accounts of staff at and below the caller's places, or one place of theirs, by place; at most LISTED. Raises Refused("outside-scope")."""
    if under and not caller.scope.allows(under):
        raise Refused("outside-scope", "This place does not lie at or below one of yours.", where="under")
    scope = Scope.of([under]) if under else caller.scope
    return [_item(p, parts.directory.open(p)) for p in parts.records.people.staff(scope, LISTED)]


def _item(person: Person, details: Details) -> dict[str, Any]:
    return {"id": person.account, "role": person.role, "paths": list(person.paths), "login": details.login, "display_name": details.display_name,
            "state": "initial" if person.must_change else "active"}


def change_password(parts: Parts, caller: Caller, command: Command, old: str, new: str) -> None:
    """By the owner. Every other session of the account ends."""
    person = myself(parts, caller)
    if any(event.command_id == command.id for event in parts.store.load(account_stream(person.account))):
        return   # a repetition: by now the old password is not the old one
    if not attempt(parts, f"sign-in:{person.login}", lambda: parts.hasher.verify(person.password, old), LOCKED):
        raise Refused("wrong-credentials", "The old password is wrong.", where="old")
    check_policy(new, parts.directory.open(person).login)
    if parts.hasher.verify(person.password, new):
        raise Refused("password-unchanged", "The new password is the old one; choose another.", where="new")
    hashed = parts.hasher.hash(new)
    handle(parts.store, ACCOUNT, account_stream(person.account), ChangePassword(), command,
           lambda session: parts.records.people.set_password(person.account, hashed, False, session))
    parts.records.sessions.end_all(person.account, but=caller.session)
