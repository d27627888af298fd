"""The use cases of identity, top-down: sessions, accounts of staff, guardians."""
from __future__ import annotations

from typing import Any

from flask import request

from services.identity import accounts, registration, schemas, sessions
from services.identity.parts import Parts, myself
from shared.auth import NEWCOMER, ROLES
from shared.web import ANYONE, Route, body, caller, checked, command

EVERYBODY = (*ROLES, NEWCOMER)
ISSUERS = ("ministry", "province", "city", "county", "school")


def routes(parts: Parts) -> list[Route]:
    """Every route of identity with who may call it."""
    api = Api(parts)
    return [
        Route("GET", "/.well-known/jwks.json", ANYONE, parts.issuer.jwks),
        Route("POST", "/v1/sessions", ANYONE, api.sign_in),
        Route("POST", "/v1/sessions/refresh", ANYONE, api.refresh),
        Route("DELETE", "/v1/sessions", EVERYBODY, api.sign_out),
        Route("GET", "/v1/me", EVERYBODY, api.me),
        Route("PUT", "/v1/me/password", EVERYBODY, api.change_password),
        Route("POST", "/v1/accounts", ISSUERS, api.issue),
        Route("GET", "/v1/accounts", ISSUERS, api.listed),
        Route("POST", "/v1/accounts/<account>/paths", ("school",), api.grant_path),
        Route("POST", "/v1/accounts/<account>/password-reset", (*ISSUERS, "teacher"), api.reset_password),
        Route("POST", "/v1/registrations/check", ANYONE, api.check_code),
        Route("POST", "/v1/registrations", ANYONE, api.register),
        Route("POST", "/v1/me/children", ("guardian",), api.add_child),
        Route("GET", "/v1/bindings", ("teacher",), api.bindings),
        Route("POST", "/v1/bindings/<pupil>/decisions", ("guardian", "teacher", "school"), api.decide_binding),
    ]


class Api:
    """One short method per route: read the request, do it, answer. What is hashed for a command never includes a secret."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def sign_in(self) -> Any:
        given = body(schemas.SignIn())
        return sessions.sign_in(self._parts, given["login"], given["password"]), 201

    def refresh(self) -> Any:
        return sessions.refresh(self._parts, body(schemas.Refresh())["refresh_token"]), 201

    def sign_out(self) -> Any:
        sessions.sign_out(self._parts, caller())
        return "", 204

    def me(self) -> Any:
        return sessions.about(self._parts, myself(self._parts, caller()))

    def change_password(self) -> Any:
        given = body(schemas.ChangePassword())
        accounts.change_password(self._parts, caller(), command(), given["old"], given["new"])
        return "", 204

    def issue(self) -> Any:
        given = body(schemas.Issue())
        return accounts.issue(self._parts, caller(), command(given), **given), 201

    def listed(self) -> Any:
        return {"items": accounts.listed(self._parts, caller())}

    def grant_path(self, account: str) -> Any:
        given = body(schemas.GrantPath())
        return accounts.grant_path(self._parts, caller(), command(given), account, given["path"])

    def reset_password(self, account: str) -> Any:
        return accounts.reset_password(self._parts, caller(), command(), account)

    def check_code(self) -> Any:
        given = body(schemas.CodeCheck())
        return {"child": registration.child_behind(self._parts, given["registration_code"], given["birth_date"]).shown()}

    def register(self) -> Any:
        given = body(schemas.Register())
        asked = {"login": self._parts.directory.login_hash(given["login"]), "relation": given["relation"], "consent": given["consent"]}
        actor = registration.code_actor(self._parts, given["registration_code"])
        return registration.register(self._parts, command(asked, actor=actor), given), 201

    def add_child(self) -> Any:
        given = body(schemas.AddChild())
        asked = {"code": registration.code_actor(self._parts, given["registration_code"])}
        return registration.add_child(self._parts, caller(), command(asked), given), 201

    def bindings(self) -> Any:
        query = checked(schemas.BindingsQuery(), request.args.to_dict())
        return {"items": registration.bindings(self._parts, caller(), query["waiting"])}

    def decide_binding(self, pupil: str) -> Any:
        given = body(schemas.Decision())
        return registration.decide_binding(self._parts, caller(), command(given), pupil, given["account"], given["accept"])
