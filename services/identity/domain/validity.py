"""Validity of an account: whether its owner may sign in, and the reason why not.

An account does not work before its owner has activated it, while it waits for a yes, after a reset until the owner
has used the reset code, when it has been idle too long, and after it was closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.infrastructure.errors import Refused

DAY_MS = 86_400_000
ACTIVATION_MS, RESET_MS, IDLE_MS = 14 * DAY_MS, 7 * DAY_MS, 180 * DAY_MS
# Nobody stands above the ministry and could lift its seal by a reset.
NEVER_SEALED = frozenset({"ministry"})

ACTIVE, UNACTIVATED, ENDED, WAITING, RESET, SEALED, CLOSED = (
    "active",
    "not-activated",
    "activation-ended",
    "waiting",
    "reset",
    "sealed",
    "closed",
)
STATES = (ACTIVE, UNACTIVATED, ENDED, WAITING, RESET, SEALED, CLOSED)


@dataclass(frozen=True, slots=True)
class Validity:
    """The part of an account's state that decides on signing in. Times in ms, 0: never.

    asked_by: account that issued or reset the account while it waits.
    activation_ends_at: of the activation code, 0 once it was used.
    reset_by, reset_at, reset_ends_at, reset_used_at: of the last reset code.
    held: children of a guardian that a reset took out of reach until the owner proves to know them.
    sealed_at: when the sweep of idle accounts recorded the seal; a reset lifts it.
    """

    waiting: bool = False
    asked_by: str = ""
    closed: bool = False
    activation_ends_at: int = 0
    reset_by: str = ""
    reset_at: int = 0
    reset_ends_at: int = 0
    reset_used_at: int = 0
    held: tuple[str, ...] = ()
    sealed_at: int = 0

    @property
    def awaits_code(self) -> bool:
        """True from a reset until its code is used."""
        return self.reset_at > 0 and self.reset_used_at == 0


NO_LIMITS = Validity()


def stage_of(validity: Validity) -> str:
    """The state as it is recorded: UNACTIVATED also after the code has ended, ACTIVE also when idle but not swept."""
    if validity.closed:
        return CLOSED
    if validity.waiting:
        return WAITING
    if validity.awaits_code:
        return RESET
    if validity.sealed_at:
        return SEALED
    return UNACTIVATED if validity.activation_ends_at else ACTIVE


def state_of(role: str, validity: Validity, used_at: int, now: int) -> str:
    """One of STATES. used_at: when the account was last used, 0 if that is unknown."""
    stage = stage_of(validity)
    if stage == UNACTIVATED:
        return UNACTIVATED if now < validity.activation_ends_at else ENDED
    idle = used_at and role not in NEVER_SEALED and now - used_at >= IDLE_MS
    return SEALED if stage == ACTIVE and idle else stage


NOT_ACTIVATED = (
    "account-not-activated",
    "This account has no password yet; its owner chooses one with the activation code.",
)
REFUSALS: Mapping[str, tuple[str, str]] = {
    CLOSED: ("account-closed", "This account was closed; ask your unit for one of your own."),
    WAITING: (
        "account-waiting",
        "This account waits for the yes of the school's registry admin or leader, or of a bureau above.",
    ),
    RESET: (
        "reset-code-needed",
        "The password of this account was reset; enter the reset code from the slip and choose a new password.",
    ),
    UNACTIVATED: NOT_ACTIVATED,
    ENDED: NOT_ACTIVATED,
    SEALED: (
        "account-sealed",
        "This account was not used for 180 days and is sealed; ask the level above to reset it.",
    ),
}


def refusal(role: str, validity: Validity, used_at: int, now: int) -> Refused | None:
    """The reason for which the account may not be used now. To be told only to those who gave the right password."""
    found = REFUSALS.get(state_of(role, validity, used_at, now))
    return Refused(*found, kind="outside-scope", where="login") if found else None
