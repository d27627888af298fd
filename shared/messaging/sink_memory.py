"""A sink in memory, for unit tests and the delivery model. The learner's session is a draft of the state, kept only if the lesson holds."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from shared.messaging.bus import Place
from shared.messaging.sink import START, Batch, Behind, Checkpoint, Parked, Projector, TooManyParked

Backup = tuple[dict[Any, Any], dict[Place, Checkpoint], dict[str, Parked]]


class MemorySink:
    """state: what the learner writes; its values are replaced, never changed in place."""

    def __init__(self, name: str, projector: Projector) -> None:
        self.name = name
        self.state: dict[Any, Any] = {}
        self._learner, self._lock = projector, threading.Lock()
        self._checkpoints: dict[Place, Checkpoint] = {}
        self._parked: dict[str, Parked] = {}

    def checkpoints(self, places: Collection[Place]) -> Mapping[Place, Checkpoint]:
        with self._lock:
            return {place: self._checkpoints.get(place, START) for place in places}

    def backup(self) -> Backup:
        with self._lock:
            return dict(self.state), dict(self._checkpoints), dict(self._parked)

    def restore(self, backup: Backup) -> None:
        with self._lock:
            self.state, self._checkpoints, self._parked = (dict(part) for part in backup)

    def learn(self, batch: Batch) -> int:
        with self._lock:
            refuse_behind(batch, self._checkpoints)
            draft = dict(self.state)
            parked = [*batch.parked, *(Parked.event(*rejected) for rejected in self._learner(draft, batch.events))]
            if len(parked) > batch.allowance:
                raise TooManyParked(parked[0].reason)
            self.state = draft
            for key in batch.released:
                self._parked.pop(key, None)
            self._parked |= {item.key: item for item in parked}
            self._checkpoints |= forward(batch, self._checkpoints)
            return len(parked)

    def parked(self) -> Sequence[Parked]:
        with self._lock:
            return sorted(self._parked.values(), key=lambda item: item.key)

    def parked_count(self) -> int:
        return len(self._parked)


def refuse_behind(batch: Batch, stored: Mapping[Place, Checkpoint]) -> None:
    """Raise Behind if the lesson would leave a gap after what the read model knows."""
    for place, start in batch.starts.items():
        if stored.get(place, START).offset + 1 < start:
            raise Behind(place)


def forward(batch: Batch, stored: Mapping[Place, Checkpoint]) -> dict[Place, Checkpoint]:
    """The checkpoints that the lesson moves forwards, in the order in which they are written."""
    return {place: end for place, end in sorted(batch.ends.items()) if end.offset > stored.get(place, START).offset}
