"""Identity's routes for school admins who come from the registry: a sign-in begins; the registry's answer ends it."""

from __future__ import annotations

from flask import g

from services.identity.api import requests, responses
from services.identity.dependencies import Dependencies
from services.identity.use_cases.signing_in import registry_sign_in
from shared.infrastructure.errors import Refused
from shared.infrastructure.security_log import security_event
from shared.service.app import ANYONE, Route
from shared.service.auth import NOBODY, Caller
from shared.service.operations import Operation
from shared.service.request import body, caller, source


def registry_routes(deps: Dependencies) -> list[Route]:
    def begin() -> registry_sign_in.Begun:
        return registry_sign_in.begin(deps)

    def arrive() -> registry_sign_in.Arrived:
        try:
            return registry_sign_in.arrive(deps, _fresh_caller(), **body(), source=source())
        except Refused as refused:
            if refused.status < 500:
                security_event("sign-in-failed", source=source(), by=refused.code)
            raise

    return [
        Route(
            "POST",
            "/v1/registry-sign-ins",
            ANYONE,
            begin,
            Operation(
                "Begin a school admin's sign-in at the registry.", responses.RegistrySignInBegun, 201, refuses=(404,)
            ),
        ),
        Route(
            "POST",
            "/v1/registry-sign-ins/arrival",
            ANYONE,
            arrive,
            Operation(
                "Sign in the school admin whom the registry has sent, with the registry's answer.",
                responses.RegistryArrived,
                201,
                body=requests.RegistryArrival,
                refuses=(403, 404, 409, 410),
            ),
        ),
    ]


def _fresh_caller() -> Caller:
    """The caller, if the own account was proven in the last minutes: only then it may be connected."""
    own = caller()
    return own if own.signed_in_at >= g.fresh_since else NOBODY
