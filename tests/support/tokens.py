"""Access and service tokens for tests: signed with a key that is published nowhere else, checked as in production."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.api_jws import PyJWS

from shared.infrastructure.clock import Clock, FixedClock
from shared.language.services import SERVICES
from shared.service.auth import AUDIENCE, ISSUER, ServiceAuth, TokenChecker, public_half
from shared.service.authentication_methods import ONE_TIME_CODE, PASSWORD
from shared.service.key_set import KeySet

KEY_ID = "test-key"
KEY = Ed25519PrivateKey.from_private_bytes(b"only for tests, 32 bytes of text")
SERVICE_KEYS = {name: sha256(f"{name}, only for tests".encode()).digest() for name in SERVICES}
TEN_YEARS = 10 * 365 * 86_400  # tests move their clock by days and months; expiry has tests of its own
# The library looks at every character of a token in Python, three times; tests send the same few tokens all the time.
PyJWS._decode_base64url_segment = staticmethod(lru_cache(4096)(PyJWS._decode_base64url_segment))  # type: ignore[method-assign]


@cache
def issuers() -> dict[str, tuple[bytes]]:
    """The public keys of all services, which every app of a test would compute anew."""
    return {name: (public_half(key),) for name, key in SERVICE_KEYS.items()}


def jwks() -> dict[str, Any]:
    """The JWK set that identity would publish for KEY."""
    x = base64.urlsafe_b64encode(KEY.public_key().public_bytes_raw()).rstrip(b"=").decode()
    return {"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": KEY_ID, "x": x}]}


def checker(clock: Clock) -> TokenChecker:
    """Checks tokens of `token_for`; no network."""
    return TokenChecker(KeySet(jwks, clock), clock)


def token_for(
    role: str,
    paths: Iterable[str] = (),
    pupils: Iterable[str] = (),
    *,
    account: str = "",
    clock: Clock | None = None,
    seconds: int = TEN_YEARS,
    **claims: Any,
) -> str:
    """An access token as identity makes it. account: by default one opaque id per role; claims: replace any claim."""
    now = (clock or FixedClock()).now() // 1000
    given = {
        "sub": account or account_of(role),
        "role": role,
        "paths": list(paths),
        "pupils": list(pupils),
        "sid": "session-of-tests",
        "auth_time": now + TEN_YEARS,  # always fresh; fresh sign-ins have tests of their own
        "amr": [PASSWORD, ONE_TIME_CODE],
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + seconds,
    }
    return jwt.encode({**given, **claims}, KEY, algorithm="EdDSA", headers={"kid": KEY_ID})


def account_of(role: str) -> str:
    """The account that `token_for(role)` speaks for: shaped like a real one, the same in every run."""
    return f"00000000-0000-7000-8000-{role.encode().hex()[:12]:0>12}"


def bearer(token: str, key: str = "") -> dict[str, str]:
    """Request headers: the token, and an Idempotency-Key when one is given."""
    return {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}


def service_auth(service: str, clock: Clock) -> ServiceAuth:
    """Tokens between services for tests.

    `service_auth("roster", clock)` accepts `service_auth("stats", clock).headers("roster")`.
    """
    return ServiceAuth(SERVICE_KEYS[service], service, clock, issuers())
