"""The account: stream `account-<id>`, private. Its events never hold a name, a login or a password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.identity.domain.account_lifecycle import (
    CloseAccount,
    LifecycleCommand,
    RegainChildren,
    decide_lifecycle,
    evolve_validity,
)
from services.identity.domain.grants import (
    GrantCommand,
    GrantPermission,
    RevokePermission,
    decide_grants,
    evolve_grants,
)
from services.identity.domain.registry_arrival import sign_in_first
from services.identity.domain.second_factor import (
    NO_SECOND_FACTOR,
    BeginSecondFactor,
    ConfirmSecondFactor,
    RenewRecoveryCodes,
    ResetSecondFactor,
    SecondFactor,
    SecondFactorCommand,
    UseRecoveryCode,
    decide_second_factor,
    evolve_second_factor,
)
from services.identity.domain.validity import ACTIVATION_MS, NO_LIMITS, Validity
from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.language.grants import Grant


@dataclass(frozen=True, slots=True)
class Account:
    """role: "" before the account is opened. paths: of staff. children: pupils of a guardian, bound or waiting."""

    role: str = ""
    paths: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    must_change_password: bool = False
    validity: Validity = NO_LIMITS
    grants: tuple[Grant, ...] = ()
    registry: str = ""  # keyed hash of the registry's id of the owner
    second_factor: SecondFactor = NO_SECOND_FACTOR


@dataclass(frozen=True, slots=True)
class OpenStaff:
    """at: time in ms; the activation code ends some days later. 0: no code, the account has a password.

    waiting: for the yes of the school.

    by: the account that issues this one. registry: keyed hash of the registry's id of the owner, who has arrived.
    """

    role: str
    path: str
    at: int = 0
    waiting: bool = False
    by: str = ""
    registry: str = ""


@dataclass(frozen=True, slots=True)
class BindRegistry:
    """Bind the account to the person whom the registry has sent. person: keyed hash of the registry's id.

    is_unused: it was chosen because nobody has used it.
    """

    person: str
    is_unused: bool = False


@dataclass(frozen=True, slots=True)
class OpenGuardian:
    """known: whether the roster lists this guardian for the pupil."""

    pupil: str
    known: bool


@dataclass(frozen=True, slots=True)
class GrantPath:
    """Give a teacher a further class."""

    path: str


@dataclass(frozen=True, slots=True)
class RevokePath:
    """Take a class away from a teacher."""

    path: str


@dataclass(frozen=True, slots=True)
class LinkChild:
    """Add a further pupil to a guardian's account. known: as for OpenGuardian."""

    pupil: str
    known: bool


@dataclass(frozen=True, slots=True)
class ChangeDetails:
    """Record which of their own details a guardian changed; the details themselves are in no event."""

    name: bool
    login: bool


@dataclass(frozen=True, slots=True)
class EraseAccount:
    """End a guardian's account for good, at the owner's wish; nothing personal of it is kept."""


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Record that the owner, who gave the old password, chose a new one."""


Command = (
    OpenStaff
    | OpenGuardian
    | GrantPath
    | RevokePath
    | LinkChild
    | ChangeDetails
    | EraseAccount
    | ChangePassword
    | BindRegistry
    | LifecycleCommand
    | GrantCommand
    | SecondFactorCommand
)


def decide(command: Command, account: Account) -> Sequence[NewEvent]:
    validity = account.validity
    match command:
        case OpenStaff() | OpenGuardian() if account.role:
            raise Refused("account-exists", "This account already exists.", kind="conflict")
        case OpenStaff(role, path, at, waiting, by, registry):
            ends_at = at + ACTIVATION_MS if at else 0
            data = {"role": role, "paths": [path], "ends_at": ends_at, "waiting": waiting, "by": by}
            return [NewEvent("account.opened", data), *_bind(registry, "")]
        case OpenGuardian(pupil, known):
            return [
                NewEvent("account.opened", {"role": "guardian", "paths": []}),
                NewEvent("account.child-linked", {"pupil": pupil, "known": known}),
            ]
        case _ if not account.role:
            raise Refused("not-found", "There is no such account.")
        case CloseAccount():
            return decide_lifecycle(command, validity)
        case _ if validity.closed:
            raise Refused("account-closed", "This account was closed, for good.", kind="conflict", where="account")
        case GrantPermission() | RevokePermission():
            return decide_grants(command, account.role, account.grants)
        case BindRegistry(person, is_unused):
            if is_unused and not account.registry and not account.validity.activation_ends_at:
                raise sign_in_first()  # somebody has activated it meanwhile
            return _bind(person, account.registry)
        case (
            BeginSecondFactor() | ConfirmSecondFactor() | UseRecoveryCode() | RenewRecoveryCodes() | ResetSecondFactor()
        ):
            return decide_second_factor(command, account.role, account.second_factor)
        case GrantPath(path):
            return _grant(path, account)
        case RevokePath(path):
            return _revoke(path, account)
        case LinkChild(pupil, known) if pupil not in account.children:
            return [NewEvent("account.child-linked", {"pupil": pupil, "known": known})]
        case LinkChild(pupil):  # with code and birth date the owner has proven to know the child
            return decide_lifecycle(RegainChildren((pupil,)), validity)
        case ChangeDetails() | EraseAccount() if account.role != "guardian":
            raise Refused("outside-scope", "Accounts of staff are changed and closed by the level that issues them.")
        case ChangeDetails(name, login):
            changed = {"account.name-changed": name, "account.login-changed": login}
            return [NewEvent(type) for type, is_so in changed.items() if is_so]
        case EraseAccount():
            return [NewEvent("account.erased")]
        case ChangePassword() if validity.awaits_code:
            raise Refused("reset-code-needed", "The password was reset; use the reset code.", kind="outside-scope")
        case ChangePassword():
            return [NewEvent("account.password-changed")]
        case _:
            return decide_lifecycle(command, validity)


def _bind(person: str, bound: str) -> Sequence[NewEvent]:
    if bound not in ("", person):
        raise Refused("registry-account-bound", "Another person of the registry has this account.", kind="conflict")
    return [NewEvent("account.registry-bound", {"person": person})] if person and not bound else []


def _grant(path: str, account: Account) -> Sequence[NewEvent]:
    if account.role != "teacher":
        raise Refused(
            "one-place-only",
            "Only a class teacher's account may have several paths; open another account for another unit.",
            where="path",
        )
    return [] if path in account.paths else [NewEvent("account.path-granted", {"path": path})]


def _revoke(path: str, account: Account) -> Sequence[NewEvent]:
    if path not in account.paths:
        return []
    if len(account.paths) == 1:
        raise Refused("last-class", "This is the account's only class; close the account instead.", where="path")
    return [NewEvent("account.path-revoked", {"path": path})]


def evolve(account: Account, event: Fact) -> Account:
    data = event.data
    match event.type:
        case "account.opened":
            return replace(
                account,
                role=data["role"],
                paths=tuple(data["paths"]),
                must_change_password=data["role"] != "guardian",
                validity=evolve_validity(account.validity, event),
            )
        case "account.child-linked":
            return replace(account, children=(*account.children, data["pupil"]))
        case "account.permission-granted" | "account.permission-revoked":
            return replace(account, grants=evolve_grants(account.grants, event))
        case "account.path-granted":
            return replace(account, paths=(*account.paths, data["path"]))
        case "account.path-revoked":
            return replace(account, paths=tuple(path for path in account.paths if path != data["path"]))
        case "account.registry-bound":
            bound = evolve_validity(account.validity, event)
            return replace(account, registry=data["person"], must_change_password=False, validity=bound)
        case "account.activated" | "account.password-changed" | "account.reset-code-used":
            return replace(account, must_change_password=False, validity=evolve_validity(account.validity, event))
        case "account.password-reset":
            return replace(account, must_change_password=True, validity=evolve_validity(account.validity, event))
        case _:
            factor = evolve_second_factor(account.second_factor, event)
            return replace(account, validity=evolve_validity(account.validity, event), second_factor=factor)


account_decider: Decider[Command, Account] = Decider(Account(), decide, evolve)
