"""Passwords: the policy, the hashes (argon2id), and initial passwords for paper."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.identity.credentials.turns import Turns
from shared.infrastructure.errors import Refused
from shared.language.codes import ALPHABET

MIN_LENGTH, MAX_LENGTH = 10, 200
WAIT_SECONDS, MOST_WAITING = 5, 6  # waiting sign-ins hold threads that other requests need
# The passwords of ten or more characters at the head of lists of stolen ones; shorter ones fail by their length.
LISTED = """
0123456789 1234567890 0987654321 9876543210 1234567891 12345678910 123456789a a123456789 a1234567890 1q2w3e4r5t
1qaz2wsx3edc q1w2e3r4t5 qwertyuiop qwerty1234 qwerty12345 qwerty123456 asdfghjkl1 asdfghjkl; zxcvbnm123
password12 password123 password1234 passw0rd123 p@ssw0rd123 admin12345 admin123456 administrator welcome123
iloveyou12 iloveyou123 woaini1314 woaini1314520 woaini5201314 5201314520 1314520520 147258369a 1472583690
changeme123 letmein123 abcd123456 abc1234567 abc123456789 aa123456789 qq123456789 xuejihecha rollcall123
ministry123 teacher123 12345678900 1234512345
"""
WELL_KNOWN = frozenset(LISTED.split())


def tidy(password: str) -> str:
    """One form for full-width and composed characters, so that a password is the same from every keyboard."""
    return unicodedata.normalize("NFKC", password)


def check_policy(password: str, login: str) -> None:
    """Raise Refused for a password that is too short, too long, the login, or well known."""
    given = tidy(password)
    if len(given) < MIN_LENGTH:
        raise Refused("password-too-short", f"A password has at least {MIN_LENGTH} characters.", where="password")
    if len(given) > MAX_LENGTH:
        raise Refused("password-too-long", f"A password has at most {MAX_LENGTH} characters.", where="password")
    if given.casefold() in (tidy(login).casefold(), tidy(login).casefold()[::-1]):
        raise Refused("password-is-login", "The password must not be the login.", where="password")
    if given.casefold() in WELL_KNOWN or len(set(given)) < 4:
        raise Refused(
            "password-well-known",
            "This password is among the first that attackers try; choose another.",
            where="password",
        )


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
        """True if this is the password behind the hash. None, for an unknown login, takes as long and is False.

        known: whether the device has signed in before; it need not wait for strangers.
        """
        with self._turns.turn(known):
            try:
                return self._argon2.verify(kept or self._nobodys, tidy(password)) and kept is not None
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, kept: str) -> bool:
        """True if the hash was made with other parameters than the current ones, and must be replaced."""
        return self._argon2.check_needs_rehash(kept)
