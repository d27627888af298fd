"""The shared state of a drill: line to the services, ledger, staff, photos being checked, and differences."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from drill.clients import Line, Person, Problem
from drill.county import Region
from drill.days import Days
from drill.ledger import Ledger

PATIENCE_SECONDS = 300
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class Stuck(RuntimeError):
    """Something expected did not happen in time."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A photo that is being checked.

    holder, token: for asking about it. wanted: the expected state. reasons: one of these is expected, () for any.
    """

    photo: str
    holder: Person
    token: str
    what: str
    wanted: str
    reasons: tuple[str, ...] = ()


@dataclass
class World:
    """seed: of the drill. run: a word in every login and key, new for every run. differences: sentences."""

    seed: int
    run: str
    line: Line
    days: Days
    region: Region
    ledger: Ledger
    campaign: str
    ministry: Person
    bureaus: dict[str, Person] = field(default_factory=dict)  # by unit code, from the province down
    schools: dict[str, Person] = field(default_factory=dict)  # the registry admins by school code
    leaders: dict[str, Person] = field(default_factory=dict)  # by school code
    teachers: dict[str, Person] = field(default_factory=dict)  # by class id
    pending: list[Pending] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    photos: int = 0
    secrets: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _print_locks: dict[str, threading.Lock] = field(default_factory=dict)  # by school code

    def print_lock(self, school: str) -> threading.Lock:
        """Held from the making of a school's download code to its use."""
        with self._lock:
            return self._print_locks.setdefault(school, threading.Lock())

    def random(self, actor: str) -> Random:
        """A source of randomness of one actor's own."""
        return Random(f"rollcall {self.seed} {self.region.county.code} {actor}")

    def person(self, actor: str, login: str = "", password: str = "") -> Person:
        return Person(self.line, f"{self.run}-{actor}", self.random(f"client {actor}"), login, password)

    def new_password(self, actor: str) -> str:
        random = self.random(f"password {actor}")
        password = "-".join("".join(random.choice(LETTERS) for _ in range(5)) for _ in range(3))
        self.keep_secret(password)
        return password

    def keep_secret(self, *values: str) -> None:
        """Collect personal values, which must not appear in events, logs, metrics, addresses or object names."""
        with self._lock:
            self.secrets.update(value for value in values if value)

    def differs(self, sentence: str) -> None:
        with self._lock:
            self.differences.append(sentence)

    def expect(self, is_so: bool, sentence: str) -> None:
        if not is_so:
            self.differs(sentence)

    def must_refuse(self, what: str, codes: tuple[str, ...], act: Callable[[], object]) -> None:
        """Make a request that must be refused with one of these codes."""
        try:
            act()
        except Problem as problem:
            self.expect(problem.code in codes, f"{what}: refused as {problem.code} instead of {' or '.join(codes)}")
        else:
            self.differs(f"{what}: was not refused")

    def on_its_way(self, pending: Pending) -> None:
        with self._lock:
            self.pending.append(pending)
            self.photos += 1

    def take_pending(self, pupil: str) -> Pending:
        """Take the oldest photo of a pupil from those that are being checked. Raises StopIteration."""
        with self._lock:
            pending = next(each for each in self.pending if each.what.endswith(f" for {pupil}"))
            self.pending.remove(pending)
        return pending


def await_until(is_so: Callable[[], bool], what: str, seconds: float = PATIENCE_SECONDS, pause: float = 0.15) -> None:
    """Poll with a growing pause. Raises Stuck."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise Stuck(f"{what}: not within {seconds:.0f} seconds.")
        time.sleep(pause)
        pause = min(1.0, pause * 1.3)
