"""Who is signed in: tokens and the account in one sealed cookie; renewed when the access token is about to expire."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from typing import Any

from services.portal.service_client import Service
from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused
from shared.infrastructure.pii import Sealer, Unreadable, keyed_hash
from shared.language.path import last

RENEW_BEFORE_MS = 5 * 60_000  # pages renew this early, so that the pictures on a page never have to
REMEMBER_MS = (
    2 * 60_000
)  # a renewal is answered again this long: a double tap and a lost answer must not end the session


@dataclass(frozen=True, slots=True)
class Session:
    """expires_at: ms, of the access token. paths and pupils: what the account may see, as identity says."""

    access: str
    refresh: str
    expires_at: int
    account: str
    role: str
    display_name: str
    paths: tuple[str, ...] = ()
    pupils: tuple[str, ...] = ()
    must_change_password: bool = False

    @property
    def home(self) -> str:
        """The unit or class in which this account works, "" for a guardian."""
        return last(self.paths[0]) if self.paths else ""

    @property
    def places(self) -> list[str]:
        return [last(path) for path in self.paths]


class Vault:
    """Small records sealed into cookies: nobody but this portal can read or write them."""

    def __init__(self, key: bytes) -> None:
        self._key, self._sealer = key, Sealer(key)

    def seal(self, purpose: str, record: Mapping[str, Any]) -> str:
        return base64.urlsafe_b64encode(self._sealer.seal(purpose, record)).decode()

    def open(self, purpose: str, cookie: str) -> dict[str, Any] | None:
        """None for a cookie that is absent, foreign or broken."""
        try:
            return self._sealer.open(purpose, base64.urlsafe_b64decode(cookie)) if cookie else None
        except (Unreadable, binascii.Error, ValueError):
            return None

    def form_token(self, visitor: str) -> str:
        """What a form must carry to prove that this portal gave it to this visitor.

        Not bound to the account: whoever has to sign in again can still send what was typed before.
        """
        return keyed_hash(self._key, "form", visitor)

    def seal_session(self, session: Session) -> str:
        return self.seal("session", asdict(session))

    def open_session(self, cookie: str) -> Session | None:
        record = self.open("session", cookie)
        if record is None:
            return None
        return Session(**{**record, "paths": tuple(record["paths"]), "pupils": tuple(record["pupils"])})


class SignIn:
    """Sessions at identity. Refresh tokens are good once, so renewals of the same one share one answer."""

    def __init__(self, identity: Service, clock: Clock) -> None:
        self._identity, self._clock, self._lock = identity, clock, threading.Lock()
        self._renewed: dict[str, tuple[int, Future[Session]]] = {}

    def with_password(self, login: str, password: str) -> Session:
        return self.from_tokens(self._identity.post("/v1/sessions", {"login": login, "password": password}))

    def from_tokens(self, tokens: Mapping[str, Any]) -> Session:
        """A session from any answer that carries tokens; identity says who it is."""
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
        )

    def is_due(self, session: Session) -> bool:
        return session.expires_at - self._clock.now() < RENEW_BEFORE_MS

    def renew(self, session: Session) -> Session:
        """Raises Refused("not-signed-in") when the session is over, "unavailable" when identity cannot be reached."""
        now, token = self._clock.now(), session.refresh
        with self._lock:
            self._renewed = {t: kept for t, kept in self._renewed.items() if now - kept[0] < REMEMBER_MS}
            first = token not in self._renewed
            answer = self._renewed.setdefault(token, (now, Future()))[1]
        if first:
            self._fulfil(answer, session)
        return answer.result(timeout=60)

    def _fulfil(self, answer: Future[Session], session: Session) -> None:
        try:
            answer.set_result(self._ask(session))
        except Exception as error:
            answer.set_exception(error)  # whoever waits for the same answer hears the same
            with self._lock:
                self._renewed.pop(session.refresh, None)

    def _ask(self, session: Session) -> Session:
        try:
            return self.from_tokens(self._identity.post("/v1/sessions/refresh", {"refresh_token": session.refresh}))
        except Refused as refused:
            if refused.status >= 500:
                raise
            raise Refused("not-signed-in", "The session has ended; sign in again.") from refused

    def end(self, session: Session) -> None:
        """Raises Refused when identity cannot be told."""
        self._identity.post("/v1/sessions", {}, session.access, method="DELETE")
