"""Sink in memory, for unit tests and the delivery model.

The projector's session is a draft of the state, which is kept if the batch succeeds.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from shared.messaging.bus import TopicPartition
from shared.messaging.sink import START, Batch, Checkpoint, Parked, Projector, TooManyParked, advanced, refuse_behind

Backup = tuple[dict[Any, Any], dict[TopicPartition, Checkpoint], dict[str, Parked]]


class MemorySink:
    """state: written by the projector; its values are replaced, never changed in place."""

    def __init__(self, name: str, projector: Projector) -> None:
        self.name = name
        self.state: dict[Any, Any] = {}
        self._projector, self._lock = projector, threading.Lock()
        self._checkpoints: dict[TopicPartition, Checkpoint] = {}
        self._parked: dict[str, Parked] = {}

    def checkpoints(self, partitions: Collection[TopicPartition]) -> Mapping[TopicPartition, Checkpoint]:
        with self._lock:
            return {partition: self._checkpoints.get(partition, START) for partition in partitions}

    def backup(self) -> Backup:
        with self._lock:
            return dict(self.state), dict(self._checkpoints), dict(self._parked)

    def restore(self, backup: Backup) -> None:
        with self._lock:
            self.state, self._checkpoints, self._parked = (dict(saved) for saved in backup)

    def apply(self, batch: Batch) -> int:
        with self._lock:
            refuse_behind(batch, self._checkpoints)
            draft = dict(self.state)
            rejected = self._projector(draft, batch.events)
            parked = [*batch.parked, *(Parked.of_event(*item) for item in rejected)]
            if len(parked) > batch.allowance:
                raise TooManyParked(parked[0].reason)
            self.state = draft
            for key in batch.unparked:
                self._parked.pop(key, None)
            self._parked |= {item.key: item for item in parked}
            self._checkpoints |= advanced(batch, self._checkpoints)
            return len(parked)

    def parked(self) -> Sequence[Parked]:
        with self._lock:
            return sorted(self._parked.values(), key=lambda item: item.key)

    def parked_count(self) -> int:
        return len(self._parked)
