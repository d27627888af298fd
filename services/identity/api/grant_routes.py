"""Identity's routes about grants: a permission given to a colleague, and taken away."""

from __future__ import annotations

from services.identity.api import grant_responses, requests
from services.identity.dependencies import Dependencies
from services.identity.use_cases import grants
from shared.infrastructure.security_log import security_event
from shared.language.grants import Grant
from shared.language.permissions import GRANT_PERMISSIONS
from shared.service.app import Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, source


def grant_routes(deps: Dependencies) -> list[Route]:
    def grant(account: str) -> grants.Grants:
        given = body()
        made = grants.grant_permission(deps, caller(), command_context(given), account, Grant(**given))
        _log(account, given["permission"], given["path"], given=1)
        return made

    def revoke(account: str) -> grants.Grants:
        given = body()
        left = grants.revoke_permission(deps, caller(), command_context(given), account, **given)
        _log(account, given["permission"], given["path"], given=0)
        return left

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


def _log(account: str, permission: str, path: str, given: int) -> None:
    who = caller()
    security_event(
        "grant",
        account=who.account,
        role=who.role,
        target=account,
        source=source(),
        permission=permission,
        path=path,
        given=given,
    )
