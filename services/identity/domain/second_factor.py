"""The second factor of an account of staff: a one-time code of the owner's own device (TOTP), and recovery codes.

The events tell what happened and when. The device's key and the codes are in none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused

SET_UP_MS = 30 * 60_000  # within which the first code of a new device must come
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Times in ms, 0: never. begun_at: of a set-up that waits for its first code. confirmed_at: since when it holds.

    codes_left: recovery codes not used yet. reset_by, reset_at: of a reset that no new set-up has followed.
    """

    begun_at: int = 0
    confirmed_at: int = 0
    codes_left: int = 0
    reset_by: str = ""
    reset_at: int = 0


NO_SECOND_FACTOR = SecondFactor()


@dataclass(frozen=True, slots=True)
class BeginSecondFactor:
    """Record that the owner was given the key for a device; a device set up before holds until the first code."""

    at: int


@dataclass(frozen=True, slots=True)
class ConfirmSecondFactor:
    """Record that the owner has entered the first code of the device, and was given recovery codes."""

    at: int


@dataclass(frozen=True, slots=True)
class UseRecoveryCode:
    """Record that the owner gave a recovery code in place of the device's."""

    at: int


@dataclass(frozen=True, slots=True)
class RenewRecoveryCodes:
    """Record that the owner was given other recovery codes; those before are void."""

    at: int


@dataclass(frozen=True, slots=True)
class ResetSecondFactor:
    """Record that the account `by` has taken the second factor away, for an owner who has lost the device."""

    by: str
    at: int


SecondFactorCommand = BeginSecondFactor | ConfirmSecondFactor | UseRecoveryCode | RenewRecoveryCodes | ResetSecondFactor


def decide_second_factor(command: SecondFactorCommand, role: str, factor: SecondFactor) -> Sequence[NewEvent]:
    if role == "guardian":
        raise Refused("no-second-factor", "Only accounts of staff have a second factor.", kind="conflict")
    match command:
        case BeginSecondFactor(at):
            return [NewEvent("account.second-factor-begun", {"at": at})]
        case ConfirmSecondFactor(at):
            _require_begun(factor, at)
            return [NewEvent("account.second-factor-confirmed", {"at": at, "codes": RECOVERY_CODES})]
        case ResetSecondFactor(by, at):
            if not factor.begun_at and not factor.confirmed_at:
                raise _none()
            return [NewEvent("account.second-factor-reset", {"by": by, "at": at})]
        case _ if not factor.confirmed_at:
            raise _none()
        case UseRecoveryCode(at):
            return [NewEvent("account.recovery-code-used", {"at": at, "left": factor.codes_left - 1})]
        case RenewRecoveryCodes(at):
            return [NewEvent("account.recovery-codes-renewed", {"at": at, "codes": RECOVERY_CODES})]


def _require_begun(factor: SecondFactor, at: int) -> None:
    if not factor.begun_at or at >= factor.begun_at + SET_UP_MS:
        raise Refused(
            "second-factor-not-begun",
            "There is no key that waits for its first code, or it is too old; ask for another one.",
            kind="conflict",
        )


def _none() -> Refused:
    return Refused("no-second-factor", "This account has no second factor.", kind="conflict")


def evolve_second_factor(factor: SecondFactor, event: Fact) -> SecondFactor:
    data = event.data
    match event.type:
        case "account.second-factor-begun":
            return replace(factor, begun_at=data["at"])
        case "account.second-factor-confirmed":
            return SecondFactor(confirmed_at=data["at"], codes_left=data["codes"])
        case "account.recovery-code-used":
            return replace(factor, codes_left=data["left"])
        case "account.recovery-codes-renewed":
            return replace(factor, codes_left=data["codes"])
        case "account.second-factor-reset":
            return SecondFactor(reset_by=data["by"], reset_at=data["at"])
        case _:
            return factor
