"""Proofs in memory, for unit tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.roster.proofs.protocol import Proof


class MemoryProofs:
    def __init__(self) -> None:
        self._proofs: dict[str, Proof] = {}

    def keep(self, proof: Proof, session: Any = None) -> None:
        self._proofs[proof.id] = proof

    def end(self, id: str, until: int, session: Any = None) -> None:
        if id in self._proofs:
            self._proofs[id] = replace(self._proofs[id], until=until)

    def get(self, id: str) -> Proof | None:
        return self._proofs.get(id)

    def remove_due(self, now: int) -> int:
        due = [id for id, each in self._proofs.items() if each.until <= now]
        for id in due:
            del self._proofs[id]
        return len(due)
