"""Proofs of corrections: a file each, sealed, beside the events and never in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

DAY = 86_400_000  # ms
KEPT_DAYS = 180  # after the end of its correction
KEPT_MS = KEPT_DAYS * DAY
WHILE_IT_WAITS = 10**14 - 1  # ms since 1970


@dataclass(frozen=True, slots=True)
class Proof:
    """id: of its correction. until: ms since 1970, WHILE_IT_WAITS for one that is not over."""

    id: str
    until: int
    sealed: bytes


class Proofs(Protocol):
    """Implementations: memory, Mongo. session: as given to `also`, so that nothing is recorded without it."""

    def keep(self, proof: Proof, session: Any = None) -> None:
        """Keep a new proof."""
        ...

    def end(self, id: str, until: int, session: Any = None) -> None:
        """Its correction is over. Nothing for a proof that does not exist."""
        ...

    def get(self, id: str) -> Proof | None: ...

    def remove_due(self, now: int) -> int:
        """Remove all proofs that are due. Returns how many."""
        ...
