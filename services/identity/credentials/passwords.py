"""Passwords: their hashes (argon2id), and the first account's initial password."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.identity.credentials.password_policy import tidy
from services.identity.credentials.turns import Turns
from shared.language.codes import ALPHABET

WAIT_SECONDS, MOST_WAITING = 5, 6  # waiting sign-ins hold threads that other requests need


def initial_password(choice: Callable[[str], str] = secrets.choice) -> str:
    """A password to read off paper and type once: "k7mf-3wqx-9htp", 59 bits, no characters that look alike."""
    return "-".join("".join(choice(ALPHABET.lower()) for _ in range(4)) for _ in range(3))


class Hasher:
    """Makes and verifies argon2id hashes, a bounded number at a time, because each is costly on purpose."""

    def __init__(
        self,
        memory_kib: int = 19_456,
        passes: int = 2,
        at_once: int = 4,
        wait_seconds: float = WAIT_SECONDS,
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._argon2 = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
        self._turns = Turns(at_once, most_waiting, wait_seconds)
        self._nobodys = self._argon2.hash(secrets.token_urlsafe(16))  # makes an unknown login as slow as a real one

    def hash(self, password: str) -> str:
        with self._turns.turn(known=True):
            return self._argon2.hash(tidy(password))

    def verify(self, kept: str | None, password: str, *, known: bool = False) -> bool:
        """True if this is the password behind the hash. Without one, of an unknown login or an
        account that is not activated, it takes as long and is False.

        known: whether the device has signed in before; it need not wait for strangers.
        """
        with self._turns.turn(known):
            try:
                return self._argon2.verify(kept or self._nobodys, tidy(password)) and bool(kept)
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, kept: str) -> bool:
        """True if the hash was made with other parameters than the current ones, and must be replaced."""
        return self._argon2.check_needs_rehash(kept)
