"""The chunks of the Mongo bus, by offset.

A document is {topic, partition, first, next, records}: consecutive records of a partition; `next` is the offset after
them. Every query names a short range of offsets. The embedded store reads everything that a filter matches before it
sorts and limits, so a query for "everything from here on" would cost more with every record ever published.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection

from shared.messaging.bus import Record, TopicPartition

Document = dict[str, Any]
CHUNK_RECORDS = 500  # bounds the search for the chunk that holds an offset
NARROW = 32  # chunks of a quiet partition hold few records: search nearby first


class Chunks:
    """The chunks of all partitions."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection

    def prepare(self) -> None:
        self._collection.create_index(
            [("topic", ASCENDING), ("partition", ASCENDING), ("first", ASCENDING)], unique=True
        )

    def insert(self, partition: TopicPartition, first: int, records: Sequence[Record]) -> None:
        """Append a chunk. Raises DuplicateKeyError if one begins at `first` already."""
        self._collection.insert_one(
            {
                "topic": partition.topic,
                "partition": partition.partition,
                "first": first,
                "next": first + len(records),
                "records": [{"key": r.key, "value": r.value, "headers": dict(r.headers)} for r in records],
            }
        )

    def after(self, partition: TopicPartition, first: int) -> int | None:
        """The end of the chunk that begins at `first`, None if there is none."""
        found = self._bounds(partition, first, first + 1)
        return found[-1][1] if found else None

    def holding(self, partition: TopicPartition, offset: int) -> tuple[int, int] | None:
        """(first, next) of the chunk that holds an offset, None if there is none."""
        for width in (NARROW, CHUNK_RECORDS):
            if found := self._bounds(partition, offset - width + 1, offset + 1):
                return found[-1] if found[-1][1] > offset else None
        return None

    def end(self, partition: TopicPartition, begin: int = 0) -> int:
        """The next free offset, searched upwards in doubling steps. begin: 0, or the end of an existing chunk."""
        step, growing = 1, True
        while True:
            chunk = self.holding(partition, begin + step - 1)
            if chunk:
                begin = chunk[1]
            elif step == 1:
                return begin
            growing = growing and chunk is not None
            step = step * 2 if growing else max(1, step // 2)

    def near(self, partition: TopicPartition, begin: int) -> int:
        """The next free offset, searched from an earlier end; from the beginning if the store has lost that."""
        chunk = self.holding(partition, begin - 1) if begin else None
        return self.end(partition, chunk[1] if chunk else 0)

    def read(self, partition: TopicPartition, first: int, stop: int) -> list[Record]:
        """The records of the chunks that begin in first <= offset < stop."""
        return [
            Record(partition, item["key"], bytes(item["value"]), item["headers"], chunk["first"] + i)
            for chunk in self._range(partition, first, stop)
            for i, item in enumerate(chunk["records"])
        ]

    def _bounds(self, partition: TopicPartition, first: int, stop: int) -> list[tuple[int, int]]:
        return [
            (chunk["first"], chunk["next"])
            for chunk in self._range(partition, first, stop, {"_id": 0, "first": 1, "next": 1})
        ]

    def _range(
        self, partition: TopicPartition, first: int, stop: int, projection: Document | None = None
    ) -> list[Document]:
        filter = {"topic": partition.topic, "partition": partition.partition, "first": {"$gte": first, "$lt": stop}}
        return list(self._collection.find(filter, projection).sort("first", ASCENDING))
