"""Age of a read model: that of the partition which is furthest behind, for one that is fresh must not hide it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from shared.infrastructure.clock import Clock
from shared.infrastructure.metrics import READ_MODEL_AGE
from shared.messaging.bus import TopicPartition


class Age:
    """Shows how old a read model is, as one member of its subscription knows. An unknown age is not shown.

    A partition is complete until now while nothing of it is unread, else until its newest processed event.
    """

    def __init__(self, subscription: str, clock: Clock) -> None:
        self._subscription, self._clock = subscription, clock
        self._complete_until: dict[TopicPartition, int | None] = {}  # ms, of the assigned partitions

    def processed(self, newest: Mapping[TopicPartition, int]) -> None:
        """newest: times (ms) of the newest events of a batch."""
        for partition, at in newest.items():
            self._complete_until[partition] = max(at, self._complete_until.get(partition) or 0)

    def measured(self, assigned: Collection[TopicPartition], unread: Mapping[TopicPartition, int]) -> None:
        """unread: numbers of records, where they are known. A partition of another member is forgotten."""
        now = self._clock.now()
        self._complete_until = {
            partition: now if unread.get(partition) == 0 else self._complete_until.get(partition)
            for partition in assigned
        }
        self.show()

    def forget(self) -> None:
        """Nothing is known any more: the read model was restored."""
        self._complete_until.clear()
        self.show()

    def show(self) -> None:
        """Show the age of this moment: it grows although nothing is measured."""
        known = [until for until in self._complete_until.values() if until is not None]
        if known and len(known) == len(self._complete_until):
            READ_MODEL_AGE.labels(self._subscription).set(max(0, self._clock.now() - min(known)) / 1000)
        else:
            READ_MODEL_AGE.remove(self._subscription)
