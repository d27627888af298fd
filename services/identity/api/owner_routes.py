"""Identity's routes for the owner of an account: codes on slips, children after a reset, the account's history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.identity.api import requests, responses
from services.identity.api.failures import wrong_code_told
from services.identity.dependencies import Dependencies
from services.identity.use_cases.signing_in import owner_codes
from services.identity.use_cases.staff import account_history
from shared.language import codes
from shared.language.permissions import MANAGE_CHILDREN
from shared.service.app import ANYONE, SIGNED_IN, Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, source


def owner_routes(deps: Dependencies) -> list[Route]:
    api = OwnersApi(deps)
    return [
        Route(
            "GET",
            "/v1/me/history",
            SIGNED_IN,
            api.own_history,
            Operation("What was done to the caller's own account, by whom.", responses.History),
        ),
        Route(
            "POST",
            "/v1/activation-codes/use",
            ANYONE,
            api.use_activation_code,
            Operation(
                "Choose the first password of an account of staff with its activation code.",
                responses.CodeUsed,
                body=requests.UseActivationCode,
                key=True,
                refuses=(409, 410),
            ),
        ),
        Route(
            "POST",
            "/v1/reset-codes/use",
            ANYONE,
            api.use_reset_code,
            Operation(
                "Choose a new password with the reset code; guardians prove a child's birth date, too.",
                responses.CodeUsed,
                body=requests.UseResetCode,
                key=True,
                refuses=(409, 410, 429),
            ),
        ),
        Route(
            "POST",
            "/v1/me/children/regain",
            MANAGE_CHILDREN,
            api.regain_children,
            Operation(
                "Get children back after a reset, by their birth date.",
                responses.Regained,
                body=requests.RegainChildren,
                key=True,
                refuses=(429,),
            ),
        ),
    ]


class OwnersApi:
    """One view per route."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def own_history(self) -> Mapping[str, Any]:
        return {"items": account_history.own_history(self._deps, caller())}

    def regain_children(self) -> Mapping[str, Any]:
        with wrong_code_told():
            got = owner_codes.regain_children(self._deps, caller(), command_context(), body()["birth_date"])
        return {"pupils": got}

    def use_activation_code(self) -> Mapping[str, Any]:
        given = body()
        context = command_context(actor=owner_codes.code_holder(self._deps, given["activation_code"], codes.ACTIVATION))
        with wrong_code_told():
            account = owner_codes.activate(self._deps, context, source=source(), **given)
        return {"id": account}

    def use_reset_code(self) -> Mapping[str, Any]:
        given = body()
        context = command_context(actor=owner_codes.code_holder(self._deps, given["reset_code"], codes.RESET))
        with wrong_code_told():
            account = owner_codes.use_reset_code(self._deps, context, source=source(), **given)
        return {"id": account}
