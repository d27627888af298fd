"""What the use cases of identity stand on, and the few steps that they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid5

from services.identity.credentials.passwords import Hasher
from services.identity.credentials.tokens import Issuer, RefreshTokens
from services.identity.domain.binding import Binding, decide_for
from services.identity.personal_data import PersonalData
from services.identity.repositories.protocol import A_FEW, Limit, Person, Records
from services.identity.roster_client import Roster
from shared.eventsourcing.store import CommandContext, EventStore
from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused
from shared.service.auth import Caller

ACCOUNTS = UUID("5f0c3a9e-7d0b-5d0e-9a53-0d9f6f2f7c11")  # the namespace of account ids that follow from commands


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything injected: tests put memory, a fixed clock and a made-up roster here."""

    store: EventStore
    records: Records
    clock: Clock
    personal_data: PersonalData
    hasher: Hasher
    issuer: Issuer
    refresh: RefreshTokens
    roster: Roster
    code_key: bytes


def account_of(context: CommandContext) -> str:
    """The account that a command opens: the same for a repetition."""
    return str(uuid5(ACCOUNTS, context.id))


def account_stream(account: str) -> str:
    return f"account-{account}"


def binding_stream(pupil: str) -> str:
    return f"binding-{pupil}"


def binding_of(deps: Dependencies, pupil: str) -> Binding:
    return decide_for(pupil).fold(deps.store.load(binding_stream(pupil)))


def known(deps: Dependencies, account: str) -> Person:
    """Raises Refused("not-found")."""
    person = deps.records.people.get(account)
    if person is None:
        raise Refused("not-found", "There is no such account.", where="account")
    return person


def myself(deps: Dependencies, caller: Caller) -> Person:
    """The person behind the caller's token. Raises Refused("not-signed-in") when the account is not from here."""
    person = deps.records.people.get(caller.account)
    if person is None:
        raise Refused("not-signed-in", "This account does not exist here; sign in again.", where="Authorization")
    return person


def attempt(deps: Dependencies, key: str, try_it: Callable[[], bool], locked: str, limit: Limit = A_FEW) -> bool:
    """One counted try: whether it was good. Raises Refused with the sentence `locked` after too many bad ones."""
    if not deps.records.attempts.reserve(key, deps.clock.now(), limit):
        raise Refused(limit.code, locked, kind="too-many")
    try:
        good = try_it()
    except Exception:
        deps.records.attempts.give_back(key)
        raise
    if not good:
        return False
    deps.records.attempts.clear(key)
    return True
