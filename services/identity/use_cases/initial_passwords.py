"""Secrets for the owners of accounts, made by identity: initial passwords and reset codes.

Each is shown once to the account that asked for it, and again when the same request is repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.identity.credentials.passwords import initial_password
from services.identity.dependencies import Dependencies
from services.identity.use_cases.steps import existing_person
from shared.eventsourcing.commands import first_response
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.clock import iso
from shared.language import codes

Do = Callable[[str, Also], None]


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A new account with the initial password that its issuer hands out.

    ends_at: ISO time until which the password can be used. waiting: whether the account does not work before a yes.
    """

    id: str
    login: str
    initial_password: str
    ends_at: str
    waiting: bool


@dataclass(frozen=True, slots=True)
class ResetSlip:
    """An account with the reset code for its owner. ends_at, waiting: as in HandedOut."""

    id: str
    login: str
    reset_code: str
    ends_at: str
    waiting: bool


def hand_out(deps: Dependencies, context: CommandContext, account: str, login: str, do: Do) -> HandedOut:
    """Make an initial password and `do` the command with it, once.

    do: gets the password and what it must write in its transaction. Raises Refused("key-reused").
    """
    password = _once(deps, context, initial_password(), do)
    validity = existing_person(deps, account).validity
    return HandedOut(account, login, password, iso(validity.initial_ends_at), validity.waiting)


def hand_out_code(deps: Dependencies, context: CommandContext, account: str, login: str, do: Do) -> ResetSlip:
    """Make a reset code and `do` the command with it, once; like `hand_out`."""
    code = _once(deps, context, codes.grouped(codes.make(kind=codes.RESET)), do)
    validity = existing_person(deps, account).validity
    return ResetSlip(account, login, code, iso(validity.reset_ends_at), validity.waiting)


def _once(deps: Dependencies, context: CommandContext, secret: str, do: Do) -> str:
    """The secret of the first request of this command; it is kept sealed, in the command's transaction."""
    if (first := _first(deps, context)) is not None:
        return first
    sealed = {"sealed": deps.personal_data.seal_response(context.id, {"secret": secret})}
    do(secret, lambda session: deps.store.remember(context, sealed, session))
    return _first(deps, context) or secret  # a concurrent copy of this request may have been faster: its secret holds


def _first(deps: Dependencies, context: CommandContext) -> str | None:
    first = first_response(deps.store, context)
    return None if first is None else deps.personal_data.open_response(context.id, first["sealed"])["secret"]
