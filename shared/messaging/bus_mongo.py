"""Bus in the document store: durable, and no broker to install. The default on one machine.

Records are kept in chunks. A chunk begins where the previous one ends, and its first offset is unique in its partition,
so offsets are dense without a counter: of two publishers that append at the same end, one is refused and retries at the
new end.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.eventsourcing.event import MAX_RECORD_BYTES
from shared.infrastructure.mongo import majority
from shared.messaging.bus import BusUnavailable, OffsetLost, Record, TopicPartition, UnknownPartition
from shared.messaging.bus_mongo_chunks import CHUNK_RECORDS, Chunks, Document

CHUNK_BYTES = 8_000_000  # half of the largest possible document
ATTEMPTS, RETRY_WAIT = 200, 0.005
FIRST_IDLE, LONGEST_IDLE = 0.02, 0.5  # seconds between two queries of a waiting consumer
log = logging.getLogger("bus")


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turns errors of the driver into BusUnavailable."""
    try:
        yield
    except PyMongoError as error:
        raise BusUnavailable(type(error).__name__) from error


class MongoBus:
    """database: used by the bus alone ("rollcall_bus")."""

    def __init__(self, database: Database[Document], *, wait: Callable[[float], None] = time.sleep) -> None:
        safe = majority(database)
        self._topics, self._chunks, self._wait = safe["topics"], Chunks(safe["chunks"]), wait
        self._sizes: dict[str, int] = {}
        self._ends: dict[TopicPartition, int] = {}  # where this publisher appended last; another one may be ahead

    def create(self, topic: str, partitions: int) -> None:
        with translate_errors():
            self._chunks.prepare()
            try:
                self._topics.insert_one({"_id": topic, "partitions": partitions})
            except DuplicateKeyError:
                if (size := self.partitions(topic)) != partitions:
                    raise ValueError(
                        f"{topic} has {size} partitions, not {partitions}: that is for a new generation"
                    ) from None

    def partitions(self, topic: str) -> int:
        if topic not in self._sizes:
            with translate_errors():
                found = self._topics.find_one({"_id": topic})
            if not found:
                return 0
            self._sizes[topic] = found["partitions"]
        return self._sizes[topic]

    def exists(self, topic: str) -> bool:
        with translate_errors():
            return self._topics.find_one({"_id": topic}) is not None

    def publish(self, records: Sequence[Record]) -> list[bool]:
        by_partition: dict[TopicPartition, list[int]] = {}
        for i, record in enumerate(records):
            partition = record.topic_partition
            if partition.partition not in range(self.partitions(partition.topic)):
                raise UnknownPartition(partition)
            if len(record.value) <= MAX_RECORD_BYTES:
                by_partition.setdefault(partition, []).append(i)
        acknowledged = [False] * len(records)
        for partition, numbers in by_partition.items():
            for chunk in _split(records, numbers):
                if not self._append(partition, [records[i] for i in chunk]):
                    break  # later chunks of this partition would fail as well
                for i in chunk:
                    acknowledged[i] = True
        return acknowledged

    def _append(self, partition: TopicPartition, records: Sequence[Record]) -> bool:
        try:
            end = self._begin(partition)
            for _ in range(ATTEMPTS):
                try:
                    self._chunks.insert(partition, end, records)
                except DuplicateKeyError:
                    further = self._chunks.after(partition, end)
                    if further is None:  # the other publisher's chunk is not acknowledged by a majority yet
                        self._wait(RETRY_WAIT)
                    else:
                        end = self._chunks.end(partition, further)
                else:
                    self._ends[partition] = end + len(records)
                    return True
        except PyMongoError as error:
            log.warning(
                "chunk not acknowledged",
                extra={"topic": partition.topic, "partition": partition.partition, "cause": type(error).__name__},
            )
        self._ends.pop(partition, None)
        return False

    def _begin(self, partition: TopicPartition) -> int:
        """The end of this publisher's last append, or a new search if a restored store has lost that: no hole."""
        end = self._ends.get(partition, 0)
        return end if end and self._chunks.holding(partition, end - 1) else self._chunks.end(partition)

    def consumer(self, group: str, topics: Sequence[str]) -> MongoConsumer:
        for topic in topics:
            if not self.partitions(topic):
                raise UnknownPartition(topic)
        partitions = [TopicPartition(topic, number) for topic in topics for number in range(self.partitions(topic))]
        return MongoConsumer(self._chunks, partitions, self._wait)

    def close(self) -> None:
        """Nothing to close: the client belongs to the caller."""


def _split(records: Sequence[Record], numbers: Sequence[int]) -> Iterator[list[int]]:
    """Runs of record numbers whose records fit into one chunk."""
    chunk: list[int] = []
    size = 0
    for i in numbers:
        record = records[i]
        headers = sum(len(name) + len(value) for name, value in record.headers.items())
        bytes_ = len(record.value) + len(record.key) + headers + 100
        if chunk and (size + bytes_ > CHUNK_BYTES or len(chunk) == CHUNK_RECORDS):
            yield chunk
            chunk, size = [], 0
        chunk.append(i)
        size += bytes_
    if chunk:
        yield chunk


class MongoConsumer:
    """Reads all partitions of its topics; groups have no effect."""

    def __init__(self, chunks: Chunks, partitions: Sequence[TopicPartition], wait: Callable[[float], None]) -> None:
        self._chunks, self._partitions, self._wait = chunks, list(partitions), wait
        self._assigned: set[TopicPartition] = set()
        self._next: dict[TopicPartition, int] = {}
        self._idle = FIRST_IDLE  # grows over all polls without records: each costs a query per partition
        # Records that were read with a chunk and not returned yet. No key: the position has not been looked up.
        self._rest: dict[TopicPartition, list[Record]] = {}

    def poll(self, timeout: float, limit: int) -> list[Record]:
        self._assigned = set(self._partitions)
        if not limit:
            return []
        waited = 0.0
        while True:
            with translate_errors():
                records = self._take(limit)
            if records:
                self._idle = FIRST_IDLE
            if records or self.missing_positions() or waited >= timeout:
                return records
            pause = min(self._idle, timeout - waited)
            self._wait(pause)
            waited, self._idle = waited + pause, min(self._idle * 2, LONGEST_IDLE)

    def _take(self, limit: int) -> list[Record]:
        taken: list[Record] = []
        for partition in [partition for partition in self._partitions if partition in self._next]:
            if len(taken) < limit and (records := self._read(partition, limit - len(taken))):
                self._next[partition] = records[-1].offset + 1
                # Next time the others come first.
                self._partitions.append(self._partitions.pop(self._partitions.index(partition)))
                taken += records
        return taken

    def _read(self, partition: TopicPartition, limit: int) -> list[Record]:
        """At most `limit` records from the position on; the rest of their chunks is kept for the next call."""
        offset = self._next[partition]
        rest = self._rest[partition] if partition in self._rest else self._rest_of_chunk(partition, offset)
        if not rest:
            rest = self._chunks.read(partition, offset, offset + limit)
            if rest and rest[-1].offset != offset + len(rest) - 1:
                raise OffsetLost(partition, offset)  # a chunk is missing
        self._rest[partition] = rest[limit:]
        return rest[:limit]

    def _rest_of_chunk(self, partition: TopicPartition, offset: int) -> list[Record]:
        """The records from an offset to the end of its chunk; [] if a chunk begins at this offset or will do so."""
        if offset == 0:
            return []
        chunk = self._chunks.holding(partition, offset - 1)
        if chunk is None:
            raise OffsetLost(partition, offset)
        return self._chunks.read(partition, chunk[0], chunk[0] + 1)[offset - chunk[0] :]

    def assignment(self) -> set[TopicPartition]:
        return set(self._assigned)

    def missing_positions(self) -> set[TopicPartition]:
        return self._assigned - self._next.keys()

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._next[partition] = offset
        self._rest.pop(partition, None)

    def read_at(self, partition: TopicPartition, offset: int) -> Record | None:
        with translate_errors():
            chunk = self._chunks.holding(partition, offset)
            return self._chunks.read(partition, chunk[0], chunk[0] + 1)[offset - chunk[0]] if chunk else None

    def end_offsets(self) -> Mapping[TopicPartition, int]:
        with translate_errors():
            return {
                partition: self._chunks.near(partition, self._next.get(partition, 0)) for partition in self._assigned
            }

    def close(self) -> None:
        self._next.clear()
