"""Chains in memory, for unit tests."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.service.audit_trail.chains import Search, least_id, newest_id
from shared.service.audit_trail.entry import NOTHING_BEFORE, Entry


class MemoryChains:
    def __init__(self) -> None:
        self._chains: defaultdict[str, list[Entry]] = defaultdict(list)
        self._lock = threading.Lock()

    def append(self, entry: Entry, session: Any = None) -> Entry:
        with self._lock:
            chain = self._chains[entry.unit]
            chain.append(entry.following(len(chain), chain[-1].hash if chain else NOTHING_BEFORE))
            return chain[-1]

    def newest(self, search: Search) -> Sequence[Entry]:
        oldest, end = least_id(search.since), newest_id(search)
        found = [
            entry
            for chain in self._chains.values()
            for entry in chain
            if oldest <= entry.id < end
            and entry.path.startswith(search.path)
            and search.act in ("", entry.act)
            and search.account in ("", entry.account, entry.target)
        ]
        return sorted(found, key=lambda entry: entry.id, reverse=True)[: search.limit]

    def heads(self) -> Mapping[str, int]:
        return {unit: len(chain) for unit, chain in self._chains.items()}

    def chain(self, unit: str) -> Iterator[Entry]:
        return iter(list(self._chains.get(unit, ())))
