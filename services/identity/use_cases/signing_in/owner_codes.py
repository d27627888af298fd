"""Activation and reset codes, used by the owners of accounts: who has the slip chooses a password.

The level above, which made the code, holds it too: so a guardian adds a child's birth date after a reset, and children
of other classes need a fact of their own. A code has 69 bits: wrong ones are not counted, as strangers could lock an
owner out. An unknown login and another account's code get the same response after the same work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.identity.credentials.tokens import same
from services.identity.dependencies import Dependencies
from services.identity.domain.account_lifecycle import Activate, RegainChildren, UseResetCode
from services.identity.personal_data import Details
from services.identity.repositories.protocol import Limit, Person
from services.identity.use_cases.signing_in.throttle import forget_tries
from services.identity.use_cases.steps import (
    account_stream,
    bound_children,
    change_account,
    own_person,
    tell_lock,
    unit_account_id,
)
from shared.eventsourcing.commands import events_of
from shared.eventsourcing.event import Event
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.errors import Refused
from shared.language import codes
from shared.language.path import last
from shared.language.scope import Scope
from shared.service.auth import Caller

# Birth dates are few: tries are counted for ever, over all resets of the account.
FACTS_LIMIT = Limit(15, 10 * 365 * 86_400_000, "birth-dates-spoiled")
SPOILED = (
    "Too many wrong birth dates were tried for this account; "
    "register anew with the registration code on page 2, or add the child with it."
)


def code_holder(deps: Dependencies, code: str, kind: str) -> str:
    """The actor of a command before the owner can sign in: the holder of this activation or reset code."""
    return f"{kind}:" + codes.code_hash(f"holding {kind}", codes.parse(code, _field(kind), kind=kind), deps.code_key)


def activate(
    deps: Dependencies,
    context: CommandContext,
    *,
    login: str,
    activation_code: str,
    new: str,
    source: str,
    display_name: str = "",
) -> str:
    """Choose the first password of an account of staff with its activation code, once. Returns the account.

    Raises Refused("activation-code-wrong", "activation-code-ended", "account-closed") or what `own_name` and
    `PasswordPolicy.check` raise.
    """
    person = _owner(deps, login, activation_code, codes.ACTIVATION)
    history = deps.store.load(account_stream(person.account))
    if events_of(context, history):
        return person.account  # a repetition
    if not person.validity.activation_ends_at:
        raise _wrong(codes.ACTIVATION)
    details = own_name(deps, person, history, display_name)
    of = {"target": person.account, "source": source}
    with deps.trail.acting("account-activated", context, _caller(person), **of) as acting:
        command = Activate(deps.clock.now(), details is not None)
        _choose(deps, acting, person, login, new, command, details)
    return person.account


def use_reset_code(
    deps: Dependencies,
    context: CommandContext,
    *,
    login: str,
    reset_code: str,
    birth_date: str,
    new: str,
    source: str,
    display_name: str = "",
) -> str:
    """Choose a new password with the reset code, once; for a guardian, with the birth date of a child, too.

    Returns the account. birth_date: "" for staff.
    Raises Refused("reset-code-wrong", "reset-code-ended", "birth-date-wrong", "account-closed", "birth-dates-spoiled")
    or what `own_name` and `PasswordPolicy.check` raise.
    """
    person = _owner(deps, login, reset_code, codes.RESET)
    history = deps.store.load(account_stream(person.account))
    if events_of(context, history):
        return person.account  # a repetition
    if not person.validity.awaits_code:
        raise _wrong(codes.RESET)
    own = [child.pupil for child in person.children]
    known = _born_on(deps, person, own, birth_date) if person.role == "guardian" else ()
    details = own_name(deps, person, history, display_name)
    of = {"target": person.account, "source": source, "by": "reset-code"}
    with deps.trail.acting("password-changed", context, _caller(person), **of) as acting:
        command = UseResetCode(deps.clock.now(), known, details is not None)
        _choose(deps, acting, person, login, new, command, details)
    return person.account


def _owner(deps: Dependencies, login: str, code: str, kind: str) -> Person:
    """The person with this login, to whose account the code belongs."""
    given = codes.code_hash(kind, codes.parse(code, _field(kind), kind=kind), deps.code_key)
    person = deps.records.people.by_login(deps.personal_data.login_hash(login))
    if not same(given, person.code if person else "") or person is None:
        raise _wrong(kind)
    return person


def _caller(person: Person) -> Caller:
    """The owner, who is not signed in yet, as the audit trail names one."""
    return Caller(person.account, person.role, Scope.of(person.paths))


def _field(kind: str) -> str:
    return f"{kind}_code"


def _wrong(kind: str) -> Refused:
    return Refused(
        f"{kind}-code-wrong",
        f"Account and {kind} code do not belong together, or the code was used or replaced.",
        where=f"login, {_field(kind)}",
    )


def _choose(
    deps: Dependencies,
    context: CommandContext,
    person: Person,
    login: str,
    new: str,
    command: Activate | UseResetCode,
    details: Details | None,
) -> None:
    """Give the account this password, in the transaction of the command that uses up its code.

    details: with the owner's name, where the account had only that of its unit.
    """
    deps.policy.check(new, login, person.role)
    hashed, people = deps.hasher.hash(new), deps.records.people

    def write(session: Any) -> None:
        people.set_password(person.account, hashed, False, session)
        if details:
            sealed = deps.personal_data.seal(person.account, details)
            people.set_details(person.account, person.login, sealed, person.children, session)

    change_account(deps, person.account, command, context, write)
    if details:
        people.set_terms(person.account, deps.personal_data.search_terms(details))
    deps.records.people.set_used(person.account, deps.clock.now())
    forget_tries(deps, person)


def own_name(deps: Dependencies, person: Person, history: Sequence[Event], given: str) -> Details | None:
    """The details with the name that the owner gives, where the account bears only its unit's; None for all others.

    An account belongs to one person, so another name than the one it was issued to is refused.
    Raises Refused("name-needed", "name-differs").
    """
    details = deps.personal_data.open(person)
    of_unit = bool(person.home) and person.account == unit_account_id(person.role, last(person.home))
    if not of_unit or any(event.type == "account.named" for event in history):
        if given.strip() not in ("", details.display_name):
            raise Refused(
                "name-differs",
                "This account was issued to another name; ask the level above to hand it over to you.",
                kind="conflict",
                where="display_name",
            )
        return None
    if not given.strip():
        raise Refused(
            "name-needed", "This account bears its unit's name; enter your own real name.", where="display_name"
        )
    return replace(details, display_name=given.strip())


def regain_children(deps: Dependencies, caller: Caller, context: CommandContext, birth_date: str) -> list[str]:
    """Give the signed-in guardian those held children back who were born on this day. Returns them.

    Raises Refused("birth-date-wrong", "birth-dates-spoiled").
    """
    person = own_person(deps, caller)
    if events := events_of(context, deps.store.load(account_stream(person.account))):
        return [event.data["pupil"] for event in events]
    known = _born_on(deps, person, person.validity.held, birth_date)
    change_account(deps, person.account, RegainChildren(known), context)
    return list(known)


def _born_on(deps: Dependencies, person: Person, children: Sequence[str], birth_date: str) -> tuple[str, ...]:
    """Bound children who were born on this day, at least one; wrong days are counted and not forgotten."""
    key, bound = f"birth-date:{person.account}", bound_children(deps, person)
    if not birth_date:
        raise _wrong_birth_date()
    if not deps.records.attempts.reserve(key, deps.clock.now(), FACTS_LIMIT):
        raise Refused(FACTS_LIMIT.code, SPOILED, kind="too-many", where="birth_date")
    try:
        found = tuple(c for c in children if c in bound and deps.roster.was_born(c, birth_date))
    except Exception:
        deps.records.attempts.give_back(key)
        raise
    if not found:
        tell_lock(deps, key, FACTS_LIMIT, of="birth dates for good", account=person.account)
        raise _wrong_birth_date()
    # Given back, not cleared: knowing one child must not give fresh tries for another one by it.
    deps.records.attempts.give_back(key)
    return found


def _wrong_birth_date() -> Refused:
    return Refused("birth-date-wrong", "No child of this account was born on this day.", where="birth_date")
