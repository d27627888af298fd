"""Bus in memory: for unit tests and the delivery model; gone with the process."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.eventsourcing.event import MAX_RECORD_BYTES
from shared.messaging.bus import OffsetLost, Place, Record, UnknownPlace


class MemoryBus:
    def __init__(self) -> None:
        self._logs: dict[Place, list[Record]] = {}
        self._sizes: dict[str, int] = {}
        self._changed = threading.Condition()

    def create(self, topic: str, partitions: int) -> None:
        with self._changed:
            if self._sizes.setdefault(topic, partitions) != partitions:
                raise ValueError(
                    f"{topic} has {self._sizes[topic]} partitions, not {partitions}: that is for a new generation"
                )
            for partition in range(partitions):
                self._logs.setdefault(Place(topic, partition), [])

    def partitions(self, topic: str) -> int:
        return self._sizes.get(topic, 0)

    def exists(self, topic: str) -> bool:
        return topic in self._sizes

    def publish(self, records: Sequence[Record]) -> list[bool]:
        with self._changed:
            for record in records:
                if record.place not in self._logs:
                    raise UnknownPlace(record.place)
            acknowledged = [len(record.value) <= MAX_RECORD_BYTES for record in records]
            for record, fits in zip(records, acknowledged, strict=True):
                if fits:
                    log = self._logs[record.place]
                    log.append(replace(record, offset=len(log)))
            self._changed.notify_all()
        return acknowledged

    def truncate(self, place: Place, end: int) -> None:
        """Lose the tail of a log, as a bus without majority acknowledgement might."""
        with self._changed:
            del self._logs[place][end:]

    def consumer(self, group: str, topics: Sequence[str]) -> MemoryConsumer:
        for topic in topics:
            if topic not in self._sizes:
                raise UnknownPlace(topic)
        return MemoryConsumer(self._logs, self._changed, [place for place in self._logs if place.topic in topics])

    def close(self) -> None:
        """Nothing to give back."""


class MemoryConsumer:
    """Reads all places of its topics, whatever its group."""

    def __init__(
        self, logs: Mapping[Place, list[Record]], changed: threading.Condition, places: Sequence[Place]
    ) -> None:
        self._logs, self._changed, self._places = logs, changed, list(places)
        self._assigned: set[Place] = set()
        self._next: dict[Place, int] = {}

    def poll(self, timeout: float, limit: int) -> list[Record]:
        self._assigned = set(self._places)
        if not limit:
            return []
        with self._changed:
            self._changed.wait_for(lambda: bool(self.unsought()) or self._has_news(), timeout)
            return self._take(limit)

    def _has_news(self) -> bool:
        for place, offset in self._next.items():
            if offset > len(self._logs[place]):
                raise OffsetLost(place, offset)
        return any(offset < len(self._logs[place]) for place, offset in self._next.items())

    def _take(self, limit: int) -> list[Record]:
        taken: list[Record] = []
        for place in list(self._places):
            if place in self._next and (news := self._logs[place][self._next[place] :][: limit - len(taken)]):
                self._next[place] += len(news)
                self._places.append(self._places.pop(self._places.index(place)))  # next time the others come first
                taken += news
        return taken

    def assignment(self) -> set[Place]:
        return set(self._assigned)

    def unsought(self) -> set[Place]:
        return self._assigned - self._next.keys()

    def seek(self, place: Place, offset: int) -> None:
        self._next[place] = offset

    def read_at(self, place: Place, offset: int) -> Record | None:
        with self._changed:
            log = self._logs[place]
            return log[offset] if 0 <= offset < len(log) else None

    def ends(self) -> Mapping[Place, int]:
        with self._changed:
            return {place: len(self._logs[place]) for place in self._assigned}

    def close(self) -> None:
        self._next.clear()
