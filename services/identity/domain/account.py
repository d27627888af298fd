"""The account: stream `account-<id>`, private. Its events never hold a name, a login or a password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused


@dataclass(frozen=True, slots=True)
class Account:
    """role: "" before the account is opened. paths: of staff. children: pupils of a guardian, bound or waiting."""

    role: str = ""
    paths: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    consent: str = ""
    must_change_password: bool = False


@dataclass(frozen=True, slots=True)
class OpenStaff:
    role: str
    path: str


@dataclass(frozen=True, slots=True)
class OpenGuardian:
    """known: whether the roster lists this guardian for the pupil. consent: version of the text they agreed to."""

    pupil: str
    known: bool
    consent: str


@dataclass(frozen=True, slots=True)
class GrantPath:
    """Give a teacher a further class."""

    path: str


@dataclass(frozen=True, slots=True)
class LinkChild:
    """Add a further pupil to a guardian's account. known: as for OpenGuardian."""

    pupil: str
    known: bool


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Record that the owner, who gave the old password, chose a new one."""


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """Record that the level above issued a new initial password, to be changed at the next sign-in."""


Command = OpenStaff | OpenGuardian | GrantPath | LinkChild | ChangePassword | ResetPassword


def decide(command: Command, account: Account) -> Sequence[NewEvent]:
    match command:
        case OpenStaff() | OpenGuardian() if account.role:
            raise Refused("account-exists", "This account already exists.", kind="conflict")
        case OpenStaff(role, path):
            return [NewEvent("account.opened", {"role": role, "paths": [path]})]
        case OpenGuardian(pupil, known, consent):
            return [
                NewEvent("account.opened", {"role": "guardian", "paths": []}),
                NewEvent("account.consented", {"version": consent}),
                NewEvent("account.child-linked", {"pupil": pupil, "known": known}),
            ]
        case _ if not account.role:
            raise Refused("not-found", "There is no such account.")
        case GrantPath(path):
            return _grant(path, account)
        case LinkChild(pupil, known):
            linked = pupil in account.children
            return [] if linked else [NewEvent("account.child-linked", {"pupil": pupil, "known": known})]
        case ChangePassword():
            return [NewEvent("account.password-changed")]
        case ResetPassword():
            return [NewEvent("account.password-reset")]


def _grant(path: str, account: Account) -> Sequence[NewEvent]:
    if account.role != "teacher":
        raise Refused(
            "one-place-only",
            "Only a class teacher's account may have several paths; open another account for another unit.",
            where="path",
        )
    return [] if path in account.paths else [NewEvent("account.path-granted", {"path": path})]


def evolve(account: Account, event: Fact) -> Account:
    data = event.data
    match event.type:
        case "account.opened":
            return replace(
                account, role=data["role"], paths=tuple(data["paths"]), must_change_password=data["role"] != "guardian"
            )
        case "account.consented":
            return replace(account, consent=data["version"])
        case "account.child-linked":
            return replace(account, children=(*account.children, data["pupil"]))
        case "account.path-granted":
            return replace(account, paths=(*account.paths, data["path"]))
        case "account.password-changed":
            return replace(account, must_change_password=False)
        case "account.password-reset":
            return replace(account, must_change_password=True)
        case _:
            return account


account_decider: Decider[Command, Account] = Decider(Account(), decide, evolve)
