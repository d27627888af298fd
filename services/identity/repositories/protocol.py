"""Private collections of identity beside its streams: people (sealed), their sessions, and counted attempts.

Implementations: mongo.py, memory.py; one test suite runs on both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from shared.infrastructure.errors import Refused
from shared.language.scope import Scope


@dataclass(frozen=True, slots=True)
class ChildLink:
    """A pupil whom a guardian has added. known: whether the roster lists the guardian. sealed: the relation."""

    pupil: str
    known: bool
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Person:
    """The person behind an account.

    login: keyed hash. sealed: login and display name. password: argon2 hash. session: id of the only one of staff.
    """

    account: str
    login: str
    role: str
    sealed: bytes
    password: str
    must_change: bool
    paths: tuple[str, ...] = ()
    children: tuple[ChildLink, ...] = ()
    session: str = ""

    @property
    def home(self) -> str:
        """The path at which lists of accounts show this one: the first of its paths, "" for guardians."""
        return self.paths[0] if self.paths else ""


@dataclass(frozen=True, slots=True)
class Session:
    """refresh, previous: hashes of the current refresh token and of the one before it. Times in ms.

    proved_at: the last proof of the password.
    """

    id: str
    account: str
    refresh: str
    expires_at: int
    previous: str = ""
    rotated_at: int = 0
    proved_at: int = 0


def login_taken() -> Refused:
    return Refused("login-taken", "This login is taken; choose another.", kind="conflict", where="login")


class People(Protocol):
    """`session` of the writing methods is the one of the store's transaction, as given to `also`."""

    def add(self, person: Person, session: Any) -> None:
        """Raises Refused("login-taken"), and Conflict when the account already exists."""
        ...

    def get(self, account: str) -> Person | None: ...

    def by_login(self, login: str) -> Person | None: ...

    def staff(self, scope: Scope, limit: int) -> list[Person]:
        """Staff whose home lies in the scope, by home; at most `limit`."""
        ...

    def set_password(self, account: str, password: str, must_change: bool, session: Any) -> None: ...

    def rehash(self, account: str, old: str, new: str) -> None:
        """Replace the hash of the same password, unless the password was changed meanwhile."""
        ...

    def add_path(self, account: str, path: str, session: Any) -> None: ...

    def add_child(self, account: str, child: ChildLink, session: Any) -> None: ...

    def set_session(self, account: str, session_id: str) -> None:
        """Make this the one session of a staff account, in place of the one before."""
        ...


class Sessions(Protocol):
    def open(self, session: Session, now: int) -> None:
        """Store a new session and delete the account's expired ones. Idempotent."""
        ...

    def get(self, session_id: str) -> Session | None: ...

    def rotate(self, session_id: str, old: str, new: Session) -> bool:
        """Take over tokens and times of `new`, except proved_at, if the refresh token is still `old`.

        Returns True if it was.
        """
        ...

    def prove(self, session_id: str, now: int) -> Session | None:
        """Record a proof of the password. Returns the session; None if it has ended."""
        ...

    def end(self, session_id: str) -> None: ...

    def end_all(self, account: str, but: str = "") -> None:
        """End all sessions of the account except `but`."""
        ...


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries may fail within a window. code: of the refusal above that."""

    most: int
    window_ms: int
    code: str


QUARTER_MS, FORGET_MS = 15 * 60 * 1000, 86_400_000
TEMPORARY_LOCK = Limit(5, QUARTER_MS, "too-many")
# Ten years, longer than any paper is kept: so short a secret must not be guessed day after day.
PERMANENT_LOCK = Limit(15, 10 * 365 * 86_400_000, "code-spoiled")


class Attempts(Protocol):
    """Counts tries before their outcome is known, so that concurrent tries cannot exceed the limit."""

    def reserve(self, key: str, now: int, limit: Limit = TEMPORARY_LOCK) -> bool:
        """Count one try; False when `limit.most` have failed within the window. The last allowed try restarts it."""
        ...

    def give_back(self, key: str) -> None:
        """Undo the count of a try that had no outcome."""
        ...

    def clear(self, key: str) -> None:
        """Forget the failed tries, after one that succeeded."""
        ...


@dataclass(frozen=True, slots=True)
class Records:
    people: People
    sessions: Sessions
    attempts: Attempts
