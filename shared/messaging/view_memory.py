"""View in memory, for unit tests."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from shared.eventsourcing.event import Event
from shared.messaging.sink import Rejected
from shared.messaging.view import Latest, erased, newer, project


class MemoryView:
    """Writes at once, even if the batch fails later: applying it again changes nothing. latest: by stream."""

    def __init__(self) -> None:
        self.latest: dict[str, Latest] = {}
        self._lock = threading.RLock()

    def put(self, stream: str, version: int, id: str, state: Mapping[str, Any], session: Any = None) -> bool:
        with self._lock:
            changed = newer(self.latest.get(stream), version, id, state)
            if changed:
                self.latest[stream] = changed
            return changed is not None

    def put_many(self, events: Iterable[Event], session: Any = None) -> list[Rejected]:
        with self._lock:
            changes, forks = project(events, self.latest)
            self.latest |= changes
            return forks

    def get(self, stream: str) -> Mapping[str, Any] | None:
        return self.get_many([stream]).get(stream)

    def get_many(self, streams: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        with self._lock:
            found = {stream: self.latest[stream].state for stream in streams if stream in self.latest}
            return {stream: state for stream, state in found.items() if state is not None}

    def erase(self, stream: str, version: int) -> None:
        with self._lock:
            if changed := erased(self.latest.get(stream), version):
                self.latest[stream] = changed

    def empty(self) -> None:
        with self._lock:
            self.latest.clear()
