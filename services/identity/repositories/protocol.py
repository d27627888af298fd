"""What identity keeps beside its streams, privately: people (sealed), their sessions, and counted failures.

Implementations: records_mongo.py, records_memory.py; one test suite runs on both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from shared.infrastructure.errors import Refused
from shared.language.scope import Scope


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil a guardian has asked for. sealed: the relation."""

    pupil: str
    known: bool
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Person:
    """Who is behind an account. login: keyed hash; sealed: login and display name; password: argon2 hash; session: the only one of staff."""

    account: str
    login: str
    role: str
    sealed: bytes
    password: str
    must_change: bool
    paths: tuple[str, ...] = ()
    children: tuple[Child, ...] = ()
    session: str = ""

    @property
    def home(self) -> str:
        """Where lists of accounts show this one: the first place, "" for guardians."""
        return self.paths[0] if self.paths else ""


@dataclass(frozen=True, slots=True)
class Session:
    """refresh, previous: fingerprints of the present refresh token and of the one before it. Times in ms."""

    id: str
    account: str
    refresh: str
    expires_at: int
    previous: str = ""
    rotated_at: int = 0


def login_taken() -> Refused:
    return Refused("login-taken", "This login is taken; choose another.", kind="conflict", where="login")


class People(Protocol):
    """`session` of the writing methods is that of the store's transaction, as given to `also`."""

    def add(self, person: Person, session: Any) -> None:
        """Raises Refused("login-taken"), and Conflict when the account is there already."""
        ...

    def get(self, account: str) -> Person | None: ...

    def by_login(self, login: str) -> Person | None: ...

    def staff(self, scope: Scope, limit: int) -> list[Person]:
        """Staff whose home lies in the scope, by home; at most `limit`."""
        ...

    def set_password(self, account: str, password: str, must_change: bool, session: Any) -> None: ...

    def rehash(self, account: str, old: str, new: str) -> None:
        """Keep another hash of the same password, unless it has been changed meanwhile."""
        ...

    def add_path(self, account: str, path: str, session: Any) -> None: ...

    def add_child(self, account: str, child: Child, session: Any) -> None: ...

    def set_session(self, account: str, session_id: str) -> None:
        """The one session of a staff account; whoever signs in last has it."""
        ...


class Sessions(Protocol):
    def open(self, session: Session, now: int) -> None:
        """Keep a new session, and forget those of the account that have expired. The same again is harmless."""
        ...

    def get(self, session_id: str) -> Session | None: ...

    def rotate(self, session_id: str, old: str, new: Session) -> bool:
        """Replace the session if its present refresh token is still `old`: whether it was."""
        ...

    def end(self, session_id: str) -> None: ...

    def end_all(self, account: str, but: str = "") -> None:
        """All sessions of the account, except `but`."""
        ...


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries may fail within a window. code: of the refusal then."""

    most: int
    window_ms: int
    code: str


QUARTER_MS, FORGET_MS = 15 * 60 * 1000, 86_400_000
A_FEW = Limit(5, QUARTER_MS, "too-many")
FOR_GOOD = Limit(
    15, 10 * 365 * 86_400_000, "code-spoiled"
)  # longer than any paper is kept: a secret that is that short must not be guessed day after day


class Attempts(Protocol):
    """Counts tries before their outcome is known, so that many at once are no way around the limit."""

    def reserve(self, key: str, now: int, limit: Limit = A_FEW) -> bool:
        """Count one try: False when `limit.most` have failed within its window; the last one allowed starts the window anew."""
        ...

    def give_back(self, key: str) -> None:
        """The try had no outcome: it does not count."""
        ...

    def clear(self, key: str) -> None:
        """The try was good: forget the others."""
        ...


@dataclass(frozen=True, slots=True)
class Records:
    people: People
    sessions: Sessions
    attempts: Attempts
