"""The view of the roster in memory: for unit tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shared.eventsourcing.event import category as category_of
from shared.messaging.view_memory import MemoryView


class MemoryRosterStates(MemoryView):
    def find(self, category: str, field: str, value: Any) -> Sequence[Mapping[str, Any]]:
        return [
            known.state
            for stream, known in self.latest.items()
            if known.state and category_of(stream) == category and known.state.get(field) == value
        ]
