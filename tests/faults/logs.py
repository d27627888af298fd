"""Loss of records in a log: on the embedded bus and on Kafka."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Protocol

from shared.language.contracts import STREAMS
from shared.messaging.bus_factory import DATABASE
from tests.faults.story import Story

KAFKA_BATCH = struct.Struct(">qi")  # base offset, length of the rest


class Log(Protocol):
    def drop(self) -> None:
        """Drop the whole log of this generation."""
        ...

    def cut(self, publisher: str) -> None:
        """Cut off the newest records of a publisher."""
        ...


def log_of(story: Story) -> Log:
    return KafkaLog(story) if story.copy.kafka else EmbeddedLog(story)


class EmbeddedLog:
    def __init__(self, story: Story) -> None:
        self._story = story

    def drop(self) -> None:
        self._story.client.drop_database(DATABASE)

    def cut(self, publisher: str) -> None:
        chunks = self._story.client[DATABASE]["chunks"]
        newest = max(
            chunks.find({"topic": self._story.topic(publisher)}, {"_id": 1}), key=lambda chunk: chunk["_id"]
        )  # ids of one writer grow
        chunks.delete_one(newest)


class KafkaLog:
    def __init__(self, story: Story) -> None:
        self._story = story

    def drop(self) -> None:
        from kafka import KafkaAdminClient  # imported only where it is used, as in bus_factory.py

        admin = KafkaAdminClient(bootstrap_servers=self._story.copy.local.environment()["KAFKA_BOOTSTRAP_SERVERS"])
        admin.delete_topics([self._story.topic(publisher) for publisher in STREAMS])
        admin.close()

    def cut(self, publisher: str) -> None:
        """Loss of power on a single node before its page cache is written: it restarts with the content of its disk."""
        self._story.kill("kafka")
        segments = (self._story.copy.data / "kafka" / "log").glob(f"{self._story.topic(publisher)}-*/*.log")
        _without_last_batch(max(segments, key=lambda segment: segment.stat().st_mtime_ns))
        self._story.start("kafka")


def _without_last_batch(segment: Path) -> None:
    content, begin, offset = segment.read_bytes(), 0, 0
    while offset < len(content):
        begin, (_, size) = offset, KAFKA_BATCH.unpack_from(content, offset)
        offset += KAFKA_BATCH.size + size
    segment.write_bytes(content[:begin])
