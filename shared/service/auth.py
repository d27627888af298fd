"""Authentication: people by access tokens of identity (EdDSA), checked against its published keys; services by short
tokens that each signs with a key of its own.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused
from shared.language import roles
from shared.language.permissions import Permission
from shared.language.roles import NEWCOMER, ROLES
from shared.language.scope import Scope
from shared.service.ended_sessions import Endings, NoEndings

ISSUER, AUDIENCE = "rollcall-identity", "rollcall"
SERVICE_TOKEN_SECONDS = 60
JWKS_SECONDS = 300
FRESH_SECONDS = 600  # within which a sign-in counts as fresh
PAUSE_MS = 1000
log = logging.getLogger("auth")


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request.

    account  an opaque id; "" without sign-in
    role     one of ROLES or NEWCOMER; "service" for services, "" without sign-in
    signed_in_at  ms of the last proof of the password in this session; 0 without one
    """

    account: str = ""
    role: str = ""
    scope: Scope = field(default_factory=Scope)
    session: str = ""
    signed_in_at: int = 0

    def may(self, permission: Permission) -> bool:
        return roles.may(self.role, permission)


NOBODY = Caller()


def _not_signed_in(detail: str) -> Refused:
    return Refused("not-signed-in", detail, where="Authorization")


class KeySet:
    """The public keys of identity, fetched on first use, on an unknown key id, and every five minutes."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], clock: Clock) -> None:
        self._fetch, self._clock, self._lock = fetch, clock, threading.Lock()
        self._keys: dict[str, Any] = {}
        self._read_at = self._not_before = 0

    @classmethod
    def at(cls, identity_url: str, clock: Clock) -> KeySet:
        return cls(
            lambda: httpx.get(f"{identity_url}/.well-known/jwks.json", timeout=5).raise_for_status().json(), clock
        )

    def get(self, key_id: str) -> Any:
        """The key, None if identity does not publish it.

        Raises Refused("unavailable") when identity cannot be reached and was never reached before.
        """
        # Only a request with an unknown key waits for another thread's refresh.
        if self._is_due(key_id) and self._lock.acquire(blocking=key_id not in self._keys):
            try:
                if self._is_due(key_id):  # another thread may have refreshed meanwhile
                    self._refresh()
            finally:
                self._lock.release()
        return self._keys.get(key_id)

    def _is_due(self, key_id: str) -> bool:
        now = self._clock.now()
        if now < self._not_before:
            return not self._keys
        return key_id not in self._keys or now - self._read_at > JWKS_SECONDS * 1000

    def _refresh(self) -> None:
        now = self._clock.now()
        try:
            self._keys = {key["kid"]: jwt.PyJWK.from_dict(key).key for key in self._fetch()["keys"]}
            self._read_at = now
        except (httpx.HTTPError, jwt.PyJWTError, ValueError, KeyError, TypeError) as error:
            log.warning("identity's keys could not be read", exc_info=error)
            if not self._keys:
                raise Refused("unavailable", "Sign-in cannot be checked at the moment; try again.") from error
            # The keys of the last fetch stay valid: they change rarely.
        finally:
            # At most one request per second, whatever the key ids, and while identity is unavailable.
            self._not_before = self._clock.now() + PAUSE_MS


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
        if claims.get("iss") != ISSUER or claims.get("role") not in (*ROLES, NEWCOMER):
            raise _not_signed_in("The access token was not issued here; sign in again.")
        self._endings.check(claims.get("sid", ""), claims["sub"], int(claims.get("epoch", 0)))
        return Caller(
            claims["sub"],
            claims["role"],
            Scope.of(claims.get("paths", ()), claims.get("pupils", ())),
            claims.get("sid", ""),
            int(claims.get("auth_time", 0)) * 1000,
        )


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
    """Raises Refused: "not-signed-in"; "password-must-change" for a newcomer."""
    if not caller.role:
        raise _not_signed_in("Sign in first.")
    if caller.role == NEWCOMER:
        raise Refused(
            "password-must-change",
            "Choose a password of your own first (PUT /v1/me/password at identity), then refresh or sign in again.",
            kind="outside-scope",
        )


def require_permission(caller: Caller, permission: Permission) -> None:
    """Raises what `require_signed_in` raises, and Refused("outside-scope"), which names the missing permission."""
    if not caller.may(permission):
        require_signed_in(caller)
        raise permission_missing(permission)


def permission_missing(permission: Permission) -> Refused:
    return Refused(
        "outside-scope", f"Your account has no permission to {permission.en}.", extra={"permission": permission.name}
    )


def require_fresh(caller: Caller, since: int) -> None:
    """Raises Refused("sign-in-again") unless the caller has proved the password after `since` (ms)."""
    if caller.signed_in_at < since:
        raise Refused(
            "sign-in-again",
            "Printing, exporting and resetting ask for the password once more: prove it "
            "(POST /v1/sessions/confirmation at identity), then repeat the request.",
            kind="outside-scope",
        )


def require_path(caller: Caller, path: str) -> None:
    """Raises Refused("outside-scope") unless the caller's scope covers the path."""
    if not caller.scope.allows(path):
        raise Refused("outside-scope", "This lies outside what your account may see.")
