"""The use cases of identity, top-down: sessions, accounts of staff, guardians."""

from __future__ import annotations

from typing import Any

from services.identity.api import requests, responses
from services.identity.dependencies import Dependencies, myself
from services.identity.use_cases import guardians as registration
from services.identity.use_cases import sessions
from services.identity.use_cases import staff_accounts as accounts
from shared.service.app import ANYONE, Route, body, caller, command_context, query
from shared.service.auth import NEWCOMER, ROLES
from shared.service.operations import Operation

EVERYBODY = (*ROLES, NEWCOMER)
ISSUERS = ("ministry", "province", "city", "county", "school")


def routes(deps: Dependencies) -> list[Route]:
    """Every route of identity with who may call it."""
    api = Api(deps)
    return [
        Route(
            "GET",
            "/.well-known/jwks.json",
            ANYONE,
            api.jwks,
            Operation("The public keys by which access tokens are checked.", responses.Keys),
        ),
        Route(
            "POST",
            "/v1/sessions",
            ANYONE,
            api.sign_in,
            Operation("Sign in.", responses.SignedIn, 201, body=requests.SignIn, refuses=(429,)),
        ),
        Route(
            "POST",
            "/v1/sessions/refresh",
            ANYONE,
            api.refresh,
            Operation("Fresh tokens for a refresh token.", responses.SignedIn, 201, body=requests.Refresh),
        ),
        Route("DELETE", "/v1/sessions", EVERYBODY, api.sign_out, Operation("Sign out.", None, 204)),
        Route("GET", "/v1/me", EVERYBODY, api.me, Operation("The caller's own account.", responses.Account)),
        Route(
            "PUT",
            "/v1/me/password",
            EVERYBODY,
            api.change_password,
            Operation(
                "Choose another password; every other session ends.",
                None,
                204,
                body=requests.ChangePassword,
                key=True,
                refuses=(429,),
            ),
        ),
        Route(
            "POST",
            "/v1/accounts",
            ISSUERS,
            api.issue,
            Operation(
                "Issue an account of staff; its password is shown once.",
                responses.HandedOut,
                201,
                body=requests.Issue,
                key=True,
            ),
        ),
        Route(
            "GET",
            "/v1/accounts",
            ISSUERS,
            api.listed,
            Operation(
                "The accounts of staff at and below the caller's places, or one of these.",
                responses.Colleagues,
                query=requests.AccountsQuery,
            ),
        ),
        Route(
            "POST",
            "/v1/accounts/<account>/paths",
            ("school",),
            api.grant_path,
            Operation("Give a teacher a further class.", responses.Granted, body=requests.GrantPath, key=True),
        ),
        Route(
            "POST",
            "/v1/accounts/<account>/password-reset",
            (*ISSUERS, "teacher"),
            api.reset_password,
            Operation("A new initial password; the old one and all sessions are void.", responses.HandedOut, key=True),
        ),
        Route(
            "POST",
            "/v1/registrations/check",
            ANYONE,
            api.check_code,
            Operation(
                "The child to whom code and birth date lead.",
                responses.Checked,
                body=requests.CodeCheck,
                refuses=(429,),
            ),
        ),
        Route(
            "POST",
            "/v1/registrations",
            ANYONE,
            api.register,
            Operation(
                "Register as a guardian with the code of page 2.",
                responses.Registered,
                201,
                body=requests.Register,
                key=True,
                refuses=(429,),
            ),
        ),
        Route(
            "POST",
            "/v1/me/children",
            ("guardian",),
            api.add_child,
            Operation(
                "Add a further child to the account.",
                responses.Bound,
                201,
                body=requests.AddChild,
                key=True,
                refuses=(429,),
            ),
        ),
        Route(
            "GET",
            "/v1/bindings",
            ("guardian", "teacher"),
            api.bindings,
            Operation(
                "The guardians of the caller's classes; for a first guardian, who else waits for their children.",
                responses.Guardians,
                query=requests.BindingsQuery,
            ),
        ),
        Route(
            "POST",
            "/v1/bindings/<pupil>/decisions",
            ("guardian", "teacher", "school"),
            api.decide_binding,
            Operation("Say yes or no to a guardian of the pupil.", responses.Decided, body=requests.Decision, key=True),
        ),
    ]


class Api:
    """One short method per route: read the request, do it, answer. What is hashed for a command never includes a secret."""

    def __init__(self, deps: Dependencies) -> None:
        self._parts = deps

    def jwks(self) -> Any:
        return self._parts.issuer.jwks()

    def sign_in(self) -> Any:
        given = body()
        return sessions.sign_in(self._parts, given["login"], given["password"]), 201

    def refresh(self) -> Any:
        return sessions.refresh(self._parts, body()["refresh_token"]), 201

    def sign_out(self) -> Any:
        sessions.sign_out(self._parts, caller())
        return "", 204

    def me(self) -> Any:
        return sessions.operation(self._parts, myself(self._parts, caller()))

    def change_password(self) -> Any:
        given = body()
        accounts.change_password(self._parts, caller(), command_context(), given["old"], given["new"])
        return "", 204

    def issue(self) -> Any:
        given = body()
        return accounts.issue(self._parts, caller(), command_context(given), **given), 201

    def listed(self) -> Any:
        return {"items": accounts.listed(self._parts, caller(), query()["under"])}

    def grant_path(self, account: str) -> Any:
        given = body()
        return accounts.grant_path(self._parts, caller(), command_context(given), account, given["path"])

    def reset_password(self, account: str) -> Any:
        return accounts.reset_password(self._parts, caller(), command_context(), account)

    def check_code(self) -> Any:
        given = body()
        return {
            "child": registration.child_behind(self._parts, given["registration_code"], given["birth_date"]).shown()
        }

    def register(self) -> Any:
        given = body()
        asked = {
            "login": self._parts.personal_data.login_hash(given["login"]),
            "relation": given["relation"],
            "consent": given["consent"],
        }
        actor = registration.code_actor(self._parts, given["registration_code"])
        return registration.register(self._parts, command_context(asked, actor=actor), given), 201

    def add_child(self) -> Any:
        given = body()
        asked = {"code": registration.code_actor(self._parts, given["registration_code"])}
        return registration.add_child(self._parts, caller(), command_context(asked), given), 201

    def bindings(self) -> Any:
        waiting_only = query()["waiting"]
        if caller().role == "guardian":
            return {"items": registration.waiting_for_first(self._parts, caller())}
        return {"items": registration.bindings(self._parts, caller(), waiting_only)}

    def decide_binding(self, pupil: str) -> Any:
        given = body()
        return registration.decide_binding(
            self._parts, caller(), command_context(given), pupil, given["account"], given["accept"]
        )
