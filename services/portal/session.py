"""Sessions: tokens and account in one sealed cookie, renewed before the access token expires."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import threading
import unicodedata
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from services.portal.service_client import Service
from shared.infrastructure.clock import Clock
from shared.infrastructure.derived_keys import derive
from shared.infrastructure.errors import Refused
from shared.infrastructure.known_fields import known
from shared.infrastructure.pii import Sealer, Unreadable, keyed_hash
from shared.language.grants import Grant, as_claim
from shared.language.path import last

SALT_BYTES = 8  # of a form token
RENEW_BEFORE_MS = 5 * 60_000  # early enough that a page's pictures need no renewal of their own
# A repeated renewal gets the same response this long: a double tap or a lost response must not end the session.
REMEMBER_MS = 2 * 60_000


@dataclass(frozen=True, slots=True)
class Session:
    """expires_at: of the access token, in ms. paths, pupils: the account's scope, from identity.

    proved_at: the last proof of the password, in ms.
    held_children: number of children out of reach after a reset. must_set_up_second_factor: nothing else works before.
    grants: as a token carries them.
    """

    access: str
    refresh: str
    expires_at: int
    account: str
    role: str
    display_name: str
    paths: tuple[str, ...] = ()
    pupils: tuple[str, ...] = ()
    must_change_password: bool = False
    proved_at: int = 0
    held_children: int = 0
    has_second_factor: bool = False
    must_set_up_second_factor: bool = False
    grants: list[Any] = field(default_factory=list)

    @property
    def home(self) -> str:
        """The code of the account's first unit or class; "" for a guardian."""
        return last(self.paths[0]) if self.paths else ""

    @property
    def codes(self) -> list[str]:
        """The codes of the account's units or classes."""
        return [last(path) for path in self.paths]


class SealedCookies:
    """Small records sealed into cookies, which only this portal can read or write."""

    def __init__(self, key: bytes) -> None:
        self._form_key, self._device_key = derive(key, "form tokens"), derive(key, "devices")
        self._sealer = Sealer(derive(key, "cookies"))

    def seal(self, purpose: str, record: Mapping[str, Any]) -> str:
        return base64.urlsafe_b64encode(self._sealer.seal(purpose, record)).decode()

    def open(self, purpose: str, cookie: str) -> dict[str, Any] | None:
        """The record, or None if the cookie is absent, foreign or damaged."""
        try:
            return self._sealer.open(purpose, base64.urlsafe_b64decode(cookie)) if cookie else None
        except (Unreadable, binascii.Error, ValueError):
            return None

    def form_token(self, visitor: str) -> str:
        """A token in a form that proves that this portal gave it to this visitor: another one in every response.

        It is not bound to the account, so that a form can still be sent after signing in again. Pages are sent
        compressed: a token that stayed the same could be guessed from their lengths (BREACH).
        """
        return self._form_token(visitor, secrets.token_hex(SALT_BYTES))

    def is_form_token(self, token: str, visitor: str) -> bool:
        salt = token[: 2 * SALT_BYTES]
        return hmac.compare_digest(token.encode(), self._form_token(visitor, salt).encode())

    def _form_token(self, visitor: str, salt: str) -> str:
        return salt + keyed_hash(self._form_key, "form", f"{salt} {visitor}")

    def login_key(self, login: str) -> str:
        """Keyed hash of a login, by which its device token is found."""
        return keyed_hash(self._device_key, "login", unicodedata.normalize("NFKC", login).strip().casefold())

    def seal_session(self, session: Session) -> str:
        return self.seal("session", asdict(session))

    def open_session(self, cookie: str) -> Session | None:
        record = self.open("session", cookie)
        if record is None:
            return None
        return Session(**{**known(Session, record), "paths": tuple(record["paths"]), "pupils": tuple(record["pupils"])})


class SignIn:
    """Sessions at identity. A refresh token is valid once, so simultaneous renewals of one share its response."""

    def __init__(self, identity: Service, clock: Clock) -> None:
        self._identity, self._clock, self._lock = identity, clock, threading.Lock()
        self._renewed: dict[str, tuple[int, Future[Session]]] = {}

    def with_password(self, login: str, password: str, device: str = "") -> tuple[Session, str]:
        """The session, and a token by which identity knows this device next time. device: that of the last time."""
        asked = {"login": login, "password": password, "device_token": device}
        made = self._identity.post("/v1/sessions", asked)
        return self.from_tokens(made), str(made["device_token"])

    def with_code(self, challenge: str, code: str, device: str = "") -> tuple[Session, str]:
        """The second step of `with_password`, after its challenge."""
        asked = {"challenge": challenge, "code": code, "device_token": device}
        made = self._identity.post("/v1/sessions/second-step", asked)
        return self.from_tokens(made), str(made["device_token"])

    def from_tokens(self, tokens: Mapping[str, Any], proved_at: int | None = None) -> Session:
        """A session from any response with tokens; the account comes from identity. proved_at: by default, now."""
        me = self._identity.get("/v1/me", tokens["access_token"])
        return Session(
            tokens["access_token"],
            tokens["refresh_token"],
            self._clock.now() + int(tokens["expires_in"]) * 1000,
            me["id"],
            me["role"],
            me.get("display_name") or "",
            tuple(me.get("paths") or ()),
            tuple(me.get("pupils") or ()),
            bool(me.get("must_change_password")),
            self._clock.now() if proved_at is None else proved_at,
            int(me.get("held_children") or 0),
            bool(me.get("has_second_factor")),
            bool(me.get("must_set_up_second_factor")),
            as_claim(Grant(**grant) for grant in me.get("grants") or ()),
        )

    def confirm(self, session: Session, secret: str) -> Session:
        """The session after a proof that it is the owner, by the password or a code of the second factor.

        Raises Refused: "wrong-password", "second-factor-wrong", "too-many".
        """
        given = {"code" if session.has_second_factor else "password": secret}
        made = self._identity.post("/v1/sessions/confirmation", given, session.access)
        now = self._clock.now()
        return replace(
            session, access=made["access_token"], expires_at=now + int(made["expires_in"]) * 1000, proved_at=now
        )

    def is_due(self, session: Session) -> bool:
        return session.expires_at - self._clock.now() < RENEW_BEFORE_MS

    def renew(self, session: Session) -> Session:
        """Raises Refused: "not-signed-in" after the session's end, "unavailable" if identity cannot be reached."""
        now, token = self._clock.now(), session.refresh
        with self._lock:
            self._renewed = {t: kept for t, kept in self._renewed.items() if now - kept[0] < REMEMBER_MS}
            first = token not in self._renewed
            renewal = self._renewed.setdefault(token, (now, Future()))[1]
        if first:
            self._fulfil(renewal, session)
        return renewal.result(timeout=60)

    def _fulfil(self, renewal: Future[Session], session: Session) -> None:
        try:
            renewal.set_result(self._request(session))
        except Exception as error:
            renewal.set_exception(error)  # every request that waits for this renewal gets the same error
            with self._lock:
                self._renewed.pop(session.refresh, None)

    def _request(self, session: Session) -> Session:
        try:
            made = self._identity.post("/v1/sessions/refresh", {"refresh_token": session.refresh})
            return self.from_tokens(made, session.proved_at)
        except Refused as refused:
            if refused.status >= 500:
                raise
            raise Refused("not-signed-in", "The session has ended; sign in again.") from refused

    def end(self, session: Session) -> None:
        """Sign out at identity. Raises Refused if identity cannot be reached."""
        self._identity.post("/v1/sessions", {}, session.access, method="DELETE")
