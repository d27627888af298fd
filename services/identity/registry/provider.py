"""The registry's sign-in, by OpenID Connect: its addresses and keys, and the person that it sends.

Code flow with PKCE (S256), state and nonce; the registry says who arrives in an ID token, of which everything is
checked here (OpenID Connect Core 1.0, 3.1.3.7). A registry that cannot be reached is no reason to let anybody in.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

import httpx
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused
from shared.infrastructure.security_log import security_event

ALGORITHMS = ("ES256", "PS256", "RS256", "EdDSA")  # neither "none" nor one whose key both sides share
SKEW_SECONDS = 60  # by which the registry's clock and ours may differ
# Older sign-ins at the registry are asked for again there: this one counts as a second factor here.
MOST_AGE_SECONDS = 600
KNOWN_SECONDS = 600  # for which addresses and keys are kept
ASK_AGAIN_SECONDS = 10  # before which keys are not asked again, nor a registry that was away
CALLBACK = "/registry/callback"  # of the portal, to which the registry sends people back
TIMEOUT = httpx.Timeout(5, connect=3)
SCHOOL_CLAIM, NAME_CLAIM = "school_code", "name"
SCHOOL_CODE, NAME_MOST = re.compile(r"[0-9]{10}\Z"), 100


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of one sign-in: its state goes through the browser, nonce and verifier through the registry."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """The person whom the registry sends. subject: the registry's id of the person. school: a school code."""

    subject: str
    school: str
    name: str


class Registry(Protocol):
    issuer: str  # "" where no registry is configured

    def sign_in_address(self, secrets: Secrets) -> str:
        """The registry's address at which this sign-in goes on. Raises Refused("registry-unavailable")."""
        ...

    def arrival(self, code: str, answered_by: str, secrets: Secrets) -> Arrival:
        """The person behind an authorization code. answered_by: the parameter `iss` of the answer (RFC 9207).

        Raises Refused("registry-unavailable", "registry-answer-wrong", "registry-answer-incomplete").
        """
        ...


class NoRegistry:
    """No registry is configured: nobody signs in by one."""

    issuer = ""

    def sign_in_address(self, secrets: Secrets) -> str:
        raise not_configured()

    def arrival(self, code: str, answered_by: str, secrets: Secrets) -> Arrival:
        raise not_configured()


def not_configured() -> Refused:
    return Refused(
        "registry-not-configured",
        "This copy is connected to no registry; sign in with a password, or with an activation code.",
        kind="not-found",
    )


class _Client(OAuth2Client):  # type: ignore[misc]   # Authlib has no types
    """Authlib's protocol over our HTTP client."""

    def _fetch_token(
        self, url: str, body: str = "", headers: Any = None, auth: Any = None, method: str = "POST", **_: Any
    ) -> Any:
        url, headers, body = auth.prepare(method, url, dict(headers), body)
        return self.parse_response_token(self.session.request(method, url, content=body, headers=headers))


@dataclass(frozen=True, slots=True)
class _Known:
    """Addresses and keys of the registry. at: by the machine's own clock, in seconds."""

    authorize: str
    token: str
    keys_at: str
    says_iss: bool
    keys: KeySet
    at: float


class OpenIdRegistry:
    """A registry over HTTP. redirect: our address to which it sends people back."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        redirect: str,
        clock: Clock,
        transport: httpx.BaseTransport | None = None,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer, self._client_id, self._clock, self._elapsed = issuer, client_id, clock, elapsed
        self._http = httpx.Client(timeout=TIMEOUT, transport=transport, follow_redirects=False)
        self._client_secret, self._redirect = client_secret, redirect
        self._known: _Known | None = None
        self._away_at = -float(ASK_AGAIN_SECONDS)  # when it was last found away

    def sign_in_address(self, secrets: Secrets) -> str:
        address, _ = self._client().create_authorization_url(
            self._registry().authorize,
            state=secrets.state,
            nonce=secrets.nonce,
            code_verifier=secrets.verifier,
            max_age=MOST_AGE_SECONDS,
        )
        return str(address)

    def arrival(self, code: str, answered_by: str, secrets: Secrets) -> Arrival:
        registry = self._registry()
        if answered_by != self.issuer and (answered_by or registry.says_iss):
            _refuse("another issuer has answered")
        claims = self._claims(self._id_token(registry, code, secrets), secrets.nonce)
        school, name = claims.get(SCHOOL_CLAIM), claims.get(NAME_CLAIM)
        if not (isinstance(school, str) and SCHOOL_CODE.match(school) and isinstance(name, str) and name.strip()):
            raise Refused(
                "registry-answer-incomplete",
                "The registry names no school or no person; ask the registry's service desk to complete your entry.",
            )
        return Arrival(claims["sub"], school, name.strip()[:NAME_MOST])

    def _client(self) -> _Client:
        """One for each call: it keeps the token that it has fetched, and threads would get each other's."""
        return _Client(
            self._http,
            self._client_id,
            self._client_secret,
            scope="openid profile",
            redirect_uri=self._redirect,
            code_challenge_method="S256",
        )

    def _id_token(self, registry: _Known, code: str, secrets: Secrets) -> tuple[str, str]:
        """ID token and access token for the code."""
        try:
            made = self._client().fetch_token(
                registry.token, grant_type="authorization_code", code=code, code_verifier=secrets.verifier
            )
        except httpx.HTTPStatusError as error:
            raise _unavailable() if error.response.status_code >= 500 else _wrong("no token") from error
        except httpx.HTTPError as error:
            raise _unavailable() from error
        except (OAuth2Error, ValueError) as error:
            _refuse("the code was refused", error)
        if not isinstance(made.get("id_token"), str) or not isinstance(made.get("access_token"), str):
            _refuse("no ID token")
        return made["id_token"], made["access_token"]

    def _claims(self, tokens: tuple[str, str], nonce: str) -> Mapping[str, Any]:
        """The claims of a valid ID token of this sign-in."""
        id_token, access_token = tokens
        try:
            decoded = self._decoded(id_token)
            options = {"iss": {"essential": True, "value": self.issuer}, "aud": {"value": self._client_id}}
            params = {
                "nonce": nonce,
                "client_id": self._client_id,
                "access_token": access_token,
                "max_age": MOST_AGE_SECONDS,
            }
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            now = self._clock.now() // 1000
            claims.validate(now=now, leeway=SKEW_SECONDS)
            _check_more(claims, self._client_id, now)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            _refuse(type(error).__name__, error)
        return claims  # type: ignore[no-any-return]

    def _decoded(self, id_token: str) -> jwt.Token:
        """The token, signed by one of the registry's keys; they are asked for again when it has new ones."""
        known = self._registry()
        try:
            return jwt.decode(id_token, known.keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            if self._elapsed() - known.at < ASK_AGAIN_SECONDS:
                raise
        self._known = None
        return jwt.decode(id_token, self._registry().keys, algorithms=ALGORITHMS)

    def _registry(self) -> _Known:
        """Addresses and keys. A registry that is away is asked by one request now and then: no crowd waits."""
        if self._known is None or self._elapsed() - self._known.at > KNOWN_SECONDS:
            if self._elapsed() - self._away_at < ASK_AGAIN_SECONDS:
                raise _unavailable()
            try:
                self._known = self._ask()
            except Refused:
                self._away_at = self._elapsed()
                raise
        return self._known

    def _ask(self) -> _Known:
        document = self._get(f"{self.issuer}/.well-known/openid-configuration")
        if document.get("issuer") != self.issuer:
            _refuse("the discovery document names another issuer")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        authorize, token, keys_at = (self._address(document, name) for name in names)
        says_iss = document.get("authorization_response_iss_parameter_supported") is True
        try:
            keys = KeySet.import_key_set(self._get(keys_at))  # type: ignore[arg-type]   # of any JSON object
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise _unavailable() from error
        return _Known(authorize, token, keys_at, says_iss, keys, self._elapsed())

    def _address(self, document: Mapping[str, Any], name: str) -> str:
        """An address of the discovery document; no less protected than the issuer's own."""
        address = document.get(name)
        if not isinstance(address, str) or not address.startswith(self.issuer.partition("://")[0] + "://"):
            raise _unavailable()
        return address

    def _get(self, address: str) -> dict[str, Any]:
        try:
            found = self._http.get(address).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise _unavailable() from error
        if not isinstance(found, dict):
            raise _unavailable()
        return found


def _check_more(claims: Mapping[str, Any], client_id: str, now: int) -> None:
    """The checks that Authlib leaves out. Raises ValueError."""
    audience: Collection[str] = [claims["aud"]] if isinstance(claims["aud"], str) else claims["aud"]
    if set(audience) != {client_id}:
        raise ValueError("other audiences")
    if not isinstance(claims["sub"], str) or not claims["sub"] or len(claims["sub"]) > 255:
        raise ValueError("no subject")
    for time_of in ("iat", "auth_time"):
        if claims[time_of] > now + SKEW_SECONDS:
            raise ValueError(f"{time_of} in the future")
    if claims["auth_time"] < now - MOST_AGE_SECONDS - SKEW_SECONDS:
        raise ValueError("an old sign-in")


def _unavailable() -> Refused:
    return Refused(
        "registry-unavailable",
        "The registry cannot be reached or does not answer as agreed; try again later, or sign in with a password.",
        kind="unavailable",
    )


def _wrong(reason: str) -> Refused:
    security_event("sign-in-failed", by="registry", reason=reason)
    return Refused(
        "registry-answer-wrong",
        "The registry's answer does not belong to this sign-in; start again from the registry's page.",
        kind="outside-scope",
    )


def _refuse(reason: str, error: Exception | None = None) -> NoReturn:
    raise _wrong(reason) from error
