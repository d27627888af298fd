"""Private collections of identity beside its streams: people (sealed), their sessions, what ended, counted attempts.

Implementations: mongo.py, memory.py; one test suite runs on both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.identity.domain.validity import NO_LIMITS, Validity
from services.identity.repositories.account_files import AccountFiles
from services.identity.repositories.applications import Applications
from services.identity.repositories.download_codes import DownloadCodes
from services.identity.repositories.misuse import MisuseCases
from services.identity.repositories.registry import RegistryRecords
from services.identity.repositories.second_factors import SecondFactors
from shared.infrastructure.clock import Clock
from shared.infrastructure.errors import Refused
from shared.language.grants import Grant
from shared.language.scope import Scope
from shared.service.authentication_methods import PASSWORD


@dataclass(frozen=True, slots=True)
class ChildLink:
    """A pupil whom a guardian has added. known: whether the roster lists the guardian. sealed: the relation."""

    pupil: str
    known: bool
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Person:
    """The person behind an account.

    login: keyed hash. sealed: login and display name. password: argon2 hash, "" before the activation.
    session: id of the only one of staff.
    epoch: raised when role or scope change; a token of an earlier epoch must be refreshed.
    validity: as the account's stream has it. used_at: last sign-in or refresh, in ms, to the day; 0: never.
    code: keyed hash of the last activation or reset code, "" if there was none.
    grants: as the account's stream has them.
    terms: keyed hashes by which lists find the account of staff, see PersonalData.search_terms.
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
    epoch: int = 0
    validity: Validity = NO_LIMITS
    used_at: int = 0
    code: str = ""
    grants: tuple[Grant, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        """The path at which lists of accounts show this one: the first of its paths, "" for guardians."""
        return self.paths[0] if self.paths else ""


@dataclass(frozen=True, slots=True)
class Session:
    """refresh, previous: hashes of the current refresh token and of the one before it. Times in ms.

    proved_at: the last proof that it is the owner. methods: of that proof, as a token's `amr` carries them.
    """

    id: str
    account: str
    refresh: str
    expires_at: int
    previous: str = ""
    rotated_at: int = 0
    proved_at: int = 0
    methods: tuple[str, ...] = (PASSWORD,)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Accounts of staff that a list shows: home in the scope, one of these roles, in this state, with this term.

    Empty roles, state and term leave nothing out. now: ms, by which the state is judged.
    """

    scope: Scope
    roles: frozenset[str] = frozenset()
    state: str = ""
    term: str = ""
    now: int = 0


Position = tuple[str, str]  # (home, account): the order of lists
BEGINNING: Position = ("", "")


def login_taken() -> Refused:
    return Refused("login-taken", "This login is taken; choose another.", kind="conflict", where="login")


class People(Protocol):
    """`session` of the writing methods is the one of the store's transaction, as given to `also`."""

    def add(self, person: Person, session: Any) -> None:
        """Raises Refused("login-taken"), and Conflict when the account already exists."""
        ...

    def add_all(self, people: Sequence[Person], session: Any) -> None:
        """Add some people in one write, all or, in a transaction, none. Raises as `add`."""
        ...

    def get(self, account: str) -> Person | None: ...

    def by_login(self, login: str) -> Person | None: ...

    def holders(self, logins: Sequence[str]) -> Mapping[str, str]:
        """The accounts that have these logins, by login."""
        ...

    def staff(self, scope: Scope, limit: int, roles: Collection[str] = ()) -> list[Person]:
        """Staff whose home lies in the scope, by home; at most `limit`. roles: only of these."""
        ...

    def page(self, wanted: Wanted, after: Position, limit: int) -> list[Person]:
        """The first accounts beyond a position, by home and account; at most `limit`."""
        ...

    def idle(self, now: int, limit: int) -> list[Person]:
        """Accounts that have been idle too long and are not recorded as sealed; at most `limit`."""
        ...

    def without_terms(self, limit: int) -> list[Person]:
        """Accounts of staff that a release without search terms has stored; at most `limit`."""
        ...

    def set_terms(self, account: str, terms: Sequence[str]) -> None:
        """Complete what lists look for: the terms, and the stage of the validity."""
        ...

    def set_password(self, account: str, password: str, must_change: bool, session: Any) -> None: ...

    def set_details(self, account: str, login: str, sealed: bytes, children: Sequence[ChildLink], session: Any) -> None:
        """Replace login, sealed details and links to pupils. Raises Refused("login-taken")."""
        ...

    def remove(self, account: str, session: Any) -> None:
        """Delete everything that is known of the person."""
        ...

    def rehash(self, account: str, old: str, new: str) -> None:
        """Replace the hash of the same password, unless the password was changed meanwhile."""
        ...

    def add_path(self, account: str, path: str, session: Any) -> None: ...

    def remove_path(self, account: str, path: str, session: Any) -> None: ...

    def waiting(self, scope: Scope, limit: int) -> list[Person]:
        """Accounts that wait for a yes and whose home lies in the scope, by home; at most `limit`."""
        ...

    def set_validity(self, account: str, validity: Validity, session: Any) -> None: ...

    def set_grants(self, account: str, grants: Sequence[Grant], session: Any) -> None: ...

    def set_code(self, account: str, hashed: str, session: Any) -> None: ...

    def set_used(self, account: str, now: int) -> None:
        """Record that the owner used the account."""
        ...

    def add_child(self, account: str, child: ChildLink, session: Any) -> None:
        """Add a pupil, or replace the link to the same one; the pupil is held no longer."""
        ...

    def supersede_tokens(self, account: str) -> None:
        """Raise the epoch: after a change of scope, the tokens issued before it must be refreshed."""
        ...

    def set_session(self, account: str, session_id: str) -> None:
        """Make this the one session of a staff account, in place of the one before."""
        ...


@dataclass(frozen=True, slots=True)
class Ending:
    """A session that has ended, or an account whose tokens of earlier epochs have been superseded.

    subject: the id of the session or account. epoch: the account's first valid one, 0 for a session. seen: ms.
    """

    subject: str
    epoch: int
    seen: int


OVERLAP_MS, ENDINGS_KEPT_MS = 20_000, 3_600_000  # kept for longer than an access token lives


def stamped(clock: Clock, write: Callable[[int], None]) -> None:
    """Write an ending with its time; again if that took so long that readers may already have passed that time."""
    while True:
        began = clock.now()
        write(began)
        if clock.now() - began < OVERLAP_MS // 2:
            return


class Endings(Protocol):
    """Changes that access tokens issued earlier do not show. Written by Sessions and People."""

    def of(self, session_id: str, account: str) -> Sequence[Ending]:
        """The endings of a session and of an account."""
        ...

    def since(self, cursor: int) -> Sequence[Ending]:
        """The endings written since a moment, and those of OVERLAP_MS before it. 0: all that are kept."""
        ...


class Sessions(Protocol):
    """`end` and `end_all` record the endings before they delete."""

    def open(self, session: Session, now: int) -> None:
        """Store a new session and delete the account's expired ones. Idempotent."""
        ...

    def get(self, session_id: str) -> Session | None: ...

    def rotate(self, session_id: str, old: str, new: Session) -> bool:
        """Take over tokens and times of `new`, but not its proof, if the refresh token is still `old`.

        Returns True if it was.
        """
        ...

    def prove(self, session_id: str, now: int, methods: Sequence[str]) -> Session | None:
        """Record a proof that it is the owner. Returns the session; None if it has ended."""
        ...

    def end(self, session_id: str) -> None: ...

    def end_all(self, account: str, but: str = "") -> int:
        """End all sessions of the account except `but`. Returns their number."""
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

    def count(self, key: str, now: int, window_ms: int) -> int:
        """Count one occurrence. Returns the number within the window that the first one began."""
        ...

    def tries(self, key: str, now: int) -> int:
        """The number that counts at this moment."""
        ...

    def until(self, key: str) -> int:
        """The moment (ms) at which the present window ends; 0 without one."""
        ...

    def clear_below(self, prefix: str) -> None:
        """Forget the tries of every key that begins so."""
        ...

    def clear(self, key: str) -> None:
        """Forget the failed tries, after one that succeeded."""
        ...


@dataclass(frozen=True, slots=True)
class Records:
    people: People
    sessions: Sessions
    attempts: Attempts
    endings: Endings
    misuse: MisuseCases
    registry: RegistryRecords
    applications: Applications
    second_factors: SecondFactors
    download_codes: DownloadCodes
    account_files: AccountFiles
