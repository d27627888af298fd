"""The stand-in's sign-in: Authlib's server for the code flow with PKCE and ID tokens. Everything is in memory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask
from joserfc.jwk import ECKey

from deploy.registry.people import Holder
from shared.infrastructure.clock import Clock

LIFETIME_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):  # type: ignore[misc]   # Authlib has no types
    """The one client: Rollcall."""

    client_id: str
    secret: str
    redirect: str

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        return self.redirect

    def get_allowed_scope(self, scope: str) -> str:
        return " ".join(each for each in (scope or "").split() if each in ("openid", "profile"))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass(frozen=True, slots=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """An authorization code that was given to the client for one person."""

    code: str
    holder: Holder
    redirect: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    at: int

    def get_redirect_uri(self) -> str:
        return self.redirect

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.at

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Provider:
    """issuer: the stand-in's own address."""

    def __init__(self, app: Flask, issuer: str, client: Client, clock: Clock) -> None:
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback, without HTTPS
        self.issuer, self._clock = issuer, clock
        self.key = ECKey.generate_key("P-256", auto_kid=True)
        self._codes: dict[str, Code] = {}
        self.server = AuthorizationServer(
            app, query_client=lambda id: client if id == client.client_id else None, save_token=lambda *_: None
        )
        self.server.register_extension(_issuer_parameter(issuer))
        self.server.register_grant(self._code_grant(), [self._id_tokens(), CodeChallenge(required=True)])

    def now(self) -> int:
        return self._clock.now() // 1000

    def discovery(self) -> Mapping[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks.json",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile"],
            "claims_supported": ["sub", "name", "school_code", "auth_time"],
            "authorization_response_iss_parameter_supported": True,
        }

    def jwks(self) -> Mapping[str, Any]:
        return {"keys": [{**self.key.as_dict(private=False), "alg": "ES256", "use": "sig"}]}

    def _code_grant(provider) -> type[AuthorizationCodeGrant]:  # the grants are classes within
        class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
            TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

            def save_authorization_code(self, code: str, request: Any) -> None:
                asked = request.payload.data
                provider._codes[code] = Code(
                    code,
                    request.user,
                    request.payload.redirect_uri,
                    request.payload.scope,
                    asked.get("nonce", ""),
                    asked.get("code_challenge", ""),
                    asked.get("code_challenge_method", ""),
                    provider.now(),
                )

            def query_authorization_code(self, code: str, client: Client) -> Code | None:
                found = provider._codes.get(code)
                return found if found and provider.now() - found.at <= LIFETIME_SECONDS else None

            def delete_authorization_code(self, authorization_code: Code) -> None:
                provider._codes.pop(authorization_code.code, None)

            def authenticate_user(self, authorization_code: Code) -> Holder:
                return authorization_code.holder

        return CodeGrant

    def _id_tokens(provider) -> OpenIDCode:
        class IdTokens(OpenIDCode):  # type: ignore[misc]
            def resolve_client_private_key(self, client: Client) -> ECKey:
                return provider.key

            def get_client_algorithm(self, client: Client) -> str:
                return "ES256"

            def get_encode_header(self, client: Client) -> dict[str, Any]:
                return {"alg": "ES256", "kid": provider.key.kid}

            def get_client_claims(self, client: Client) -> dict[str, Any]:
                now = provider.now()
                return {
                    "iss": provider.issuer,
                    "aud": client.client_id,
                    "iat": now,
                    "exp": now + LIFETIME_SECONDS,
                    "auth_time": now,
                }

            def exists_nonce(self, nonce: str, request: Any) -> bool:
                return any(code.nonce == nonce for code in provider._codes.values())

            def generate_user_info(self, user: Holder, scope: str) -> dict[str, str]:
                return {"sub": user.subject, "name": user.name, "school_code": user.school}

        return IdTokens(require_nonce=True)


def _issuer_parameter(issuer: str) -> IssuerParameter:
    class OwnIssuer(IssuerParameter):  # type: ignore[misc]
        def get_issuer(self) -> str:
            return issuer

    return OwnIssuer()
