"""Bus in memory, for unit tests and the delivery model."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.eventsourcing.event import MAX_RECORD_BYTES
from shared.messaging.bus import OffsetLost, Record, TopicPartition, UnknownPartition


class MemoryBus:
    def __init__(self) -> None:
        self._logs: dict[TopicPartition, list[Record]] = {}
        self._sizes: dict[str, int] = {}
        self._changed = threading.Condition()

    def create(self, topic: str, partitions: int) -> None:
        with self._changed:
            if self._sizes.setdefault(topic, partitions) != partitions:
                raise ValueError(
                    f"{topic} has {self._sizes[topic]} partitions, not {partitions}: that is for a new generation"
                )
            for partition in range(partitions):
                self._logs.setdefault(TopicPartition(topic, partition), [])

    def partitions(self, topic: str) -> int:
        return self._sizes.get(topic, 0)

    def exists(self, topic: str) -> bool:
        return topic in self._sizes

    def publish(self, records: Sequence[Record]) -> list[bool]:
        with self._changed:
            for record in records:
                if record.topic_partition not in self._logs:
                    raise UnknownPartition(record.topic_partition)
            acknowledged = [len(record.value) <= MAX_RECORD_BYTES for record in records]
            for record, fits in zip(records, acknowledged, strict=True):
                if fits:
                    log = self._logs[record.topic_partition]
                    log.append(replace(record, offset=len(log)))
            self._changed.notify_all()
        return acknowledged

    def truncate(self, partition: TopicPartition, end: int) -> None:
        """Drop the tail of a partition, as a bus without majority acknowledgement might."""
        with self._changed:
            del self._logs[partition][end:]

    def consumer(self, group: str, topics: Sequence[str]) -> MemoryConsumer:
        for topic in topics:
            if topic not in self._sizes:
                raise UnknownPartition(topic)
        partitions = [partition for partition in self._logs if partition.topic in topics]
        return MemoryConsumer(self._logs, self._changed, partitions)

    def close(self) -> None:
        """Nothing to release."""


class MemoryConsumer:
    """Reads all partitions of its topics; groups have no effect."""

    def __init__(
        self,
        logs: Mapping[TopicPartition, list[Record]],
        changed: threading.Condition,
        partitions: Sequence[TopicPartition],
    ) -> None:
        self._logs, self._changed, self._partitions = logs, changed, list(partitions)
        self._assigned: set[TopicPartition] = set()
        self._next: dict[TopicPartition, int] = {}

    def poll(self, timeout: float, limit: int) -> list[Record]:
        self._assigned = set(self._partitions)
        if not limit:
            return []
        with self._changed:
            self._changed.wait_for(lambda: bool(self.missing_positions()) or self._has_new_records(), timeout)
            return self._take(limit)

    def _has_new_records(self) -> bool:
        for partition, offset in self._next.items():
            if offset > len(self._logs[partition]):
                raise OffsetLost(partition, offset)
        return any(offset < len(self._logs[partition]) for partition, offset in self._next.items())

    def _take(self, limit: int) -> list[Record]:
        taken: list[Record] = []
        for partition in list(self._partitions):
            if partition not in self._next:
                continue
            if records := self._logs[partition][self._next[partition] :][: limit - len(taken)]:
                self._next[partition] += len(records)
                # Next time the others come first.
                self._partitions.append(self._partitions.pop(self._partitions.index(partition)))
                taken += records
        return taken

    def assignment(self) -> set[TopicPartition]:
        return set(self._assigned)

    def missing_positions(self) -> set[TopicPartition]:
        return self._assigned - self._next.keys()

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._next[partition] = offset

    def read_at(self, partition: TopicPartition, offset: int) -> Record | None:
        with self._changed:
            log = self._logs[partition]
            return log[offset] if 0 <= offset < len(log) else None

    def end_offsets(self) -> Mapping[TopicPartition, int]:
        with self._changed:
            return {partition: len(self._logs[partition]) for partition in self._assigned}

    def close(self) -> None:
        self._next.clear()
