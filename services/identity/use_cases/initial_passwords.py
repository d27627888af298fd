"""Initial passwords: made by identity, shown once to the issuer, and again when the same request is repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from services.identity.credentials.passwords import initial_password
from services.identity.dependencies import Dependencies
from shared.eventsourcing.commands import first_response
from shared.eventsourcing.store import Also, CommandContext


@dataclass(frozen=True, slots=True)
class HandedOut:
    """An account with the initial password that its issuer hands out."""

    id: str
    login: str
    initial_password: str


def hand_out(
    deps: Dependencies, context: CommandContext, account: str, login: str, do: Callable[[str, Also], None]
) -> HandedOut:
    """Make an initial password and `do` the command with it, once.

    The response is kept sealed in the same transaction, so that a repetition of the request gets it again.
    do: gets the password and what it must write in its transaction. Raises Refused("key-reused").
    """
    if (first := _first(deps, context)) is not None:
        return first
    made = HandedOut(account, login, initial_password())
    sealed = {"sealed": deps.personal_data.seal_response(context.id, asdict(made))}
    do(made.initial_password, lambda session: deps.store.remember(context, sealed, session))
    return _first(deps, context) or made  # a concurrent copy of this request may have been faster: its password holds


def _first(deps: Dependencies, context: CommandContext) -> HandedOut | None:
    first = first_response(deps.store, context)
    return None if first is None else HandedOut(**deps.personal_data.open_response(context.id, first["sealed"]))
