"""Identity's routes about grants: a permission given to a colleague, and taken away."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from services.identity.api import grant_responses, requests
from services.identity.dependencies import Dependencies
from services.identity.use_cases.staff import grants
from shared.eventsourcing.store import CommandContext
from shared.language.grants import Grant
from shared.language.permissions import GRANT_PERMISSIONS
from shared.service.app import Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, source


def grant_routes(deps: Dependencies) -> list[Route]:
    def grant(account: str) -> grants.Grants:
        given = body()
        with _acting(deps, account, given, given=1) as context:
            return grants.grant_permission(deps, caller(), context, account, Grant(**given))

    def revoke(account: str) -> grants.Grants:
        given = body()
        with _acting(deps, account, given, given=0) as context:
            return grants.revoke_permission(deps, caller(), context, account, **given)

    return [
        Route(
            "POST",
            "/v1/accounts/<account>/grants",
            GRANT_PERMISSIONS,
            grant,
            Operation(
                "Grant a colleague of the own unit a permission, for a part of the unit and for some days.",
                grant_responses.Grants,
                body=requests.GrantPermission,
                key=True,
            ),
        ),
        Route(
            "POST",
            "/v1/accounts/<account>/grants/revocations",
            GRANT_PERMISSIONS,
            revoke,
            Operation(
                "Take a granted permission away.", grant_responses.Grants, body=requests.RevokePermission, key=True
            ),
        ),
    ]


def _acting(
    deps: Dependencies, account: str, asked: Mapping[str, Any], given: int
) -> AbstractContextManager[CommandContext]:
    """The command with its act. asked: the request's body."""
    facts = {"permission": asked["permission"], "of": asked["path"], "given": given}
    return deps.trail.acting(
        "permission-granted", command_context(asked), caller(), target=account, source=source(), **facts
    )
