"""The life of an account after it was opened: activated, reset, accepted, closed. Decided on its validity alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.identity.domain.validity import ACTIVATION_MS, ACTIVE, IDLE_MS, RESET_MS, Validity, stage_of
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused


@dataclass(frozen=True, slots=True)
class Activate:
    """Record that the owner chose the first password with the activation code. named: and entered the real name."""

    at: int
    named: bool = False


@dataclass(frozen=True, slots=True)
class RenewActivation:
    """Record that the account `by` made another activation code; the one before is void."""

    by: str
    at: int


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """Record that the account `by` issued a reset code; without it nobody can use the account.

    held: children of a guardian who stay out of reach after the reset. needs_yes: the school must accept it as well.
    """

    by: str
    at: int
    held: tuple[str, ...] = ()
    needs_yes: bool = False


@dataclass(frozen=True, slots=True)
class UseResetCode:
    """Record that the owner chose a password with the reset code. regained: held children whom the owner knew.

    named: as for Activate.
    """

    at: int
    regained: tuple[str, ...] = ()
    named: bool = False


@dataclass(frozen=True, slots=True)
class RegainChildren:
    """Give held children back to the guardian, who has proven to know them."""

    pupils: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LiftLock:
    """Record that somebody over the account has lifted its lock after wrong passwords."""


@dataclass(frozen=True, slots=True)
class SealIdle:
    """Record that the account is sealed, as nobody has used it since used_at."""

    used_at: int
    at: int


@dataclass(frozen=True, slots=True)
class DecideAccount:
    """Accept or reject a waiting account; a rejected one is closed."""

    accept: bool
    at: int


@dataclass(frozen=True, slots=True)
class CloseAccount:
    """End an account for good."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """End an account for good, as another person takes its place with the account `to`."""

    to: str


LifecycleCommand = (
    Activate
    | RenewActivation
    | ResetPassword
    | UseResetCode
    | RegainChildren
    | LiftLock
    | SealIdle
    | DecideAccount
    | CloseAccount
    | HandOver
)


def decide_lifecycle(command: LifecycleCommand, validity: Validity) -> Sequence[NewEvent]:
    match command:
        case CloseAccount():
            return [] if validity.closed else [NewEvent("account.closed")]
        case RegainChildren(pupils):
            return _regain(pupils, validity)
        case HandOver(to):
            return [NewEvent("account.handed-over", {"to": to})]
        case LiftLock():
            return [NewEvent("account.lock-lifted")]
        case SealIdle(used_at, at):
            is_idle = stage_of(validity) == ACTIVE and at - used_at >= IDLE_MS
            return [NewEvent("account.sealed", {"at": at, "used_at": used_at})] if is_idle else []
        case Activate(at, named):
            return [*_activate(at, validity), *_name(named)]
        case RenewActivation(by, at):
            return _renew_activation(by, at, validity)
        case ResetPassword(by, at, held, needs_yes):
            waiting = validity.waiting or needs_yes
            data = {"by": by, "at": at, "ends_at": at + RESET_MS, "held": list(held), "waiting": waiting}
            return [NewEvent("account.password-reset", data)]
        case UseResetCode():
            return [*_use_code(command, validity), *_name(command.named)]
        case DecideAccount(accept, at):
            return _decide_account(accept, at, validity)


def _activate(at: int, validity: Validity) -> Sequence[NewEvent]:
    if not validity.activation_ends_at:
        raise Refused(
            "activation-code-wrong", "This activation code was used or replaced.", where="login, activation_code"
        )
    if at >= validity.activation_ends_at:
        raise Refused(
            "activation-code-ended",
            "This activation code has ended; ask the level above for another one.",
            kind="gone",
            where="activation_code",
        )
    return [NewEvent("account.activated", {"at": at})]


def _name(named: bool) -> Sequence[NewEvent]:
    return [NewEvent("account.named")] if named else []


def _renew_activation(by: str, at: int, validity: Validity) -> Sequence[NewEvent]:
    if not validity.activation_ends_at:
        raise Refused("account-activated", "The owner has activated this account.", kind="conflict", where="account")
    return [NewEvent("account.activation-renewed", {"by": by, "at": at, "ends_at": at + ACTIVATION_MS})]


def _use_code(command: UseResetCode, validity: Validity) -> Sequence[NewEvent]:
    if not validity.awaits_code:
        raise Refused("reset-code-wrong", "This reset code was used or replaced.", where="reset_code")
    if command.at >= validity.reset_ends_at:
        raise Refused(
            "reset-code-ended", "This reset code has ended; ask for another reset.", kind="gone", where="reset_code"
        )
    return [NewEvent("account.reset-code-used", {"at": command.at}), *_regain(command.regained, validity)]


def _regain(pupils: Sequence[str], validity: Validity) -> list[NewEvent]:
    return [NewEvent("account.child-regained", {"pupil": pupil}) for pupil in pupils if pupil in validity.held]


def _decide_account(accept: bool, at: int, validity: Validity) -> Sequence[NewEvent]:
    if not validity.waiting:
        raise Refused("account-not-waiting", "This account is not waiting.", kind="conflict", where="account")
    ends_at = at + ACTIVATION_MS if validity.activation_ends_at else 0  # the days of waiting are not the owner's
    return [NewEvent("account.accepted", {"ends_at": ends_at})] if accept else [NewEvent("account.rejected")]


def evolve_validity(validity: Validity, event: Fact) -> Validity:
    data = event.data
    match event.type:
        case "account.opened" if data["role"] != "guardian":
            return Validity(data.get("waiting", False), data.get("by", ""), activation_ends_at=data.get("ends_at", 0))
        case "account.activated" | "account.password-changed" | "account.registry-bound":
            return replace(validity, activation_ends_at=0)
        case "account.activation-renewed":
            return replace(validity, activation_ends_at=data["ends_at"])
        case "account.password-reset":
            return replace(
                validity,
                waiting=data["waiting"],
                asked_by=data["by"],
                activation_ends_at=0,
                reset_by=data["by"],
                reset_at=data["at"],
                reset_ends_at=data["ends_at"],
                reset_used_at=0,
                held=tuple(data["held"]),
                sealed_at=0,
            )
        case "account.sealed":
            return replace(validity, sealed_at=data["at"])
        case "account.reset-code-used":
            return replace(validity, reset_used_at=data["at"])
        case "account.child-regained":
            return replace(validity, held=tuple(pupil for pupil in validity.held if pupil != data["pupil"]))
        case "account.accepted":
            return replace(validity, waiting=False, activation_ends_at=data["ends_at"])
        case "account.rejected" | "account.closed" | "account.erased" | "account.handed-over":
            return replace(validity, waiting=False, closed=True)
        case _:
            return validity
