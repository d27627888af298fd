"""Sessions that ended and scopes that changed while access tokens live: asked of identity, believed for seconds.

A token says what was true when it was issued, up to a quarter of an hour ago. Before one is believed, a process has
asked identity within the last seconds what has ended since. While identity cannot be reached, tokens are believed for
a while longer, so that its restart signs nobody out.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused

ROUTE = "/internal/ended-sessions"
ASK_MS, MUST_ASK_MS = 2000, 5000  # age of the last answer at which one request asks, and all wait for it
PAUSE_MS = 2000  # between two questions that found no answer
KEPT_MS = 20 * 60_000  # longer than an access token lives
GRACE_SECONDS = 300
log = logging.getLogger("auth")
Fetch = Callable[[int], Mapping[str, Any]]  # a cursor -> {sessions, accounts: [{account, epoch}], cursor}


class Endings(Protocol):
    def check(self, session: str, account: str, epoch: int) -> None:
        """Raises Refused: "session-ended"; "token-superseded" for an epoch before the account's last change."""
        ...


class NoEndings:
    """Nothing ever ends: for apps that no person's token reaches, and for tests."""

    def check(self, session: str, account: str, epoch: int) -> None:
        return None


def session_ended() -> Refused:
    return Refused("session-ended", "This session has ended; sign in again.", kind="not-signed-in")


def token_superseded() -> Refused:
    return Refused(
        "token-superseded",
        "What this account may see or do has changed since the token was issued; refresh it.",
        kind="not-signed-in",
        where="Authorization",
    )


class EndedSessions:
    """The answers of identity so far. grace_seconds: for which tokens are believed while it cannot be reached."""

    def __init__(self, fetch: Fetch, clock: Clock, grace_seconds: int = GRACE_SECONDS) -> None:
        self._fetch, self._clock, self._grace_ms = fetch, clock, grace_seconds * 1000
        self._lock = threading.Lock()
        self._sessions: dict[str, int] = {}  # id -> when it was learnt
        self._accounts: dict[str, tuple[int, int]] = {}  # id -> first valid epoch, when it was learnt
        self._cursor = self._answered_at = self._not_before = 0

    def check(self, session: str, account: str, epoch: int) -> None:
        """Raises Refused: "session-ended", "token-superseded"; "unavailable" after too long without an answer."""
        self._keep_current()
        if session in self._sessions:
            raise session_ended()
        if epoch < self._accounts.get(account, (0, 0))[0]:
            raise token_superseded()

    def _keep_current(self) -> None:
        # One request asks, the others go on with what is known; with an old answer they wait for it.
        age = self._clock.now() - self._answered_at
        if age >= ASK_MS and self._lock.acquire(blocking=age >= MUST_ASK_MS):
            try:
                if self._is_due():  # another request may have asked meanwhile
                    self._ask()
            finally:
                self._lock.release()
        if self._clock.now() - self._answered_at > self._grace_ms:
            raise Refused("unavailable", "Whether you are still signed in cannot be checked at the moment; try again.")

    def _is_due(self) -> bool:
        now = self._clock.now()
        return now - self._answered_at >= ASK_MS and now >= self._not_before

    def _ask(self) -> None:
        asked_at = self._clock.now()
        try:
            answer = self._fetch(self._cursor)
        except Refused as refused:
            log.warning("identity could not be asked which sessions have ended", extra={"code": refused.code})
            self._not_before = self._clock.now() + PAUSE_MS
            return
        for session in answer["sessions"]:
            self._sessions[session] = asked_at
        for changed in answer["accounts"]:
            known = self._accounts.get(changed["account"], (0, 0))[0]
            self._accounts[changed["account"]] = (max(known, changed["epoch"]), asked_at)
        self._cursor, self._answered_at = answer["cursor"], asked_at
        self._forget(asked_at - KEPT_MS)

    def _forget(self, before: int) -> None:
        self._sessions = {id: at for id, at in self._sessions.items() if at >= before}
        self._accounts = {id: kept for id, kept in self._accounts.items() if kept[1] >= before}
