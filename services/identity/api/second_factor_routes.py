"""Routes to second factors: the own one, the second step of a sign-in, and the reset by the level above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.identity.api import second_factor_schemas as schemas
from services.identity.api.responses import SignedInHere
from services.identity.dependencies import Dependencies
from services.identity.use_cases.signing_in import second_factor, sessions
from services.identity.use_cases.signing_in.throttle import From
from shared.language.permissions import KEEP_SECOND_FACTOR, RESET_ACCOUNTS
from shared.service.app import ANYONE, Route
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, require_recent_sign_in, source


def second_factor_routes(deps: Dependencies) -> list[Route]:
    api = SecondFactorApi(deps)
    return [
        Route(
            "POST",
            "/v1/sessions/second-step",
            ANYONE,
            api.second_step,
            Operation(
                "End a sign-in with a one-time code or a recovery code, after the password.",
                SignedInHere,
                201,
                body=schemas.SecondStep,
                refuses=(403, 429),
            ),
        ),
        Route(
            "GET",
            "/v1/me/second-factor",
            KEEP_SECOND_FACTOR,
            api.show,
            Operation("The state of the caller's second factor.", schemas.OwnSecondFactor),
        ),
        Route(
            "POST",
            "/v1/me/second-factor",
            KEEP_SECOND_FACTOR,
            api.begin,
            Operation("A key for the caller's device, shown until its first code comes.", schemas.SetUp, 201, key=True),
        ),
        Route(
            "POST",
            "/v1/me/second-factor/confirmation",
            KEEP_SECOND_FACTOR,
            api.confirm,
            Operation(
                "The first code of the device; the response holds the recovery codes. Refresh the tokens after it.",
                schemas.RecoveryCodes,
                body=schemas.FirstCode,
                key=True,
                refuses=(409,),
            ),
        ),
        Route(
            "POST",
            "/v1/me/recovery-codes",
            KEEP_SECOND_FACTOR,
            api.renew_codes,
            Operation(
                "Other recovery codes; those before are void.", schemas.RecoveryCodes, 201, key=True, refuses=(409,)
            ),
        ),
        Route(
            "POST",
            "/v1/accounts/<account>/second-factor-reset",
            RESET_ACCOUNTS,
            api.reset,
            Operation(
                "Take the second factor away from an account whose owner has lost it; its sessions end.",
                None,
                204,
                key=True,
                refuses=(409,),
            ),
            fresh=True,
        ),
    ]


class SecondFactorApi:
    """One view per route. Setting up asks for a recent proof, which before the first device is the password alone."""

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def second_step(self) -> sessions.SignedInHere:
        given = body()
        origin = From(source(), given["device_token"])
        return sessions.second_step(self._deps, given["challenge"], given["code"], origin)

    def show(self) -> second_factor.OwnSecondFactor:
        return second_factor.own_second_factor(self._deps, caller())

    def begin(self) -> second_factor.SetUp:
        require_recent_sign_in()
        return second_factor.begin(self._deps, caller(), command_context())

    def confirm(self) -> Mapping[str, Any]:
        require_recent_sign_in()
        who, context = caller(), command_context()
        trail = self._deps.trail
        with trail.acting("second-factor-set-up", context, who, target=who.account, source=source()) as acting:
            return {"recovery_codes": second_factor.confirm(self._deps, who, acting, body()["code"])}

    def renew_codes(self) -> Mapping[str, Any]:
        require_recent_sign_in()
        return {"recovery_codes": second_factor.renew_codes(self._deps, caller(), command_context())}

    def reset(self, account: str) -> None:
        who, context = caller(), command_context()
        trail = self._deps.trail
        with trail.acting("second-factor-reset", context, who, target=account, source=source()) as acting:
            second_factor.reset(self._deps, who, acting, account)
