"""Roster files kept, sealed, between an import's trial run and its real one: a file is sent once.

A file is kept while something is left to do with it, a day at most, and only the newest few of a school.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

HOUR = 3_600_000  # ms
KEPT_MS = 24 * HOUR
OF_A_SCHOOL = 5  # the newest ones


@dataclass(frozen=True, slots=True)
class KeptFile:
    """id: of the import that read it. until: ms since 1970.

    sealed   the file
    changes  sealed too: the pupils whom it would change, before and after
    """

    id: str
    school: str
    until: int
    sealed: bytes
    changes: bytes


class KeptFiles(Protocol):
    """Implementations: memory, Mongo."""

    def keep(self, file: KeptFile) -> None:
        """Keep a file, again if it is kept already. Older ones of the school beyond OF_A_SCHOOL are removed."""
        ...

    def until(self, id: str) -> int:
        """The moment up to which the file may be used; 0 if there is none."""
        ...

    def get(self, id: str) -> KeptFile | None: ...

    def remove(self, id: str) -> None: ...

    def remove_due(self, now: int) -> int:
        """Remove all files that are due. Returns how many."""
        ...
