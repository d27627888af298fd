"""Files of accounts: a row for each with how far it is, its sealed parts, its wrong lines. Protocol and memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from services.identity.domain.account_file import AT_WORK, CHECKED


@dataclass(frozen=True, slots=True)
class AccountFileRow:
    """by: the account that has sent it, with its role and paths at that time. Times in ms, size in bytes, parts: of it.

    changed_at: of its last step. done: lines that the check or the run has behind it; the counts are of these:
    opened (in a check: would be), had_one, wrong. lines: in all, 0 before they are counted. reason: of a refusal.
    units: (path, accounts) of the units that hand out their activation sheets, once it is checked.
    """

    id: str
    state: str
    by: str
    role: str
    paths: tuple[str, ...]
    at: int
    changed_at: int
    size: int
    parts: int
    lines: int = 0
    done: int = 0
    opened: int = 0
    had_one: int = 0
    wrong: int = 0
    reason: str = ""
    units: tuple[tuple[str, int], ...] = ()

    @property
    def stage(self) -> str:
        """The stage whose wrong lines are shown: the check finds them before anything is opened, the run once more."""
        return "run" if self.state in ("running", "finished") else "check"


@dataclass(frozen=True, slots=True)
class LineError:
    """A line that opens nothing. number: in the file. where: the column. code: the reason. detail: in words."""

    number: int
    where: str
    code: str
    detail: str


class Overtaken(Exception):
    """Another worker has gone on with the file; what was done here is void."""


class AccountFiles(Protocol):
    """`session`: of the store's transaction, as given to `also`; None outside one."""

    def put(self, row: AccountFileRow, session: Any) -> None:
        """Store a row in place of the one before."""
        ...

    def advance(self, before: AccountFileRow, after: AccountFileRow, wrong: Sequence[LineError], session: Any) -> None:
        """Replace the row by one that is further on, with the wrong lines in between. Raises Overtaken."""
        ...

    def get(self, id: str) -> AccountFileRow | None: ...

    def sent_by(self, account: str, limit: int) -> list[AccountFileRow]:
        """The newest first."""
        ...

    def at_work(self, limit: int) -> list[AccountFileRow]:
        """Files that wait for a worker, the oldest first."""
        ...

    def unanswered(self, before: int, limit: int) -> list[AccountFileRow]:
        """Checked files that nobody has said yes to since a time (ms)."""
        ...

    def wrong_lines(self, id: str, stage: str, after: int, limit: int) -> list[LineError]:
        """Wrong lines beyond a number, by number; about `limit`, never half of what was found together."""
        ...

    def put_part(self, id: str, number: int, sealed: bytes, now: int) -> None: ...

    def part(self, id: str, number: int) -> bytes:
        """Raises KeyError."""
        ...

    def drop_parts(self, id: str) -> None:
        """Delete the content of the file; row and wrong lines stay."""
        ...

    def drop_parts_before(self, before: int) -> None:
        """Delete all content that has been kept since before a time (ms), also that of files which never arrived."""
        ...


class MemoryAccountFiles:
    def __init__(self) -> None:
        self._lock, self._rows = threading.Lock(), dict[str, AccountFileRow]()
        self._wrong: dict[tuple[str, str], dict[int, LineError]] = {}
        self._parts: dict[tuple[str, int], tuple[bytes, int]] = {}

    def put(self, row: AccountFileRow, session: Any) -> None:
        with self._lock:
            self._rows[row.id] = row

    def advance(self, before: AccountFileRow, after: AccountFileRow, wrong: Sequence[LineError], session: Any) -> None:
        with self._lock:
            now = self._rows.get(before.id)
            if now is None or (now.state, now.done) != (before.state, before.done):
                raise Overtaken(before.id)
            self._rows[after.id] = after
            self._wrong.setdefault((after.id, after.stage), {}).update({each.number: each for each in wrong})

    def get(self, id: str) -> AccountFileRow | None:
        return self._rows.get(id)

    def sent_by(self, account: str, limit: int) -> list[AccountFileRow]:
        found = [row for row in self._all() if row.by == account]
        return sorted(found, key=lambda row: (-row.at, row.id))[:limit]

    def at_work(self, limit: int) -> list[AccountFileRow]:
        return sorted((row for row in self._all() if row.state in AT_WORK), key=lambda row: (row.at, row.id))[:limit]

    def unanswered(self, before: int, limit: int) -> list[AccountFileRow]:
        return [row for row in self._all() if row.state == CHECKED and row.changed_at < before][:limit]

    def wrong_lines(self, id: str, stage: str, after: int, limit: int) -> list[LineError]:
        with self._lock:
            found = self._wrong.get((id, stage), {})
            return [found[number] for number in sorted(found) if number > after][:limit]

    def put_part(self, id: str, number: int, sealed: bytes, now: int) -> None:
        self._parts[id, number] = sealed, now

    def part(self, id: str, number: int) -> bytes:
        return self._parts[id, number][0]

    def drop_parts(self, id: str) -> None:
        with self._lock:
            self._parts = {key: part for key, part in self._parts.items() if key[0] != id}

    def drop_parts_before(self, before: int) -> None:
        with self._lock:
            self._parts = {key: part for key, part in self._parts.items() if part[1] >= before}

    def _all(self) -> list[AccountFileRow]:
        with self._lock:
            return list(self._rows.values())
