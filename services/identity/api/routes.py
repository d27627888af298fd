"""The use cases of identity, top-down: sessions, accounts of staff, guardians."""
from __future__ import annotations

from typing import Any

from services.identity.api import requests as schemas
from services.identity.api import responses as answers
from services.identity.dependencies import Parts, myself
from services.identity.use_cases import guardians as registration
from services.identity.use_cases import sessions
from services.identity.use_cases import staff_accounts as accounts
from shared.service.app import ANYONE, Route, body, caller, command, query
from shared.service.auth import NEWCOMER, ROLES
from shared.service.operations import About

EVERYBODY = (*ROLES, NEWCOMER)
ISSUERS = ("ministry", "province", "city", "county", "school")


def routes(parts: Parts) -> list[Route]:
    """Every route of identity with who may call it."""
    api = Api(parts)
    return [
        Route("GET", "/.well-known/jwks.json", ANYONE, api.jwks, About("The public keys by which access tokens are checked.", answers.Keys)),
        Route("POST", "/v1/sessions", ANYONE, api.sign_in, About("Sign in.", answers.SignedIn, 201, body=schemas.SignIn, refuses=(429,))),
        Route("POST", "/v1/sessions/refresh", ANYONE, api.refresh, About("Fresh tokens for a refresh token.", answers.SignedIn, 201, body=schemas.Refresh)),
        Route("DELETE", "/v1/sessions", EVERYBODY, api.sign_out, About("Sign out.", None, 204)),
        Route("GET", "/v1/me", EVERYBODY, api.me, About("The caller's own account.", answers.Account)),
        Route("PUT", "/v1/me/password", EVERYBODY, api.change_password,
              About("Choose another password; every other session ends.", None, 204, body=schemas.ChangePassword, key=True, refuses=(429,))),
        Route("POST", "/v1/accounts", ISSUERS, api.issue,
              About("Issue an account of staff; its password is shown once.", answers.HandedOut, 201, body=schemas.Issue, key=True)),
        Route("GET", "/v1/accounts", ISSUERS, api.listed,
              About("The accounts of staff at and below the caller's places, or one of these.", answers.Colleagues, query=schemas.AccountsQuery)),
        Route("POST", "/v1/accounts/<account>/paths", ("school",), api.grant_path,
              About("Give a teacher a further class.", answers.Granted, body=schemas.GrantPath, key=True)),
        Route("POST", "/v1/accounts/<account>/password-reset", (*ISSUERS, "teacher"), api.reset_password,
              About("A new initial password; the old one and all sessions are void.", answers.HandedOut, key=True)),
        Route("POST", "/v1/registrations/check", ANYONE, api.check_code,
              About("The child to whom code and birth date lead.", answers.Checked, body=schemas.CodeCheck, refuses=(429,))),
        Route("POST", "/v1/registrations", ANYONE, api.register,
              About("Register as a guardian with the code of page 2.", answers.Registered, 201, body=schemas.Register, key=True, refuses=(429,))),
        Route("POST", "/v1/me/children", ("guardian",), api.add_child,
              About("Add a further child to the account.", answers.Bound, 201, body=schemas.AddChild, key=True, refuses=(429,))),
        Route("GET", "/v1/bindings", ("guardian", "teacher"), api.bindings,
              About("The guardians of the caller's classes; for a first guardian, who else waits for their children.", answers.Guardians,
                    query=schemas.BindingsQuery)),
        Route("POST", "/v1/bindings/<pupil>/decisions", ("guardian", "teacher", "school"), api.decide_binding,
              About("Say yes or no to a guardian of the pupil.", answers.Decided, body=schemas.Decision, key=True)),
    ]


class Api:
    """One short method per route: read the request, do it, answer. What is hashed for a command never includes a secret."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

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
        return sessions.about(self._parts, myself(self._parts, caller()))

    def change_password(self) -> Any:
        given = body()
        accounts.change_password(self._parts, caller(), command(), given["old"], given["new"])
        return "", 204

    def issue(self) -> Any:
        given = body()
        return accounts.issue(self._parts, caller(), command(given), **given), 201

    def listed(self) -> Any:
        return {"items": accounts.listed(self._parts, caller(), query()["under"])}

    def grant_path(self, account: str) -> Any:
        given = body()
        return accounts.grant_path(self._parts, caller(), command(given), account, given["path"])

    def reset_password(self, account: str) -> Any:
        return accounts.reset_password(self._parts, caller(), command(), account)

    def check_code(self) -> Any:
        given = body()
        return {"child": registration.child_behind(self._parts, given["registration_code"], given["birth_date"]).shown()}

    def register(self) -> Any:
        given = body()
        asked = {"login": self._parts.directory.login_hash(given["login"]), "relation": given["relation"], "consent": given["consent"]}
        actor = registration.code_actor(self._parts, given["registration_code"])
        return registration.register(self._parts, command(asked, actor=actor), given), 201

    def add_child(self) -> Any:
        given = body()
        asked = {"code": registration.code_actor(self._parts, given["registration_code"])}
        return registration.add_child(self._parts, caller(), command(asked), given), 201

    def bindings(self) -> Any:
        waiting_only = query()["waiting"]
        if caller().role == "guardian":
            return {"items": registration.waiting_for_first(self._parts, caller())}
        return {"items": registration.bindings(self._parts, caller(), waiting_only)}

    def decide_binding(self, pupil: str) -> Any:
        given = body()
        return registration.decide_binding(self._parts, caller(), command(given), pupil, given["account"], given["accept"])
