"""Buses under test on real engines. `open` returns another client of the same bus."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest

from deploy.kafka.broker import Broker
from deploy.kafka.fetch import CannotFetch
from shared.infrastructure.mongo import connect
from shared.messaging.bus import Bus, Consumer, Record, TopicPartition
from shared.messaging.bus_kafka import KafkaBus
from shared.messaging.bus_memory import MemoryBus
from shared.messaging.bus_mongo import MongoBus
from tests.support.wait import await_until

MEMORY, MONGO = pytest.param("memory"), pytest.param("mongo")
KAFKA = pytest.param("kafka", marks=pytest.mark.kafka)
ALL = [MEMORY, MONGO, KAFKA]
DEADLINE = 90.0


class Engine(Protocol):
    def open(self) -> Bus: ...


@dataclass
class MemoryEngine:
    bus: MemoryBus = field(default_factory=MemoryBus)

    def open(self) -> Bus:
        return self.bus


@dataclass
class MongoEngine:
    url: str
    database: str

    def open(self) -> Bus:
        return MongoBus(connect(self.url)[self.database])


@dataclass
class KafkaEngine:
    servers: Sequence[str]

    def open(self) -> Bus:
        return KafkaBus(self.servers)


@cache
def _broker_or_reason() -> Broker | str:
    folder = Path(tempfile.mkdtemp(prefix="rollcall-kafka-"))
    broker = Broker(folder)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(broker.kill)
    try:
        broker.start()
    except CannotFetch as error:
        return str(error)
    return broker


def kafka_broker() -> Broker:
    """One broker for all tests of a process; skips where this machine cannot run Kafka."""
    broker = _broker_or_reason()
    if isinstance(broker, str):
        pytest.skip(broker)
    return broker


def engine_for(request: pytest.FixtureRequest) -> Engine:
    """The engine that the fixture's parameter names."""
    if request.param == "kafka":
        return KafkaEngine([kafka_broker().address])
    if request.param == "mongo":
        return MongoEngine(request.getfixturevalue("mongo_url"), request.getfixturevalue("mongo_db").name)
    return MemoryEngine()


def topic_name() -> str:
    return f"t{uuid.uuid4().hex[:10]}.events.1"


def record(topic: str, partition: int, number: int, value: bytes = b"{}") -> Record:
    return Record(
        TopicPartition(topic, partition), f"form-2026a-000.{number}", value, {"id": f"e{number}", "version": "1"}
    )


def until(condition: Any, what: str) -> Any:
    return await_until(condition, DEADLINE, what)


def assigned(consumer: Consumer) -> set[TopicPartition]:
    """The partitions of a consumer, as soon as it has some."""
    partitions: set[TopicPartition] = until(
        lambda: consumer.poll(0.2, 1) or consumer.missing_positions(), "an assignment"
    )
    return partitions


def seek_all_to_start(consumer: Consumer) -> None:
    for partition in assigned(consumer):
        consumer.seek(partition, 0)


def read(consumer: Consumer, count: int, *, limit: int = 500) -> list[Record]:
    """`count` records, each partition from its beginning, in whatever order they are assigned."""
    found: list[Record] = []

    def enough() -> bool:
        found.extend(consumer.poll(0.2, limit))
        for partition in consumer.missing_positions():
            consumer.seek(partition, 0)
        return len(found) >= count

    until(enough, f"{count} records")
    return found
