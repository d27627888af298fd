"""The durable buses keep their promises when their machine loses power."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.bus.engines import KAFKA, MONGO, Engine, KafkaEngine, MongoEngine, kafka_broker, topic_name
from tests.bus.writing import Writer, assert_all_are_there
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
        yield KafkaEngine([broker.address]), broker
        return
    store = DocumentStore(tmp_path)
    store.start()
    yield MongoEngine(store.url, "bus"), store
    store.stop()


def test_acknowledged_records_survive_a_kill_of_the_engine_while_it_writes(crashing: tuple[Engine, Process]) -> None:
    engine, process = crashing
    topic, bus = topic_name(), engine.open()
    bus.create(topic, 1)
    with Writer(engine, topic) as writer:
        writer.await_more(WRITTEN_BEFORE)
        process.kill()
        process.start()
        writer.await_more(WRITTEN_AFTER)
    assert_all_are_there(engine, topic, writer.acknowledged)
    bus.close()
