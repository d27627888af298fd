"""What the durable buses promise when the machine under them loses its power."""
from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Protocol

import pytest

from shared.bus import BusAway, Place
from tests.bus.engines import DEADLINE, KAFKA, MONGO, Engine, KafkaEngine, MongoEngine, kafka_broker, read, record, topic_name, until
from tests.support.servers import DocumentStore

WRITTEN_BEFORE, WRITTEN_AFTER = 30, 5


class Process(Protocol):
    def start(self) -> None: ...
    def kill(self) -> None: ...


@pytest.fixture(params=[MONGO, KAFKA])
def crashing(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """(engine, the process under it)"""
    if request.param == "kafka":
        broker = kafka_broker()
        yield KafkaEngine(broker), broker
        return
    store = DocumentStore(tmp_path)
    store.start()
    yield MongoEngine(store.url, "bus"), store
    store.stop()


class Writer(threading.Thread):
    """Publishes two records at a time; notes what the bus has acknowledged."""

    def __init__(self, engine: Engine, topic: str) -> None:
        super().__init__(daemon=True)
        self._bus, self._topic = engine.open(), topic
        self.acknowledged: list[str] = []
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
            except BusAway:
                arrived = [False, False]
            self.acknowledged += [r.headers["id"] for r, ok in zip(records, arrived, strict=True) if ok]
        self._bus.close()


def test_what_was_acknowledged_is_there_after_the_engine_was_killed_while_writing(crashing: tuple[Engine, Process]) -> None:
    engine, process = crashing
    topic, bus = topic_name(), engine.open()
    bus.create(topic, 1)
    with Writer(engine, topic) as writer:
        until(lambda: len(writer.acknowledged) >= WRITTEN_BEFORE, "records before the crash")
        process.kill()
        process.start()
        seen = len(writer.acknowledged)
        until(lambda: len(writer.acknowledged) >= seen + WRITTEN_AFTER, "records after the crash")

    reopened = engine.open()
    consumer = reopened.consumer(f"group-{topic}", [topic])
    until(lambda: consumer.poll(0.2, 1) or consumer.unsought(), "an assignment")
    end = consumer.ends()[Place(topic, 0)]
    found = read(consumer, end)
    assert [r.offset for r in found] == list(range(end))
    held = [r.headers["id"] for r in found]
    assert set(writer.acknowledged) <= set(held)
    first = {name: held.index(name) for name in writer.acknowledged}
    assert sorted(first, key=lambda name: first[name]) == writer.acknowledged
    consumer.close()
    bus.close()
    reopened.close()
