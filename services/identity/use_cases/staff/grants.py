"""Grants: an admin gives a colleague of the own unit a permission, for a part of the unit and for some days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.identity.dependencies import Dependencies
from services.identity.domain.grants import GrantCommand, GrantPermission, RevokePermission
from services.identity.domain.issuing_rules import check_colleague
from services.identity.use_cases.steps import change_account, existing_person
from shared.eventsourcing.store import CommandContext
from shared.infrastructure.clock import day_of
from shared.infrastructure.errors import Refused
from shared.language import roles
from shared.language.grants import Grant
from shared.language.permissions import CATALOGUE
from shared.service.auth import Caller, require_path


@dataclass(frozen=True, slots=True)
class Grants:
    """grants: all of the account's that are not over, after the change."""

    id: str
    grants: Sequence[Grant]


def grant_permission(deps: Dependencies, caller: Caller, context: CommandContext, account: str, grant: Grant) -> Grants:
    """Give a permission, or replace the days of one that the account holds at the same path. first_day "": today.

    Raises Refused("not-found", "outside-scope", "own-permissions", "not-grantable", "days-reversed", "too-many-grants",
    "approves-and-audits", "account-closed").
    """
    _require_colleague(deps, caller, account)
    require_path(caller, grant.path)
    permission = CATALOGUE.get(grant.permission)
    if permission and not roles.may(caller.role, permission):
        raise Refused("grant-wider", "Nobody grants a permission that the own role does not have.", where="permission")
    dated = replace(grant, first_day=grant.first_day or _today(deps))
    return _change(deps, context, account, GrantPermission(dated, _today(deps), caller.account))


def revoke_permission(
    deps: Dependencies, caller: Caller, context: CommandContext, account: str, permission: str, path: str
) -> Grants:
    """Take a granted permission away, at once, by any admin of the unit that granted it.

    Raises Refused("not-found", "outside-scope", "own-permissions", "account-closed").
    """
    _require_colleague(deps, caller, account)
    return _change(deps, context, account, RevokePermission(permission, path))


def _require_colleague(deps: Dependencies, caller: Caller, account: str) -> None:
    person = existing_person(deps, account)
    check_colleague(caller.scope, person.paths)
    if account == caller.account:
        raise Refused("own-permissions", "Nobody changes the own permissions; a colleague does.", where="account")


def _change(deps: Dependencies, context: CommandContext, account: str, command: GrantCommand) -> Grants:
    """Change the account and the copy of its grants in `people`; the tokens issued before must be refreshed."""
    handled = change_account(deps, account, command, context)
    deps.records.people.supersede_tokens(account)
    return Grants(account, live_grants(handled.state.grants, _today(deps)))


def live_grants(grants: Sequence[Grant], today: str) -> list[Grant]:
    """The grants that are not over, in their order."""
    return sorted(each for each in grants if not each.is_over(today))


def _today(deps: Dependencies) -> str:
    return day_of(deps.clock.now())
