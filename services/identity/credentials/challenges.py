"""Challenges: proof, for some minutes, that a password was right and the second factor is still owed."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from shared.infrastructure.clock import Clock
from shared.infrastructure.pii import keyed_hash

CHALLENGE_MS = 5 * 60_000


@dataclass(frozen=True, slots=True)
class Challenge:
    account: str
    id: str


class Challenges:
    """Makes and reads "<account>.<id>.<issued>.<seal>". The seal covers the password's hash: another one voids it."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key, self._clock = key, clock

    def issue(self, account: str, password: str) -> str:
        """password: the hash of the account's."""
        id, issued = secrets.token_hex(8), str(self._clock.now())
        return f"{account}.{id}.{issued}.{self._seal(account, id, issued, password)}"

    def read(self, challenge: str, password: str) -> Challenge | None:
        """None for one that is over, foreign, or of another password."""
        account, id, issued, seal = (*challenge.split("."), "", "", "", "")[:4]
        if not hmac.compare_digest(seal.encode(), self._seal(account, id, issued, password).encode()):
            return None
        return Challenge(account, id) if int(issued) + CHALLENGE_MS > self._clock.now() else None

    def _seal(self, account: str, id: str, issued: str, password: str) -> str:
        return keyed_hash(self._key, "challenge", f"{account}/{id}/{issued}/{password}")


def account_of(challenge: str) -> str:
    """The account that a challenge names, which need not be true."""
    return challenge.partition(".")[0]
