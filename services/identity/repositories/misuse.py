"""The list of misuse cases: one row for each case, written with its events. Implementations: mongo, memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from services.identity.domain.misuse import CLOSED
from shared.language.scope import Scope


@dataclass(frozen=True, slots=True)
class MisuseRow:
    """path: of the pupil's class when the case changed last, at `at` (ms); school: the path above it."""

    pupil: str
    number: int
    path: str
    school: str
    state: str
    at: int

    @property
    def id(self) -> str:
        return f"{self.pupil}/{self.number}"


@dataclass(frozen=True, slots=True)
class SchoolCount:
    """Cases of a school. school: its path."""

    school: str
    open: int
    closed: int


class MisuseCases(Protocol):
    def put(self, row: MisuseRow, session: Any) -> None:
        """Store a row in place of the one before."""
        ...

    def under(self, scope: Scope, limit: int) -> list[MisuseRow]:
        """The rows of classes in the scope, the newest first."""
        ...

    def counts(self, path: str) -> list[SchoolCount]:
        """The schools at and below a path that have cases, by path."""
        ...


def counts_by_school(rows: Iterable[tuple[str, str]]) -> list[SchoolCount]:
    """Counts by school, from the school and state of each case."""
    counted = Counter((school, state == CLOSED) for school, state in rows)
    schools = sorted({school for school, _ in counted})
    return [SchoolCount(school, counted[school, False], counted[school, True]) for school in schools]
