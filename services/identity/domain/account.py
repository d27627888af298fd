"""Stream `account-<id>`, private. No name, login or password is ever part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.eventsourcing.decider import Decider
from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused


@dataclass(frozen=True, slots=True)
class Account:
    """role: "" before it is opened. paths: of staff. children: pupils a guardian has asked for, bound or waiting."""

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
    """consent: the version of the text that the guardian agreed to. known: the roster lists such a guardian for this pupil."""

    pupil: str
    known: bool
    consent: str


@dataclass(frozen=True, slots=True)
class GrantPath:
    """A teacher gets a further class."""

    path: str


@dataclass(frozen=True, slots=True)
class LinkChild:
    pupil: str
    known: bool


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """By the owner, who knew the old one."""


@dataclass(frozen=True, slots=True)
class ResetPassword:
    """By the level above: the new one must be changed at the next sign-in."""


Command = OpenStaff | OpenGuardian | GrantPath | LinkChild | ChangePassword | ResetPassword


def decide(command: Command, account: Account) -> Sequence[NewEvent]:
    match command:
        case OpenStaff() | OpenGuardian() if account.role:
            raise Refused("account-exists", "This account exists already.", kind="conflict")
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
            return (
                []
                if pupil in account.children
                else [NewEvent("account.child-linked", {"pupil": pupil, "known": known})]
            )
        case ChangePassword():
            return [NewEvent("account.password-changed")]
        case ResetPassword():
            return [NewEvent("account.password-reset")]


def _grant(path: str, account: Account) -> Sequence[NewEvent]:
    if account.role != "teacher":
        raise Refused(
            "one-place-only",
            "Only class teachers may have several places; open another account for another place.",
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


ACCOUNT: Decider[Command, Account] = Decider(Account(), decide, evolve)
