"""Grants of an account: what an admin has given a colleague beyond the role, where, and from which day to which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.eventsourcing.event import Fact, NewEvent
from shared.infrastructure.errors import Refused
from shared.language.grants import Grant
from shared.language.permissions import CATALOGUE, Permission
from shared.language.roles import BY_NAME

MOST_GRANTS = 8  # of one account at a time: every token carries them, and a cookie the token


@dataclass(frozen=True, slots=True)
class GrantPermission:
    """today: the Beijing day on which it is decided. by: the account that grants."""

    grant: Grant
    today: str
    by: str


@dataclass(frozen=True, slots=True)
class RevokePermission:
    permission: str
    path: str


GrantCommand = GrantPermission | RevokePermission


def decide_grants(command: GrantCommand, role: str, grants: Sequence[Grant]) -> Sequence[NewEvent]:
    match command:
        case RevokePermission(permission, path):
            known = any((each.permission, each.path) == (permission, path) for each in grants)
            data = {"permission": permission, "path": path}
            return [NewEvent("account.permission-revoked", data)] if known else []
        case GrantPermission(grant, today, by):
            _require_grantable(grant, today)
            live = [each for each in grants if not each.is_over(today) and not _same_place(each, grant)]
            if len(live) >= MOST_GRANTS:
                raise Refused(
                    "too-many-grants", f"An account has at most {MOST_GRANTS} grants; revoke one.", where="permission"
                )
            _require_apart(role, [*live, grant])
            data = {"permission": grant.permission, "path": grant.path, "by": by}
            days = {"first_day": grant.first_day, "last_day": grant.last_day}
            return [] if grant in grants else [NewEvent("account.permission-granted", {**data, **days})]


def _require_grantable(grant: Grant, today: str) -> None:
    permission = CATALOGUE.get(grant.permission)
    if permission is None or not permission.grantable:
        raise Refused("not-grantable", "This permission belongs to roles; it is not granted.", where="permission")
    if grant.last_day and grant.last_day < max(grant.first_day, today):
        raise Refused("days-reversed", "The last day lies before the first one, or is over.", where="last_day")


def _require_apart(role: str, grants: Iterable[Grant]) -> None:
    """Refuse an account that would both approve and audit, by role and grants together, even on different days."""
    held = {*BY_NAME[role].permissions, *(CATALOGUE[each.permission] for each in grants)}
    if approves_and_audits(held):
        raise Refused(
            "approves-and-audits", "Nobody both approves and audits; this account does the other.", where="permission"
        )


def approves_and_audits(permissions: Iterable[Permission]) -> bool:
    held = list(permissions)
    return any(each.approves for each in held) and any(each.audits for each in held)


def _same_place(one: Grant, other: Grant) -> bool:
    return (one.permission, one.path) == (other.permission, other.path)


def evolve_grants(grants: tuple[Grant, ...], event: Fact) -> tuple[Grant, ...]:
    """The newest grant of a permission at a path replaces the one before."""
    data = event.data
    kept = tuple(each for each in grants if (each.permission, each.path) != (data["permission"], data["path"]))
    if event.type == "account.permission-revoked":
        return kept
    return (*kept, Grant(data["permission"], data["path"], data["first_day"], data["last_day"]))
