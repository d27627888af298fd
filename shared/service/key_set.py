"""The public keys of identity, by which every service checks access tokens itself."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import jwt

from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused

JWKS_SECONDS = 300
PAUSE_MS = 1000
log = logging.getLogger("auth")


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
