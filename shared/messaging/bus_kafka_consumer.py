"""A member of a Kafka consumer group. Kafka assigns the partitions; the positions come from the read models."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import sleep
from timeit import default_timer
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer
from kafka import TopicPartition as KafkaPartition
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import KafkaTimeoutError

from shared.messaging.bus import BusUnavailable, Record, TopicPartition
from shared.messaging.bus_kafka_client import RECONNECT_MS, RETRY_WAIT, from_kafka, translate_errors

SESSION_MS, HEARTBEAT_MS, MAX_POLL_MS = 10_000, 3_000, 300_000
METADATA_MS = 5_000  # how soon a member sees changed topics and brokers without an error
POLL_SLICE = 0.2  # seconds: how soon a poll sees newly assigned partitions
READ_SECONDS = 10.0  # longest wait for one record that must exist, or for an offset


class KafkaMember:
    """A member of a consumer group."""

    def __init__(
        self, servers: Sequence[str], group: str, topics: Sequence[str], security: Mapping[str, str] | None = None
    ) -> None:
        common = {
            **(security or {}),
            "bootstrap_servers": servers,
            "auto_offset_reset": "none",
            "enable_auto_commit": False,
            "allow_auto_create_topics": False,
            "reconnect_backoff_max_ms": RECONNECT_MS,
        }
        self._consumer = KafkaConsumer(
            **common,
            group_id=group,
            partition_assignment_strategy=[RangePartitionAssignor],
            session_timeout_ms=SESSION_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            max_poll_interval_ms=MAX_POLL_MS,
            metadata_max_age_ms=METADATA_MS,
        )
        # A second client reads single records and offsets without moving the member's positions.
        self._reader = KafkaConsumer(**common, group_id=None)
        self._positions = _Positions(self._consumer)
        self._consumer.subscribe(list(topics), listener=self._positions)
        for topic in topics:
            # A group leader without a topic's metadata would assign none of its partitions.
            if not self._consumer.partitions_for_topic(topic):
                raise KafkaTimeoutError(f"no metadata of {topic} yet")

    def poll(self, timeout: float, limit: int) -> list[Record]:
        with translate_errors():
            if not limit:
                return self._heartbeat()
            deadline = default_timer() + timeout
            while True:
                left = max(0.0, min(POLL_SLICE, deadline - default_timer()))
                found = self._consumer.poll(timeout_ms=int(left * 1000), max_records=limit)
                records = [_record(item) for items in found.values() for item in items]
                if records or self.missing_positions() or default_timer() >= deadline:
                    return records

    def _heartbeat(self) -> list[Record]:
        """Take part in the group and read nothing."""
        for partition in self._consumer.assignment():
            with _ignore_revoked():
                self._consumer.pause(partition)
        try:
            self._consumer.poll(timeout_ms=50, max_records=1)
        finally:
            self._positions.resume()
        return []

    def assignment(self) -> set[TopicPartition]:
        return {from_kafka(partition) for partition in self._consumer.assignment()}

    def missing_positions(self) -> set[TopicPartition]:
        return {from_kafka(partition) for partition in self._positions.missing()}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._positions.seek(KafkaPartition(*partition), offset)

    def read_at(self, partition: TopicPartition, offset: int) -> Record | None:
        wanted = KafkaPartition(*partition)
        begin = _offsets(self._reader.beginning_offsets, [wanted])[wanted]
        if not begin <= offset < _offsets(self._reader.end_offsets, [wanted])[wanted]:
            return None
        with translate_errors():
            self._reader.assign([wanted])
            self._reader.seek(wanted, offset)
            found = self._reader.poll(timeout_ms=int(READ_SECONDS * 1000), max_records=1)
        if not found:
            raise BusUnavailable("the record was not delivered in time")
        return next(_record(items[0]) for items in found.values())

    def end_offsets(self) -> Mapping[TopicPartition, int]:
        if not (assigned := list(self._consumer.assignment())):
            return {}
        return {from_kafka(partition): end for partition, end in _offsets(self._reader.end_offsets, assigned).items()}

    def close(self) -> None:
        self._consumer.close(autocommit=False)
        self._reader.close(autocommit=False)


class _Positions(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tracks which assigned partitions have a position. A newly assigned one stays paused until `seek` gives it one.

    The client assigns and revokes partitions on its own thread, at any moment.
    """

    def __init__(self, consumer: KafkaConsumer) -> None:
        self._consumer, self._lock = consumer, threading.Lock()
        self._positioned: set[KafkaPartition] = set()

    def on_partitions_revoked(self, revoked: Sequence[KafkaPartition]) -> None:
        with self._lock:
            self._positioned.difference_update(revoked)

    def on_partitions_assigned(self, assigned: Sequence[KafkaPartition]) -> None:
        """assigned: all that the member has now."""
        with self._lock:
            self._positioned.intersection_update(assigned)  # `seek` may have been called after a revocation
            for partition in set(assigned) - self._positioned:
                # Without a position the client would ask for a committed one, and then raise.
                self._consumer.seek(partition, 0)
                self._consumer.pause(partition)

    def seek(self, partition: KafkaPartition, offset: int) -> None:
        with self._lock, _ignore_revoked():
            self._consumer.seek(partition, offset)
            self._consumer.resume(partition)
            self._positioned.add(partition)

    def resume(self) -> None:
        with self._lock:
            for partition in self._positioned:
                with _ignore_revoked():
                    self._consumer.resume(partition)

    def missing(self) -> set[KafkaPartition]:
        with self._lock:
            return set(self._consumer.assignment() - self._positioned)


def _ignore_revoked() -> suppress:
    """Suppresses what the client raises for a partition that has meanwhile been revoked."""
    return suppress(KeyError, ValueError)


def _offsets(
    ask: Callable[[list[KafkaPartition]], dict[KafkaPartition, int]], partitions: list[KafkaPartition]
) -> dict[KafkaPartition, int]:
    """Offsets of all these partitions. Raises BusUnavailable.

    The client raises KeyError for a partition whose leader it does not know, and begins to look for it: so ask again.
    """
    deadline = default_timer() + READ_SECONDS
    while True:
        try:
            with translate_errors():
                return ask(partitions)
        except KeyError as error:
            if default_timer() > deadline:
                raise BusUnavailable("no broker gave an offset") from error
            sleep(RETRY_WAIT)


def _record(found: Any) -> Record:
    headers = {name: value.decode(errors="replace") for name, value in found.headers}
    partition = TopicPartition(found.topic, found.partition)
    return Record(partition, (found.key or b"").decode(errors="replace"), found.value or b"", headers, found.offset)
