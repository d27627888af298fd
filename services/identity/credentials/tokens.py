"""Access tokens, which every service checks by itself, and refresh tokens, which only identity checks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.infrastructure.clock import Clock
from shared.infrastructure.pii import keyed_hash
from shared.language.grants import Grant, as_claim
from shared.service.auth import AUDIENCE, ISSUER

ACCESS_SECONDS = 15 * 60


class Issuer:
    """Signs access tokens with one Ed25519 key and publishes its public half.

    further: public halves that are published beside it: of the key before, while its tokens live, or of the next one.
    """

    def __init__(self, signing_key: bytes, clock: Clock, further: Sequence[bytes] = ()) -> None:
        self._key, self._clock = Ed25519PrivateKey.from_private_bytes(signing_key), clock
        public = self._key.public_key().public_bytes_raw()
        self.key_id = _key_id(public)
        self._published = [_published(each) for each in dict.fromkeys((public, *further))]

    def access(
        self,
        account: str,
        role: str,
        paths: Iterable[str],
        pupils: Iterable[str],
        session: str,
        proved_at: int,
        epoch: int,
        grants: Iterable[Grant] = (),
        methods: Iterable[str] = (),
    ) -> str:
        """A token valid for ACCESS_SECONDS. It holds opaque ids and paths, no names.

        proved_at: the last proof that it is the owner, ms; methods: of this proof. epoch: the account's.
        """
        now = self._clock.now() // 1000
        claims: dict[str, Any] = {
            "sub": account,
            "role": role,
            "paths": list(paths),
            "pupils": list(pupils),
            "sid": session,
            "auth_time": proved_at // 1000,
            "amr": list(methods),
            "epoch": epoch,
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + ACCESS_SECONDS,
        }
        if carried := as_claim(grants):
            claims["grants"] = carried
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": self.key_id})

    def jwks(self) -> dict[str, Any]:
        return {"keys": self._published}


def _key_id(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]


def _published(public: bytes) -> dict[str, str]:
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": _key_id(public), "x": x}


class RefreshTokens:
    """Tokens "<session>.<secret>". Each secret is derived from the one before, so a lost response can be repeated."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def first(self, session: str) -> str:
        return f"{session}.{secrets.token_hex(16)}"

    def next(self, token: str) -> str:
        return f"{session_of(token)}.{keyed_hash(self._key, 'refresh', token)}"


def session_of(refresh_token: str) -> str:
    return refresh_token.partition(".")[0]


def token_hash(refresh_token: str) -> str:
    """The stored form of a token: a plain hash suffices, because the secret has 128 bits."""
    return hashlib.sha256(refresh_token.encode()).hexdigest()


def same(a: str, b: str) -> bool:
    return hmac.compare_digest(a.encode(), b.encode())
