"""Slips for the owners of accounts: an activation code or a reset code, made by identity.

Each is shown once to the account that asked for it, and again when the same request is repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from services.identity.dependencies import Dependencies
from services.identity.use_cases.steps import existing_person
from shared.eventsourcing.commands import first_response
from shared.eventsourcing.store import Also, CommandContext
from shared.infrastructure.clock import iso
from shared.language import codes

Do = Callable[[str, Also], None]


@dataclass(frozen=True, slots=True)
class ActivationSlip:
    """An account that nobody has used yet, with the activation code for its owner.

    ends_at: ISO time until which the code can be used. waiting: whether the account does not work before a yes.
    """

    id: str
    login: str
    activation_code: str
    ends_at: str
    waiting: bool


@dataclass(frozen=True, slots=True)
class ResetSlip:
    """An account with the reset code for its owner. ends_at, waiting: as in ActivationSlip."""

    id: str
    login: str
    reset_code: str
    ends_at: str
    waiting: bool


def activation_slip(deps: Dependencies, context: CommandContext, account: str, login: str, do: Do) -> ActivationSlip:
    """Make an activation code and `do` the command with it, once.

    do: gets the code's keyed hash and what it must write in its transaction. Raises Refused("key-reused").
    """
    code = once(deps, context, codes.ACTIVATION, do)
    validity = existing_person(deps, account).validity
    return ActivationSlip(account, login, code, iso(validity.activation_ends_at), validity.waiting)


def reset_slip(deps: Dependencies, context: CommandContext, account: str, login: str, do: Do) -> ResetSlip:
    """Make a reset code and `do` the command with it, once; like `activation_slip`."""
    code = once(deps, context, codes.RESET, do)
    validity = existing_person(deps, account).validity
    return ResetSlip(account, login, code, iso(validity.reset_ends_at), validity.waiting)


def once(deps: Dependencies, context: CommandContext, kind: str, do: Do) -> str:
    """The code of the first request of this command; it is kept sealed, in the command's transaction.

    do: as for `activation_slip`.
    """
    if first := made_code(deps, context):
        return first
    code = codes.grouped(codes.make(kind=kind))
    sealed = {"sealed": deps.personal_data.seal_response(context.id, {"secret": code})}
    hashed = codes.code_hash(kind, code, deps.code_key)
    do(hashed, lambda session: deps.store.remember(context, sealed, session))
    return made_code(deps, context) or code  # a concurrent copy of this request may have been faster: its code holds


def made_code(deps: Dependencies, context: CommandContext) -> str:
    """The code that this command has made, "" if none."""
    first = first_response(deps.store, context)
    return "" if first is None else deps.personal_data.open_response(context.id, first["sealed"])["secret"]
