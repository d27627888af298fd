"""The use cases of identity, top-down: sessions, the own password, accounts, guardians, bindings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.identity.api import requests, responses
from services.identity.api.account_file_routes import account_file_routes
from services.identity.api.account_routes import account_routes
from services.identity.api.application_routes import application_routes
from services.identity.api.download_code_routes import download_code_routes
from services.identity.api.failures import wrong_code_told
from services.identity.api.grant_routes import grant_routes
from services.identity.api.kick_off_routes import kick_off_routes
from services.identity.api.misuse_routes import misuse_routes
from services.identity.api.own_account_routes import own_account_routes
from services.identity.api.owner_routes import owner_routes
from services.identity.api.registry_routes import registry_routes
from services.identity.api.second_factor_routes import second_factor_routes
from services.identity.api.sheet_routes import sheet_routes
from services.identity.dependencies import Dependencies
from services.identity.use_cases.guardians import bindings, consent, guardian_registration
from services.identity.use_cases.signing_in import passwords, sessions
from services.identity.use_cases.signing_in.throttle import From
from shared.language.permissions import ACCEPT_GUARDIANS, KEEP_OWN_ACCOUNT, MANAGE_CHILDREN
from shared.service.app import ANYONE, EVERY_DOOR, SERVICE, Route
from shared.service.ended_sessions import ROUTE
from shared.service.operations import Operation
from shared.service.request import body, caller, command_context, query, source


def routes(deps: Dependencies) -> list[Route]:
    """Every route of identity with what it needs."""
    api = Api(deps)
    return [
        Route(
            "GET",
            "/.well-known/jwks.json",
            ANYONE,
            api.public_keys,
            Operation("The public keys that check access tokens.", responses.PublicKeys),
            doors=EVERY_DOOR,
        ),
        Route(
            "POST",
            "/v1/sessions",
            ANYONE,
            api.sign_in,
            Operation(
                "Sign in. An account with a second factor gets a challenge instead, in the refusal.",
                responses.SignedInHere,
                201,
                body=requests.SignIn,
                refuses=(403, 429),
            ),
        ),
        Route(
            "POST",
            "/v1/sessions/refresh",
            ANYONE,
            api.refresh,
            Operation("Exchange a refresh token for fresh tokens.", responses.SignedIn, 201, body=requests.Refresh),
        ),
        Route(
            "POST",
            "/v1/sessions/confirmation",
            KEEP_OWN_ACCOUNT,
            api.confirm,
            Operation(
                "Prove again that it is the owner, for routes that ask for a fresh sign-in: by a code of the "
                "second factor, or the password of an account without one.",
                responses.Confirmed,
                body=requests.Confirm,
                refuses=(429,),
            ),
        ),
        Route("DELETE", "/v1/sessions", KEEP_OWN_ACCOUNT, api.sign_out, Operation("Sign out.", None, 204)),
        Route(
            "GET",
            ROUTE,
            SERVICE,
            api.ended_sessions,
            Operation(
                "Sessions that have ended and scopes that have changed since the last question.",
                responses.EndedSessions,
                query=requests.EndedQuery,
            ),
        ),
        Route(
            "GET",
            "/v1/me",
            KEEP_OWN_ACCOUNT,
            api.own_account,
            Operation("The caller's own account.", responses.OwnAccount),
        ),
        Route(
            "PUT",
            "/v1/me/password",
            KEEP_OWN_ACCOUNT,
            api.change_password,
            Operation(
                "Change the caller's password; every other session ends.",
                None,
                204,
                body=requests.ChangePassword,
                key=True,
                refuses=(429,),
            ),
        ),
        *registry_routes(deps),
        *own_account_routes(deps),
        *owner_routes(deps),
        *second_factor_routes(deps),
        *sheet_routes(deps),
        *download_code_routes(deps),
        *misuse_routes(deps),
        *kick_off_routes(deps),
        *application_routes(deps),
        *account_routes(deps),
        *account_file_routes(deps),
        *grant_routes(deps),
        Route(
            "POST",
            "/v1/registrations/check",
            ANYONE,
            api.find_child,
            Operation(
                "The child that registration code and birth date identify.",
                responses.FoundChild,
                body=requests.CodeCheck,
                refuses=(410, 429),
            ),
        ),
        Route(
            "POST",
            "/v1/registrations",
            ANYONE,
            api.register,
            Operation(
                "Register as a guardian with the registration code on page 2.",
                responses.Registered,
                201,
                body=requests.Register,
                key=True,
                refuses=(409, 410, 429),
            ),
        ),
        Route(
            "POST",
            "/v1/me/children",
            MANAGE_CHILDREN,
            api.add_child,
            Operation(
                "Add a further child to a guardian's account.",
                responses.ChildState,
                201,
                body=requests.AddChild,
                key=True,
                refuses=(409, 410, 429),
            ),
        ),
        Route(
            "GET",
            "/v1/me/children",
            MANAGE_CHILDREN,
            api.own_children,
            Operation("The caller's children, bound or waiting, with the consent for each.", responses.OwnChildren),
        ),
        Route(
            "POST",
            "/v1/me/children/<pupil>/consent-withdrawal",
            MANAGE_CHILDREN,
            api.withdraw_consent,
            Operation(
                "Withdraw the consent for a child: its photos are withdrawn and the binding ends.",
                responses.Withdrawn,
                key=True,
                refuses=(409,),
            ),
        ),
        Route(
            "POST",
            "/v1/withdrawals",
            ANYONE,
            api.withdraw_by_codes,
            Operation(
                "Withdraw the photos that a family has sent with the upload code alone.",
                responses.Withdrawn,
                body=requests.WithdrawByCodes,
                key=True,
                refuses=(409, 410, 429),
            ),
        ),
        Route(
            "GET",
            "/v1/bindings",
            ACCEPT_GUARDIANS,
            api.list_bindings,
            Operation(
                "The guardians of classes or of one pupil; for a first guardian, those who wait for their children.",
                responses.Guardians,
                query=requests.BindingsQuery,
                refuses=(404,),
            ),
        ),
        Route(
            "POST",
            "/v1/bindings/<pupil>/decisions",
            ACCEPT_GUARDIANS,
            api.decide_binding,
            Operation(
                "Accept or reject a guardian of the pupil; where a binding ends, its registration code is void.",
                responses.Decided,
                body=requests.BindingDecision,
                key=True,
            ),
        ),
    ]


class Api:
    """One view per route: it reads the request and calls a use case, whose result the response schema serialises.

    The fingerprint of a command never includes a secret.
    """

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps

    def public_keys(self) -> Mapping[str, Any]:
        return sessions.public_keys(self._deps)

    def sign_in(self) -> sessions.SignedInHere:
        given = body()
        return sessions.sign_in(self._deps, given["login"], given["password"], From(source(), given["device_token"]))

    def refresh(self) -> sessions.SignedIn:
        return sessions.refresh(self._deps, body()["refresh_token"])

    def confirm(self) -> sessions.Confirmed:
        return sessions.confirm(self._deps, caller(), **body())

    def sign_out(self) -> None:
        sessions.sign_out(self._deps, caller())

    def ended_sessions(self) -> Mapping[str, Any]:
        return sessions.ended_since(self._deps, query()["since"])

    def own_account(self) -> sessions.OwnAccount:
        return sessions.own_account(self._deps, caller())

    def change_password(self) -> None:
        who, given = caller(), body()
        of = {"target": who.account, "source": source(), "by": "owner"}
        with self._deps.trail.acting("password-changed", command_context(), who, **of) as context:
            passwords.change_password(self._deps, who, context, given["old"], given["new"])

    def find_child(self) -> Mapping[str, Any]:
        given = body()
        with wrong_code_told():
            found = guardian_registration.find_child(self._deps, given["registration_code"], given["birth_date"])
        return {"child": found}

    def register(self) -> guardian_registration.Registered:
        given = body()
        holder = guardian_registration.code_holder(self._deps, given["registration_code"])
        context = command_context(guardian_registration.fingerprinted(self._deps, given), actor=holder)
        with wrong_code_told():
            return guardian_registration.register(self._deps, context, given)

    def add_child(self) -> guardian_registration.ChildState:
        given = body()
        holder = guardian_registration.code_holder(self._deps, given["registration_code"])
        with wrong_code_told():
            return guardian_registration.add_child(self._deps, caller(), command_context({"code": holder}), given)

    def own_children(self) -> Mapping[str, Any]:
        return {"items": consent.own_children(self._deps, caller())}

    def withdraw_consent(self, pupil: str) -> consent.Withdrawn:
        return consent.withdraw_consent(self._deps, caller(), command_context(), pupil)

    def withdraw_by_codes(self) -> consent.Withdrawn:
        given = body()
        holder = guardian_registration.code_holder(self._deps, given["registration_code"])
        with wrong_code_told():
            return consent.withdraw_by_codes(self._deps, command_context(actor=holder), given)

    def list_bindings(self) -> Mapping[str, Any]:
        return {"items": bindings.list_bindings(self._deps, caller(), source(), **query())}

    def decide_binding(self, pupil: str) -> bindings.Decided:
        given = body()
        return bindings.decide_binding(self._deps, caller(), command_context(given), pupil, source=source(), **given)
