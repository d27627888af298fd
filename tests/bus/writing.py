"""A publisher that writes while the machines under the bus fail, and what must hold afterwards."""

from __future__ import annotations

import threading

from shared.messaging.bus import BusUnavailable, TopicPartition
from tests.bus.engines import DEADLINE, Engine, read, record, until


class Writer(threading.Thread):
    """Publishes two records at a time; counts acknowledged ids and failed attempts."""

    def __init__(self, engine: Engine, topic: str) -> None:
        super().__init__(daemon=True)
        self._bus, self._topic = engine.open(), topic
        self.acknowledged: list[str] = []
        self.failures = 0
        self._finish = threading.Event()

    def __enter__(self) -> Writer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._finish.set()
        self.join(DEADLINE)

    def run(self) -> None:
        number = 0
        while not self._finish.is_set():
            records = [record(self._topic, 0, number), record(self._topic, 0, number + 1)]
            number += 2
            try:
                arrived = self._bus.publish(records)
            except BusUnavailable:
                arrived = [False, False]
            self.acknowledged += [r.headers["id"] for r, ok in zip(records, arrived, strict=True) if ok]
            self.failures += not all(arrived)
        self._bus.close()

    def await_more(self, count: int) -> None:
        """Wait until `count` more records are acknowledged."""
        seen = len(self.acknowledged)
        until(lambda: len(self.acknowledged) >= seen + count, f"{count} more records")


def assert_all_are_there(engine: Engine, topic: str, acknowledged: list[str]) -> None:
    """A new client reads all acknowledged records, in their order and without a hole."""
    bus = engine.open()
    consumer = bus.consumer(f"group-{topic}", [topic])
    until(lambda: consumer.poll(0.2, 1) or consumer.missing_positions(), "an assignment")
    end = consumer.end_offsets()[TopicPartition(topic, 0)]
    found = read(consumer, end)
    assert [r.offset for r in found] == list(range(end))
    held = [r.headers["id"] for r in found]
    assert set(acknowledged) <= set(held)
    first = {name: held.index(name) for name in acknowledged}
    assert sorted(first, key=lambda name: first[name]) == acknowledged
    consumer.close()
    bus.close()
