"""Authentication: people by access tokens of identity (EdDSA), checked against its published keys; services by short
tokens that each signs with a key of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.infrastructure.clock import Clock, day_of
from shared.infrastructure.errors import Refused
from shared.language import grants, roles
from shared.language.grants import Grant
from shared.language.permissions import Permission
from shared.language.roles import NEWCOMER, ROLES, UNENROLLED
from shared.language.scope import Scope
from shared.service.authentication_methods import SECOND_FACTORS
from shared.service.ended_sessions import Endings, NoEndings
from shared.service.key_set import KeySet

ISSUER, AUDIENCE = "rollcall-identity", "rollcall"
SERVICE_TOKEN_SECONDS = 60
FRESH_SECONDS = 600  # within which a sign-in counts as fresh


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request.

    account  an opaque id; "" without sign-in
    role     one of ROLES, NEWCOMER or UNENROLLED; "service" for services, "" without sign-in
    signed_in_at  ms of the last proof in this session that it is the owner; 0 without one
    methods  of that proof, as in authentication_methods.py
    grants   those that hold today, beyond what the role may do in the account's own scope
    scope    the account's own; within a route that needs a permission, where the account may do that
    """

    account: str = ""
    role: str = ""
    scope: Scope = field(default_factory=Scope)
    session: str = ""
    signed_in_at: int = 0
    grants: tuple[Grant, ...] = ()
    own: Scope | None = None  # the account's own scope, where `scope` is another one
    methods: frozenset[str] = frozenset()

    @property
    def gave_second_factor(self) -> bool:
        """True if the last proof was more than a password."""
        return bool(self.methods & SECOND_FACTORS)

    def may(self, permission: Permission, path: str = "") -> bool:
        """True if the account holds the permission, by its role or a grant. path: there."""
        if path:
            return self.scope_of(permission).allows(path)
        return roles.may(self.role, permission) or any(each.permission == permission.name for each in self.grants)

    def scope_of(self, permission: Permission) -> Scope:
        """The scope in which the account may do this: its own if its role may, and where a grant says so."""
        own = (self.own or self.scope) if roles.may(self.role, permission) else Scope()
        granted = [each.path for each in self.grants if each.permission == permission.name]
        return Scope.of([*own.paths, *granted], own.pupils) if granted else own

    def acting(self, permission: Permission) -> Caller:
        """The caller whose scope is where this may be done."""
        return replace(self, scope=self.scope_of(permission), own=self.own or self.scope) if self.grants else self


NOBODY = Caller()


def _not_signed_in(detail: str) -> Refused:
    return Refused("not-signed-in", detail, where="Authorization")


class TokenChecker:
    """The caller behind an access token."""

    def __init__(self, keys: KeySet, clock: Clock, endings: Endings | None = None) -> None:
        self._keys, self._clock, self._endings = keys, clock, endings or NoEndings()

    def __call__(self, token: str) -> Caller:
        """Raises Refused("not-signed-in") for a token that is malformed, expired or not from identity.

        Raises what `endings` raises for a session that has ended.
        """
        try:
            key = self._keys.get(jwt.get_unverified_header(token).get("kid", ""))
            if key is None:
                raise _not_signed_in("The access token is signed with an unknown key; sign in again.")
            claims = decode(token, key, "EdDSA", AUDIENCE, self._clock)
        except jwt.PyJWTError as error:
            raise _not_signed_in("The access token is malformed; sign in again.") from error
        if claims.get("iss") != ISSUER or claims.get("role") not in (*ROLES, NEWCOMER, UNENROLLED):
            raise _not_signed_in("The access token was not issued here; sign in again.")
        self._endings.check(claims.get("sid", ""), claims["sub"], int(claims.get("epoch", 0)))
        return Caller(
            claims["sub"],
            claims["role"],
            Scope.of(claims.get("paths", ()), claims.get("pupils", ())),
            claims.get("sid", ""),
            int(claims.get("auth_time", 0)) * 1000,
            self._grants_of_today(claims),
            methods=frozenset(claims.get("amr", ())),
        )

    def _grants_of_today(self, claims: Mapping[str, Any]) -> tuple[Grant, ...]:
        today = day_of(self._clock.now())
        return tuple(each for each in grants.of_claim(claims.get("grants", ())) if each.holds_on(today))


def decode(token: str, key: Any, algorithm: str, audience: str, clock: Clock) -> dict[str, Any]:
    """The claims of a valid token; expiry is checked against the injected clock. Raises jwt.PyJWTError or Refused."""
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[algorithm],
        audience=audience,
        options={"require": ["exp", "iat", "sub"], "verify_exp": False, "verify_iat": False},
    )
    if claims["exp"] * 1000 <= clock.now():
        raise _not_signed_in("The access token has expired; refresh it or sign in again.")
    return claims


class ServiceAuth:
    """Tokens for calls between services: valid for a minute, for one audience, signed with the caller's own key.

    issuers: public keys of every service, several while one changes. A service that is taken over can speak for itself
    only.
    """

    def __init__(self, key: bytes, service: str, clock: Clock, issuers: Mapping[str, Sequence[bytes]]) -> None:
        self._key, self._service, self._clock = Ed25519PrivateKey.from_private_bytes(key), service, clock
        self._issuers = {
            name: [Ed25519PublicKey.from_public_bytes(raw) for raw in keys] for name, keys in issuers.items()
        }

    def headers(self, audience: str) -> dict[str, str]:
        now = self._clock.now() // 1000
        claims = {"sub": self._service, "aud": audience, "iat": now, "exp": now + SERVICE_TOKEN_SECONDS}
        token = jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self._service})
        return {"Authorization": f"Bearer {token}"}

    def caller(self, token: str) -> Caller:
        """The service behind a token meant for this service. Raises Refused("not-signed-in")."""
        try:
            issuer = jwt.get_unverified_header(token).get("kid", "")
            claims = self._claims(token, issuer)
        except jwt.PyJWTError as error:
            raise _for_services_only() from error
        if claims["sub"] != issuer:
            raise _for_services_only()
        return Caller(f"service:{issuer}", "service")

    def _claims(self, token: str, issuer: str) -> dict[str, Any]:
        """Raises jwt.PyJWTError unless one of the issuer's keys has signed it."""
        for key in self._issuers.get(issuer, ()):
            try:
                return decode(token, key, "EdDSA", self._service, self._clock)
            except jwt.InvalidSignatureError:
                continue
        raise jwt.InvalidSignatureError("signed by no key of a service")


def public_half(key: bytes) -> bytes:
    """The public key of a service's key."""
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw()


def _for_services_only() -> Refused:
    return _not_signed_in("This address is for services only.")


def require_signed_in(caller: Caller) -> None:
    """Raises Refused: "not-signed-in"; "password-must-change", "second-factor-needed" before these are done."""
    if not caller.role:
        raise _not_signed_in("Sign in first.")
    if caller.role == NEWCOMER:
        raise Refused(
            "password-must-change",
            "Choose a password of your own first (PUT /v1/me/password at identity), then refresh or sign in again.",
            kind="outside-scope",
        )
    if caller.role == UNENROLLED:
        raise second_factor_needed("This account works with a second factor only")


def second_factor_needed(why: str) -> Refused:
    return Refused(
        "second-factor-needed",
        f"{why}: set one up (POST /v1/me/second-factor at identity), then refresh the tokens.",
        kind="outside-scope",
    )


def require_permission(caller: Caller, permission: Permission, path: str = "") -> None:
    """Raises what `require_signed_in` raises, and Refused("outside-scope"), which names the missing permission."""
    if not caller.may(permission, path):
        require_signed_in(caller)
        raise permission_missing(permission)


def permission_missing(permission: Permission) -> Refused:
    return Refused(
        "outside-scope", f"Your account has no permission to {permission.en}.", extra={"permission": permission.name}
    )


def require_recent(caller: Caller, since: int) -> None:
    """Raises Refused("sign-in-again") unless the caller has proved to be the owner after `since` (ms)."""
    if caller.signed_in_at < since:
        raise Refused(
            "sign-in-again",
            "Printing, exporting and resetting ask for the password, or a code of the second factor, once more: "
            "prove it (POST /v1/sessions/confirmation at identity), then repeat the request.",
            kind="outside-scope",
        )


def require_fresh(caller: Caller, since: int, second_factor_roles: Collection[str]) -> None:
    """Raises what `require_recent` raises; Refused("second-factor-needed") where the proof was the password alone.

    second_factor_roles: those that need more than a password.
    """
    if caller.role in second_factor_roles and not caller.gave_second_factor:
        raise second_factor_needed("Printing, exporting and resetting ask for a second factor")
    require_recent(caller, since)


def require_path(caller: Caller, path: str) -> None:
    """Raises Refused("outside-scope") unless the caller's scope covers the path."""
    if not caller.scope.allows(path):
        raise Refused("outside-scope", "This lies outside what your account may see.")
